"""The radar's eye: which of many lines of work collide with base and with each other.

Each pair of trees is looked at once; what cannot meet is told by names alone; all that is left of
one changed line is one call of `git merge-tree`. Nothing is written into the repository.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from wuhu_tui.model.value import Value
from wuhu_tui.repo.changes import Changes, can_meet, parse_changes
from wuhu_tui.repo.git import LONG
from wuhu_tui.repo.lineage import Lineage, Partings, lineages
from wuhu_tui.repo.merge_trees import Merging, Pair, nested_attributes, try_merges
from wuhu_tui.repo.radar_room import PLAIN, Room
from wuhu_tui.repo.repository import parse_version

STDIN_SINCE = (2, 39)
"""The first git whose `merge-tree` takes many pairs."""

AT_ONCE = 200
"""Pairs that one call of git is given."""

BASE = ""
"""The name of base among the lines."""


class Line(Value, frozen=True):
    """One line of work: `commit` holds everything of it, `tip` is what of it is committed."""

    name: str
    tip: str
    commit: str
    tree: str
    base: str
    """The tip of the branch it goes to."""
    apart: frozenset[str] = frozenset()
    """Lines it is never held against."""


class Sighted(Value, frozen=True):
    """What one pair comes to; `second` is empty where it is base."""

    first: str
    second: str
    merging: Merging
    first_tree: str
    second_tree: str


_CLEAN = Merging()

Key = tuple[str, str, str]


class _Pair(Value, frozen=True):
    first: Line
    second: Line
    parting: str
    key: Key

    @property
    def is_with_base(self) -> bool:
        return self.second.name == BASE

    @property
    def commits(self) -> Pair:
        """What is merged into what: a line into base, as a merge of it would."""
        pair = (self.first.commit, self.second.commit)
        return (pair[1], pair[0]) if self.is_with_base else pair


class Eye:
    """Looks at all pairs of lines, and remembers every pair it looked at."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._git = room.repository.git
        self._partings = Partings(self._git)
        self._known: dict[Key, Merging] = {}
        self._changes: dict[Pair, Changes] = {}
        self._wider: dict[Pair, Changes] = {}
        self._lineages: dict[Pair, Lineage] = {}
        self._trees: dict[str, str] = {}
        self._attributes: dict[str, Mapping[str, bytes]] = {}
        self._batch: bool | None = None
        self.merges = 0
        """Pairs that git was asked to merge."""
        self.settled = 0
        """Pairs that their names alone settled."""

    async def look(self, lines: Sequence[Line]) -> tuple[Sighted, ...]:
        """Every pair of these lines, and each with its base, that collides or cannot be merged."""
        await self._learn(lines)
        pairs = await self._pairs(lines)
        await self._merge([pair for pair in pairs if pair.key not in self._known])
        self._forget(pair.key for pair in pairs)
        found = ((pair, self._known[pair.key]) for pair in pairs)
        return tuple(
            Sighted(
                first=pair.first.name,
                second=pair.second.name,
                merging=merging,
                first_tree=pair.first.tree,
                second_tree=pair.second.tree,
            )
            for pair, merging in found
            if merging.files or merging.refused
        )

    async def tree_of(self, commits: Iterable[str]) -> Mapping[str, str]:
        """The trees of commits of the repository; one call for all that are new."""
        wanted = list(dict.fromkeys(commits))
        new = [commit for commit in wanted if commit not in self._trees]
        if new:
            names = [f"{commit}^{{tree}}" for commit in new]
            trees = (await self._git.read("rev-parse", *names)).split()
            self._trees.update(zip(new, trees, strict=True))
        return {commit: self._trees[commit] for commit in wanted}

    async def _learn(self, lines: Sequence[Line]) -> None:
        """Where each line left its base, and the trees of the bases."""
        await self.tree_of(line.base for line in lines)
        known: dict[Pair, Lineage] = {}
        for base in dict.fromkeys(line.base for line in lines):
            tips = dict.fromkeys((*(line.tip for line in lines if line.base == base), base))
            new = [tip for tip in tips if (base, tip) not in self._lineages]
            found = await lineages(self._git, base, new)
            known.update({(base, tip): found.get(tip) or self._lineages[base, tip] for tip in tips})
        self._lineages = known

    async def _pairs(self, lines: Sequence[Line]) -> list[_Pair]:
        found: list[_Pair] = []
        for at, line in enumerate(lines):
            found.append(await self._pair(line, self._base_of(line)))
            for other in lines[at + 1 :]:
                apart = other.name in line.apart or line.name in other.apart
                if not apart and other.base == line.base:
                    found.append(await self._pair(line, other))
        return found

    def _base_of(self, line: Line) -> Line:
        tree = self._trees[line.base]
        return Line(name=BASE, tip=line.base, commit=line.base, tree=tree, base=line.base)

    async def _pair(self, first: Line, second: Line) -> _Pair:
        parting = await self._partings.parting(
            self._lineages[first.base, first.tip], self._lineages[second.base, second.tip]
        )
        key = (first.tree, second.tree, parting) if parting else (first.commit, second.commit, "")
        return _Pair(first=first, second=second, parting=parting, key=key)

    async def _merge(self, pairs: Sequence[_Pair]) -> None:
        """One call for each line that begins pairs; what cannot meet needs none."""
        meeting = await self._meeting(pairs)
        left: dict[str, dict[Key, _Pair]] = {}
        busy = _busiest(pairs)
        for pair in meeting:
            left.setdefault(busy(pair), {}).setdefault(pair.key, pair)
        for group in left.values():
            asked = list(group.values())
            for start in range(0, len(asked), AT_ONCE):
                await self._ask(asked[start : start + AT_ONCE])

    async def _meeting(self, pairs: Sequence[_Pair]) -> list[_Pair]:
        """Those that git has to be asked about; the others are known to be free."""
        sides = [
            (
                await self._changed(pair.parting, pair.first),
                await self._changed(pair.parting, pair.second),
            )
            if pair.parting
            else None
            for pair in pairs
        ]
        meets = await asyncio.to_thread(lambda: [not both or can_meet(*both) for both in sides])
        free = [pair for pair, meet in zip(pairs, meets, strict=True) if not meet]
        self._known.update({pair.key: _CLEAN for pair in free})
        self.settled += len(free)
        return [pair for pair, meet in zip(pairs, meets, strict=True) if meet]

    async def _ask(self, pairs: Sequence[_Pair]) -> None:
        commits = [pair.commits for pair in pairs]
        batch = await self._takes_many()
        attributes = await self._attributes_of(pairs[0].first.base)
        with self._room.aside(attributes) as git:
            found = await try_merges(git, commits, batch=batch)
        self.merges += len(pairs)
        for pair, merging in zip(pairs, found, strict=True):
            self._known[pair.key] = merging.turned() if pair.is_with_base else merging

    async def _attributes_of(self, base: str) -> Mapping[str, bytes]:
        """The attribute files of base's folders: a real merge finds them in its working tree."""
        tree = self._trees[base]
        if tree not in self._attributes:
            self._attributes = {tree: await nested_attributes(self._git, tree)}
        return self._attributes[tree]

    async def _takes_many(self) -> bool:
        if self._batch is None:
            self._batch = parse_version(await self._git.read("version")) >= STDIN_SINCE
        return self._batch

    async def _changed(self, parting: str, line: Line) -> Changes:
        """Everything by which a line may differ from where it parted from another."""
        fork = self._lineages[line.base, line.tip].fork or parting
        own = await self._between(fork, line.tree)
        if fork == parting:
            return own
        known = self._wider.get((parting, line.tree))
        if known is None:
            trees = await self.tree_of((fork,))
            known = own.beside(await self._between(parting, trees[fork]))
            self._wider[parting, line.tree] = known
        return known

    async def _between(self, commit: str, tree: str) -> Changes:
        known = self._changes.get((commit, tree))
        if known is None:
            known = self._changes[commit, tree] = await self._diff(commit, tree)
        return known

    async def _diff(self, commit: str, tree: str) -> Changes:
        trees = await self.tree_of((commit,))
        if trees[commit] == tree:
            return Changes()
        objects = self._room.repository.common / "objects"
        git = self._room.git(self._room.repository.root, objects)
        words = ("diff-tree", "-r", "--name-status", "--no-renames", "-z")
        output = await git.read_bytes(*PLAIN, *words, trees[commit], tree, deadline=LONG)
        return await asyncio.to_thread(parse_changes, output)

    def _forget(self, keys: Iterable[Key]) -> None:
        """Keep what the pairs of now came to, and no more."""
        live = set(keys)
        self._known = {key: one for key, one in self._known.items() if key in live}
        if len(self._changes) > 20 * max(50, len(self._lineages)):
            self._changes.clear()
            self._wider.clear()


def _busiest(pairs: Sequence[_Pair]) -> Callable[[_Pair], str]:
    """Of each pair, the side that is in more of them: what changed is in all its own."""
    counts = Counter(name for pair in pairs for name in (pair.first.name, pair.second.name))

    def side(pair: _Pair) -> str:
        names = (pair.first.name, pair.second.name)
        return max(names, key=lambda name: (counts[name], name != BASE, name))

    return side
