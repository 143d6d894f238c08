"""The session list: one row a session, grouped by what the lead must do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from textual.content import Content

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.collision_words import collision_word
from wuhu_tui.model.collisions import Collision
from wuhu_tui.model.questions import QuestionKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.presentation.ages import age
from wuhu_tui.tui.presentation.attention import Alive, Look, doing, grouped, waits_since
from wuhu_tui.tui.presentation.collisions import CROSS
from wuhu_tui.tui.presentation.collisions import STYLE as COLLIDES
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.family import Member, family
from wuhu_tui.tui.presentation.kinds import Group, Kind
from wuhu_tui.tui.presentation.leave import wanted
from wuhu_tui.tui.presentation.queue import places
from wuhu_tui.tui.presentation.reviews import checks_word, size_word
from wuhu_tui.tui.presentation.rows import MUTED, line, row

FRESH = timedelta(seconds=10)
"""For how long a row is marked after its session has come to need the lead."""

NO_BOARD = Board()

_GIST_FROM = 60
"""From this width on a row also says what it is about."""

_NAME_WIDTH = 18
_NAME_FROM = 9
"""Cells a name needs before a sign is put beside it."""

_PARENT_WIDTH = 5
"""So many characters of a parent's name say which it is."""

_WORD_FROM = 24
"""From this width on a row also says its state in a word."""


@dataclass(frozen=True)
class Roster:
    """What the session list shows."""

    views: tuple[SessionView, ...]
    now: datetime
    marked: frozenset[str] = frozenset()
    hidden: int = 0
    filter: str = ""
    board: Board = NO_BOARD
    """What tells who stands in line to be merged, and who collides."""

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Each queued session's place in line, from 1."""
        return places(self.board)

    @cached_property
    def colliding(self) -> Mapping[str, list[Collision]]:
        """The sessions that collide with another or with base, each with what it collides with."""
        found: dict[str, list[Collision]] = {}
        for one in self.board.collisions.values():
            for side in (one.first, one.second):
                found.setdefault(side, []).append(one)
        return found


def matches(view: SessionView, wanted: str, alive: Alive, now: datetime) -> bool:
    """Whether a session contains the filter's text in name, state or agent."""
    words = (view.id, view.spec.title, view.spec.agent.name, view.state.value, view.spec.role)
    return not wanted or wanted.lower() in " ".join(words).lower()


def roster_entries(roster: Roster, alive: Alive, width: int) -> tuple[Entry, ...]:
    """All rows: headings and sessions."""
    entries: list[Entry] = []
    names = {view.id: view.spec.shown_name for view in roster.views}
    for group, members in grouped(roster.views, alive, roster.now, roster.board.queue).items():
        entries.append(_heading(group, len(members), width, first=not entries))
        entries += [
            Entry(member.view.id, (session_row(member, roster, width),))
            for member in family(group, members, names)
        ]
    if roster.hidden:
        entries.append(_hidden(roster, width))
    return tuple(entries)


def _heading(group: Group, count: int, width: int, *, first: bool) -> Entry:
    style = "bold $state-asking" if group is Group.NEEDS_YOU else f"bold {MUTED}"
    title = Content.assemble(" ", (group.value, style))
    heading = row(width, title, Content.styled(f"{count}", MUTED))
    return Entry("", (heading,) if first else (Content(""), heading))


def _hidden(roster: Roster, width: int) -> Entry:
    told = f" {roster.hidden} hidden · Esc clears /{line(roster.filter)}"
    return Entry("", (Content(""), row(width, Content.styled(told, MUTED))))


