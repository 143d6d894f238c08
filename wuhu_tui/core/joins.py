"""Join, decided: given a join, the board and the time, does it wake, and why? Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from wuhu_tui.core.due import works_beside
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.joins import Join, JoinMode, JoinUntil, Outcome, Wake, WakeReason
from wuhu_tui.model.letters import LOAD_BEARING, Letter, LetterKind, LetterState
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.messages import Boundary, Lane, Message, MessageState
from wuhu_tui.model.questions import Question
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.states import SessionState

_S = SessionState

_RESTING = frozenset({_S.IDLE, _S.REPORTED, _S.HIBERNATED})
"""The runner's words for: the turn is over and the session could go on."""

_BUSY = frozenset({_S.STARTING, _S.WORKING, _S.ASKING})

_SETTLED = frozenset({_S.APPROVED, _S.MERGING, _S.CONFLICT, _S.MERGED})
"""The work passed its report: a review said yes to it."""

_COMING = frozenset({LetterState.QUEUED, LetterState.DEFERRED, LetterState.OFFERED})
"""A letter on its way; whether it landed, its recipient's own journal may know sooner."""

_ADDRESSED = frozenset({LetterKind.STEER, LetterKind.FOLLOW_UP})
"""Kinds of letters that somebody wrote to the waiter, and not about work."""

_ENDED = {
    _S.STOPPED: Outcome.STOPPED,
    _S.FAILED: Outcome.FAILED,
    _S.LOST: Outcome.LOST,
    _S.ARCHIVED: Outcome.STOPPED,
}
_BAD_REPORTS = {ReportKind.FAILED: Outcome.FAILED, ReportKind.BLOCKED: Outcome.BLOCKED}


def wake(join: Join, board: Board, now: datetime) -> Wake | None:
    """How the join ends now; None while it goes on waiting.

    In this order: what it waits for is reached; something early needs the waiter; its time is up.

    - A state reached before the join was opened counts; `instantiated` never does. A report counts
      until a newer turn begins or a message waits, and in any case if it came during the join.
    - An open question of a joined session wakes at once, also one asked before the join: it needs
      the lead. The same question never wakes the same waiter twice, so that waiting on after it
      is possible without answering first.
    - A failure, stop or loss, a bad report, silence after a reminder and a review that became ready
      wake only if they are newer than the join. A review wakes only a join that waits for more
      than a report.
    - When no joined session can bring the join to its end any more (each has reached it or has
      ended), it wakes at once, however old the endings are.
    - Whoever waits inside a session of this project is woken by a steer or system message for it,
      from the moment it is posted; each wakes it once. Reports of the joined sessions do not: the
      join looks at those itself.
    """
    if join.wake is not None:
        return None
    found = _reached(join, board) or _early(join, board)
    if found is None and join.deadline is not None and now >= join.deadline:
        found = Wake(reason=WakeReason.TIMEOUT)
    return _with_outcomes(join, board, found) if found else None


def cancelled(join: Join, board: Board) -> Wake:
    """The wake of a join that its opener gave up."""
    return _with_outcomes(join, board, Wake(reason=WakeReason.CANCELLED))


def _with_outcomes(join: Join, board: Board, found: Wake) -> Wake:
    late = found.reason is WakeReason.TIMEOUT
    outcomes = {
        name: outcome(join, board.session(name), board, late=late)
        for name in dict.fromkeys(join.sessions)
    }
    return Wake(reason=found.reason, session=found.session, outcomes=outcomes, about=found.about)


def _reached(join: Join, board: Board) -> Wake | None:
    reached = [name for name, view in _joined(join, board) if is_reached(join, view, board)]
    if join.mode is JoinMode.ANY and reached:
        return Wake(reason=WakeReason.REACHED, session=reached[0])
    if join.mode is JoinMode.ALL and len(reached) == len(set(join.sessions)):
        return Wake(reason=WakeReason.REACHED)
    return None


def _joined(join: Join, board: Board) -> Iterator[tuple[str, SessionView]]:
    for name in dict.fromkeys(join.sessions):
        view = board.session(name)
        if view is not None:
            yield name, view


def is_reached(join: Join, view: SessionView, board: Board) -> bool:
    """Whether a joined session is where the join wants it."""
    if view.own is None:
        return False
    match join.until:
        case JoinUntil.IDLE:
            return _is_resting(view, board) or view.state in _SETTLED
        case JoinUntil.REPORTED:
            return _has_reported(join, view, board) or view.state in _SETTLED
        case JoinUntil.REVIEWED:
            return _is_reviewed(join, view, board) or view.state in _SETTLED
        case JoinUntil.MERGED:
            return _is_merged(join, view)


