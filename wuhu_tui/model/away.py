"""While the lead was away: what happened, grouped by what it means, alike things as one line. Pure.

Made of the entries that every channel tells; what waits for the lead is what the inbox shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from wuhu_tui.model import events
from wuhu_tui.model.agent_events import PermissionDecided
from wuhu_tui.model.away_words import RULED, TURN, Meaning, meaning_of
from wuhu_tui.model.board import Board
from wuhu_tui.model.entries import ContextEntry, entries_of, needs
from wuhu_tui.model.entry_makers import Place
from wuhu_tui.model.letters import LEAD
from wuhu_tui.model.lookbacks import Away, AwayGroup, AwayLine
from wuhu_tui.model.quantities import counted, few
from wuhu_tui.model.questions import Question, spoken
from wuhu_tui.model.recorded_times import Happened
from wuhu_tui.model.records import Record
from wuhu_tui.model.value import Value

MOST_ALIKE = 6
"""Sessions of which the same is told in a line each; more of them share one."""

_ASKED = ("question", "permission", "plan", "budget")
_TEXT = 400


class News(Value, frozen=True):
    """One thing that happened, before alike ones become one line."""

    line: AwayLine
    kind: str
    words: str
    said: str


def away(
    happened: Sequence[Happened],
    board: Board,
    *,
    since: datetime,
    until: datetime,
    questions: Mapping[tuple[str, str], Question] | None = None,
) -> Away:
    """What happened after `since`, up to `until`.

    `happened` goes on to the present, and `board` is the present one: what is over by now is told
    as over. `questions`, by session and id, are those that were asked before.
    """
    known = {**(questions or {}), **_asked_in(happened)}
    news = [one for one in all_news(happened, board, known) if since < one.line.at <= until]
    return Away(since=since, until=until, lines=tuple(_lines(board, news)))


def _asked_in(happened: Iterable[Happened]) -> dict[tuple[str, str], Question]:
    return {
        (one.record.session, one.record.event.question.id): one.record.event.question
        for one in happened
        if isinstance(one.record.event, events.QuestionAsked)
    }


def unknown_questions(happened: Iterable[Happened]) -> set[str]:
    """Sessions in which something was answered that was asked before these records."""
    asked = set(_asked_in(happened))
    return {
        one.record.session
        for one in happened
        if isinstance(one.record.event, events.QuestionAnswered)
        and (one.record.session, one.record.event.answer.question) not in asked
    }


def all_news(
    happened: Iterable[Happened], board: Board, questions: Mapping[tuple[str, str], Question]
) -> list[News]:
    """Everything that is worth telling, each once, in the order it happened."""
    told = [(entry, one) for one in happened for entry in _entries(board, one.record, questions)]
    open_now = {entry.id: entry for entry in needs(board)}
    closed, landed = _closed_in(told), _landed_in(told)
    found: dict[str, News] = {}
    for entry, one in told:
        over = entry.id in closed or (entry.kind == "merged" and entry.session_name in landed)
        news = None if over else _news(entry, one.at, one.record, is_open=entry.id in open_now)
        if news is not None:
            found.setdefault(_identity(entry, one.record), news)
    told_ids = {entry.id for entry, _ in told}
    unrecorded = (entry for name, entry in open_now.items() if name not in told_ids)
    found.update({entry.id: _unrecorded(board, entry) for entry in unrecorded})
    return sorted(found.values(), key=lambda news: news.line.at)


def _identity(entry: ContextEntry, record: Record) -> str:
    """Work is counted piece by piece; anything else is one thing however often it is told."""
    if entry.kind in (TURN, "commit", RULED):
        return f"{record.session}:{record.epoch}.{record.seq}:{entry.id}"
    return entry.id


def _entries(
    board: Board, record: Record, questions: Mapping[tuple[str, str], Question]
) -> Iterator[ContextEntry]:
    place = Place(board=board, session=record.session, cursor=record.cursor, ts=record.ts)
    match record.event:
        case events.TurnEnded():
            yield place.entry(TURN, place.spot, "")
        case PermissionDecided(title=title, decision=decision):
            yield place.entry(RULED, place.spot, f"{decision.value}: {title}")
        case _:
            for entry in entries_of(board, record):
                yield _with_question(entry, record, questions)


def _with_question(
    entry: ContextEntry, record: Record, questions: Mapping[tuple[str, str], Question]
) -> ContextEntry:
    """An answer says what was asked."""
    event = record.event
    if isinstance(event, events.QuestionAnswered):
        asked = questions.get((record.session, event.answer.question))
        if asked is not None:
            return replace(entry, text=f"{asked.text} → {spoken(asked, event.answer)}")
    if isinstance(event, events.QuestionWithdrawn):
        asked = questions.get((record.session, event.id))
        if asked is not None:
            return replace(entry, text=f"{asked.text} — {event.reason}")
    return entry


def _closed_in(told: Iterable[tuple[ContextEntry, Happened]]) -> set[str]:
    """Questions whose end is told: that says what was asked as well."""
    ends = {"answer", "default_applied", "question_withdrawn"}
    return {
        f"{entry.session_name}:{kind}:{name}"
        for entry, _ in told
        if entry.kind in ends
        for name in entry.refs
        for kind in _ASKED
    }


def _landed_in(told: Iterable[tuple[ContextEntry, Happened]]) -> set[str]:
    return {entry.session_name for entry, _ in told if entry.kind == "merge_merged"}


def _news(entry: ContextEntry, at: datetime, record: Record, *, is_open: bool) -> News | None:
    meaning = meaning_of(entry.kind)
    if meaning.quiet and not is_open:
        return None
    group = AwayGroup.NEEDS_YOU if is_open else _group(entry, meaning)
    line = AwayLine(
        group=group,
        session=entry.session_name,
        cursor=record.cursor,
        journal=record.session,
        at=at,
        text="",
        kind=meaning.mark,
        open=is_open,
    )
    over = entry.human_attention_needed and not is_open and not _says_end(entry)
    words = f"{meaning.words}, over by now" if over else meaning.words
    return News(line=line, kind=entry.kind, words=_by(entry, meaning, words), said=_told(entry))


def _says_end(entry: ContextEntry) -> bool:
    """Whether the words say themselves that it is behind."""
    return entry.kind in ("verdict_approved", "verdict_blocked")


def _group(entry: ContextEntry, meaning: Meaning) -> AwayGroup:
    if meaning.group is not None:
        return meaning.group
    return AwayGroup.OWN if entry.actor == LEAD else AwayGroup.DECIDED


def _by(entry: ContextEntry, meaning: Meaning, words: str) -> str:
    """Who did it, where that was not the lead."""
    if meaning.group is not None or entry.actor in (LEAD, ""):
        return words
    return f"{words} by {entry.actor}"


def _unrecorded(board: Board, entry: ContextEntry) -> News:
    """What needs the lead by the board's word alone, such as a silence."""
    view = board.session(entry.session_name)
    cursor = view.cursor if view else board.project.cursor
    record = Record(
        session=entry.session_name, epoch=cursor.epoch, seq=cursor.seq, ts=entry.ts, event=None
    )
    meaning = meaning_of(entry.kind)
    found = _news(entry, entry.ts, record, is_open=True)
    assert found is not None
    return replace(found, words=meaning.words)


