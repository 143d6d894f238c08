"""Journals: damaged lines, a newer format, and clocks that jumped."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from wuhu_tui.core.doctor.aside import aside
from wuhu_tui.core.doctor.check import Check, could_not_look, trouble
from wuhu_tui.core.doctor.patient import Patient
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lines import BadLine, Envelope, decode_envelope
from wuhu_tui.journal.reader import read_header
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.health import Observation
from wuhu_tui.model.quantities import counted, few, span
from wuhu_tui.model.records import FORMAT_VERSION
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import Value

NAME = "journals"
CLOCK = "clock"

END = 1 << 17
"""Bytes at a journal's end that are looked at, unless the look is deep."""

BACK = timedelta(seconds=5)
"""How far a clock may go back between two records: several processes stamp them."""

AHEAD = timedelta(minutes=2)
"""How far in the future a record may be."""

PROJECT = "the project's journal"


class Seen(Value, frozen=True):
    """One journal as it lies there."""

    name: str
    """The session's id; empty: the project's."""
    refused: str = ""
    """Why it cannot be read."""
    remedy: str = ""
    quarantined: int = 0
    quarantine: str = ""
    """Where damaged lines are kept."""
    unseen: str = ""
    """Why nobody knows whether there are any."""


class Stamps(Value, frozen=True):
    """When the newest records of one journal were written, in their order."""

    name: str
    moments: tuple[tuple[str, datetime], ...] = ()
    """Each record's place and time."""
    unseen: str = ""
    """Why its records could not be read."""


def judge(journals: Iterable[Seen]) -> list[Observation]:
    """Journals that cannot be read, and lines that were set aside."""
    found = []
    for one in journals:
        name = one.name or PROJECT
        if one.refused:
            text = f"{name} cannot be read: {one.refused}"
            found.append(trouble(NAME, one.name, text, repair=one.remedy, session=one.name))
        if one.unseen:
            found.append(could_not_look(NAME, f"{one.quarantine}: {one.unseen}", subject=one.name))
        if one.quarantined:
            lines = counted(one.quarantined, "damaged line")
            text = f"{name}: {lines} set aside, as they were"
            look = f"less {shlex.quote(one.quarantine)}"
            found.append(
                trouble(NAME, one.name, text, kind="damaged", repair=look, session=one.name)
            )
    return found


def judge_clock(journals: Iterable[Stamps], now: datetime) -> list[Observation]:
    """Times that go back, or that are still to come; one line for each."""
    journals = list(journals)
    back = [told for one in journals if (told := _went_back(one))]
    ahead = [told for one in journals if (told := _is_ahead(one, now))]
    found = [
        could_not_look(CLOCK, f"{one.name or PROJECT}: {one.unseen}", subject=one.name or "project")
        for one in journals
        if one.unseen
    ]
    if back:
        text = f"the clock was set back: {few(back)}"
        found.append(trouble(CLOCK, "", f"{text}; order is kept by number, ages there are wrong",
                             kind="back", repair="timedatectl"))  # fmt: skip
    if ahead:
        text = f"records from the future: {few(ahead)}; deadlines wait for that moment"
        found.append(trouble(CLOCK, "", text, kind="ahead", repair="timedatectl"))
    return found


def _went_back(journal: Stamps) -> str:
    moments = journal.moments
    jumps = [
        (before - after, place)
        for (_, before), (place, after) in pairwise(moments)
        if before - after > BACK
    ]
    if not jumps:
        return ""
    length, place = max(jumps)
    return f"by {span(length)} at record {place} of {journal.name or PROJECT}"


def _is_ahead(journal: Stamps, now: datetime) -> str:
    latest = max((moment for _, moment in journal.moments), default=now)
    return f"{journal.name or PROJECT} by {span(latest - now)}" if latest - now > AHEAD else ""


