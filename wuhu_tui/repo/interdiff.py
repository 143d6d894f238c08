"""What changed since a look: by content, also where the work was rebased, amended or squashed."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from wuhu_tui.model.diff import Diff, DiffFile, FileChange
from wuhu_tui.model.errors import GitError
from wuhu_tui.model.value import Value
from wuhu_tui.repo.git import Git
from wuhu_tui.repo.listing import Reading, changed_entries, listed, marked_whole, read_files
from wuhu_tui.repo.plain_merges import Tried, plain_options, try_merge
from wuhu_tui.repo.quarantine import quarantine
from wuhu_tui.repo.repository import Repository

_WHOLE = "what you saw cannot be carried onto the new base: all of it is shown"
_UNDONE = "you saw changes here that the work does not make any more"
_LOST = "the commit you looked at is gone: all of it is shown"


class Way(Value, frozen=True):
    """From what was seen, `old_base..old_head`, to what lies there now."""

    old_base: str
    old_head: str
    new_base: str
    new_head: str


async def changed_since(
    repository: Repository, way: Way, reading: Reading, *, paths: Collection[str] | None = None
) -> Diff:
    """What the work changes now and did not change when it was seen, and the other way round.

    What was seen is carried onto the new base first, so that nothing of base's own shows. Without
    `paths` no lines are read. Nothing stays in the repository.
    """
    trees = await _trees(repository.git, way)
    if len(trees) < len(_names(way)):
        return await _all(repository.git, way, reading, paths, _LOST)
    if trees[way.old_base] == trees[way.new_base]:
        found = await _between(repository.git, way.old_head, way.new_head, reading, paths)
        return replace(found, since=way.old_head)
    try:
        return await _across(repository, way, reading, paths)
    except (GitError, OSError) as error:
        why = error.message if isinstance(error, GitError) else str(error.strerror)
        note = f"what changed since you looked cannot be told ({why}): all of it is shown"
        return await _all(repository.git, way, reading, paths, note)


def _names(way: Way) -> tuple[str, ...]:
    return tuple(dict.fromkeys((way.old_base, way.old_head, way.new_base, way.new_head)))


async def _trees(git: Git, way: Way) -> dict[str, str]:
    """The tree of each commit that is still there."""
    names = _names(way)
    given = "".join(f"{name}^{{tree}}\n" for name in names).encode()
    answer = await git.read("cat-file", "--batch-check", given=given)
    parted = (line.split(" ") for line in answer.splitlines())
    found = (part[0] if part[1:2] == ["tree"] else "" for part in parted)
    return {name: tree for name, tree in zip(names, found, strict=True) if tree}


async def _all(
    git: Git, way: Way, reading: Reading, paths: Collection[str] | None, note: str
) -> Diff:
    return replace(await _between(git, way.new_base, way.new_head, reading, paths), note=note)


async def _between(
    git: Git, old: str, new: str, reading: Reading, paths: Collection[str] | None
) -> Diff:
    if paths is None:
        return await listed(git, old, new, reading)
    return await read_files(git, old, new, paths, reading)


async def _across(
    repository: Repository, way: Way, reading: Reading, paths: Collection[str] | None
) -> Diff:
    async with quarantine(repository) as aside:
        git = Git(repository.root, environment=aside.environment)
        carried = await _carry(git, way)
        if carried.clashes:
            found = await _with_conflicts(git, way, carried, reading, paths)
        else:
            found = await _between(git, carried.tree, way.new_head, reading, paths)
    return replace(found, base=way.new_base, since=way.old_head)


async def _with_conflicts(
    git: Git, way: Way, carried: Tried, reading: Reading, paths: Collection[str] | None
) -> Diff:
    """What is sure from what was carried; of the rest all that the work changes now."""
    told = (await listed(git, carried.tree, way.new_head, reading)).files
    whole = (await listed(git, way.new_base, way.new_head, reading)).files
    names = {clash.path for clash in carried.clashes}
    names |= {name for file in told if _is_of(file, names) for name in _names_of(file)}
    unsure = {file.path for file in whole if _is_of(file, names)}
    sure = {file.path for file in told if not _is_of(file, names)} - unsure
    seen = {entry.path for entry in await changed_entries(git, way.old_base, way.old_head)}
    left = {name for file in whole for name in _names_of(file)}
    undone = {name for name in (names | _original(names)) & seen if name not in left}
    if paths is not None:
        wanted = frozenset(paths)
        told = (await read_files(git, carried.tree, way.new_head, sure & wanted, reading)).files
        read = await read_files(git, way.new_base, way.new_head, unsure & wanted, reading)
        whole, undone = read.files, undone & wanted
    files = [
        *(file for file in told if file.path in sure),
        *marked_whole((file for file in whole if file.path in unsure), _WHOLE),
        *map(_gone, undone),
    ]
    return Diff(base="", head=way.new_head, files=tuple(sorted(files, key=lambda file: file.path)))


async def _carry(git: Git, way: Way) -> Tried:
    """What was seen, merged with the new base as if both had parted at the old one.

    Files that clash are not to be trusted.
    """
    options = await plain_options(git)
    return await try_merge(git, way.new_base, way.old_head, options, start=way.old_base)


def _is_of(file: DiffFile, names: Collection[str]) -> bool:
    return any(name in names for name in _names_of(file))


def _names_of(file: DiffFile) -> tuple[str, ...]:
    return (file.path, file.old_path) if file.old_path else (file.path,)


def _original(names: Collection[str]) -> set[str]:
    """The files that git gave other names, with a commit behind a `~`, to tell two sides apart."""
    return {name.rpartition("~")[0] for name in names if "~" in name}


def _gone(path: str) -> DiffFile:
    """A file in conflict that the work does not change any more: that is a change as well."""
    return DiffFile(path=path, old_path=path, change=FileChange.MODIFIED, whole=True, note=_UNDONE)
