"""Journals of a project in a folder of its own, written as runners and cores write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lines import encode_header, encode_record
from wuhu_tui.model.events import Event
from wuhu_tui.model.project_events import ProjectOpened, SessionInstantiated
from wuhu_tui.model.records import Header, Record
from wuhu_tui.model.sessions import SessionSpec

BEGAN = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Journals:
    """Appends to the journals of one project, a second apart."""

    def __init__(self, root: Path) -> None:
        self.folder = ProjectFolder(root)
        self.folder.sessions.mkdir(parents=True)
        self._seqs: dict[str, int] = {}
        self.now = BEGAN
        self.write("", ProjectOpened(project="shop", root=str(root), base_branch="main"))

    def path(self, session: str) -> Path:
        """Where a journal lies; the project's own has no name."""
        return self.folder.session(session).journal if session else self.folder.journal

    def write(self, session: str, *events: Event) -> list[Record]:
        """Append events, and a header before the first."""
        path = self.path(session)
        path.parent.mkdir(exist_ok=True)
        lines = []
        if session not in self._seqs:
            kind = "session" if session else "project"
            header = Header(format=1, kind=kind, name=session or "shop", created_at=self.now)
            lines.append(encode_header(header))
        records = [self._record(session, event) for event in events]
        lines += map(encode_record, records)
        with path.open("ab") as file:
            file.write(b"".join(lines))
        return records

    def _record(self, session: str, event: Event) -> Record:
        seq = self._seqs[session] = self._seqs.get(session, 0) + 1
        self.now += timedelta(seconds=1)
        return Record(session=session, epoch=1, seq=seq, ts=self.now, event=event)

    def begin(self, session: str, title: str = "", **fields: Any) -> None:
        """Make a session."""
        spec = SessionSpec(
            id=session, project="shop", role="impl", title=title, created_at=self.now, **fields
        )
        self.write("", SessionInstantiated(spec=spec))

    def replace(self, session: str, *events: Event) -> None:
        """Put another journal in the place of one."""
        self.path(session).unlink()
        self._seqs.pop(session, None)
        self.write(session, *events)
