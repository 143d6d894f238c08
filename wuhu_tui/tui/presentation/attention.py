"""Who needs the lead, and why: groups, symbols, words, and the order of `w`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from wuhu_tui.model.attention import INTERRUPTED, Matter, has_judged, matter
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.judges import judge_at_work
from wuhu_tui.model.letters import Letter
from wuhu_tui.model.merge_queue import MergeQueue
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.questions import Question
from wuhu_tui.model.queue_needs import held_back, stands_in_line, was_rolled_back
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.states import PhaseKind, SessionState
from wuhu_tui.tui.presentation.kinds import COLOURS, SYMBOLS, Group, Kind
from wuhu_tui.tui.presentation.notices import (
    LETTERS,
    SINGLY,
    Notice,
    is_letters,
    is_queue,
    is_radar,
    letter_notices,
    session_notices,
)
from wuhu_tui.tui.presentation.queue_notices import (
    collision_notices,
    delayed_notices,
    remote_notices,
    stuck_notice,
)

_S = SessionState

Alive = Callable[[str], bool]
"""Whether a session's runner holds its lock, as last looked."""

NO_QUEUE = MergeQueue()

QUIET = timedelta(minutes=10)
STALE = timedelta(hours=1)
SETTLED = timedelta(seconds=5)
"""A life that began this recently may hold its lock without the last look knowing it."""


@dataclass(frozen=True)
class Look:
    """How a session looks: group, kind, and the one word that goes with the symbol."""

    group: Group
    kind: Kind
    word: str

    @property
    def symbol(self) -> str:
        """Shape, so that colour is never alone."""
        return SYMBOLS[self.kind]

    @property
    def style(self) -> str:
        """Theme variable of the kind."""
        return COLOURS[self.kind]


def look(view: SessionView, alive: bool, now: datetime, queue: MergeQueue = NO_QUEUE) -> Look:
    """How a session looks now; the queue says whether it stands in line to be merged."""
    if runner_missing(view, alive, now):
        return Look(Group.NEEDS_YOU, Kind.LOST, "no runner")
    if view.state in _LOUDER:
        return _LOOKS[view.state]
    if (seen := _BY_MATTER.get(matter(view))) is not None:
        return seen
    if view.state in (_S.IDLE, _S.REPORTED):
        return _after_turn(view)
    return _on_its_way(view, queue) or _judged(view) or _LOOKS[view.state]


def _judged(view: SessionView) -> Look | None:
    """Another session judges it just now."""
    return Look(Group.REVIEW, Kind.JUDGED, "is judged") if judge_at_work(view) else None


def _on_its_way(view: SessionView, queue: MergeQueue) -> Look | None:
    """What the merge queue says of it, or else how its last merge ended."""
    if stands_in_line(queue, view):
        return Look(Group.READY, Kind.QUEUED, "in line")
    if was_rolled_back(view):
        return Look(Group.NEEDS_YOU, Kind.UNMERGED, "rolled back")
    if held_back(queue, view):
        return Look(Group.NEEDS_YOU, Kind.UNMERGED, "held back")
    return Look(Group.NEEDS_YOU, Kind.UNMERGED, "not merged") if merge_refused(view) else None


_BY_MATTER = {
    Matter.QUESTION: Look(Group.NEEDS_YOU, Kind.ASKING, "asks"),
    Matter.SEEMS_TO_ASK: Look(Group.NEEDS_YOU, Kind.ASKING, "seems to ask"),
    Matter.NO_REPORT: Look(Group.NEEDS_YOU, Kind.NO_REPORT, "no report"),
}

_LOUDER = {_S.FAILED, _S.LOST}
"""States that say more than an open question does."""


def merge_refused(view: SessionView) -> bool:
    """Whether the last try to merge exactly what is approved was refused."""
    merge, review = view.merge, view.review
    return (
        view.state is _S.APPROVED
        and merge is not None
        and review is not None
        and merge.outcome is MergeOutcome.REFUSED
        and merge.head == review.head
    )


def runner_missing(view: SessionView, alive: bool, now: datetime) -> bool:
    """Whether a runner should be there and is not, for longer than a start takes."""
    return view.runner_expected and not alive and now - view.last_event_at > SETTLED


