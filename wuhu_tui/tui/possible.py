"""Why an action is not possible now: pure functions, one sentence each, empty when it is."""

from __future__ import annotations

from collections.abc import Callable

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.queue_order import place_of
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.states import LIVE_STATES, SessionState
from wuhu_tui.model.undoing import Act, act_of, can_take_back, last_act
from wuhu_tui.tui.action import Context, Possible, Situation

_S = SessionState
_RESUMABLE = {_S.LOST, _S.STOPPED, _S.FAILED, _S.HIBERNATED, _S.INSTANTIATED}
_JUDGED = {_S.IN_REVIEW, _S.CHANGES_REQUESTED, _S.APPROVED, _S.CONFLICT}

NO_SESSION = "no session is selected"


def said(state: SessionState) -> str:
    """A state as a word in a sentence."""
    return state.value.replace("_", " ")


def of_session(judge: Callable[[SessionView], str]) -> Possible:
    """A reason that needs a session first."""

    def possible(situation: Situation) -> str:
        return judge(situation.session) if situation.session else NO_SESSION

    return possible


def _is(view: SessionView) -> str:
    return f"{view.spec.shown_name} is {said(view.state)}"


def _live(view: SessionView) -> bool:
    """Whether agent and runner exist by the runner's last word, whatever the core made of it."""
    return view.own is not None and view.own.state in LIVE_STATES and not view.is_lost


@of_session
def session_selected(view: SessionView) -> str:
    """Any session will do."""
    return ""


def can_open(situation: Situation) -> str:
    """A session, or letters that did not arrive."""
    return "" if situation.session or situation.letters else NO_SESSION


@of_session
def can_message(view: SessionView) -> str:
    """Steer and follow-up: everything that has begun and is not on its way out."""
    match view.state:
        case _S.INSTANTIATED:
            return f"{view.spec.shown_name} has not been started: R starts it"
        case _S.MERGING | _S.ARCHIVED:
            return _is(view)
    return ""


@of_session
def can_interrupt(view: SessionView) -> str:
    """Only a running turn can be interrupted."""
    if view.state in (_S.WORKING, _S.ASKING):
        return ""
    return f"no turn is running: {_is(view)}"


@of_session
def can_stop(view: SessionView) -> str:
    """Only what runs can be stopped."""
    return "" if _live(view) else f"nothing runs: {_is(view)}"


def _no_screen(view: SessionView) -> str:
    if view.spec.agent.protocol == "terminal" or Capability.ATTACH in view.capabilities:
        return ""
    return f"{view.spec.shown_name} has no screen: its agent speaks a protocol"


@of_session
def has_screen(view: SessionView) -> str:
    """Only some agents have a screen of their own."""
    return _no_screen(view)


@of_session
def can_attach(view: SessionView) -> str:
    """Only a screen with a living program behind it takes keys."""
    if why := _no_screen(view):
        return why
    return "" if _live(view) else f"nobody is there to read keys: {_is(view)}"


@of_session
def can_resume(view: SessionView) -> str:
    """Only what does not run can be resumed."""
    return "" if view.state in _RESUMABLE else f"{_is(view)}: nothing to resume"


@of_session
def can_hibernate(view: SessionView) -> str:
    """Only a session with nothing to do gives up its processes."""
    own = view.own.state if view.own else None
    if own in (_S.IDLE, _S.REPORTED) and not view.is_lost:
        return ""
    return f"only an idle session can hibernate: {_is(view)}"


@of_session
def can_archive(view: SessionView) -> str:
    """Nothing that runs or is on its way into base."""
    if view.state is _S.MERGING:
        return _is(view)
    return f"{view.spec.shown_name} still runs: X stops it first" if _live(view) else ""


def can_review(situation: Situation) -> str:
    """There have to be commits; a replay shows the worktree as it stood."""
    if situation.replay:
        return "" if situation.session else NO_SESSION
    return _has_commits(situation)


