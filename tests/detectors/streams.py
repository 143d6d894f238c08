"""Session journals for detectors, written by hand: a stream of tool calls a person can read."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from tests.core.boards import BEGINNING, Story
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lines import encode_header, encode_record
from wuhu_tui.model import events
from wuhu_tui.model.detectors.detections import Detection, DetectorKind, Thresholds
from wuhu_tui.model.detectors.panel import detect
from wuhu_tui.model.project_events import SessionInstantiated
from wuhu_tui.model.records import Header
from wuhu_tui.model.reports import ReportKind, Usage
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState

NAME = "shop-impl-01"


class Stream:
    """One session at work; every word is a record of its journal."""

    def __init__(self, **spec: Any) -> None:
        self.spec = SessionSpec(id=NAME, project="shop", **spec)
        self.story = Story()
        self.story.tell("", SessionInstantiated(spec=self.spec))
        self.story.working(NAME)
        self._calls = 0

    def tool(
        self,
        kind: str,
        title: str,
        arguments: dict[str, Any] | str = "",
        *,
        ok: bool = True,
        output: str = "",
        diff: str = "",
        parent: str = "",
        paths: tuple[str, ...] = (),
    ) -> Stream:
        """A tool call from beginning to end."""
        self._calls += 1
        call = f"c{self._calls}"
        told = arguments if isinstance(arguments, str) else json.dumps(arguments)
        started = events.ToolStarted(
            call=call, title=title, kind=kind, arguments=told, paths=paths, parent=parent
        )
        self.tell(started)
        return self.tell(events.ToolEnded(call=call, ok=ok, output=output, diff=diff))

    def tell(self, event: events.Event) -> Stream:
        self.story.tell(NAME, event)
        return self

    def read(self, path: str, **paging: int) -> Stream:
        text = f"lines of {path} {paging}"
        return self.tool("read", f"Read {path}", {"path": path, **paging}, output=text)

    def run(self, line: str, output: str = "", *, ok: bool = True) -> Stream:
        return self.tool("execute", line, line, ok=ok, output=output)

    def edit(self, path: str, before: str, after: str) -> Stream:
        diff = f"--- a/{path}\n+++ b/{path}\n@@ -1,1 +1,1 @@\n-{before}\n+{after}\n"
        arguments = {"path": path, "old": before, "new": after}
        return self.tool("edit", f"Edit {path}", arguments, diff=diff, paths=(path,))

    def next_turn(self) -> Stream:
        self.report()
        self.story.turn_over(NAME)
        self.story.working(NAME)
        return self

    def report(self) -> Stream:
        self.story.report(NAME, ReportKind.DONE)
        return self

    def rests(self) -> Stream:
        self.story.turn_over(NAME)
        return self

    def waits(self, **length: float) -> Stream:
        self.story.now += timedelta(**length)
        return self

    def used(self, cost: float, tokens: int = 0) -> Stream:
        return self.tell(events.UsageChanged(usage=Usage(cost=cost, input_tokens=tokens)))

    def becomes(self, state: SessionState) -> Stream:
        self.story.state(NAME, state)
        return self

    def found(
        self,
        kind: DetectorKind | None = None,
        *,
        silent: timedelta | None = None,
        **thresholds: Any,
    ) -> list[Detection]:
        """What the detectors, or one of them, find in it."""
        until = self.story.now + silent if silent is not None else None
        limits = Thresholds(**thresholds)
        found = detect(self.spec, self.story.records, limits, until=until)
        return [one for one in found if kind in (None, one.kind)]

    def written(self, root: Path) -> ProjectFolder:
        """Its journals on disk, as a project's folder."""
        folder = ProjectFolder(root)
        folder.session(NAME).path.mkdir(parents=True)
        for path, name in ((folder.journal, ""), (folder.session(NAME).journal, NAME)):
            kind = "session" if name else "project"
            header = Header(format=1, kind=kind, name=name or "shop", created_at=BEGINNING)
            records = [record for record in self.story.records if record.session == name]
            lines = [encode_header(header), *map(encode_record, records)]
            path.write_bytes(b"".join(lines))
        folder.session(NAME).spec.write_bytes(msgspec.json.encode(self.spec))
        return folder
