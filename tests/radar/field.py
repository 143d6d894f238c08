"""A repository with branches and worktrees to hold against each other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.repo.gitbox import Box, make_box
from wuhu_tui.model.collisions import CollidingFile
from wuhu_tui.repo.radar import Eye, Line, Sighted
from wuhu_tui.repo.radar_room import Room
from wuhu_tui.repo.repository import open_repository
from wuhu_tui.repo.working_tree import WorkingTree, working_tree


def numbered(count: int, **changed: str) -> str:
    """So many lines, some of them changed: `l5="five"`."""
    return "".join(changed.get(f"l{at}", f"line {at}") + "\n" for at in range(1, count + 1))


@dataclass
class Field:
    """Branches in worktrees, and an eye that looks at them."""

    box: Box
    room: Room
    eye: Eye

    def branch(self, name: str, start: str = "main") -> Box:
        """A branch with a worktree of its own."""
        path = self.box.path.parent / name
        self.box.git("worktree", "add", "-q", "-b", name, str(path), start)
        return self.box.at(path)

    async def line(self, name: str) -> Line:
        """The branch as it is committed."""
        commit = self.box.head(name)
        trees = await self.eye.tree_of((commit,))
        return Line(
            name=name, tip=commit, commit=commit, tree=trees[commit], base=self.box.head("main")
        )

    async def seen(self, name: str) -> WorkingTree:
        """What lies in the branch's worktree."""
        return await working_tree(self.room, name, self.box.path.parent / name, name)

    async def worked(self, name: str) -> Line:
        """The branch with what lies in its worktree."""
        seen = await self.seen(name)
        return Line(
            name=name,
            tip=seen.head,
            commit=seen.commit,
            tree=seen.tree,
            base=self.box.head("main"),
        )

    async def look(self, *names: str, uncommitted: bool = False) -> dict[str, Sighted]:
        """What collides, by pair of names; base is called `base`."""
        lines = [await (self.worked if uncommitted else self.line)(name) for name in names]
        found = await self.eye.look(lines)
        return {f"{one.first} {one.second or 'base'}": one for one in found}

    async def files(
        self, first: str, second: str, *, uncommitted: bool = False
    ) -> dict[str, CollidingFile]:
        """The files in which two branches collide, by path."""
        found = await self.look(first, second, uncommitted=uncommitted)
        one = found.get(f"{first} {second}")
        return {file.path: file for file in one.merging.files} if one else {}


async def make_field(folder: Path) -> Field:
    box = make_box(folder / "project")
    repository = await open_repository(box.path)
    room = Room(repository, folder / "radar")
    return Field(box, room, Eye(room))