def _is_resting(view: SessionView, board: Board) -> bool:
    """The agent gave the word back, nothing goes on beside that, and nothing waits to start it."""
    if view.own is None:
        return False
    rests = view.state in _RESTING
    if view.state is _S.IN_REVIEW:
        rests = view.own.state not in _BUSY
    return rests and not works_beside(view, board) and not _will_go_on(view, board)


def _will_go_on(view: SessionView, board: Board) -> bool:
    """Whether something waits that starts it again: in its lanes, or still only posted."""
    if any(message.state is not MessageState.UNSURE for message in view.waiting):
        return True
    return view.state not in _ENDED and bool(_posted(view, board))


def _has_reported(join: Join, view: SessionView, board: Board) -> bool:
    if view.report is None or view.report.kind is ReportKind.NOTE or view.state in _ENDED:
        return False
    if _told_since(join, view):
        return True
    is_newest = view.reported_in_turn >= view.turn and view.state is not _S.CHANGES_REQUESTED
    return is_newest and not _will_go_on(view, board)


def _told_since(join: Join, view: SessionView) -> bool:
    """Whether its newest word on its work came during the join, by its journal and not by a clock."""
    told = (told.at for told in reversed(view.reports) if told.report.kind is not ReportKind.NOTE)
    return next(told, Cursor()).seq > join.seen.get(view.id, 0)


def _is_reviewed(join: Join, view: SessionView, board: Board) -> bool:
    verdict = view.review.verdict if view.review else None
    if verdict is None or view.state in _ENDED:
        return False
    settled = view.state in (_S.IN_REVIEW, _S.CHANGES_REQUESTED)
    return verdict.at >= join.opened_at or (settled and not _will_go_on(view, board))


def _is_merged(join: Join, view: SessionView) -> bool:
    if view.merge is None or view.merge.outcome is not MergeOutcome.MERGED:
        return False
    return view.state in (_S.MERGED, _S.ARCHIVED) or view.merge.at >= join.opened_at


def _early(join: Join, board: Board) -> Wake | None:
    for name, view in _joined(join, board):
        question = _question(join, board, view)
        if question is not None:
            return Wake(reason=WakeReason.QUESTION, session=name, about=question.id)
    for name, view in _joined(join, board):
        if _failed_since(join, view, board) or _bad_news(join, view):
            return Wake(reason=WakeReason.FAILED, session=name)
    for name, view in _joined(join, board):
        if _review_ready(join, view) and not is_reached(join, view, board):
            return Wake(reason=WakeReason.REVIEW_READY, session=name)
    return _addressed(join, board) or _silent(join, board) or _hopeless(join, board)


def _question(join: Join, board: Board, view: SessionView) -> Question | None:
    """An open question that has not woken this waiter yet."""
    if not view.questions or view.state in (_S.ARCHIVED, _S.MERGED):
        return None
    told = _told(join, board)
    return next((question for question in view.questions if question.id not in told), None)


def _told(join: Join, board: Board) -> set[str]:
    """The questions and messages that woke this waiter before."""
    return {
        other.wake.about
        for other in board.joins.values()
        if other.wake is not None and other.by == join.by and not other.was_missed
    }


def _failed_since(join: Join, view: SessionView, board: Board) -> bool:
    """Whether it ended after the join was opened, without what the join waits for."""
    by_core = view.state in (_S.LOST, _S.ARCHIVED) or _is_stuck(join, view)
    if not by_core and view.state not in _ENDED:
        return False
    is_new = _went_on(join, view) or (by_core and view.since >= join.opened_at)
    return is_new and not is_reached(join, view, board)


def _went_on(join: Join, view: SessionView) -> bool:
    """Whether its state rests on what it wrote during the join; a clock may have been set back."""
    return view.standing.at.seq > join.seen.get(view.id, 0)


def _bad_news(join: Join, view: SessionView) -> bool:
    """Whether it reported during the join that it cannot go on."""
    report = view.report
    if report is None or not _told_since(join, view):
        return False
    return report.kind in _BAD_REPORTS and view.state not in _SETTLED


def _is_stuck(join: Join, view: SessionView) -> bool:
    """Whether a conflict keeps it from what the join waits for."""
    return view.state is _S.CONFLICT and join.until is JoinUntil.MERGED


def _review_ready(join: Join, view: SessionView) -> bool:
    if join.until not in (JoinUntil.REVIEWED, JoinUntil.MERGED) or view.review is None:
        return False
    is_new = _went_on(join, view) or view.review.opened_at >= join.opened_at
    return view.state is _S.IN_REVIEW and is_new


