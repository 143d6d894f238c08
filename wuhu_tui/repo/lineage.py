"""Where lines of work left base, and where any two of them parted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wuhu_tui.model.value import Value
from wuhu_tui.repo.git import LONG, Git
from wuhu_tui.repo.refs import is_ancestor


class Lineage(Value, frozen=True):
    """One line of work: its own commits, and the commit of base it stands on."""

    own: frozenset[str] = frozenset()
    fork: str = ""
    """Empty: it stands on base in a way that no single commit tells."""


async def lineages(git: Git, base: str, tips: Iterable[str]) -> dict[str, Lineage]:
    """The line of each tip beside the commit `base`; one call, and more for those with merges."""
    wanted = list(dict.fromkeys(tips))
    if not wanted:
        return {}
    given = "\n".join((*wanted, f"^{base}", "")).encode()
    listing = await git.read("rev-list", "--parents", "--stdin", given=given, deadline=LONG)
    parents = {line.split()[0]: tuple(line.split()[1:]) for line in listing.splitlines()}
    return {tip: await _line(git, tip, parents) for tip in wanted}


async def _line(git: Git, tip: str, parents: Mapping[str, tuple[str, ...]]) -> Lineage:
    own, edges = _walked(tip, parents)
    if not own:
        return Lineage(fork=tip)
    if len(edges) > 1:
        words = ("merge-base", "--independent", *sorted(edges))
        edges = frozenset((await git.read(*words)).split())
    return Lineage(own=own, fork=next(iter(edges)) if len(edges) == 1 else "")


def _walked(
    tip: str, parents: Mapping[str, tuple[str, ...]]
) -> tuple[frozenset[str], frozenset[str]]:
    """The commits of a line that base has not, and those of base right below them."""
    own: set[str] = set()
    edges: set[str] = set()
    left = [tip]
    while left:
        commit = left.pop()
        if commit in own:
            continue
        if commit not in parents:
            edges.add(commit)
            continue
        own.add(commit)
        left += parents[commit]
    return frozenset(own), frozenset(edges)


class Partings:
    """Where lines parted; remembers which commit of base is older than which."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._older: dict[tuple[str, str], bool] = {}

    async def parting(self, one: Lineage, other: Lineage) -> str:
        """The one commit at which two lines parted; empty: it takes more to tell."""
        if not one.fork or not other.fork or not one.own.isdisjoint(other.own):
            return ""
        if one.fork == other.fork or await self._is_older(one.fork, other.fork):
            return one.fork
        return other.fork if await self._is_older(other.fork, one.fork) else ""

    async def _is_older(self, one: str, other: str) -> bool:
        known = self._older.get((one, other))
        if known is None:
            known = self._older[one, other] = await is_ancestor(self._git, one, other)
        return known
