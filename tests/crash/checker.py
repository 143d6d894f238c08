"""An independent checker: reads only journals and git, shares no code with wuhu.

`violations(root, acknowledged)` names everything that was lost, done twice or landed unapproved.
"""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Acknowledged:
    """What the verbs confirmed to the lead before anybody was killed."""

    messages: dict[str, str] = field(default_factory=dict)
    """Message id → session."""
    answers: list[tuple[str, str]] = field(default_factory=list)
    """(session, question)."""
    verdicts: list[tuple[str, str]] = field(default_factory=list)
    """(session, head)."""
    merged: list[str] = field(default_factory=list)
    """Sessions whose merge was confirmed."""


def lines(path: Path) -> list[dict[str, Any]]:
    """The journal's events without its header; a torn last line is not an event yet."""
    raw = path.read_bytes().split(b"\n") if path.exists() else []
    whole = raw[1:-1]
    return [json.loads(line) for line in whole]


def violations(root: Path, acknowledged: Acknowledged) -> list[str]:
    """Every broken promise, in words."""
    found: list[str] = []
    project = lines(root / ".wuhu" / "project.jsonl")
    journals = {
        folder.name: lines(folder / "events.jsonl")
        for folder in sorted((root / ".wuhu" / "sessions").iterdir())
    }
    for name, events in {"project": project, **journals}.items():
        found += _order(name, events)
    for name, events in journals.items():
        found += _messages(root, name, events, acknowledged)
        found += _answers(name, events, acknowledged)
        found += _epochs(name, events)
    found += _verdicts(project, acknowledged)
    found += _base(root, project, acknowledged)
    return found


def _order(name: str, events: list[dict[str, Any]]) -> list[str]:
    numbers = [event["seq"] for event in events]
    if numbers != sorted(set(numbers)):
        return [f"{name}: sequence numbers are not strictly rising"]
    return []


def _epochs(name: str, events: list[dict[str, Any]]) -> list[str]:
    epochs = [event["epoch"] for event in events]
    starts = [event["epoch"] for event in events if event["type"] == "runner.started"]
    found = []
    if epochs != sorted(epochs):
        found.append(f"{name}: an older life wrote after a newer one")
    if len(starts) != len(set(starts)):
        found.append(f"{name}: two lives claimed one epoch")
    return found


def _messages(
    root: Path, name: str, events: list[dict[str, Any]], acknowledged: Acknowledged
) -> list[str]:
    found = []
    landed = Counter(event["id"] for event in events if event["type"] == "message.landed")
    found += [f"{name}: message {key} landed {n} times" for key, n in landed.items() if n > 1]
    queued = Counter(
        event["message"]["id"] for event in events if event["type"] == "message.queued"
    )
    found += [f"{name}: message {key} queued {n} times" for key, n in queued.items() if n > 1]
    mailbox = root / ".wuhu" / "sessions" / name / "mailbox" / "new"
    spooled = "\n".join(path.read_text(encoding="utf-8") for path in mailbox.glob("*.json"))
    for message, session in acknowledged.messages.items():
        if session == name and message not in queued and message not in spooled:
            found.append(f"{name}: acknowledged message {message} is neither journaled nor spooled")
    return found


def _answers(name: str, events: list[dict[str, Any]], acknowledged: Acknowledged) -> list[str]:
    answered = Counter(
        event["answer"]["question"] for event in events if event["type"] == "question.answered"
    )
    found = [f"{name}: question {key} answered {n} times" for key, n in answered.items() if n > 1]
    for session, question in acknowledged.answers:
        if session == name and question not in answered:
            found.append(f"{name}: acknowledged answer to {question} is lost")
    return found


def _verdicts(project: list[dict[str, Any]], acknowledged: Acknowledged) -> list[str]:
    given = {
        (event["session"], event["verdict"]["head"])
        for event in project
        if event["type"] == "verdict.given"
    }
    return [
        f"{session}: acknowledged verdict on {head[:8]} is lost"
        for session, head in acknowledged.verdicts
        if (session, head) not in given
    ]


def _base(root: Path, project: list[dict[str, Any]], acknowledged: Acknowledged) -> list[str]:
    opened = next(event for event in project if event["type"] == "project.opened")
    base = opened["base_branch"]
    approved = {
        event["verdict"]["head"]
        for event in project
        if event["type"] == "verdict.given" and event["verdict"]["kind"] == "approved"
    }
    first = next(event for event in project if event["type"] == "session.instantiated")
    span = f"{first['spec']['base_commit']}..{base}"
    landed = _git(root, "rev-list", "--first-parent", "--parents", span).splitlines()
    rows = [line.split() for line in landed]
    found = [f"base: commit {row[0][:8]} came without a merge" for row in rows if len(row) == 2]
    merged = Counter(head for row in rows for head in row[2:])
    found += [f"base: {head[:8]} was merged {n} times" for head, n in merged.items() if n > 1]
    found += [f"base: {head[:8]} was never approved" for head in merged if head not in approved]
    heads = {
        event["session"]: event["merge"]["head"]
        for event in project
        if event["type"] == "merge.started"
    }
    found += [
        f"{session}: its confirmed merge is not on base"
        for session in acknowledged.merged
        if heads.get(session) not in merged
    ]
    return found


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout
