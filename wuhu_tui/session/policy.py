"""Answers requests for leave by the project's rules, before anybody is asked; every answer is recorded."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from wuhu_tui.journal.plain_files import read_plain
from wuhu_tui.model.agent_events import PermissionDecided, RuleAdded
from wuhu_tui.model.budgets import Policy
from wuhu_tui.model.events import Noted
from wuhu_tui.model.permissions import ALLOW, ALLOW_SESSION, DENY, Decision, PermissionRequest
from wuhu_tui.model.questions import Answer, Question, QuestionKind
from wuhu_tui.model.rulings import Ruling, rule_for_session, ruling_on
from wuhu_tui.session.log import SessionLog

BY_RULE = "policy"
"""Who answers when a rule does."""

DENIED = "a rule of this project does not allow it"
"""What the model reads where a rule gives no reason."""

Signature = tuple[int, int, int]


class PolicyFile:
    """The core's word to all runners of a project, read again when it changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._signature: Signature | None = None
        self._policy = Policy()
        self.trouble = "it was not read yet"
        """Why the rules are not known; empty: they are."""

    def look(self) -> Policy:
        """The policy as it is now; where it cannot be read, the last one that could."""
        try:
            status = self._path.stat()
            signature = (status.st_ino, status.st_size, status.st_mtime_ns)
            if signature != self._signature or self.trouble:
                self._policy = msgspec.json.decode(read_plain(self._path), type=Policy)
                self._signature = signature
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            self.trouble = str(error) or type(error).__name__
        else:
            self.trouble = ""
        return self._policy


class WorktreePlace:
    """The paths of a session's worktree, links followed."""

    def __init__(self, worktree: Path) -> None:
        self._written = os.path.normpath(worktree)
        self._real = os.path.realpath(worktree)

    def within(self, path: str) -> str | None:
        """The path from the worktree's top; None when it leads outside, or nowhere."""
        return _below(self.whole(path), self._real) if _can_be(path) else None

    def as_written(self, path: str) -> str | None:
        """The same without looking at links."""
        return _below(os.path.normpath(Path(self._written) / path), self._written)

    def whole(self, path: str) -> str:
        """The absolute path, links followed; of what no file can be called, as it is written."""
        joined = Path(self._real) / path
        return os.path.realpath(joined) if _can_be(path) else os.path.normpath(joined)


def _can_be(path: str) -> bool:
    """Whether a file can have this name at all."""
    try:
        return b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        return False


def _below(path: str, top: str) -> str | None:
    if path == top:
        return ""
    return path[len(top) + 1 :] if path.startswith(f"{top}{os.sep}") else None


class Leave:
    """Whether an agent may do what it asks leave for, as far as rules say."""

    def __init__(
        self,
        log: SessionLog,
        policy: PolicyFile,
        worktree: Path,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._log = log
        self._policy = policy
        self._clock = clock
        self._place = WorktreePlace(worktree)
        self._warned = False

    def decide(self, question: Question) -> Answer | None:
        """The answer a rule gives, recorded; None: the lead is to be asked."""
        request = question.request
        if question.kind is not QuestionKind.PERMISSION or request is None:
            return None
        ruling = self._ruling(request)
        if ruling is None or ruling.decision is Decision.ASK:
            return None
        self._log.write(
            PermissionDecided(
                title=question.text,
                request=request,
                decision=ruling.decision,
                rule=ruling.rule,
                origin=ruling.origin,
            )
        )
        return self._answer(question, ruling)

    @property
    def minutes(self) -> float:
        """How long a permission waits for the lead; 0: for ever."""
        return self._policy.look().permission_minutes

    def remember(self, question: Question, answer: Answer) -> None:
        """Where the lead allowed something for the session, it is not asked again."""
        if answer.choice != ALLOW_SESSION or question.request is None:
            return
        rule = rule_for_session(question.request, self._place)
        if rule is not None and rule not in self._log.view.session_rules:
            self._log.write(RuleAdded(rule=rule, by=answer.by))

    def _ruling(self, request: PermissionRequest) -> Ruling | None:
        policy = self._policy.look()
        if not self._policy.trouble:
            self._warned = False
            return ruling_on(request, policy.rules, self._log.view.session_rules, self._place)
        self._warn()
        return ruling_on(request, (), (), self._place)

    def _warn(self) -> None:
        """Rules that cannot be read may deny what the lead allowed before: everything is asked."""
        if not self._warned:
            self._warned = True
            text = (
                f"the rules for permissions cannot be read, each is asked: {self._policy.trouble}"
            )
            self._log.write(Noted(text=text, level="warning"))

    def _answer(self, question: Question, ruling: Ruling) -> Answer:
        allowed = ruling.decision is Decision.ALLOW
        return Answer(
            question=question.id,
            by=BY_RULE,
            at=self._clock(),
            choice=ALLOW if allowed else DENY,
            text="" if allowed else ruling.rule.reason or DENIED,
        )