def _after_turn(view: SessionView) -> Look:
    if has_judged(view):
        return Look(Group.WAITING, Kind.WAITING, "has judged")
    kind = view.report.kind if view.report else ReportKind.NOTE
    if kind is ReportKind.BLOCKED:
        return Look(Group.NEEDS_YOU, Kind.ASKING, "blocked")
    if kind is ReportKind.FAILED:
        return Look(Group.NEEDS_YOU, Kind.FAILED, "gave up")
    if kind is ReportKind.DONE:
        committed = view.head not in ("", view.spec.base_commit)
        if not committed:
            return Look(Group.NEEDS_YOU, Kind.NO_COMMITS, "no commits")
        return Look(Group.REVIEW, Kind.REVIEW, "done")
    cut_short = view.no_report and view.stop_reason == INTERRUPTED
    return Look(Group.WAITING, Kind.WAITING, "interrupted" if cut_short else "idle")


_LOOKS: dict[SessionState, Look] = {
    _S.INSTANTIATED: Look(Group.WAITING, Kind.WAITING, "not started"),
    _S.STARTING: Look(Group.WORKING, Kind.WORKING, "starting"),
    _S.WORKING: Look(Group.WORKING, Kind.WORKING, "working"),
    _S.ASKING: Look(Group.NEEDS_YOU, Kind.ASKING, "asks"),
    _S.HIBERNATED: Look(Group.WAITING, Kind.WAITING, "hibernated"),
    _S.STOPPED: Look(Group.WAITING, Kind.WAITING, "stopped"),
    _S.FAILED: Look(Group.NEEDS_YOU, Kind.FAILED, "failed"),
    _S.LOST: Look(Group.NEEDS_YOU, Kind.LOST, "lost"),
    _S.IN_REVIEW: Look(Group.REVIEW, Kind.REVIEW, "in review"),
    _S.CHANGES_REQUESTED: Look(Group.WORKING, Kind.WORKING, "sent back"),
    _S.APPROVED: Look(Group.READY, Kind.READY, "approved"),
    _S.MERGING: Look(Group.READY, Kind.MERGING, "merging"),
    _S.CONFLICT: Look(Group.NEEDS_YOU, Kind.CONFLICT, "conflict"),
    _S.MERGED: Look(Group.MERGED, Kind.MERGED, "merged"),
    _S.ARCHIVED: Look(Group.MERGED, Kind.MERGED, "archived"),
}


def doing(view: SessionView, now: datetime) -> str:
    """What a working session does, in a word."""
    if view.state is not _S.WORKING or view.seems_to_ask:
        return ""
    if view.delay:
        return "waits"
    quiet = now - view.last_event_at
    if quiet >= STALE:
        return "stale"
    if quiet >= QUIET:
        return "quiet"
    return {
        PhaseKind.TOOL: "tool",
        PhaseKind.THINKING: "thinks",
        PhaseKind.STREAMING: "writes",
        PhaseKind.COMPACTING: "compacts",
        PhaseKind.BACKGROUND: "beside",
    }.get(view.phase.kind, "")


def waits_since(view: SessionView) -> datetime:
    """Since when a session stands where it stands; an asking one since its oldest question."""
    asked = [question.asked_at for question in view.questions]
    if not asked and view.guess and view.seems_to_ask:
        return view.guess.at
    return min(asked) if asked else view.since


def shown(board: Board) -> list[SessionView]:
    """The sessions on the board; archived ones are off it."""
    return [view for view in board.sessions.values() if view.state is not _S.ARCHIVED]


def grouped(
    views: Iterable[SessionView], alive: Alive, now: datetime, queue: MergeQueue = NO_QUEUE
) -> dict[Group, list[tuple[SessionView, Look]]]:
    """The groups in their order, each oldest first; empty groups are left out."""
    groups: dict[Group, list[tuple[SessionView, Look]]] = {group: [] for group in Group}
    for view in views:
        seen = look(view, alive(view.id), now, queue)
        groups[seen.group].append((view, seen))
    for members in groups.values():
        members.sort(key=lambda member: (waits_since(member[0]), member[0].id))
    return {group: members for group, members in groups.items() if members}


@dataclass(frozen=True)
class Need:
    """One reason why the lead is needed; `key` is its identity in lists."""

    view: SessionView
    look: Look
    since: datetime
    question: Question | None = None

    @property
    def key(self) -> str:
        """Identity: the session, and the question if it is one."""
        return f"{self.view.id}/{self.question.id}" if self.question else self.view.id

    @property
    def stop(self) -> str:
        """Where the walk through the needs goes for it."""
        return self.view.id


@dataclass(frozen=True)
class LetterNeed:
    """Letters that did not arrive: one, or many at once as one reason."""

    letters: tuple[Letter, ...]
    look: Look = Look(Group.NEEDS_YOU, Kind.LETTER, "undelivered")

    @property
    def since(self) -> datetime:
        """Since when the oldest of them lies there."""
        return min(letter.since for letter in self.letters)

    @property
    def key(self) -> str:
        """Identity: the letter's, or that of all of them."""
        return f"{LETTERS}/{self.letters[0].id}" if len(self.letters) == 1 else LETTERS

    @property
    def stop(self) -> str:
        """Where the walk through the needs goes for it."""
        return LETTERS