def session_row(member: Member, roster: Roster, width: int) -> Content:
    """One session: mark, symbol, name, whose child it is; at the right its word and how long."""
    view, seen = member.view, member.look
    mark = ("▎", seen.style) if is_fresh(view, seen, roster.now) else (" ", "")
    if view.id in roster.marked:
        mark = ("◆", "bold $accent")
    right = _right(view, seen, roster, width)
    left = Content.assemble(mark, _branch(member), (seen.symbol, f"bold {seen.style}"), " ")
    room = width - left.cell_length - right.cell_length - 1
    cross = _cross(view, roster, room)
    name = _name(member, room - cross.cell_length)
    told = Content("")
    if cross.cell_length:
        name = name.truncate(room - cross.cell_length, ellipsis=True)
    if width >= _GIST_FROM:
        name = _name(member, _NAME_WIDTH).truncate(_NAME_WIDTH, ellipsis=True, pad=True)
        told = Content.styled(f"  {line(_about(view, roster))}", MUTED)
    return row(width, Content.assemble(left, name, cross, told), right, gap=2 if told else 1)


def _cross(view: SessionView, roster: Roster, room: int) -> Content:
    """The sign of a collision, where the name is readable beside it."""
    if view.id not in roster.colliding or room < _NAME_FROM:
        return Content("")
    return Content.styled(f" {CROSS}", COLLIDES)


def _about(view: SessionView, roster: Roster) -> str:
    """What it is about; with whom it collides says more of one that needs nobody just now."""
    told = gist(view)
    if view.id not in roster.colliding or view.questions:
        return told
    first, *rest = sorted(roster.colliding[view.id], key=lambda one: one.other(view.id))
    words = collision_word(roster.board, first, view.id)
    more = f" and {len(rest)} more" if rest else ""
    return " · ".join(filter(None, (words + more, told)))


def _branch(member: Member) -> tuple[str, str]:
    return f"{'  ' * (member.depth - 1)}└ " if member.depth else "", MUTED


def _name(member: Member, room: int) -> Content:
    """The name, and the parent's where enough of it fits to be told from others."""
    name = Content(line(member.view.spec.shown_name))
    parent = line(member.parent)
    if not parent:
        return name
    rest = room - name.cell_length - 2
    if rest < 0:
        return name
    enough = rest >= min(len(parent), _PARENT_WIDTH)
    return Content.assemble(name, (f" ‹{parent}" if enough else " ‹", MUTED))


def is_fresh(view: SessionView, seen: Look, now: datetime) -> bool:
    """Whether a session has only just come to need the lead: its row stands out for a moment."""
    waits = seen.group in (Group.NEEDS_YOU, Group.REVIEW)
    return waits and now - waits_since(view) < FRESH


def gist(view: SessionView) -> str:
    """What a session is about just now, in its own words."""
    if view.questions:
        question = view.questions[0]
        return wanted(question) if question.kind is QuestionKind.PERMISSION else question.text
    if view.exit and view.state is SessionState.FAILED:
        return view.exit.detail or view.exit.last_words
    if view.state is SessionState.WORKING:
        return view.phase.detail
    return view.report.summary if view.report else ""


def _right(view: SessionView, seen: Look, roster: Roster, width: int) -> Content:
    now = roster.now
    since = age(waits_since(view), now)
    if width < _WORD_FROM:
        return Content.styled(since, MUTED)
    if seen.group is Group.REVIEW and view.review:
        stands = checks_word(view.review, short=True)
        if view.review.conflicts:
            stands = Content.styled("⚠", "bold $state-failed")
        return Content.assemble(size_word(view.review), " ", stands)
    word, style = _word(view, seen, now)
    if seen.kind is Kind.QUEUED and view.id in roster.places:
        word = f"in line {roster.places[view.id]}"
    if word in ("quiet", "stale"):
        since = age(view.last_event_at, now)
    elif seen.group is Group.WORKING:
        since = age(view.phase.since, now) or since
    return Content.assemble((word, style), (f"{since:>5}", MUTED))


def _word(view: SessionView, seen: Look, now: datetime) -> tuple[str, str]:
    """The word beside the age, where the heading has not said it already."""
    word = doing(view, now) or seen.word
    if seen.word in ("approved", "merged"):
        return "", MUTED
    if word in ("quiet", "stale"):
        return word, "$text-warning"
    return word, seen.style if seen.group is Group.NEEDS_YOU else MUTED
