"""Gathers what goes into a recording: journals, specs and views, each as its scope wants it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress

import msgspec

from wuhu_tui.core.recordings.concerning import Concerning
from wuhu_tui.core.recordings.container import ContainerWriter, Take
from wuhu_tui.core.recordings.contents import without_contents
from wuhu_tui.core.recordings.copying import Choose, JournalCopy, Tally, header_of
from wuhu_tui.core.recordings.cutting import Cut, Stretch, plan_cut
from wuhu_tui.core.recordings.manifest import (
    PROJECT,
    SNAPSHOT,
    is_session_name,
    journal_member,
    spec_member,
    state_member,
)
from wuhu_tui.core.recordings.screening import spec_oddity
from wuhu_tui.core.recordings.wishes import ExportWish, Progress
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lines import Envelope, encode_header
from wuhu_tui.journal.plain_files import SMALL, read_plain
from wuhu_tui.journal.reader import read_from, read_header
from wuhu_tui.journal.redact import Redactor
from wuhu_tui.model.errors import JournalError, NotFound
from wuhu_tui.model.project_events import ProjectOpened
from wuhu_tui.model.sessions import SessionSpec

_SPOKEN = frozenset({"agent.said", "agent.thought", "tool.output"})
"""What a time before the scope is told without: the board needs none of it."""

_TOLD_EVERY = 8 << 20
_LARGEST = 16 * SMALL


class Gathering:
    """One export's way through the journals; `tally` and `notes` tell what was seen."""

    def __init__(self, folder: ProjectFolder, wish: ExportWish, progress: Progress) -> None:
        self.tally = Tally()
        self.notes: list[str] = []
        self.redactor = Redactor(dict(os.environ))
        self.sessions: tuple[str, ...] = ()
        self.project = ""
        self.base = ""
        self._folder = folder
        self._wish = wish
        self._progress = progress
        self._done = self._total = self._told = 0

    def look(self) -> Cut:
        """Find out what there is, and where it is cut.

        Raises:
            NotFound: there is no journal, or no such session.
            JournalError: something cannot be read.
        """
        if not self._folder.journal.is_file():
            raise NotFound("there is no project's journal", where=str(self._folder.journal))
        self._read_opening()
        wanted = self._wanted()
        self._note_beside(wanted)
        cut = plan_cut(self._folder, wanted, self._wish.since, self._wish.until)
        self.sessions = tuple(name for name in wanted if name in cut.sessions)
        self._total = cut.project.size + sum(one.size for one in cut.sessions.values())
        return cut

    def write(self, writer: ContainerWriter, cut: Cut) -> None:
        """Put journals, specs and views into the recording."""
        self._add_journal(writer, PROJECT, "", cut.project)
        for name in self.sessions:
            self._add_file(writer, spec_member(name), name, required=True)
            self._add_journal(writer, journal_member(name), name, cut.sessions[name])
        if self._is_whole():
            self._add_file(writer, SNAPSHOT, "")
            for name in self.sessions:
                self._add_file(writer, state_member(name), name)
        if self.tally.unreadable:
            self.notes.append(f"{self.tally.unreadable} lines of journals that cannot be read")
        if self.tally.odd:
            self.notes.append(f"{self.tally.odd} records with ids or names that are none")

    def _is_whole(self) -> bool:
        wish = self._wish
        return not (wish.sessions or wish.since or wish.until or wish.without_files)

    def _read_opening(self) -> None:
        page = read_from(self._folder.journal, "", limit=SMALL)
        opened = next((r.event for r in page.records if isinstance(r.event, ProjectOpened)), None)
        self.project = opened.project if opened else ""
        self.base = opened.base_branch if opened else ""

    def _wanted(self) -> list[str]:
        found = self._folder.sessions.glob("*/*")
        there = {one.parent.name for one in found if one.name in ("session.json", "events.jsonl")}
        for name in self._wish.sessions:
            if name not in there:
                raise NotFound(f"there is no session {name}", remedy="see them all: wuhu sessions")
        wanted = sorted(set(self._wish.sessions) or there)
        odd = {name: words for name in wanted if (words := self._unfit(name))}
        alike = {name.lower(): name for name in wanted}
        odd |= {
            name: "its name is another's but for capital letters"
            for name in wanted
            if alike[name.lower()] != name
        }
        self.notes += [f"the session {name[:80]!r}: {words}" for name, words in odd.items()]
        return [name for name in wanted if name not in odd]

    def _unfit(self, name: str) -> str:
        """Why nobody could open a session again, in words; empty: it can be opened."""
        if not is_session_name(name):
            return "this is no name"
        files = self._folder.session(name)
        if any(path.is_symlink() for path in (files.path, files.spec, files.journal)):
            return "its files are links to somewhere else"
        try:
            return spec_oddity(read_plain(files.spec, _LARGEST), name)
        except OSError as error:
            return f"its spec cannot be read ({error.strerror or error})"

    def _note_beside(self, wanted: list[str]) -> None:
        """Tell of the sessions that judged, fixed or continued these and are not in it."""
        if not self._wish.sessions:
            return
        beside = [
            spec.id
            for spec in specs_of(self._folder)
            if spec.id not in wanted and _works_for(spec) & set(wanted)
        ]
        if beside:
            self.notes.append(f"sessions that worked for these: {', '.join(beside)}"[:2000])

    def _add_journal(
        self, writer: ContainerWriter, member: str, session: str, stretch: Stretch
    ) -> None:
        files = self._folder.session(session)
        path = files.journal if session else self._folder.journal
        header = header_of("session" if session else "project", session or self._name())
        tally = Tally()

        def write(take: Take) -> None:
            nonlocal tally
            tally = Tally()  # it may be asked for again
            if stretch.size:
                copy = JournalCopy(self.redactor, tally)
                choose = self._chosen(session, stretch, tally)
                copy.copy(path, stretch.size, header, self._told_to(take, member), choose)
            else:
                take(encode_header(header))

        writer.add(member, write)
        self.tally.join(tally)
        self._done += stretch.size
        self._told = 0

    def _name(self) -> str:
        """The name that the project's journal goes by."""
        try:
            return read_header(self._folder.journal).name
        except JournalError:
            return self.project

    def _told_to(self, take: Take, member: str) -> Take:
        """The same, telling now and then how far it is."""

        def told(piece: bytes) -> None:
            take(piece)
            self._told += len(piece)
            if self._told // _TOLD_EVERY != (self._told - len(piece)) // _TOLD_EVERY:
                share = (self._done + self._told) / max(self._total, 1)
                self._progress(member, min(share, 1.0))

        return told

    def _chosen(self, session: str, stretch: Stretch, tally: Tally) -> Choose | None:
        """What becomes of each record of a journal; None: it stays as it is."""
        changes: list[Choose] = []
        if not session and self._wish.sessions:
            changes.append(_concerning(Concerning(self.sessions, self._all_names())))
        if stretch.whole:
            changes.append(_carried(stretch))
        if self._wish.without_files:
            changes.append(lambda place, envelope, line: without_contents(envelope.type, line))
        return _counted(changes, tally) if changes else None

    def _all_names(self) -> set[str]:
        return {path.name for path in self._folder.sessions.glob("*") if path.is_dir()}

    def _add_file(
        self, writer: ContainerWriter, member: str, session: str, *, required: bool = False
    ) -> None:
        """A small file as it is, but for secrets; one that is not there is no loss."""
        path = self._folder.path / member
        try:
            content = b"" if path.is_symlink() else read_plain(path, _LARGEST)
        except OSError as error:
            if required:
                raise JournalError(
                    f"cannot be read: {error.strerror or error}", where=str(path)
                ) from error
            return
        if not content or len(content) > _LARGEST:
            return
        clean, hidden = self.redactor.line(content)
        self.tally.redactions += hidden
        writer.add(member, lambda take: take(clean))


