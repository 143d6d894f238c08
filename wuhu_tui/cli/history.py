"""`wuhu log`: a session's journal, readable or as JSON lines; read straight from its file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from wuhu_tui.cli.options import Json, Session
from wuhu_tui.cli.output import Painted, as_json, hint, say, say_json
from wuhu_tui.cli.place import project_here
from wuhu_tui.journal.layout import ProjectFolder, SessionFolder
from wuhu_tui.journal.reader import Page, read_from
from wuhu_tui.model import events
from wuhu_tui.model.errors import NotFound
from wuhu_tui.model.records import Record

_BACKSTOP_MS = 2000


MARGIN = " " * 30
"""Before further lines of one event: whatever an agent writes, it looks like no event of its own."""


def log(
    session: Session,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until ctrl+c.")] = False,
    last: Annotated[int, typer.Option("--last", "-n", min=0, help="Only the last N.")] = 0,
    json: Json = False,
) -> None:
    """Print what happened in a session, event by event; --json prints one object a line."""
    folder = _folder(project_here(), session)
    page = read_from(folder.journal, folder.name)
    _say_page(page, page.records[-last:] if last else page.records, as_lines=json)
    if follow:
        _follow(folder, page.offset, as_lines=json)


def _follow(folder: SessionFolder, offset: int, *, as_lines: bool) -> None:
    for _ in _wakes(folder.path):
        page = read_from(folder.journal, folder.name, offset)
        offset = page.offset
        _say_page(page, page.records, as_lines=as_lines)


def _wakes(folder: Path) -> Iterator[object]:
    """Once at first, then whenever something in the folder changes, and slowly in any case."""
    from watchfiles import watch

    yield None
    yield from watch(
        folder,
        debounce=50,
        step=5,
        rust_timeout=_BACKSTOP_MS,
        yield_on_timeout=True,
        recursive=False,
        watch_filter=lambda change, path: path.endswith(".jsonl"),
    )


def _folder(project: ProjectFolder, name: str) -> SessionFolder:
    """The session's folder; finds titles too, at the price of opening the core."""
    from wuhu_tui.cli.naming import find_session
    from wuhu_tui.cli.place import with_core

    if "/" not in name and project.session(name).path.is_dir():
        return project.session(name)

    async def work(core: Any) -> str:
        return find_session(core.board, name).id

    found = project.session(with_core(work))
    if not found.path.is_dir():
        raise NotFound(f"{found.name} has no folder", where=str(found.path))
    return found


def _say_page(page: Page, records: tuple[Record, ...], *, as_lines: bool) -> None:
    for problem in page.problems:
        hint(f"warning: a line at byte {problem.offset} cannot be read: {problem.reason}")
    for record in records:
        if as_lines:
            say_json(record_shape(record), indent=None)
        else:
            _say_record(record)
    sys.stdout.flush()


def record_shape(record: Record) -> dict[str, Any]:
    """One event as `wuhu log --json` prints it."""
    from msgspec import to_builtins

    place = {
        "session": record.session,
        "epoch": record.epoch,
        "seq": record.seq,
        "ts": record.ts,
    }
    event = record.event
    if isinstance(event, events.UnknownEvent):
        return {**place, "type": event.type, **event.body}
    return {**place, **to_builtins(event)}


def _say_record(record: Record) -> None:
    shape = record_shape(record)
    time = record.ts.astimezone().strftime("%H:%M:%S")
    kind = str(shape["type"])
    words = _words(record, shape).replace("\n", f"\n{MARGIN}")
    say(Painted(time, "dim"), "  ", Painted(f"{kind:<18}", "cyan"), "  ", words)


def _words(record: Record, shape: dict[str, Any]) -> str:
    words = _WORDS.get(type(record.event))
    return words(record.event) if words else _plain_words(shape)


def _plain_words(shape: dict[str, Any]) -> str:
    place = ("session", "epoch", "seq", "ts", "type")
    return "  ".join(
        f"{key}={as_json(value, indent=None) if isinstance(value, dict | list | tuple) else value}"
        for key, value in shape.items()
        if key not in place and value not in ("", None, (), [], {})
    )


def _exit_words(event: events.RunnerEnded) -> str:
    ended = event.exit
    return " ".join(filter(None, (ended.reason.value, ended.detail, ended.last_words)))


_WORDS: dict[type[Any], Callable[[Any], str]] = {
    events.AgentSaid: lambda event: event.text,
    events.AgentThought: lambda event: event.text,
    events.StateChanged: lambda event: f"{event.before} → {event.after}: {event.cause}",
    events.ToolStarted: lambda event: f"{event.title} {event.arguments}".strip(),
    events.ToolOutput: lambda event: event.text,
    events.ToolEnded: lambda event: f"{'ok' if event.ok else 'failed'} {event.output}".strip(),
    events.QuestionAsked: lambda event: event.question.text,
    events.QuestionAnswered: lambda event: (
        f"{event.answer.choice or event.answer.text} (by {event.answer.by})"
    ),
    events.ReportMade: lambda event: f"{event.report.kind}: {event.report.summary}",
    events.MessageQueued: lambda event: (
        f"{event.message.lane} from {event.message.by}: {event.message.text}"
    ),
    events.Noted: lambda event: f"{event.level}: {event.text}",
    events.RunnerEnded: _exit_words,
}
