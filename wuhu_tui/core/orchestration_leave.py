"""Leave for an orchestrator's deeds: by the project's settings, or by the lead's own word.

The lead is asked with a permission question of the orchestrator's session. It waits for as long as
it takes and never becomes a yes by itself. The same wish again is the same question, until its
answer was read; each allowance is good for one deed.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
from msgspec.structs import replace

from wuhu_tui.core.orchestration import Orchestrator, ancestors
from wuhu_tui.core.project import Project
from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.model.commands import WithdrawQuestion
from wuhu_tui.model.deeds import DEEDS
from wuhu_tui.model.errors import Conflict, NotPossible
from wuhu_tui.model.permissions import ALLOW, DENY, PermissionRequest
from wuhu_tui.model.questions import Option, Question, QuestionKind
from wuhu_tui.model.value import Value
from wuhu_tui.worker.asking import Answered, Asking

BREATH = 0.2
"""Seconds between two looks for an answer while much happens elsewhere."""

_OPTIONS = (
    Option(key=ALLOW, label="Allow once", detail="it does exactly this, now"),
    Option(key=DENY, label="Deny", detail="it goes on without it; your words reach it"),
)


class Wanted(Value, frozen=True):
    """What is to be done, and how the lead reads it."""

    deeds: tuple[str, ...]
    """All of which must be allowed."""
    session: str
    text: str
    context: str = ""
    command: str = ""
    """A shell command that would be run."""
    exactly: str = ""
    """What else makes it this wish and no other, where the text does not say it."""
    ask: bool = False
    """Whether the lead is asked whatever the settings allow: a rule says so."""
    remedy: str = ""
    """What the lead can do instead, where nobody can be asked."""


class Leave:
    """What one orchestrator may do."""

    def __init__(self, project: Project, who: Orchestrator) -> None:
        self._project = project
        self._who = who
        self._spent: set[str] = set()
        """Questions whose answers were read here; the journal may not know it yet."""

    def lacking(self, deeds: Iterable[str]) -> tuple[str, ...]:
        """Those of the deeds that it may not do alone."""
        free = self._project.config.orchestrator.free
        return tuple(deed for deed in deeds if deed not in free)

    async def want(self, wanted: Wanted, moot: Callable[[], str] = str) -> str:
        """Who allows it: the orchestrator's own name where the settings do, or who said so.

        `moot` says why nobody needs to answer any more; empty while somebody does.

        Raises:
            NotPossible: it was denied, or nobody can be asked.
            Conflict: it became moot; says why.
        """
        await self._project.reload()
        lacking = self.lacking(wanted.deeds)
        if not lacking and not wanted.ask:
            return self._who.name
        if not self._who.is_session:
            raise _nobody_to_ask(lacking, wanted)
        return self._granted(await self._answer(wanted, moot), wanted)

    async def _answer(self, wanted: Wanted, moot: Callable[[], str]) -> Answered:
        """The answer to this wish; whoever reads it first has it, and another asks anew."""
        asking = Asking(SessionFolder(Path(self._who.folder)), self._question(wanted))
        base, number = asking.question.id, 0
        while True:
            while asking.question.id in self._spent or await asyncio.to_thread(_spent, asking):
                number += 1
                asking.question = replace(asking.question, id=f"{base}-{number}")
            found = await self._wait(asking, moot, wanted.session)
            if asking.question.id not in self._spent:
                self._spent.add(asking.question.id)
                return found

    async def _wait(self, asking: Asking, moot: Callable[[], str], where: str) -> Answered:
        await asyncio.to_thread(asking.begin)
        while True:
            seen = self._project.ledger.revision
            found = await asyncio.to_thread(asking.look)
            if found is not None:
                return found
            if reason := moot():
                await self._withdraw(asking.question.id, reason)
                raise Conflict(reason, where=where, remedy="look at it again")
            await asyncio.sleep(BREATH)
            await self._project.ledger.changed(seen)

    async def _withdraw(self, question: str, reason: str) -> None:
        command = WithdrawQuestion(
            id=self._project.new_id(),
            by=self._who.name,
            at=self._project.clock(),
            question=question,
            reason=reason,
        )
        await self._project.host.send(self._who.name, command)

    def _granted(self, answered: Answered, wanted: Wanted) -> str:
        board = self._project.board
        below = any(view.id == self._who.name for view in ancestors(board, answered.by))
        if answered.by == self._who.name or below or answered.expired:
            raise NotPossible(
                f"{answered.by} cannot give leave for this",
                where=wanted.session,
                remedy="it is the lead's word that counts; want it again to ask the lead",
            )
        if answered.choice != ALLOW:
            words = " — ".join(filter(None, (answered.text, answered.note)))
            raise NotPossible(
                f"{answered.by} said no" + (f": {words}" if words else ""),
                where=wanted.session,
                remedy="go on without it; do not ask for the same again unless something changed",
            )
        return answered.by

    def _question(self, wanted: Wanted) -> Question:
        what = (wanted.deeds, wanted.session, wanted.text, wanted.command, wanted.exactly)
        words = msgspec.json.encode((self._who.name, *what))
        return Question(
            id="leave-" + hashlib.sha256(words).hexdigest()[:16],
            kind=QuestionKind.PERMISSION,
            text=wanted.text,
            asked_at=self._project.clock(),
            options=_OPTIONS,
            context=wanted.context,
            request=PermissionRequest(
                tool=wanted.deeds[0],
                kind="execute" if wanted.command else "other",
                command=wanted.command,
            ),
            outlives_turn=True,
        )


def _spent(asking: Asking) -> bool:
    return asking.spent


def _nobody_to_ask(lacking: tuple[str, ...], wanted: Wanted) -> NotPossible:
    said = " and ".join(f"to {DEEDS[deed]}" for deed in lacking) or "that a rule wants"
    names = ", ".join(f'"{deed}"' for deed in lacking)
    settings = f"add {names} to alone under [orchestrator] in wuhu.toml" if names else ""
    return NotPossible(
        f"this orchestrator is no session, so it cannot ask the lead for leave {said}",
        where=wanted.session,
        remedy="; or ".join(filter(None, (settings, wanted.remedy))),
    )
