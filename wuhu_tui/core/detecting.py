"""Let the detectors look at a project's journals, live or recorded. Nothing is done about what they find."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from pydantic import ValidationError

from wuhu_tui.core.config import load_config
from wuhu_tui.core.config_detectors import DetectorSettings
from wuhu_tui.core.journal_scan import scan
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.reader import JournalReader
from wuhu_tui.model.detectors.detections import Detection, Thresholds
from wuhu_tui.model.detectors.panel import detect
from wuhu_tui.model.errors import NotFound, UsageError
from wuhu_tui.model.project_events import SessionInstantiated, SessionMoved
from wuhu_tui.model.records import Record
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState

_PAGE = 4 << 20
"""Bytes of a journal that are held at a time."""

_MADE = ("session.instantiated", "session.moved")


class Watched(Protocol):
    """A project, live or in a replay, as far as detectors need it."""

    @property
    def folder(self) -> ProjectFolder:
        """The project's files."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """Tells the time: so long the silence at the end has lasted."""


async def detections(
    project: Watched, *, session: str = "", thresholds: Thresholds | None = None
) -> Sequence[Detection]:
    """What they find, oldest first; None: by the project's own thresholds.

    Raises:
        NotFound: there is no such session.
    """
    return await asyncio.to_thread(
        detect_in, project.folder, session=session, thresholds=thresholds, until=project.clock()
    )


def detect_in(
    folder: ProjectFolder,
    *,
    session: str = "",
    thresholds: Thresholds | None = None,
    until: datetime | None = None,
) -> list[Detection]:
    """What they find in the journals of a project's folder, or of an unpacked recording.

    `until`: how long the silence at the end lasted; None: that is not known, and not judged.

    Raises:
        NotFound: there is no such session.
        JournalError: a journal cannot be read.
    """
    limits = thresholds or load_config(folder.root).detectors.thresholds
    specs, losses = _told_by_project(folder)
    names = [session] if session else sorted({*specs, *_with_journals(folder)})
    if session and session not in specs and not folder.session(session).journal.is_file():
        raise NotFound(f"there is no session {session}", remedy="see them all: wuhu sessions")
    found: list[Detection] = []
    for name in names:
        spec = specs.get(name) or SessionSpec(id=name, project="")
        found += detect(spec, _records(folder, name, losses.get(name, ())), limits, until=until)
    return sorted(found, key=lambda one: one.at)


def with_changes(thresholds: Thresholds, changes: Mapping[str, str]) -> Thresholds:
    """The thresholds with some set to what a person wrote: `repeated-keys` to `4`.

    Raises:
        UsageError: there is no such threshold, or it cannot be that.
    """
    values = _settings(thresholds)
    for name, value in changes.items():
        key = name.strip().replace("-", "_")
        if key not in values:
            known = ", ".join(sorted(values)).replace("_", "-")
            raise UsageError(f"there is no threshold {name}", remedy=f"there are: {known}")
        values[key] = _checked(name, key, value)
    return DetectorSettings.model_validate(values).thresholds


def _checked(name: str, key: str, value: str) -> object:
    try:
        checked = DetectorSettings.model_validate_strings({key: value.strip()}, strict=False)
    except ValidationError as error:
        words = str(error.errors(include_url=False)[0]["msg"])
        raise UsageError(
            f"{name} cannot be {value!r}: {words}", remedy="such as --set repeated-keys=4"
        ) from None
    return getattr(checked, key)


def _settings(thresholds: Thresholds) -> dict[str, object]:
    return {name: getattr(thresholds, name) for name in thresholds.__struct_fields__}


def _told_by_project(
    folder: ProjectFolder,
) -> tuple[dict[str, SessionSpec], dict[str, list[Record]]]:
    """Every session's spec, and what the core found out of runners that died."""
    specs: dict[str, SessionSpec] = {}
    losses: dict[str, list[Record]] = {}
    for record in scan(folder.journal, "", _MADE).records:
        if isinstance(record.event, SessionInstantiated):
            specs[record.event.spec.id] = record.event.spec
        elif isinstance(record.event, SessionMoved) and record.event.after is SessionState.LOST:
            losses.setdefault(record.event.session, []).append(record)
    return specs, losses


def _with_journals(folder: ProjectFolder) -> Iterator[str]:
    """Sessions that have a journal, whatever the project's own says."""
    if folder.sessions.is_dir():
        yield from (path.parent.name for path in folder.sessions.glob("*/events.jsonl"))


def _records(folder: ProjectFolder, session: str, losses: Sequence[Record]) -> Iterator[Record]:
    """The session's own records, each loss right behind the record that it rests on."""
    reader, waiting = JournalReader(folder.session(session).journal, session), list(losses)
    more = True
    while more:
        page = reader.read(_PAGE)
        more = page.more
        for record in page.records:
            while waiting and waiting[0].event.after_record < record.cursor:
                yield waiting.pop(0)
            yield record
    yield from waiting