def _journals(folder: ProjectFolder, board: Board, *, deep: bool) -> list[tuple[str, Path]]:
    """The project's journal, and those of sessions that are not archived."""
    off = {name for name, view in board.sessions.items() if view.state is SessionState.ARCHIVED}
    places = sorted(folder.sessions.iterdir()) if folder.sessions.is_dir() else []
    names = [place.name for place in places if deep or place.name not in off]
    return [("", folder.journal), *((name, folder.session(name).journal) for name in names)]


def look_at(folder: ProjectFolder, board: Board, *, deep: bool = False) -> list[Seen]:
    """Look at headers and at what was set aside."""
    return [_seen(name, path) for name, path in _journals(folder, board, deep=deep)]


def _seen(name: str, path: Path) -> Seen:
    kept = path.with_suffix(".quarantine")
    quarantined, unseen = _lines_in(kept)
    refused, remedy = _refused(path) if path.exists() else ("", "")
    if not name and not path.exists():
        refused, remedy = "it is not there", "wuhu init"
    return Seen(
        name=name,
        refused=refused,
        remedy=remedy,
        quarantined=quarantined,
        quarantine=str(kept),
        unseen=unseen,
    )


def _lines_in(path: Path) -> tuple[int, str]:
    """How many lines a file has, and why that cannot be told."""
    if not path.is_file():
        return 0, ""
    try:
        with path.open("rb") as file:
            chunks = iter(lambda: file.read(1 << 20), b"")
            return sum(chunk.count(b"\n") for chunk in chunks), ""
    except OSError as error:
        return 0, error.strerror or str(error)


def _refused(path: Path) -> tuple[str, str]:
    """Why a journal cannot be read, and the command that helps; empty: it can."""
    if not path.is_file():
        return "it is no plain file", f"ls -l {shlex.quote(str(path))}"
    try:
        read_header(path)
    except JournalError as error:
        if isinstance(error.__cause__, BadLine):
            return "", ""  # its records can be read all the same
        newer = f"up to {FORMAT_VERSION}" in error.message
        return error.message, "pip install --upgrade wuhu-tui" if newer else f"ls -l {path}"
    return "", ""


def stamps_in(folder: ProjectFolder, board: Board, *, deep: bool = False) -> list[Stamps]:
    """The times in the ends of all journals; all of them in a deep look."""
    limit = 0 if deep else END
    return [_stamps(name, path, limit) for name, path in _journals(folder, board, deep=deep)]


def _stamps(name: str, path: Path, limit: int) -> Stamps:
    try:
        return Stamps(name=name, moments=_moments(path, limit))
    except OSError as error:
        return Stamps(name=name, unseen=error.strerror or str(error))


def _moments(path: Path, limit: int) -> tuple[tuple[str, datetime], ...]:
    if not path.is_file():
        return ()
    with path.open("rb") as file:
        total = file.seek(0, os.SEEK_END)
        start = max(0, total - limit) if limit else 0
        file.seek(start)
        lines = file.read().split(b"\n")[1 if start else 0 :]
    found = [envelope for line in lines if (envelope := _envelope(line)) is not None]
    return tuple((f"{one.epoch}.{one.seq}", one.ts) for one in found)


def _envelope(line: bytes) -> Envelope | None:
    try:
        return decode_envelope(line)
    except BadLine:
        return None


async def _look(patient: Patient) -> list[Observation]:
    deep = patient.deep
    if not await aside(patient.folder.path.is_dir):
        return [could_not_look(NAME, patient.blind or "there is no .wuhu folder")]
    return judge(await aside(lambda: look_at(patient.folder, patient.board, deep=deep)))


async def _look_at_clock(patient: Patient) -> list[Observation]:
    deep = patient.deep
    if not await aside(patient.folder.path.is_dir):
        return [could_not_look(CLOCK, patient.blind or "there is no .wuhu folder")]
    stamps = await aside(lambda: stamps_in(patient.folder, patient.board, deep=deep))
    return judge_clock(stamps, patient.now)


JOURNALS = Check(NAME, "every journal can be read, no line is damaged", _look)
CLOCKS = Check(CLOCK, "the clock went forwards all the time", _look_at_clock)
