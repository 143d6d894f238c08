"""What should happen next with a session, and whether that is the lead's to do. Pure."""

from __future__ import annotations

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import Value

_S = SessionState


class NextAction(Value, frozen=True):
    """`text` is for humans; `lead` says that nothing goes on without the lead."""

    text: str
    lead: bool = False


_BY_STATE = {
    _S.INSTANTIATED: NextAction(text="start it", lead=True),
    _S.STARTING: NextAction(text="its agent is starting"),
    _S.WORKING: NextAction(text="it works"),
    _S.ASKING: NextAction(text="answer its question", lead=True),
    _S.IDLE: NextAction(text="it waits for a message"),
    _S.REPORTED: NextAction(text="look at its report", lead=True),
    _S.HIBERNATED: NextAction(text="a message wakes it"),
    _S.STOPPED: NextAction(text="resume or archive it", lead=True),
    _S.FAILED: NextAction(text="look why it failed, then resume it", lead=True),
    _S.LOST: NextAction(text="resume it: its runner died", lead=True),
    _S.IN_REVIEW: NextAction(text="review it", lead=True),
    _S.CHANGES_REQUESTED: NextAction(text="it gets the findings"),
    _S.APPROVED: NextAction(text="merge it", lead=True),
    _S.MERGING: NextAction(text="the merge runs"),
    _S.CONFLICT: NextAction(text="settle its conflict with base", lead=True),
    _S.MERGED: NextAction(text="archive it"),
    _S.ARCHIVED: NextAction(text="nothing"),
}


def next_action(view: SessionView) -> NextAction:
    """The one thing that should happen next."""
    if view.questions and view.state not in (_S.MERGED, _S.ARCHIVED):
        question = view.questions[0]
        return NextAction(text=f"answer: {question.text}", lead=True)
    if view.guess and view.seems_to_ask:
        return NextAction(text=f"its screen seems to ask: {view.guess.line}", lead=True)
    if view.no_report:
        return NextAction(text="no report: ask what became of it", lead=True)
    if view.state is _S.REPORTED and view.report is not None:
        return NextAction(text=f"it reported {view.report.kind.value}: look at it", lead=True)
    return _BY_STATE[view.state]
