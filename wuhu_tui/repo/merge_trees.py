"""What merging two commits would say, without a worktree and without leaving anything behind."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from wuhu_tui.model.collisions import CollidingFile
from wuhu_tui.model.value import Value
from wuhu_tui.repo.conflict_spans import Sides, changed_spans, spans_of
from wuhu_tui.repo.git import LONG, Git
from wuhu_tui.repo.patches import readable
from wuhu_tui.repo.plain_merges import plain_options
from wuhu_tui.repo.radar_room import PLAIN
from wuhu_tui.repo.refusals import refused

LARGEST = 2**20
"""Bytes of a file whose lines are told."""

MOST_FILES = 200
"""Files of one conflict that are told."""

_KIND = re.compile(r"CONFLICT \(([^)]+)\)")
_BINARY = "binary"
_LINKED = "160000"

Pair = tuple[str, str]


class Merging(Value, frozen=True):
    """What one merge would come to: the files in conflict, or why it could not be tried."""

    files: tuple[CollidingFile, ...] = ()
    refused: str = ""
    remedy: str = ""

    def turned(self) -> Merging:
        """The same, told from the other side."""
        files = (
            replace(file, lines=file.lines_there, lines_there=file.lines, path_there="")
            for file in self.files
        )
        return replace(self, files=tuple(files))


class _Entry(Value, frozen=True):
    """One version of a file in conflict: stage 1 is where they parted, 2 the first, 3 the second."""

    mode: str
    blob: str
    stage: int
    path: bytes


class _Tried(Value, frozen=True):
    """What git said of one merge."""

    pair: Pair
    tree: str = ""
    entries: tuple[_Entry, ...] = ()
    kinds: dict[bytes, str] = {}
    refused: str = ""
    remedy: str = ""


async def try_merges(
    git: Git, pairs: Sequence[Pair], *, batch: bool = False, lines: bool = True
) -> list[Merging]:
    """Merge each pair of commits, the second into the first, as their landing would.

    `git` writes its objects aside. `batch`: one process does them all (git 2.39 and newer).
    """
    options = (*PLAIN, *await plain_options(git))
    tried = await _tried_at_once(git, pairs, options) if batch and len(pairs) > 1 else []
    tried += [await _tried(git, pair, options) for pair in pairs[len(tried) :]]
    contents = await _contents(git, tried) if lines else {}
    return await asyncio.to_thread(lambda: [_merging(one, contents) for one in tried])


_WORDS = ("merge-tree", "--write-tree", "-z")


async def _tried_at_once(git: Git, pairs: Sequence[Pair], options: tuple[str, ...]) -> list[_Tried]:
    """As many as git came to: one that cannot be merged at all ends it."""
    lines = "".join(f"{first} {second}\n" for first, second in pairs)
    words = (*options, "merge-tree", "--stdin", "-z")
    answer = await git.look(*words, given=lines.encode(), deadline=LONG)
    parts = answer.output.split(b"\0")
    found: list[_Tried] = []
    at = 0
    try:
        for pair in pairs:
            if parts[at] not in (b"0", b"1"):
                break
            clean = parts[at] == b"1"
            one, at = _read(pair, parts, at + 1, clean=clean)
            found.append(one)
    except IndexError:
        return found
    return found


async def _tried(git: Git, pair: Pair, options: tuple[str, ...]) -> _Tried:
    answer = await git.look(*options, *_WORDS, *pair)
    if answer.code > 1 or (answer.code == 1 and not answer.output):
        error = refused(_WORDS, answer.words, git.folder)
        return _Tried(pair=pair, refused=error.message, remedy=error.remedy)
    parts = (answer.output + b"\0").split(b"\0")
    return _read(pair, parts, 0, clean=answer.code == 0)[0]


def _read(pair: Pair, parts: list[bytes], at: int, *, clean: bool) -> tuple[_Tried, int]:
    """One merge from git's output, and where the next begins."""
    tree = parts[at].decode()
    at += 1
    entries: list[_Entry] = []
    while parts[at]:
        entries.append(_entry(parts[at]))
        at += 1
    at += 1
    kinds: dict[bytes, str] = {}
    while not clean and parts[at].isdigit():  # some git ends with advice on submodules instead
        count = int(parts[at])
        paths = parts[at + 1 : at + 1 + count]
        kind, message = parts[at + 1 + count : at + 3 + count]
        _note(kinds, paths, kind.decode(), message.decode("utf-8", "replace"))
        at += 3 + count
    return _Tried(pair=pair, tree=tree, entries=tuple(entries), kinds=kinds), at + (not clean)


def _entry(part: bytes) -> _Entry:
    head, _, path = part.partition(b"\t")
    mode, blob, stage = head.decode().split()
    return _Entry(mode=mode, blob=blob, stage=int(stage), path=path)


