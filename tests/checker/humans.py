"""The humans of a history: at base by hand, in another worktree, and at the remote."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from tests.checker.reading import HUMAN
from tests.repo.gitbox import Box, git
from wuhu_tui.model.errors import NotFound

WHO = ("-c", f"user.email={HUMAN}")


class Humans:
    """What they do beside the project, with plain git."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.lead: dict[str, bytes | None] = {}
        """What the lead has lying about, by whole path."""
        self._numbers = count(1)

    @property
    def desk(self) -> Box:
        """The second worktree."""
        return Box(self.box.path.parent / "desk")

    @property
    def bare(self) -> Path:
        """The remote."""
        return self.box.path.parent / "there.git"

    def publish(self) -> None:
        """Make the remote, and another clone of it."""
        folder = self.box.path.parent
        git(folder, "init", "-q", "--bare", "--initial-branch=main", str(self.bare))
        git(self.bare, "config", "core.logAllRefUpdates", "true")
        self.box.git("remote", "add", "origin", str(self.bare))
        self.box.git("push", "-q", "origin", "main")
        git(folder, "clone", "-q", str(self.bare), "other")
        git(folder / "other", "config", "user.name", "Other")

    def _there(self) -> Path:
        if not self.bare.is_dir():
            raise NotFound("there is no remote")
        return self.bare

    async def human(self, _: int, __: int) -> None:
        """Somebody commits on base, by hand or from elsewhere."""
        name = f"human-{next(self._numbers)}.txt"
        for place in self._places():
            if self._on_base(place):
                place.write(name, "by hand\n")
                place.git("add", name)
                place.git(*WHO, "commit", "-q", "-m", "By hand", "--", name)
                return
        blob = self.box.git("hash-object", "-w", "readme.txt")
        tree = self.box.git("ls-tree", "main") + f"\n100644 blob {blob}\t{name}\n"
        (self.box.path / ".git" / "entries").write_text(tree)
        made = self.box.git("-c", "alias.mk=!git mktree < .git/entries", "mk")
        commit = self.box.git(*WHO, "commit-tree", "-p", "main", "-m", "From elsewhere", made)
        self.box.git("update-ref", "refs/heads/main", commit)

    def _places(self) -> list[Box]:
        return [place for place in (self.box, self.desk) if place.path.is_dir()]

    def _on_base(self, place: Box) -> bool:
        return place.git("symbolic-ref", "-q", "--short", "HEAD", check=False) == "main"

    async def edits(self, kind: int, where: int) -> None:
        """The lead leaves something uncommitted: a change, a staged change, a new file."""
        places = self._places()
        place = places[where % len(places)]
        number = next(self._numbers)
        name = ("readme.txt", "shared.txt", f"lead-{number}.txt")[kind % 3]
        path = place.write(name, f"the lead's own, {number}\n")
        if kind % 2:
            place.git("add", name)
        self.lead[str(path)] = path.read_bytes()

    async def tidies(self, _: int, __: int) -> None:
        """The lead throws these away."""
        for path in map(Path, self.lead):
            place = self.box.at(path.parent)
            place.git("reset", "-q", "--", path.name, check=False)
            if place.git("ls-files", "--", path.name):
                place.git("checkout", "-q", "--", path.name)
            else:
                path.unlink(missing_ok=True)
        self.lead.clear()

    async def walks_away(self, back: int, _: int) -> None:
        """The lead checks out another branch, or base again."""
        if not self.lead:
            words = ("main",) if back % 2 else ("-B", "elsewhere")
            self.box.git("checkout", "-q", *words, check=False)

    async def moves_desk(self, edit: int, _: int) -> None:
        """Base is checked out in a second worktree, maybe dirty there; or that one goes."""
        if self.desk.path.is_dir():
            if not any(path.startswith(str(self.desk.path)) for path in self.lead):
                self.box.git("worktree", "remove", str(self.desk.path))
            return
        if self.lead:
            return
        self.box.git("checkout", "-q", "-B", "elsewhere")
        self.box.git("worktree", "add", "-q", str(self.desk.path), "main")
        if edit % 3 == 0:
            await self.edits(edit, 1)

    async def another_pushes(self, _: int, __: int) -> None:
        """Somebody else pushes a commit to the remote's base."""
        other = self.box.at(self._there().parent / "other")
        other.git("pull", "-q", "--ff-only")
        name = f"theirs-{next(self._numbers)}.txt"
        other.write(name, "theirs\n")
        other.git("add", name)
        other.git(*WHO, "commit", "-q", "-m", "From another")
        other.git("push", "-q")

    async def brings_together(self, _: int, __: int) -> None:
        """The lead merges what others pushed, by hand where base is checked out."""
        self._there()
        for place in self._places():
            if self._on_base(place):
                place.git("fetch", "-q", "origin")
                place.git(*WHO, "merge", "-q", "--no-edit", "origin/main", check=False)
                place.git("merge", "--abort", check=False)