@of_session
def _has_commits(view: SessionView) -> str:
    if view.review or (view.head and view.head != view.spec.base_commit):
        return ""
    return f"{view.spec.shown_name} has no commits to look at yet"


@of_session
def can_approve(view: SessionView) -> str:
    """A review that is not approved yet."""
    if view.review is None:
        return f"{view.spec.shown_name} has nothing in review"
    verdict = view.review.verdict
    if verdict and verdict.kind is VerdictKind.APPROVED and view.state is not _S.CONFLICT:
        return f"{view.review.head[:7]} is approved already: m merges it"
    return "" if view.state in _JUDGED else f"not in review: {_is(view)}"


@of_session
def can_request_changes(view: SessionView) -> str:
    """Anything that lies before the lead."""
    if view.review is None:
        return f"{view.spec.shown_name} has nothing in review"
    return "" if view.state in _JUDGED else f"not in review: {_is(view)}"


def can_merge(situation: Situation) -> str:
    """Exactly what was approved, and does not stand in line already."""
    view = situation.session
    if view is None:
        return NO_SESSION
    place = place_of(situation.board, view.id)
    if place and view.state is _S.APPROVED:
        return f"{view.spec.shown_name} is in line already, place {place}: Q shows the queue"
    return _not_approved(view)


def _not_approved(view: SessionView) -> str:
    if view.state is _S.APPROVED:
        return ""
    if view.state is _S.CONFLICT:
        return f"{view.spec.shown_name} conflicts with base: Q shows how to settle it"
    if view.state in _JUDGED:
        return f"{view.spec.shown_name} is not approved: y approves it"
    return f"only an approved session can be merged: {_is(view)}"


_OF_ONE = frozenset({Context.SESSION, Context.REVIEW})
"""Screens on which one session is shown, and nothing else is taken back."""


def undoable(situation: Situation) -> Act | None:
    """What `undo` takes back: the last of all, or of the one session that is shown."""
    if situation.context in _OF_ONE:
        session = situation.session
        return act_of(situation.board, session.id) if session else None
    return last_act(situation.board)


def can_undo(situation: Situation) -> str:
    """A landed merge or something removed can be taken back."""
    of_one = situation.context in _OF_ONE
    if undoable(situation) if of_one else can_take_back(situation.board):
        return ""
    return "nothing to undo: no merge landed, and nothing was removed"


@of_session
def has_worktree(view: SessionView) -> str:
    """A place to go to."""
    return "" if view.spec.worktree else f"{view.spec.shown_name} has no worktree"


def can_edit(situation: Situation) -> str:
    """Needs a place, an editor and a terminal to give away."""
    why = has_worktree(situation)
    if why:
        return why
    if not situation.editor:
        return "no editor is set: export EDITOR"
    return "" if situation.can_suspend else "this terminal cannot be handed to an editor"


def can_answer(situation: Situation) -> str:
    """Somebody has to ask."""
    return "" if situation.question else "nobody asks anything"


def can_pick(situation: Situation) -> str:
    """The question has to have options."""
    if not situation.question:
        return "nobody asks anything"
    return "" if situation.question.options else "this question has no options: write an answer"


def can_join(situation: Situation) -> str:
    """Something has to be marked or selected."""
    if situation.marked or situation.session:
        return ""
    return "mark sessions with v first"


def has_marks(situation: Situation) -> str:
    """There has to be something to unmark."""
    return "" if situation.marked else "no session is marked"


def has_sessions(situation: Situation) -> str:
    """There has to be a session at all."""
    return "" if situation.board.sessions else "there are no sessions yet: n makes one"


def has_stranded(situation: Situation) -> str:
    """Some draft must have lost its place."""
    return "" if situation.stranded else "no unsent draft has lost its place"


@of_session
def has_waiting(view: SessionView) -> str:
    """Something has to wait in a lane."""
    if view.waiting or view.unsure:
        return ""
    return f"nothing waits for {view.spec.shown_name}"


def can_take_over(situation: Situation) -> str:
    """Only where another process conducts."""
    return "this dashboard conducts already" if situation.conducting else ""
