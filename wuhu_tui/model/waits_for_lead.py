"""For what a session waits, and for whom: in one word, decided by what `attention` says. Pure."""

from __future__ import annotations

from wuhu_tui.model.attention import Matter, matter, needs_lead
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.judges import judge_at_work
from wuhu_tui.model.letters import LEAD
from wuhu_tui.model.questions import Question, QuestionKind
from wuhu_tui.model.queue_needs import held_back
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import Value

_S = SessionState

QUESTION = "question"
REVIEW = "review"


class WaitsFor(Value, frozen=True):
    """Whom a session waits for, and for what; both are empty where it waits for nobody."""

    whom: str = ""
    what: str = ""

    @property
    def for_lead(self) -> bool:
        """Whether the lead is the one."""
        return self.whom == LEAD


NOBODY = WaitsFor()

_BY_STATE = {
    _S.ASKING: QUESTION,
    _S.REPORTED: "report",
    _S.FAILED: "failure",
    _S.LOST: "lost",
    _S.CONFLICT: "conflict",
    _S.IN_REVIEW: REVIEW,
    _S.APPROVED: "merge",
}


def waits_for(view: SessionView, board: Board) -> WaitsFor:
    """What the session waits for as the board stands."""
    judge = judge_at_work(view)
    if judge is not None and matter(view) is Matter.STATE:
        return WaitsFor(whom=judge.session, what=REVIEW)
    if not needs_lead(view, board):
        return NOBODY
    return WaitsFor(whom=LEAD, what=_word(view, board))


def question_word(question: Question) -> str:
    """What kind of answer is wanted."""
    plain = question.kind in (QuestionKind.CHOICE, QuestionKind.OPEN)
    return QUESTION if plain else question.kind.value


def _word(view: SessionView, board: Board) -> str:
    match matter(view):
        case Matter.QUESTION:
            return question_word(view.questions[0])
        case Matter.SEEMS_TO_ASK:
            return "screen"
        case Matter.NO_REPORT:
            return "no report"
    if held_back(board.queue, view):
        return "held merge"
    return _BY_STATE.get(view.state, view.state.value.replace("_", " "))
