"""Why a session needs the lead, if it does, and what should happen next: decided here alone. Pure."""

from __future__ import annotations

from enum import StrEnum

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.judges import judge_at_work
from wuhu_tui.model.letters import LEAD, Letter
from wuhu_tui.model.queue_needs import held_back, stands_in_line
from wuhu_tui.model.remote_words import remote_need
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import Value

_S = SessionState


class Matter(StrEnum):
    """What says more of a session than its state; in this order."""

    QUESTION = "question"
    SEEMS_TO_ASK = "seems_to_ask"
    NO_REPORT = "no_report"
    STATE = "state"
    """Nothing does."""


class Need(StrEnum):
    """What the lead has to do next; the words scripts see."""

    NOTHING = ""
    ANSWER = "answer"
    LOOK = "look"
    RESUME = "resume"
    RESOLVE = "resolve"
    REVIEW = "review"
    MERGE = "merge"
    START = "start"


class NextAction(Value, frozen=True):
    """`text` is for humans; `need` says what of it is the lead's to do."""

    text: str
    need: Need = Need.NOTHING


INTERRUPTED = "cancelled"
"""Why a turn ended that the lead cut short: it owes no report."""

_SETTLED = (_S.MERGED, _S.ARCHIVED)
"""States in which nobody waits for an answer any more."""

_BY_STATE = {
    _S.INSTANTIATED: NextAction(text="start it", need=Need.START),
    _S.STARTING: NextAction(text="its agent is starting"),
    _S.WORKING: NextAction(text="it works"),
    _S.ASKING: NextAction(text="answer its question", need=Need.ANSWER),
    _S.IDLE: NextAction(text="it waits for a message"),
    _S.REPORTED: NextAction(text="look at its report", need=Need.LOOK),
    _S.HIBERNATED: NextAction(text="a message wakes it"),
    _S.STOPPED: NextAction(text="resume or archive it", need=Need.RESUME),
    _S.FAILED: NextAction(text="look why it failed, then resume it", need=Need.RESUME),
    _S.LOST: NextAction(text="resume it: its runner died", need=Need.RESUME),
    _S.IN_REVIEW: NextAction(text="review it", need=Need.REVIEW),
    _S.CHANGES_REQUESTED: NextAction(text="it gets the findings"),
    _S.APPROVED: NextAction(text="merge it", need=Need.MERGE),
    _S.MERGING: NextAction(text="the merge runs"),
    _S.CONFLICT: NextAction(text="settle its conflict with base", need=Need.RESOLVE),
    _S.MERGED: NextAction(text="archive it"),
    _S.ARCHIVED: NextAction(text="nothing"),
}


def matter(view: SessionView) -> Matter:
    """What says more of the session than its state does."""
    if view.questions and view.state not in _SETTLED:
        return Matter.QUESTION
    if view.seems_to_ask:
        return Matter.SEEMS_TO_ASK
    silent = view.no_report and view.stop_reason != INTERRUPTED
    return Matter.NO_REPORT if silent else Matter.STATE


def next_action(view: SessionView, board: Board | None = None) -> NextAction:
    """The one thing that should happen next; the board says whether it stands in line to be merged."""
    match matter(view):
        case Matter.QUESTION:
            return NextAction(text=f"answer: {view.questions[0].text}", need=Need.ANSWER)
        case Matter.SEEMS_TO_ASK:
            line = view.guess.line if view.guess else ""
            return NextAction(text=f"its screen seems to ask: {line}", need=Need.LOOK)
        case Matter.NO_REPORT:
            return NextAction(text="no report: ask what became of it", need=Need.LOOK)
    if view.state is _S.MERGING and view.merge is not None and view.merge.waits:
        return NextAction(text=f"its merge waits: {view.merge.waits}")
    found = _of_report(view) or _is_judged(view) or _settled_by(view) or _in_line(view, board)
    return found or _BY_STATE[view.state]


def _is_judged(view: SessionView) -> NextAction | None:
    """Another session judges it just now: the lead may, and need not."""
    judge = judge_at_work(view)
    return NextAction(text=f"{judge.name} judges it") if judge else None


def _settled_by(view: SessionView) -> NextAction | None:
    """Somebody settles its conflict by hand and has not finished."""
    merge = view.merge
    if view.state is not _S.CONFLICT or merge is None or not merge.settling:
        return None
    text = f"{merge.settling_by} settles its conflict by hand in {merge.settling}"
    return NextAction(text=text, need=Need.RESOLVE)


def _of_report(view: SessionView) -> NextAction | None:
    if has_judged(view):
        return NextAction(text="it has judged; its verdict stands beside the diff")
    if view.state is not _S.REPORTED or view.report is None:
        return None
    text = f"it reported {view.report.kind.value}: look at it"
    return NextAction(text=text, need=Need.LOOK)


def has_judged(view: SessionView) -> bool:
    """Whether it reported with a verdict on another's work: nobody needs to look at itself."""
    return view.state is _S.REPORTED and view.judgement is not None


def _in_line(view: SessionView, board: Board | None) -> NextAction | None:
    """What its place in the merge queue says, if it has one."""
    if board is None:
        return None
    if entry := held_back(board.queue, view):
        return NextAction(text=f"held back: {entry.held_note or 'look why'}", need=Need.LOOK)
    return NextAction(text="it stands in line") if stands_in_line(board.queue, view) else None


def needs_lead(view: SessionView, board: Board | None = None) -> bool:
    """Whether the lead should act now; what was put aside on purpose can be taken up any time."""
    put_aside = view.state in (_S.INSTANTIATED, _S.STOPPED) and matter(view) is Matter.STATE
    return bool(next_action(view, board).need) and not put_aside


def loud_letters(board: Board) -> tuple[Letter, ...]:
    """Letters that did not arrive, oldest first; the lead is shown them until something is done."""
    loud = [letter for letter in board.letters.values() if letter.is_loud]
    return tuple(sorted(loud, key=lambda letter: (letter.since, letter.id)))


def letters_for_lead(board: Board) -> tuple[Letter, ...]:
    """Letters to the lead that nobody has said to have seen."""
    letters = board.letters.values()
    return tuple(one for one in letters if one.recipient == LEAD and not one.is_ended)


def letters_action(board: Board) -> NextAction | None:
    """What the lead has to do about letters: one thing, however many there are."""
    number = len(loud_letters(board))
    if not number:
        return None
    what = "a message did" if number == 1 else f"{number} messages did"
    return NextAction(text=f"{what} not arrive: look at them", need=Need.LOOK)


def remote_action(board: Board) -> NextAction | None:
    """What the lead has to do about base's remote, if anything."""
    text = remote_need(board.remote)
    return NextAction(text=text, need=Need.LOOK) if text else None
