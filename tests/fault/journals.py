"""Journals as plain JSON, read without a line of wuhu's own code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Event = dict[str, Any]


@dataclass
class Journal:
    """One journal: its events in order, and the lines that are none."""

    name: str
    events: list[Event] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)

    def of(self, *kinds: str) -> Iterator[Event]:
        """Events of these types, in order."""
        return (event for event in self.events if event["type"] in kinds)


@dataclass
class Records:
    """Everything that a project's folder says: journals, and what lies in mailboxes."""

    project: Journal
    sessions: dict[str, Journal]
    spooled: dict[str, set[str]]
    """Ids of the commands that no runner has taken yet, for each session."""


@dataclass
class Confirmed:
    """What verbs confirmed to somebody, as whoever called them wrote it down."""

    rows: list[Event] = field(default_factory=list)

    def of(self, kind: str) -> list[Event]:
        """Rows of this kind."""
        return [row for row in self.rows if row["kind"] == kind]


def read_records(folder: Path) -> Records:
    """All journals below a project's `.wuhu`."""
    sessions = sorted(path for path in (folder / "sessions").iterdir() if path.is_dir())
    return Records(
        project=read_journal(folder / "project.jsonl", "project"),
        sessions={path.name: read_journal(path / "events.jsonl", path.name) for path in sessions},
        spooled={path.name: _spooled(path / "mailbox" / "new") for path in sessions},
    )


def read_journal(path: Path, name: str) -> Journal:
    """The journal without its header; a last line without an end is no event yet."""
    journal = Journal(name)
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    for number, line in enumerate(lines[1:], start=2):
        event = _decoded(line)
        if event is None:
            journal.unreadable.append(number)
        else:
            journal.events.append(event)
    return journal


def read_confirmed(*ledgers: Path) -> Confirmed:
    """What the hands wrote down; a line cut off by a kill was confirmed to nobody."""
    rows: list[Event] = []
    for ledger in ledgers:
        lines = ledger.read_bytes().split(b"\n")[:-1] if ledger.exists() else []
        rows += [json.loads(line) for line in lines]
    return Confirmed(rows)


def _spooled(folder: Path) -> set[str]:
    found = (_decoded(path.read_bytes()) for path in folder.glob("*.json"))
    return {str(command["id"]) for command in found if command and "id" in command}


def _decoded(line: bytes) -> Event | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
