"""What a line of work changed, by name alone; and whether two such changes can meet at all. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from wuhu_tui.model.value import Value

NOTHING = frozenset[str]()


class Changes(Value, frozen=True):
    """Paths that differ between two trees; a rename is one removed and one added."""

    paths: frozenset[str] = NOTHING
    added: frozenset[str] = NOTHING
    removed: frozenset[str] = NOTHING
    added_under: frozenset[str] = NOTHING
    """Every folder above what was added."""
    removed_under: frozenset[str] = NOTHING

    def beside(self, other: Changes) -> Changes:
        """Both together: everything that either of them touched."""
        return Changes(
            paths=self.paths | other.paths,
            added=self.added | other.added,
            removed=self.removed | other.removed,
            added_under=self.added_under | other.added_under,
            removed_under=self.removed_under | other.removed_under,
        )


def parse_changes(output: bytes) -> Changes:
    """Reads what `git diff-tree -r --name-status --no-renames -z` writes."""
    parts = [part.decode("utf-8", "surrogateescape") for part in output.split(b"\0") if part]
    pairs = tuple(zip(parts[::2], parts[1::2], strict=True))
    added = frozenset(name for letter, name in pairs if letter == "A")
    removed = frozenset(name for letter, name in pairs if letter == "D")
    return Changes(
        paths=frozenset(name for _, name in pairs),
        added=added,
        removed=removed,
        added_under=_folders(added),
        removed_under=_folders(removed),
    )


def can_meet(one: Changes, other: Changes) -> bool:
    """Whether merging them can conflict; if not, they are done with.

    They meet in a path that both touched, where one's file is the other's folder, and where one
    may have renamed a folder into which the other put something.
    """
    if not one.paths or not other.paths:
        return False
    if not one.paths.isdisjoint(other.paths):
        return True
    return (
        _file_in_the_way(one, other)
        or _file_in_the_way(other, one)
        or _renamed_under(one, other)
        or _renamed_under(other, one)
    )


def _file_in_the_way(one: Changes, other: Changes) -> bool:
    return not one.added.isdisjoint(other.added_under)


def _renamed_under(one: Changes, other: Changes) -> bool:
    """Whether `one` took files from a folder, and others elsewhere, in which `other` added some."""
    if not one.removed or not one.added or not other.added:
        return False
    return not one.removed_under.isdisjoint(other.added_under)


def _folders(paths: Iterable[str]) -> frozenset[str]:
    """Every folder above these paths but the top, which is never renamed."""
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return frozenset(found)
