"""Entries about reviews: what lies before its judges, what they said of it, and what binds. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from wuhu_tui.model import project_events
from wuhu_tui.model.entry_makers import ContextEntry, Place, review_entry, verdict_entry
from wuhu_tui.model.review_events import OpinionGiven, OpinionRefused
from wuhu_tui.model.reviews import Verdict


def _opened(place: Place, event: project_events.ReviewOpened) -> ContextEntry:
    return review_entry(place.of(event.session), event.review.head, place.ts)


def _voided(place: Place, event: project_events.ReviewVoided) -> ContextEntry:
    text = f"a new commit {event.new_head[:8]} made the verdict on {event.head[:8]} void"
    refs = (event.new_head, event.head)
    return place.of(event.session).entry("verdict_void", event.new_head, text, refs=refs)


def _judged(place: Place, event: project_events.VerdictGiven) -> ContextEntry:
    return replace(verdict_entry(place.of(event.session), event.verdict), ts=place.ts)


def _opinion(place: Place, event: OpinionGiven) -> ContextEntry:
    said = event.verdict
    note = f": {said.note.strip()}" if said.note.strip() else ""
    text = f"{said.judge.value} {said.by} says {_word(said)} of {said.head[:8]}{note}"
    return _of_opinion(place.of(event.session), "opinion", said, text)


def _refused(place: Place, event: OpinionRefused) -> ContextEntry:
    said = event.verdict
    text = f"what {said.by} says of {said.head[:8]} does not count: {event.reason}"
    return _of_opinion(place.of(event.session), "opinion_refused", said, text)


def _of_opinion(place: Place, kind: str, said: Verdict, text: str) -> ContextEntry:
    mark = f"{said.by}:{said.at.isoformat()}"
    return place.entry(kind, mark, text, actor=said.by, refs=(said.head,))


def _word(said: Verdict) -> str:
    return said.kind.value.replace("_", " ")


REVIEW_TELLERS: dict[type[Any], Callable[[Place, Any], ContextEntry | None]] = {
    project_events.ReviewOpened: _opened,
    project_events.ReviewVoided: _voided,
    project_events.VerdictGiven: _judged,
    OpinionGiven: _opinion,
    OpinionRefused: _refused,
}
"""How each event of a review is told."""