# lines


def _lines(board: Board, news: Sequence[News]) -> Iterator[AwayLine]:
    """Groups in their order; within one by kind, the oldest first."""
    work = [one for one in news if one.kind in (TURN, "commit")]
    rest = [one for one in news if one.kind not in (TURN, "commit")]
    lines = [*_alike(board, rest), *_worked(work)]
    order = list(AwayGroup)
    yield from sorted(lines, key=lambda line: (order.index(line.group), line.at, line.session))


def _alike(board: Board, news: Iterable[News]) -> Iterator[AwayLine]:
    found: dict[tuple[AwayGroup, str, str], dict[str, list[News]]] = {}
    for one in news:
        kind = (one.line.group, one.kind, one.words)
        found.setdefault(kind, {}).setdefault(one.line.session, []).append(one)
    for sessions in found.values():
        several = list(sessions.values())
        if len(several) > MOST_ALIKE:
            yield _one_line([one for same in several for one in same], _names(board, several))
        else:
            yield from (_one_line(same, "") for same in several)


def _names(board: Board, several: Sequence[Sequence[News]]) -> str:
    names = []
    for same in several:
        view = board.session(same[0].line.session)
        names.append(view.spec.shown_name if view else same[0].line.session or "project")
    return f"{counted(len(names), 'session')}: {few(names)}"


def _one_line(same: Sequence[News], names: str) -> AwayLine:
    """The oldest is where the line leads, the newest is what it says."""
    first, last = same[0], same[-1]
    said = names or last.said
    text = f"{first.words}: {said}" if said else first.words
    if len(same) > 1 and not names:
        text = f"{first.words}, last: {said}" if said else first.words
    session = "" if names else first.line.session
    return replace(first.line, session=session, text=_short(text), count=len(same))


def _told(entry: ContextEntry) -> str:
    """What an entry says beyond its kind."""
    if entry.kind == "review_ready":
        return entry.text.partition(" ")[0]
    return "" if entry.text.startswith("the merge ended") else entry.text


def _worked(news: Iterable[News]) -> Iterator[AwayLine]:
    """One line a session, however much it did."""
    found: dict[str, list[News]] = {}
    for one in news:
        found.setdefault(one.line.session, []).append(one)
    for same in found.values():
        commits = [one for one in same if one.kind == "commit"]
        turns = len(same) - len(commits)
        parts = [counted(turns, "turn")] if turns else []
        parts += [counted(len(commits), "commit")] if commits else []
        last = f", last: {commits[-1].said}" if commits else ""
        text = _short(f"{', '.join(parts)}{last}")
        yield replace(same[0].line, group=AwayGroup.WORKED, text=text, count=len(same))


def _short(text: str) -> str:
    return text if len(text) <= _TEXT else f"{text[: _TEXT - 1]}…"


def matters(found: Away) -> bool:
    """Whether anything of it is more than work that went on, or the lead's own doing."""
    calm = (AwayGroup.WORKED, AwayGroup.OWN)
    return any(line.group not in calm for line in found.lines)


def counts(found: Away) -> dict[AwayGroup, int]:
    """How many things happened, by what they mean; without those of which there is none."""
    numbers = dict.fromkeys(AwayGroup, 0)
    for line in found.lines:
        numbers[line.group] += line.count
    return {group: number for group, number in numbers.items() if number}


AWAY_EVENTS: tuple[type[events.Event], ...] = (
    events.QuestionAsked,
    events.QuestionAnswered,
    events.QuestionWithdrawn,
    events.ReportMade,
    events.CommitSeen,
    events.TurnEnded,
    events.RunnerEnded,
    events.MessageUnsure,
    events.Noted,
    PermissionDecided,
)
"""What of a session's journal is news to a lead who was away."""
