"""A long recording, written as quickly as a disk takes it: sessions that think, work and talk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lines import encode_header, encode_record
from wuhu_tui.model import events
from wuhu_tui.model.project_events import ProjectOpened, SessionInstantiated
from wuhu_tui.model.records import FORMAT_VERSION, Header, Record
from wuhu_tui.model.reports import Report, ReportKind, Usage
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import PhaseKind, SessionState

SESSIONS = 12
BEGINNING = datetime(2026, 3, 1, tzinfo=UTC)
_STEP = timedelta(milliseconds=7)
_TEXT = "the next piece of what the agent says, as it streams by in a few words; "
_OUTPUT = "tests/test_shop.py::test_cart PASSED  [ 37%]\n" * 3


class _Pen:
    """Writes one journal; every record a little later than the last one of any."""

    def __init__(self, path: Path, kind: str, name: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        header = Header(format=FORMAT_VERSION, kind=kind, name=name, created_at=BEGINNING)
        self._file = path.open("wb", buffering=1 << 20)
        self._file.write(encode_header(header))
        self._session = name if kind == "session" else ""
        self.seq = 0

    def write(self, event: events.Event, at: datetime) -> None:
        self.seq += 1
        record = Record(session=self._session, epoch=1, seq=self.seq, ts=at, event=event)
        self._file.write(encode_record(record))

    def close(self) -> None:
        self._file.close()


def write_recording(root: Path, count: int, *, sessions: int = SESSIONS) -> ProjectFolder:
    """A project with about so many records, about 200 bytes each."""
    folder = ProjectFolder(root)
    names = [f"shop-impl-{number:02}" for number in range(1, sessions + 1)]
    project = _Pen(folder.journal, "project", "shop")
    at = BEGINNING
    project.write(ProjectOpened(project="shop", root=str(root), base_branch="main"), at)
    pens = {}
    for name in names:
        spec = SessionSpec(id=name, project="shop", task="make the shop better " * 20)
        project.write(SessionInstantiated(spec=spec), at)
        pens[name] = _Pen(folder.session(name).journal, "session", name)
        pens[name].write(events.RunnerStarted(pid=1), at)
    turn = 0
    written = 0
    while written < count:
        turn += 1
        for name in names:
            for event in _turn(turn):
                at += _STEP
                pens[name].write(event, at)
                written += 1
        project.write(events.Noted(text=f"round {turn} is over"), at)
    for pen in (project, *pens.values()):
        pen.close()
    return folder


def _turn(turn: int) -> list[events.Event]:
    """Some 120 records."""
    state = events.StateChanged
    told: list[events.Event] = [
        state(before=SessionState.IDLE, after=SessionState.WORKING, cause="a message"),
        events.TurnStarted(turn=turn),
        *(events.AgentThought(text=_TEXT) for _ in range(20)),
    ]
    for call in range(3):
        name = f"call-{turn}-{call}"
        told += [
            events.PhaseChanged(kind=PhaseKind.TOOL, detail="pytest"),
            events.ToolStarted(call=name, title="pytest -q", kind="execute"),
            *(events.ToolOutput(call=name, text=_OUTPUT) for _ in range(10)),
            events.ToolEnded(call=name),
            *(events.AgentSaid(text=_TEXT, message=name) for _ in range(15)),
            events.UsageChanged(usage=Usage(input_tokens=turn * 900 + call, cost=turn * 0.01)),
        ]
    report = Report(kind=ReportKind.NOTE, summary=f"round {turn} went well")
    told += [
        events.ReportMade(report=report),
        events.TurnEnded(turn=turn, stop_reason="end_turn"),
        state(before=SessionState.WORKING, after=SessionState.IDLE, cause="the turn ended"),
    ]
    return told
