"""The journals of a recording: how long each is, and what the project's own tells of the others."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from wuhu_tui.core.journal_scan import scan
from wuhu_tui.core.replay.clocks import shift_of
from wuhu_tui.core.replay.probing import times_of
from wuhu_tui.core.replay.strand import BEGINNING, Reached, Strand
from wuhu_tui.journal.ending import find_ending
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.plain_files import open_plain
from wuhu_tui.model.causes import Judged, Place, judgement_behind, letter_behind, places_behind
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.project_events import LetterPosted, SessionInstantiated, SessionMoved
from wuhu_tui.model.records import Record
from wuhu_tui.model.states import SessionState

PROOFS = 4
"""Records of a session, the first that the project speaks of, that its clock is held against."""

_ARCHIVED = SessionState.ARCHIVED
_JUDGED = "judgement.made"


_FILE = "events.jsonl"


class Stamp(NamedTuple):
    """A journal's file as it was at the last look; equal stamps mean equal content."""

    size: int = 0
    device: int = 0
    inode: int = 0
    written: int = 0


class Journals:
    """All journals as long as they were at the last look; the project's has an empty name.

    `born` is the seq of each session's instantiation in the project's journal. `sessions` narrows
    what is told to these; the project's own journal is always told. `replaced`: one of them is not
    what it was, so nothing that was told counts; `forget` begins anew. `shifted_anew`: sessions
    whose clocks turned out to be off since they were told.
    """

    def __init__(self, folder: ProjectFolder, sessions: Collection[str] = ()) -> None:
        self.folder = folder
        self.limits: dict[str, int] = {}
        self.stamps: dict[str, Stamp] = {}
        self.born: dict[str, int] = {}
        self.replaced = False
        self.shifted_anew: set[str] = set()
        self._sessions = str(folder.sessions)
        self._wanted = frozenset(sessions)
        self._letters: dict[str, int] = {}
        self._born_at: dict[str, datetime] = {}
        self._spoken: dict[str, list[tuple[int, datetime]]] = {}
        self._shifts: dict[str, timedelta] = {}
        self._spoken_anew: set[str] = set()
        self._archived: set[str] = set()
        self._facts: Strand | None = None
        self._newest: dict[str, tuple[int, int]] = {}
        self._judgements: dict[str, tuple[int, dict[str, int]]] = {}

    def look(self, names: Collection[str] | None = None) -> bool:
        """See how long the journals are now, all or only these; whether one changed.

        Sessions come first: what they tell rests on what the project had written before.
        """
        before = dict(self.limits)
        for name in self._names() if names is None else names:
            if name:
                self._measure(name)
        self._measure("")
        self._take_facts()
        self._prove_anew()
        return self.limits != before

    def lively(self) -> list[str]:
        """Sessions that are not archived, as far as the project's journal tells."""
        known = dict.fromkeys((*self.born, *self.limits))
        names = [name for name in known if name and name not in self._archived]
        return [name for name in names if not self._wanted or name in self._wanted]

    def forget(self) -> None:
        """A journal was replaced: nothing that was found out counts any more."""
        kept: dict[str, Any]
        for kept in (self.born, self._born_at, self._letters, self._spoken, self._shifts):
            kept.clear()
        self._archived.clear()
        self._spoken_anew.clear()
        self.shifted_anew.clear()
        self.stamps.clear()
        self.replaced = False
        self._facts = None
        self.limits.clear()
        self.look()

    def path(self, name: str) -> Path:
        """Where a journal lies."""
        return self.folder.session(name).journal if name else self.folder.journal

    def strand(self, name: str, offset: int, seq: int) -> Strand:
        """A journal from a place on."""
        return Strand(name, self.path(name), self.limits[name], Reached(offset, seq))

    def shifted(self, name: str, time: datetime) -> datetime:
        """A record's time by the one clock, the project's."""
        shift = self.shift(name)
        if not shift:
            return time
        try:
            return time + shift
        except OverflowError:
            return time

    def shift(self, name: str) -> timedelta:
        """How far a session's clock is behind the project's, as far as its beginning proves it."""
        known = self._shifts.get(name)
        if known is not None:
            return known
        first = self.strand(name, *BEGINNING).head if name else None
        if first is None:
            return timedelta()
        self._shifts[name] = found = self._proven_shift(name, first.ts)
        return found

    def _proven_shift(self, name: str, first: datetime) -> timedelta:
        spoken = self._spoken.get(name, [])
        seqs = tuple(seq for seq, _ in spoken)
        times = times_of(self.path(name), self.limits[name], seqs)
        known = [(at, told) for at, (_, told) in zip(times, spoken, strict=True) if at]
        return shift_of(self._born_at.get(name), first, known)

    def _prove_anew(self) -> None:
        """Hold clocks against what the project's journal has said since."""
        for name in self._spoken_anew & self._shifts.keys():
            before = self._shifts.pop(name)
            if self.shift(name) != before:
                self.shifted_anew.add(name)
        self._spoken_anew.clear()

    def causes(self, record: Record) -> tuple[Place, ...]:
        """The records of other journals that must come before this one."""
        if record.session:
            seq = self._letters.get(letter_behind(record.event), 0)
            return (Place("", seq),) if seq else ()
        judged = judgement_behind(record.event)
        if judged is not None:
            return self._judgement(judged)
        return places_behind(record.event)

    def tells(self, place: Place) -> bool:
        """Whether a journal has such a record, or a later one."""
        return self._newest_seq(place.session) >= place.seq

    def _names(self) -> Iterator[str]:
        try:
            with os.scandir(self.folder.sessions) as entries:
                names = sorted(entry.name for entry in entries if entry.is_dir())
        except OSError:
            return
        for name in names:
            if not self._wanted or name in self._wanted:
                yield name

    def _measure(self, name: str) -> None:
        """See how long a journal is."""
        try:
            found = (Path(self._sessions, name, _FILE) if name else self.folder.journal).stat()
            now = Stamp(found.st_size, found.st_dev, found.st_ino, found.st_mtime_ns)
        except OSError:
            now = Stamp()
        before = self.stamps.get(name, Stamp())
        is_other = (before.device, before.inode) != (now.device, now.inode)
        self.replaced = self.replaced or now.size < before.size or (before.size > 0 and is_other)
        self.stamps[name] = now
        if now.size or not name or name in self.limits:
            self.limits[name] = now.size

    def _take_facts(self) -> None:
        """Read on in the project's journal who was made and which letters were posted."""
        reached = self._facts.reached if self._facts else BEGINNING
        self._facts = self.strand("", *reached)
        while self._facts.head is not None:
            line = self._facts.take()
            if line.record is not None:
                self._take_fact(line.record)

    def _take_fact(self, record: Record) -> None:
        event = record.event
        if isinstance(event, SessionInstantiated) and event.spec.id not in self.born:
            self.born[event.spec.id] = record.seq
            self._born_at[event.spec.id] = record.ts
        elif isinstance(event, LetterPosted):
            self._letters.setdefault(event.letter.id, record.seq)
        elif isinstance(event, SessionMoved):
            moved = self._archived.add if event.after is _ARCHIVED else self._archived.discard
            moved(event.session)
        for place in places_behind(event):
            spoken = self._spoken.setdefault(place.session, [])
            if len(spoken) < PROOFS:
                spoken.append((place.seq, record.ts))
                self._spoken_anew.add(place.session)

    def _newest_seq(self, name: str) -> int:
        limit = self.limits.get(name, 0)
        known, seq = self._newest.get(name, (-1, 0))
        if known == limit:
            return seq
        seq = self._last_seq(name) if limit else 0
        self._newest[name] = (limit, seq)
        return seq

    def _last_seq(self, name: str) -> int:
        try:
            descriptor = open_plain(self.path(name))
        except OSError:
            return 0
        try:
            return find_ending(descriptor, str(self.path(name))).last.seq
        except (OSError, JournalError):
            return 0
        finally:
            os.close(descriptor)

    def _judgement(self, judged: Judged) -> tuple[Place, ...]:
        name = judged.session
        if name not in self.limits:
            return ()
        known, made = self._judgements.get(name, (-1, {}))
        if known != self.limits[name]:
            made = self._judgements_of(name)
            self._judgements[name] = (self.limits[name], made)
        seq = made.get(judged.head, 0)
        return (Place(name, seq),) if seq else ()

    def _judgements_of(self, name: str) -> dict[str, int]:
        """The first judgement of each commit; judges' journals are short."""
        found: dict[str, int] = {}
        try:
            records = scan(self.path(name), name, [_JUDGED]).records
        except JournalError:
            return found
        for record in records:
            found.setdefault(record.event.verdict.head, record.seq)
        return found