def specs_of(folder: ProjectFolder) -> Iterator[SessionSpec]:
    """The specs of all sessions, in order of their names; one that cannot be read tells nothing."""
    for path in sorted(folder.sessions.glob("*/session.json")):
        with suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
            yield msgspec.json.decode(read_plain(path), type=SessionSpec)


def _works_for(spec: SessionSpec) -> set[str]:
    """The sessions that it was made for."""
    judged = spec.judges.session if spec.judges is not None else ""
    return {judged, spec.fixes, spec.parent} - {""}


def _counted(changes: list[Choose], tally: Tally) -> Choose:
    def choose(place: int, envelope: Envelope, line: bytes) -> bytes:
        before = line
        for change in changes:
            line = change(place, envelope, line)
            if not line:
                return b""
        if line is not before:
            tally.cuts += 1
        return line

    return choose


def _concerning(concerning: Concerning) -> Choose:
    return lambda place, envelope, line: line if concerning.passes(envelope.type, line) else b""


def _carried(stretch: Stretch) -> Choose:
    """Before the scope begins only what the board needs; after that everything."""

    def choose(place: int, envelope: Envelope, line: bytes) -> bytes:
        if place >= stretch.whole:
            return line
        if envelope.type in _SPOKEN:
            return b""
        if envelope.type == "screen.changed":
            return line if place >= stretch.screen else b""
        return without_contents(envelope.type, line) if envelope.type[:5] == "tool." else line

    return choose
