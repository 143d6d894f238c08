"""Journals of a recording, written line by line as tests say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from wuhu_tui.core.replay.reel import Reel
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lines import encode_header, encode_record
from wuhu_tui.model.events import Event
from wuhu_tui.model.project_events import ProjectOpened, SessionInstantiated
from wuhu_tui.model.records import FORMAT_VERSION, Header, Record
from wuhu_tui.model.sessions import SessionSpec

BEGINNING = datetime(2026, 3, 1, 9, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """So long after the recording's beginning."""
    return BEGINNING + timedelta(seconds=seconds)


class Recording:
    """A project's folder with journals that grow as the test says."""

    def __init__(self, root: Path) -> None:
        self.folder = ProjectFolder(root)
        self._seqs: dict[str, int] = {}
        self.folder.path.mkdir(parents=True, exist_ok=True)
        self.tell("", 0, ProjectOpened(project="shop", root=str(root), base_branch="main"))

    def born(self, session: str, seconds: float, spec: SessionSpec | None = None) -> Record:
        """The project's word that a session was made."""
        made = spec or SessionSpec(id=session, project="shop")
        return self.tell("", seconds, SessionInstantiated(spec=made))

    def tell(self, session: str, seconds: float, event: Event, *, epoch: int = 1) -> Record:
        """One more record of a journal (empty: the project's)."""
        seq = self._seqs.get(session, 0) + 1
        record = Record(session=session, epoch=epoch, seq=seq, ts=at(seconds), event=event)
        self.write(session, [encode_record(record)])
        self._seqs[session] = seq
        return record

    def write(self, session: str, lines: Iterable[bytes]) -> None:
        """Lines as they are at a journal's end; its header first."""
        path = self.path(session)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            kind, name = ("session", session) if session else ("project", "shop")
            header = Header(format=FORMAT_VERSION, kind=kind, name=name, created_at=BEGINNING)
            path.write_bytes(encode_header(header))
        with path.open("ab") as file:
            file.write(b"".join(lines))

    def path(self, session: str) -> Path:
        return self.folder.session(session).journal if session else self.folder.journal


async def opened(recording: Recording) -> Reel:
    """The recording, read to its end."""
    reel = await Reel.open(recording.folder)
    await reel.complete()
    return reel