def _addressed(join: Join, board: Board) -> Wake | None:
    """The waiting party is itself a session here, and somebody has a word for it."""
    waiter = board.session(join.by)
    if waiter is None:
        return None
    told = _told(join, board)
    new = [word for word in words_for(waiter, board, join.sessions) if word.id not in told]
    for word in list(new):
        letter = board.letters.get(word.id)
        if letter is None or letter.kind is not LetterKind.REQUEST or not letter.about:
            continue
        if letter.about not in told:
            return Wake(reason=WakeReason.QUESTION, session=letter.sender, about=letter.about)
        new.remove(word)
    for lane, reason in ((Lane.SYSTEM, WakeReason.SYSTEM), (Lane.STEER, WakeReason.STEER)):
        first = next((word.id for word in new if word.lane is lane), None)
        if first is not None:
            return Wake(reason=reason, session=waiter.id, about=first)
    return None


def words_for(
    waiter: SessionView, board: Board, joined: Collection[str] = ()
) -> tuple[Message | Letter, ...]:
    """What is on its way to a session and has not landed: in its lanes, or still only posted.

    What tells of the joined sessions' work is left out: a join looks at that itself.
    """
    waiting = [word for word in waiter.waiting if not _began_turn(word)]
    posted = [word for word in _posted(waiter, board) if word.kind is not LetterKind.ANSWER]
    words: tuple[Message | Letter, ...] = (*waiting, *posted)
    return tuple(word for word in words if not _tells_of_work(board.letters.get(word.id), joined))


def _posted(view: SessionView, board: Board) -> list[Letter]:
    """Letters to a session of which it has not said anything yet."""
    coming = [
        letter
        for letter in board.letters.values()
        if letter.recipient == view.id and letter.state in _COMING
    ]
    if not coming:
        return coming
    known = {receipt.id for receipt in view.receipts} | {word.id for word in view.waiting}
    return [letter for letter in coming if letter.id not in known]


def _began_turn(word: Message) -> bool:
    """Whether its agent got it as the prompt of a turn: whatever that turn waits for, it knows it."""
    return word.state is MessageState.OFFERED and word.offered_at is not Boundary.TOOL_END


def _tells_of_work(letter: Letter | None, joined: Collection[str]) -> bool:
    """Whether it is a session's word on its own work that need not wake a waiter."""
    if letter is None or letter.kind in _ADDRESSED:
        return False
    return letter.sender in joined or letter.kind not in LOAD_BEARING


def _silent(join: Join, board: Board) -> Wake | None:
    """A joined session was reminded to report, and its turn ended without a report all the same."""
    for name, view in _joined(join, board):
        if _went_on(join, view) and _kept_silent(view, board) and not is_reached(join, view, board):
            return Wake(reason=WakeReason.SYSTEM, session=name)
    return None


def _kept_silent(view: SessionView, board: Board) -> bool:
    if not view.no_report or view.turn != view.nudged_for_turn + 1:
        return False
    return not works_beside(view, board, view.turn_began_at) and not _will_go_on(view, board)


def _hopeless(join: Join, board: Board) -> Wake | None:
    """No joined session can bring the join to its end any more."""
    ended = ""
    for name in dict.fromkeys(join.sessions):
        view = board.session(name)
        if view is None:
            return None
        if is_reached(join, view, board):
            continue
        if view.state not in _ENDED:
            return None
        ended = ended or name
    return Wake(reason=WakeReason.FAILED, session=ended)


def outcome(join: Join, view: SessionView | None, board: Board, *, late: bool = False) -> Outcome:
    """What became of one joined session; `late` when the join ran out of time."""
    if view is None:
        return Outcome.WAITING
    reached = is_reached(join, view, board)
    if view.state in _ENDED and not reached:
        return _ENDED[view.state]
    if _is_stuck(join, view):
        return Outcome.FAILED
    otherwise = Outcome.TIMED_OUT if late else Outcome.WAITING
    if view.no_report and not reached and works_beside(view, board, view.turn_began_at):
        return otherwise
    return _bad_word(view) or (Outcome.DONE if reached else otherwise)


def _bad_word(view: SessionView) -> Outcome | None:
    """What its silence or its newest report says, if that is bad and nothing came after it."""
    if view.no_report:
        return Outcome.NO_REPORT
    report = view.report
    if report is None or view.state in _SETTLED or view.reported_in_turn < view.turn:
        return None
    return _BAD_REPORTS.get(report.kind)
