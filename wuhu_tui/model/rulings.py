"""Whether the rules of a project answer a request for leave. Pure; the disk is asked through `Place`.

Of the rules that match, one that denies outweighs everything. Then what the lead allowed for the
session counts, then a rule that asks, then one that allows. Allowing takes care of every command
of a line and of every path; denying and asking need only one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Protocol

from wuhu_tui.model import deeds
from wuhu_tui.model.command_match import does, occurs
from wuhu_tui.model.command_words import UNKNOWN, plain_words
from wuhu_tui.model.command_wrappers import (
    HARMLESS_VARIABLES,
    Run,
    Runs,
    program_of,
    runs_of,
    runs_others,
    texts_of,
)
from wuhu_tui.model.globs import path_matches
from wuhu_tui.model.permissions import Decision, PermissionRequest, PolicyRule
from wuhu_tui.model.value import Value

PROJECT = "wuhu.toml"
SESSION = "session"
BUILT_IN = "wuhu"
"""Where a rule stands."""

OWN_TOOLS = frozenset({"ask", "judge", "report", "progress", "read_brief", "reply"})
OWN_COMMANDS = frozenset({"ask", "judge", "report", "progress", "read-brief", "reply"})
_OWN_TOOL = re.compile(r"(?:mcp__?)?wuhu(?:__|[./:_])(\w+)\Z|(\w+) \(wuhu MCP Server\)\Z")
_ITS_TOOL = re.compile(
    rf"(?:mcp__?)?{deeds.SERVER}(?:__|[./:_])(\w+)\Z|(\w+) \({deeds.SERVER} MCP Server\)\Z"
)

OWN_RULE = PolicyRule(decision=Decision.ALLOW, tool="wuhu")
"""What a worker says to the lead needs no leave."""

_TEST_SIGNS = frozenset(
    {"]", "=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-ot", "-nt"}
)

NOWHERE = frozenset({"/dev/null", "/dev/stdout", "/dev/stderr", "/dev/stdin", "/dev/tty"})


class Place(Protocol):
    """The worktree, as far as paths must be looked at."""

    def within(self, path: str) -> str | None:
        """The path from the worktree's top, links followed; None when it lies outside."""

    def as_written(self, path: str) -> str | None:
        """The same without looking at links."""

    def whole(self, path: str) -> str:
        """The absolute path, links followed."""


class Ruling(Value, frozen=True):
    """What the rules say, by which rule, and where it stands."""

    decision: Decision
    rule: PolicyRule
    origin: str = PROJECT


def ruling_on(
    request: PermissionRequest,
    rules: Sequence[PolicyRule],
    session_rules: Sequence[PolicyRule],
    place: Place,
) -> Ruling | None:
    """What the rules say of a request; None: none of them says anything."""
    asked = _Asked(request, place)
    if asked.is_our_own:
        return Ruling(decision=Decision.ALLOW, rule=OWN_RULE, origin=BUILT_IN)
    if rule := _first(rules, Decision.DENY, asked):
        return Ruling(decision=Decision.DENY, rule=rule)
    for rule in session_rules:
        if rule.decision is Decision.ALLOW and asked.is_exactly(rule):
            return Ruling(decision=Decision.ALLOW, rule=rule, origin=SESSION)
    if rule := _first(rules, Decision.ASK, asked):
        return Ruling(decision=Decision.ASK, rule=rule)
    allowing = [rule for rule in rules if rule.decision is Decision.ALLOW]
    denying = [rule for rule in rules if rule.decision is Decision.DENY]
    if any(asked.may_be(rule) for rule in denying):
        return None
    allowed = asked.allowed_by(allowing)
    return Ruling(decision=Decision.ALLOW, rule=allowed) if allowed else None


def rule_for_session(request: PermissionRequest, place: Place) -> PolicyRule | None:
    """The rule that allows exactly this again; None where nothing tells what it would be."""
    if request.command:
        return _exact(request, command=request.command)
    if len(request.paths) == 1:
        return _exact(request, path=place.whole(request.paths[0]))
    return _exact(request) if request.tool and not request.paths else None


def _exact(request: PermissionRequest, *, command: str = "", path: str = "") -> PolicyRule:
    return PolicyRule(
        decision=Decision.ALLOW,
        tool=request.tool,
        kind=request.kind,
        command=command,
        path=path,
        exact=True,
    )


def _first(rules: Iterable[PolicyRule], decision: Decision, asked: _Asked) -> PolicyRule | None:
    found = (rule for rule in rules if rule.decision is decision and asked.touches(rule))
    return next(found, None)


def _is_tool(shape: re.Pattern[str], tool: str, known: frozenset[str]) -> bool:
    match = shape.match(tool)
    return match is not None and (match.group(1) or match.group(2)) in known


class _Asked:
    """A request with everything in it told apart."""

    def __init__(self, request: PermissionRequest, place: Place) -> None:
        self._request = request
        self._place = place
        self._runs = runs_of(request.command) if request.command else Runs()

    @property
    def is_our_own(self) -> bool:
        """Whether it is only wuhu's own tools, for a worker or for an orchestrator."""
        if not self._request.command:
            tool = self._request.tool
            return _is_tool(_OWN_TOOL, tool, OWN_TOOLS) or _is_tool(_ITS_TOOL, tool, deeds.TOOLS)
        runs = self._runs
        readable = self._request.sure and bool(runs.runs) and not runs.opaque
        return readable and all(map(_is_own_command, runs.runs))

    def is_exactly(self, rule: PolicyRule) -> bool:
        """Whether it is the very thing that the lead allowed for the session."""
        request = self._request
        if request.command or rule.command:
            return rule.command.strip() == request.command.strip()
        if (rule.tool, rule.kind) != (request.tool, request.kind):
            return False
        if request.paths or rule.path:
            return [self._place.whole(path) for path in request.paths] == [rule.path]
        return bool(rule.tool)

    def touches(self, rule: PolicyRule) -> bool:
        """Whether anything of it is what the rule names: enough to deny or to ask."""
        if not self._is_kind(rule):
            return False
        if rule.command and not self._runs_anything_of(rule):
            return False
        return not rule.path or any(self._is_path(rule.path, path) for path in self._all_paths())

    def may_be(self, rule: PolicyRule) -> bool:
        """Whether it could be what a denying rule names, for all that is known."""
        words = plain_words(rule.command) if rule.command else None
        if not words or not self._is_kind(rule):
            return False
        return any(
            does(words, part, perhaps=True) for run in self._runs.runs for part in _parts(run)
        )

    def allowed_by(self, rules: Sequence[PolicyRule]) -> PolicyRule | None:
        """The first rule of those that together allow all of it; None: something is not covered."""
        fitting = [rule for rule in rules if self._is_kind(rule)]
        return (
            self._command_allowed(fitting) if self._request.command else self._rest_allowed(fitting)
        )

    def _rest_allowed(self, rules: Sequence[PolicyRule]) -> PolicyRule | None:
        inside = [self._place.within(path) for path in self._request.paths]
        for rule in rules:
            if rule.command or (rule.path and not inside):
                continue
            if all(one is not None and _glob(rule.path, one) for one in inside):
                return rule
        return None

    def _command_allowed(self, rules: Sequence[PolicyRule]) -> PolicyRule | None:
        if self._runs.opaque or not self._runs.runs or not self._request.sure:
            return None
        usable = [rule for rule in rules if not rule.path]
        changes_folder = any(
            program_of(run.words[0]) == "cd" for run in self._runs.runs if run.words
        )
        first = None
        for run in self._runs.runs:
            if not self._is_harmless(run, changes_folder=changes_folder):
                return None
            if not self._needs_rule(run):
                continue
            found = next((rule for rule in usable if _covers(rule, run)), None)
            if found is None:
                return None
            first = first or found
        return first

    def _needs_rule(self, run: Run) -> bool:
        """Changing into a folder of the worktree, and only setting harmless variables, needs none."""
        if not run.words:
            return False
        is_script = run.levels[-1].inner == len(run.words)
        goes_inside = (
            run.words[0] == "cd"
            and len(run.levels) == 1
            and len(run.words) == 2
            and not run.words[1].startswith("-")
            and self._lies_inside(run.words[1])
        )
        return not (is_script or goes_inside)

    def _is_harmless(self, run: Run, *, changes_folder: bool) -> bool:
        """Whether it sets no variables that count, and reads and writes files of the worktree alone."""
        if run.opaque or not all(map(HARMLESS_VARIABLES.match, run.assignments)):
            return False
        if _sets_or_calculates(run.words):
            return False
        files = [name for name in run.redirects if name not in NOWHERE]
        if changes_folder and any(not name.startswith("/") for name in files):
            return False
        return all(map(self._lies_inside, files))

    def _lies_inside(self, path: str) -> bool:
        odd = UNKNOWN in path or path.startswith("~") or any(sign in path for sign in "*?[")
        return bool(path) and not odd and self._place.within(path) is not None

    def _is_kind(self, rule: PolicyRule) -> bool:
        request = self._request
        if rule.tool and rule.tool != request.tool:
            return False
        return not rule.kind or rule.kind == request.kind

    def _runs_anything_of(self, rule: PolicyRule) -> bool:
        words = plain_words(rule.command)
        if not words or not self._request.command:
            return False
        runs = self._runs
        if any(does(words, part) for run in runs.runs for part in _parts(run)):
            return True
        texts = [text for run in runs.runs for text in texts_of(run)]
        texts += [" ".join(run.words) for run in runs.runs if _is_runner(run)]
        texts += [self._request.command] if runs.opaque else []
        return any(occurs(words, text) for text in texts)

    def _all_paths(self) -> Iterable[str]:
        yield from self._request.paths
        for run in self._runs.runs:
            yield from run.redirects
            yield from (word for word in run.words[1:] if word and UNKNOWN not in word)

    def _is_path(self, pattern: str, path: str) -> bool:
        found = {self._place.within(path), self._place.as_written(path)} - {None}
        return any(_glob(pattern, one) for one in found if one is not None)


