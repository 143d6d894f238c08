"""A worktree that exists only in words, and requests for leave, for tests of the rules."""

from __future__ import annotations

import posixpath
from typing import Any

from wuhu_tui.model.permissions import Decision, PermissionRequest, PolicyRule
from wuhu_tui.model.rulings import Ruling, ruling_on

TOP = "/work/tree"


class WordedPlace:
    """Paths below `TOP`; `out` is a link that leads elsewhere."""

    def within(self, path: str) -> str | None:
        return _below(self.whole(path))

    def as_written(self, path: str) -> str | None:
        return _below(posixpath.normpath(posixpath.join(TOP, path)))

    def whole(self, path: str) -> str:
        whole = posixpath.normpath(posixpath.join(TOP, path))
        link = f"{TOP}/out"
        return "/elsewhere" + whole[len(link) :] if f"{whole}/".startswith(f"{link}/") else whole


def _below(path: str) -> str | None:
    return path[len(TOP) + 1 :] if f"{path}/".startswith(f"{TOP}/") else None


def allow(command: str = "", **fields: Any) -> PolicyRule:
    """A rule that allows."""
    return PolicyRule(decision=Decision.ALLOW, command=command, **fields)


def deny(command: str = "", **fields: Any) -> PolicyRule:
    """A rule that denies."""
    return PolicyRule(decision=Decision.DENY, command=command, **fields)


def ask(command: str = "", **fields: Any) -> PolicyRule:
    """A rule that asks."""
    return PolicyRule(decision=Decision.ASK, command=command, **fields)


def bash(command: str) -> PermissionRequest:
    """A request to run a shell line."""
    return PermissionRequest(tool="Bash", kind="execute", command=command)


def ruled(
    request: PermissionRequest | str, *rules: PolicyRule, session: tuple[PolicyRule, ...] = ()
) -> Ruling | None:
    """What the rules say."""
    request = bash(request) if isinstance(request, str) else request
    return ruling_on(request, rules, session, WordedPlace())


def word(
    request: PermissionRequest | str, *rules: PolicyRule, session: tuple[PolicyRule, ...] = ()
) -> str:
    """The decision in a word; empty where no rule says anything."""
    found = ruled(request, *rules, session=session)
    return found.decision.value if found else ""