@dataclass(frozen=True)
class NoticeNeed:
    """Something the lead has to see that is neither a question nor a session's state."""

    notice: Notice
    look: Look

    @property
    def since(self) -> datetime:
        """Since when it lies there."""
        return self.notice.since

    @property
    def key(self) -> str:
        """Identity."""
        return self.notice.key

    @property
    def stop(self) -> str:
        """Where the walk through the needs goes for it."""
        return self.notice.stop


AnyNeed = Need | LetterNeed | NoticeNeed


def letter_needs(board: Board) -> list[LetterNeed]:
    """The letters that the lead has to see, oldest first; many at once are one need."""
    loud = [letter for letter in board.letters.values() if letter.is_loud]
    loud.sort(key=lambda letter: (letter.since, letter.id))
    if len(loud) > SINGLY:
        return [LetterNeed(tuple(loud))]
    return [LetterNeed((letter,)) for letter in loud]


def mail_needs(board: Board) -> list[LetterNeed | NoticeNeed]:
    """What did not arrive, what may not have, and what was written to the lead."""
    return [*letter_needs(board), *map(_noticed, letter_notices(board))]


def stop_needs(board: Board, now: datetime) -> list[NoticeNeed]:
    """What is no session's: a queue that stands still, branches that collide, base's remote."""
    found = (*stuck_notice(board, now), *collision_notices(board), *remote_notices(board))
    return [_noticed(notice) for notice in found]


def _noticed(notice: Notice) -> NoticeNeed:
    kind = Kind.NO_REPORT
    if is_letters(notice.key):
        kind = Kind.NOTICE
    elif is_radar(notice.key):
        kind = Kind.COLLISION
    elif is_queue(notice.key):
        kind = Kind.UNMERGED if notice.loud else Kind.QUEUED
    return NoticeNeed(notice, Look(Group.NEEDS_YOU, kind, notice.word))


_Ranked = tuple[tuple[object, ...], Need]


def _ranked(board: Board, alive: Alive, now: datetime) -> list[_Ranked]:
    found: list[_Ranked] = []
    for view in shown(board):
        seen = look(view, alive(view.id), now, board.queue)
        found += [
            ((0, not question.blocking, question.asked_at, view.id), need)
            for question in view.questions
            if (need := Need(view, seen, question.asked_at, question))
            and matter(view) is Matter.QUESTION
        ]
        rank = _RANKS.get(seen.kind)
        asks = bool(view.questions) and seen.kind is Kind.ASKING
        if rank and not asks and seen.group is not Group.WORKING:
            found.append(((rank, False, view.since, view.id), Need(view, seen, view.since)))
    return sorted(found, key=lambda pair: pair[0])


def needs(board: Board, alive: Alive, now: datetime) -> list[Need]:
    """Sessions that need the lead: questions, failures, silence, reviews, merges; oldest first."""
    return [need for _, need in _ranked(board, alive, now)]


def all_needs(board: Board, alive: Alive, now: datetime) -> list[AnyNeed]:
    """Everything that needs the lead; what did not arrive comes right after the questions."""
    ranked = _ranked(board, alive, now)
    questions: list[AnyNeed] = [need for _, need in ranked if need.question]
    others: list[AnyNeed] = [need for _, need in ranked if not need.question]
    found = (notice for view in shown(board) for notice in session_notices(board, view))
    beside = stop_needs(board, now)
    loud = [need for need in beside if need.notice.loud]
    calm = [need for need in beside if not need.notice.loud]
    delayed = map(_noticed, delayed_notices(board))
    first = [*questions, *mail_needs(board), *loud]
    return [*first, *others, *delayed, *calm, *map(_noticed, found)]


_RANKS = {
    Kind.ASKING: 1,
    Kind.FAILED: 2,
    Kind.LOST: 2,
    Kind.CONFLICT: 3,
    Kind.UNMERGED: 3,
    Kind.NO_REPORT: 4,
    Kind.NO_COMMITS: 4,
    Kind.REVIEW: 5,
    Kind.READY: 6,
}


def urgent(board: Board, alive: Alive, now: datetime) -> list[AnyNeed]:
    """What belongs into the inbox: every need but plain reviews, which have their own queue."""
    return [need for need in all_needs(board, alive, now) if need.look.group is Group.NEEDS_YOU]
