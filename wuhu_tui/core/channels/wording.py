"""What a message outside the dashboard says: one thing in full, many as a digest. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from wuhu_tui.model.entries import ContextEntry
from wuhu_tui.model.safe import safe_line
from wuhu_tui.model.value import Value

MOST_LINES = 10
"""Entries a digest tells in a line each; what is more is counted by kind."""

LONGEST_LINE = 200
LONGEST_TEXT = 1_200
"""Characters of one entry that are told."""


class Notice(Value, frozen=True):
    """One message: what a service shows, and the entries themselves for programs."""

    project: str
    title: str
    text: str
    entries: tuple[ContextEntry, ...]
    again: bool = False
    """Whether it may have come before: wuhu ended while it was on its way."""


def notice(
    project: str,
    entries: Sequence[ContextEntry],
    names: Mapping[str, str],
    *,
    again: bool = False,
) -> Notice:
    """The message that tells these entries; `names` are the sessions' titles."""
    if len(entries) == 1:
        title, text = _title(entries[0], names), _cut(entries[0].text, LONGEST_TEXT)
    else:
        title, text = _count(entries), "\n".join(_lines(entries, names))
    note = "(this may have come before)\n" if again else ""
    return Notice(
        project=project,
        title=f"wuhu · {project}: {title}",
        text=note + text,
        entries=tuple(entries),
        again=again,
    )


def _title(entry: ContextEntry, names: Mapping[str, str]) -> str:
    return " · ".join(filter(None, (_name(entry, names), kind_words(entry.kind))))


def _count(entries: Sequence[ContextEntry]) -> str:
    needing = sum(entry.human_attention_needed for entry in entries)
    if needing == len(entries):
        return f"{needing} need you"
    return f"{len(entries)} news" + (f", {needing} need you" if needing else "")


def _lines(entries: Sequence[ContextEntry], names: Mapping[str, str]) -> list[str]:
    """One line each as long as they are few; else the number of each kind."""
    if len(entries) > MOST_LINES:
        counts = Counter(entry.kind for entry in entries)
        return [f"{count} × {kind_words(kind)}" for kind, count in counts.most_common()]
    return [f"{_title(entry, names)}: {_cut(entry.text, LONGEST_LINE)}" for entry in entries]


def _name(entry: ContextEntry, names: Mapping[str, str]) -> str:
    return safe_line(names.get(entry.session_name) or entry.session_name)


def _cut(text: str, length: int) -> str:
    line = " ".join(safe_line(text).split())
    return line if len(line) <= length else f"{line[: length - 1]}…"


_WORDS = {
    "question": "asks",
    "permission": "asks for leave",
    "plan": "shows its plan",
    "budget": "used up its budget",
    "orphaned_question": "ended with a question open",
    "unreported_work": "left commits that nobody reported",
    "pull_request": "opened a pull request without a report",
    "no_report": "no report",
    "letter_dead": "dead letter",
    "letter_escalated": "letter that needs you",
}


def kind_words(kind: str) -> str:
    """A kind of entry for people."""
    return _WORDS.get(kind, kind.replace("_", " "))