def _glob(pattern: str, path: str) -> bool:
    return not pattern or path_matches(path, pattern)


def _parts(run: Run) -> Iterable[tuple[str, ...]]:
    """The command with each wrapper around it taken off, one after another."""
    return (level.words for level in run.levels)


def _sets_or_calculates(words: tuple[str, ...]) -> bool:
    """Whether a harmless builtin is told to do what runs the substitutions in a variable's name."""
    if words[:1] == ("printf",):
        return any(word.startswith("-v") for word in words)
    if words[:1] not in (("test",), ("[",)):
        return False
    unclear = any(UNKNOWN in one and two not in _TEST_SIGNS for one, two in pairwise(words))
    return unclear or "-v" in words or "-R" in words


def _is_runner(run: Run) -> bool:
    return bool(run.words) and runs_others(run.words)


def _covers(rule: PolicyRule, run: Run) -> bool:
    """Whether an allowing rule means this command; it must name what is wrapped, not the wrapper alone."""
    words = plain_words(rule.command) if rule.command else ()
    if words is None:
        return False
    for place, level in enumerate(run.levels):
        if not words and level is run.levels[-1]:
            return True
        reach = sum(max(0, one.inner) for one in run.levels[place:])
        if len(words) > reach and level.words[: len(words)] == words:
            return True
        if not level.harmless:
            return False
    return False


def _is_own_command(run: Run) -> bool:
    own = run.words[:1] == ("wuhu",) and run.words[1:2] and run.words[1] in OWN_COMMANDS
    alone = len(run.levels) == 1 and not run.assignments and not run.redirects
    return bool(own) and alone
