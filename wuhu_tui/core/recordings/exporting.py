"""Writes a recording: journals, views and git objects of a project in one file."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from wuhu_tui.core.recordings.container import ContainerWriter
from wuhu_tui.core.recordings.copying import JournalCopy, Tally, header_of, whole_size
from wuhu_tui.core.recordings.manifest import (
    FORMAT,
    OBJECTS,
    PROJECT,
    Manifest,
    Objects,
    Scope,
    encode_manifest,
    is_session_name,
    journal_member,
    spec_member,
)
from wuhu_tui.core.recordings.wishes import Exported, ExportWish, Progress
from wuhu_tui.journal.clock import new_id
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.plain_files import read_plain
from wuhu_tui.journal.reader import read_from, read_header
from wuhu_tui.journal.redact import Redactor
from wuhu_tui.journal.views import sync_folder
from wuhu_tui.model.errors import GitError, JournalError, NotFound, NotPossible
from wuhu_tui.model.project_events import ProjectOpened
from wuhu_tui.repo.bundles import Packed, pack_bundle
from wuhu_tui.repo.git import Git


async def export(
    folder: ProjectFolder, wish: ExportWish, target: Path, *, progress: Progress | None = None
) -> Exported:
    """Write the project, as far as `wish` goes, into the file `target`.

    The same journals give the same file. A project that is being written is taken as it is at this
    moment.

    Raises:
        NotPossible: `target` is there, and `wish` does not say to replace it.
        NotFound: no such session, or no journal.
        JournalError: a journal cannot be read, or the disk refused; nothing is left of the file.
    """
    if target.exists() and not wish.force:
        raise NotPossible(
            "there is a file of that name", where=str(target), remedy="add --force to replace it"
        )
    work = _Export(folder, wish, progress or (lambda words, share: None))
    return await _written(target, work)


async def _written(target: Path, work: _Export) -> Exported:
    """The file under its own name once it is whole."""
    draft = target.with_name(f".{target.name}.{new_id()}")
    try:
        await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
        manifest = await work.write(draft)
        size = await asyncio.to_thread(_place, draft, target)
    except OSError as error:
        raise JournalError(
            f"the recording cannot be written: {error.strerror or error}",
            where=str(target),
            remedy="free some space, or name another place: -o FILE",
        ) from error
    finally:
        with suppress(OSError):
            await asyncio.to_thread(draft.unlink, missing_ok=True)
    return Exported(path=target, size=size, manifest=manifest, warnings=manifest.notes)


def _place(draft: Path, target: Path) -> int:
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(target)
    sync_folder(target.parent)
    return target.stat().st_size


class _Export:
    """One export while it runs."""

    def __init__(self, folder: ProjectFolder, wish: ExportWish, progress: Progress) -> None:
        self._folder = folder
        self._wish = wish
        self._progress = progress
        self._redactor = Redactor(dict(os.environ))
        self._tally = Tally()
        self._notes: list[str] = []
        self._base = ""
        self._project = ""

    async def write(self, draft: Path) -> Manifest:
        """Write everything into this file."""
        sessions = await asyncio.to_thread(self._sessions)
        room = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="wuhu-export-"))
        try:
            with draft.open("xb") as file:
                os.chmod(draft, 0o600)
                writer = ContainerWriter(file)
                await asyncio.to_thread(self._journals, writer, sessions)
                packed = await self._objects(writer, room)
                manifest = self._manifest(writer, sessions, packed)
                await asyncio.to_thread(writer.finish, encode_manifest(manifest))
        finally:
            await asyncio.to_thread(shutil.rmtree, room, ignore_errors=True)
        return manifest

    def _sessions(self) -> tuple[str, ...]:
        if not self._folder.journal.is_file():
            raise NotFound("there is no project's journal", where=str(self._folder.journal))
        there = {
            one.parent.name for one in self._folder.sessions.glob("*/session.json") if one.is_file()
        }
        for name in self._wish.sessions:
            if name not in there:
                raise NotFound(f"there is no session {name}", remedy="see them all: wuhu sessions")
        wanted = set(self._wish.sessions) or there
        return tuple(sorted(name for name in wanted if is_session_name(name)))

    def _journals(self, writer: ContainerWriter, sessions: tuple[str, ...]) -> None:
        copy = JournalCopy(self._redactor, self._tally)
        self._read_opening()
        sizes = {PROJECT: whole_size(self._folder.journal)}
        sizes |= {name: whole_size(self._folder.session(name).journal) for name in sessions}
        total = max(sum(sizes.values()), 1)
        done = 0
        name = read_header(self._folder.journal).name
        header = header_of("project", name)
        writer.add(
            PROJECT, lambda take: copy.copy(self._folder.journal, sizes[PROJECT], header, take)
        )
        for session in sessions:
            done += sizes[session]
            self._progress(f"the journal of {session}", done / total)
            self._session(writer, copy, session, sizes[session])

    def _session(self, writer: ContainerWriter, copy: JournalCopy, name: str, size: int) -> None:
        files = self._folder.session(name)
        spec, _ = self._redactor.line(read_plain(files.spec))
        writer.add(spec_member(name), lambda take: take(spec))
        header = header_of("session", name)
        if size:
            writer.add(
                journal_member(name), lambda take: copy.copy(files.journal, size, header, take)
            )
        else:
            from wuhu_tui.journal.lines import encode_header

            writer.add(journal_member(name), lambda take: take(encode_header(header)))

    def _read_opening(self) -> None:
        page = read_from(self._folder.journal, "", limit=1 << 20)
        opened = next((r.event for r in page.records if isinstance(r.event, ProjectOpened)), None)
        self._project = opened.project if opened else ""
        self._base = opened.base_branch if opened else ""

    async def _objects(self, writer: ContainerWriter, room: Path) -> Packed | None:
        if self._wish.without_files:
            return None
        self._progress("the git objects", 1.0)
        target = room / OBJECTS
        try:
            packed = await pack_bundle(
                Git(self._folder.root), self._tally.ids, target, room, clean=self._clean
            )
        except GitError as error:
            self._notes.append(f"no contents of files: {error.message}")
            return None
        if packed is not None:
            with target.open("rb") as source:
                await asyncio.to_thread(writer.add_file, OBJECTS, source)
        return packed

    def _clean(self, content: bytes) -> bytes:
        return content if self._wish.with_secrets else self._redactor.output(content)

    def _manifest(
        self, writer: ContainerWriter, sessions: tuple[str, ...], packed: Packed | None
    ) -> Manifest:
        tally = self._tally
        objects = packed and Objects(
            base=self._base, shallow=packed.shallow, redacted=packed.replaced
        )
        return Manifest(
            format=FORMAT,
            wuhu=_version(),
            project=self._project,
            sessions=sessions,
            first=tally.first,
            last=tally.last,
            records=tally.records,
            scope=Scope(sessions=self._wish.sessions, files=packed is not None),
            redactions=tally.redactions,
            objects=objects,
            notes=tuple(self._notes),
            members=tuple(writer.members),
        )


def _version() -> str:
    try:
        return metadata.version("wuhu-tui")
    except metadata.PackageNotFoundError:
        return ""
