"""A structured diff as text: coloured on a terminal, plain in a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from wuhu_tui.cli.output import Painted, Part, say, say_columns
from wuhu_tui.model.diff import Diff, DiffFile, DiffLine, FileChange, LineKind
from wuhu_tui.model.errors import Conflict, NotFound
from wuhu_tui.model.safe import revealed_line
from wuhu_tui.model.value import Value

if TYPE_CHECKING:
    from wuhu_tui.core.door import CoreDoor

_COLOURS = {LineKind.ADDED: "green", LineKind.REMOVED: "red"}


class Wish(Value, frozen=True):
    """What of a session's diff is wanted."""

    since_look: bool = False
    whitespace: bool = True
    context: int = 3
    only_files: bool = False
    paths: tuple[str, ...] = ()
    """Only these files have lines; empty: all."""


async def read_diff(core: CoreDoor, session: str, wish: Wish) -> Diff:
    """The session's diff as it is wanted: all its files, with their lines unless only files are.

    Raises:
        NotFound: a path is none of its files.
        Conflict: new commits came while it was read.
    """
    since, whitespace = wish.since_look, wish.whitespace
    listing = await core.diff_listing(session, since_look=since, whitespace=whitespace)
    _check_paths(listing, session, wish.paths)
    if wish.only_files or not listing.files:
        return listing
    read = await core.diff_of(
        session,
        wish.paths or [file.path for file in listing.files],
        since_look=since,
        whitespace=whitespace,
        context=wish.context,
    )
    _check_same(listing, read, session)
    return read if wish.paths else replace(read, note=listing.note)


def _check_paths(listing: Diff, session: str, paths: tuple[str, ...]) -> None:
    known = {file.path for file in listing.files}
    odd = next((path for path in paths if path not in known), "")
    if odd:
        raise NotFound(
            f"{odd} is not in the diff",
            where=session,
            remedy=f"see its files: wuhu review {session} --files",
        )


def _check_same(listing: Diff, read: Diff, session: str) -> None:
    if read.head != listing.head:
        raise Conflict(
            f"new commits came while the diff was read: {read.head[:12]} is under review now",
            where=session,
            remedy="look again",
        )


def say_files(diff: Diff) -> None:
    """Print one line a file."""
    say_columns([_file_row(file) for file in diff.files] or [("no changes",)], indent="  ")


def say_diff(diff: Diff) -> None:
    """Print every hunk; what is hidden in a line is made visible."""
    for file in diff.files:
        say(Painted(f"\n{_title(file)}", "bold"))
        if file.note:
            say(Painted(file.note, "dim"))
        if file.binary:
            say(Painted("binary", "dim"))
        for hunk in file.hunks:
            say(Painted(hunk.header, "cyan"))
            for line in hunk.lines:
                say(_line(line))


def _file_row(file: DiffFile) -> list[Part]:
    note = f"  ({file.note})" if file.note else ""
    return [
        file.change.value,
        Painted(f"+{file.added}", "green"),
        Painted(f"−{file.removed}", "red"),
        f"{_title(file)}{note}",
    ]


def _title(file: DiffFile) -> str:
    renamed = file.change is FileChange.RENAMED and file.old_path
    path = revealed_line(file.path)
    return f"{revealed_line(file.old_path)} → {path}" if renamed else path


def _line(line: DiffLine) -> Part:
    text = line.kind.value + revealed_line(line.text)
    colour = _COLOURS.get(line.kind)
    return Painted(text, colour) if colour else text
