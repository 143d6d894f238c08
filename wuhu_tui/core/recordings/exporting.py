"""Writes a recording: journals, views and git objects of a project in one file."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from wuhu_tui.core.recordings.container import ContainerWriter
from wuhu_tui.core.recordings.gathering import Gathering
from wuhu_tui.core.recordings.manifest import (
    FORMAT,
    OBJECTS,
    Manifest,
    Objects,
    Scope,
    encode_manifest,
)
from wuhu_tui.core.recordings.refusals import not_written, taken
from wuhu_tui.core.recordings.wishes import Exported, ExportWish, Progress, check_wish
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.views import place
from wuhu_tui.model.errors import GitError
from wuhu_tui.repo.bundles import LARGE, Packed, newest_named, pack_bundle
from wuhu_tui.repo.git import Git

_SHOWN = 5
_ROOM = ".wuhu-export-"
_DRAFT = "recording"
_LEFT_BEHIND = 86_400.0


async def export(
    folder: ProjectFolder, wish: ExportWish, target: Path, *, progress: Progress | None = None
) -> Exported:
    """Write the project, as far as `wish` goes, into the file `target`.

    The same journals and repository give the same file. A project that is being written is taken
    as it is at this moment.

    Raises:
        NotPossible: `target` is there, and `wish` does not say to replace it.
        NotFound: no such session, or no journal.
        UsageError: the time ends before it begins.
        JournalError: a journal cannot be read, or the disk refused; nothing is left of the file.
    """
    check_wish(wish)
    if await asyncio.to_thread(os.path.lexists, target) and not wish.force:
        raise taken(target)
    work = _Export(folder, wish, progress or (lambda words, share: None))
    try:
        room = await asyncio.to_thread(_make_room, target.parent)
        try:
            manifest = await work.write(room)
            size = await asyncio.to_thread(place, room / _DRAFT, target)
        finally:
            await asyncio.to_thread(shutil.rmtree, room, ignore_errors=True)
    except OSError as error:
        raise not_written(target, error) from error
    return Exported(path=target, size=size, manifest=manifest, warnings=manifest.notes)


def _make_room(folder: Path) -> Path:
    """A folder beside the file, for all that is written until it is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"{_ROOM}*"):
        with suppress(OSError):  # what a killed export left
            if time.time() - old.lstat().st_mtime > _LEFT_BEHIND:
                shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=_ROOM, dir=folder))


class _Export:
    """One export while it runs."""

    def __init__(self, folder: ProjectFolder, wish: ExportWish, progress: Progress) -> None:
        self._git = Git(folder.root)
        self._wish = wish
        self._progress = progress
        self._gathering = Gathering(folder, wish, progress)

    async def write(self, room: Path) -> Manifest:
        """Write everything into a file in this folder."""
        cut = await asyncio.to_thread(self._gathering.look)
        return await self._fill(room, lambda writer: self._gathering.write(writer, cut))

    async def _fill(self, room: Path, journals: Callable[[ContainerWriter], None]) -> Manifest:
        with await asyncio.to_thread((room / _DRAFT).open, "xb") as file:
            os.fchmod(file.fileno(), 0o600)
            writer = ContainerWriter(file)
            try:
                await asyncio.to_thread(journals, writer)
                packed = await self._objects(writer, room)
                manifest = self._manifest(writer, packed)
                await asyncio.to_thread(writer.finish, encode_manifest(manifest))
            except BaseException:
                writer.abandon()
                raise
        return manifest

    async def _objects(self, writer: ContainerWriter, room: Path) -> Packed | None:
        """Put the git objects in that the journals name."""
        notes, base = self._gathering.notes, self._gathering.base
        if self._wish.without_files:
            notes.append("contents of files: it was asked for without them")
            return None
        self._progress("git objects", 1.0)
        ids, target = self._gathering.tally.ids, room / OBJECTS
        try:
            tip = await newest_named(self._git, base, ids) if base.isascii() else ""
            heads = {base: tip} if tip else {}
            packed = await pack_bundle(self._git, ids, target, room, heads=heads, clean=self._clean)
        except GitError as error:
            notes.append(f"contents of files: {error.message}"[:2000])
            return None
        return await self._added(writer, packed, target)

    async def _added(
        self, writer: ContainerWriter, packed: Packed | None, target: Path
    ) -> Packed | None:
        """The bundle, unless what it says cannot be shown."""
        notes = self._gathering.notes
        if packed is None:
            notes.append("contents of files: the repository holds no commit that the journals name")
            return None
        if packed.spoken:
            notes.append(
                "contents of files: a commit's message or a file's name holds what looks like a"
                f" secret ({packed.spoken[0][:12]}; --with-secrets takes all of them in as they are)"
            )
            return None
        if packed.hidden:
            notes.append(_hidden_words(packed.hidden))
        await asyncio.to_thread(_add, writer, target)
        return packed

    def _clean(self, content: bytes) -> bytes:
        return content if self._wish.with_secrets else self._gathering.redactor.output(content)

    def _manifest(self, writer: ContainerWriter, packed: Packed | None) -> Manifest:
        gathering, wish, tally = self._gathering, self._wish, self._gathering.tally
        objects = packed and Objects(
            base=packed.branch, shallow=packed.shallow, replaced=packed.replaced
        )
        scope = Scope(
            sessions=tuple(sorted(set(wish.sessions))),
            since=wish.since,
            until=wish.until,
            files=packed is not None,
        )
        return Manifest(
            format=FORMAT,
            wuhu=_version(),
            project=gathering.redactor.text(gathering.project)[0][:2000],
            sessions=gathering.sessions,
            first=tally.first,
            last=tally.last,
            records=tally.records,
            scope=scope,
            redactions=tally.redactions,
            cuts=tally.cuts,
            objects=objects or None,
            notes=tuple(gathering.redactor.text(note)[0] for note in gathering.notes),
            members=tuple(writer.members),
        )


def _add(writer: ContainerWriter, bundle: Path) -> None:
    with bundle.open("rb") as source:
        writer.add_file(OBJECTS, source)


def _hidden_words(paths: tuple[str, ...]) -> str:
    shown = ", ".join(path[:200] or "?" for path in paths[:_SHOWN])
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return (
        f"secrets in files, and files of more than {LARGE >> 20} MB: {shown}{more}; another content"
        " stands in their place"
    )


def _version() -> str:
    try:
        return metadata.version("wuhu-tui")
    except metadata.PackageNotFoundError:
        return ""