def _note(kinds: dict[bytes, str], paths: Sequence[bytes], kind: str, message: str) -> None:
    """What kind of conflict each path has; the first word on a path counts, but for binaries."""
    found = _KIND.match(message) or _KIND.match(kind)
    if found is None:
        return
    word = _word(_BINARY if _BINARY in kind else found[1])
    for path in paths:
        if word == _BINARY or path not in kinds:
            kinds[path] = word


def _word(kind: str) -> str:
    if kind == "contents":
        return "content"
    return "submodule" if kind.startswith("submodule") else kind


async def nested_attributes(git: Git, tree: str) -> dict[str, bytes]:
    """The `.gitattributes` of a tree's folders; that of its top git finds by itself."""
    output = await git.read_bytes("ls-tree", "-r", "--name-only", "-z", "--full-tree", tree)
    names = [name for name in output.split(b"\0") if name.endswith(b"/.gitattributes")]
    found = {}
    for name in names[:MOST_FILES]:
        path = name.decode("utf-8", "surrogateescape")
        found[path] = await git.read_bytes("cat-file", "blob", f"{tree}:{path}")
    return found


# the lines


async def _contents(git: Git, tried: Sequence[_Tried]) -> dict[str, bytes]:
    """The files in conflict, of every stage and as git merged them, by what names them."""
    names = dict.fromkeys(name for one in tried for name in _wanted(one))
    if not names:
        return {}
    small = await _small(git, list(names))
    given = b"".join(name.encode("utf-8", "surrogateescape") + b"\n" for name in small)
    answer = await git.look("cat-file", "--batch", given=given, deadline=LONG)
    return dict(zip(small, _blobs(answer.output), strict=False))


def _wanted(one: _Tried) -> Iterator[str]:
    """Names of objects; a path that holds a newline cannot be asked for."""
    for path, versions in _by_path(one):
        if all(entry.mode != _LINKED for entry in versions) and b"\n" not in path:
            yield from (entry.blob for entry in versions)
            yield _merged_name(one, path)


def _merged_name(one: _Tried, path: bytes) -> str:
    return f"{one.tree}:{path.decode('utf-8', 'surrogateescape')}"


def _by_path(one: _Tried) -> Iterator[tuple[bytes, tuple[_Entry, ...]]]:
    paths = list(dict.fromkeys(entry.path for entry in one.entries))[:MOST_FILES]
    for path in paths:
        yield path, tuple(entry for entry in one.entries if entry.path == path)


async def _small(git: Git, names: list[str]) -> list[str]:
    given = b"".join(name.encode("utf-8", "surrogateescape") + b"\n" for name in names)
    words = ("cat-file", "--batch-check=%(objecttype) %(objectsize)")
    answer = await git.look(*words, given=given, deadline=LONG)
    lines = answer.output.split(b"\n")
    return [name for name, line in zip(names, lines, strict=False) if _is_small(line)]


def _is_small(line: bytes) -> bool:
    kind, _, size = line.partition(b" ")
    return kind == b"blob" and size.isdigit() and int(size) <= LARGEST


def _blobs(output: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(output):
        line, _, _ = output[at : at + 200].partition(b"\n")
        size = int(line.split()[-1])
        at += len(line) + 1
        yield output[at : at + size]
        at += size + 1


def _merging(one: _Tried, contents: dict[str, bytes]) -> Merging:
    files = [_file(one, path, versions, contents) for path, versions in _by_path(one)]
    named = {path for path, _ in _by_path(one)}
    files += [
        CollidingFile(path=readable(path), kind=kind)
        for path, kind in one.kinds.items()
        if path not in named and not one.entries
    ]
    return Merging(files=tuple(files), refused=one.refused, remedy=one.remedy)


def _file(
    one: _Tried, path: bytes, versions: tuple[_Entry, ...], contents: dict[str, bytes]
) -> CollidingFile:
    kind = one.kinds.get(path, "content")
    sides = _sides(one, path, versions, contents) if kind != _BINARY else Sides()
    name = readable(path)
    return CollidingFile(
        path=name,
        kind=kind,
        lines=sides.lines,
        lines_there=sides.lines_there,
        path_there=sides.path_there if sides.path_there not in ("", name) else "",
    )


def _sides(
    one: _Tried, path: bytes, versions: tuple[_Entry, ...], contents: dict[str, bytes]
) -> Sides:
    stages = {entry.stage: contents.get(entry.blob) for entry in versions}
    before, ours, theirs = (stages.get(stage) for stage in (1, 2, 3))
    merged = contents.get(_merged_name(one, path))
    if merged is not None and ours is not None and theirs is not None:
        found = spans_of(merged, ours, theirs, one.pair)
        if found.lines or found.lines_there:
            return found
    if before is None:
        return Sides()
    return Sides(
        lines=changed_spans(before, ours) if ours is not None else (),
        lines_there=changed_spans(before, theirs) if theirs is not None else (),
    )
