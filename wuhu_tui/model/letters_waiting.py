"""What waits for a session: in which order it lands, and where. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.letters import DeferralReason, Letter, LetterKind, LetterState
from wuhu_tui.model.messages import Lane, Message, MessageState
from wuhu_tui.model.questions import QuestionKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import Value

_IN_A_TURN = (SessionState.WORKING, SessionState.ASKING)
_AT_REST = (SessionState.IDLE, SessionState.REPORTED, SessionState.HIBERNATED)


class Waiting(Value, frozen=True):
    """One message on its way to a session's agent, in the place where it stands now."""

    id: str
    lane: Lane
    text: str
    by: str
    position: int
    """From 1, over all lanes, in the order of landing."""
    lands: str
    """When it lands, in words that go on after “lands”."""
    in_lane: bool
    """Whether the session's runner has it; otherwise it lies in the mailbox, or is on its way there."""
    is_handed_over: bool = False
    """Whether the agent is being given it just now: nothing of it can be changed."""
    state: LetterState | None = None
    """Its letter's state; None: it is no letter, such as a task or a reminder."""
    reason: DeferralReason | None = None
    detail: str = ""


def waiting_for(board: Board, session: str) -> tuple[Waiting, ...]:
    """All that waits for this session, the next to land first."""
    view = board.session(session)
    if view is None:
        return ()
    lanes = [*_in_lanes(view), *_not_taken(board, view)]
    pressing = sorted((m for m in lanes if m.lane is not Lane.FOLLOW_UP), key=_sequence)
    later = sorted((m for m in lanes if m.lane is Lane.FOLLOW_UP), key=_sequence)
    in_turn = view.state in _IN_A_TURN and view.steers_in_turn
    before = 1 if pressing and not in_turn else 0
    ordered = [*((m, 0) for m in pressing), *((m, before + n) for n, m in enumerate(later))]
    taken = {message.id for message in view.waiting}
    return tuple(
        _waiting(board, view, message, position, turns, in_lane=message.id in taken)
        for position, (message, turns) in enumerate(ordered, start=1)
    )


def _waiting(
    board: Board, view: SessionView, message: Message, position: int, turns: int, *, in_lane: bool
) -> Waiting:
    letter = board.letters.get(message.id)
    lands = when_it_lands(view, message.lane, turns=turns)
    if letter is not None and letter.kind is LetterKind.NOTE and view.state in _AT_REST:
        lands = lands if in_lane else "in its next turn"
    return Waiting(
        id=message.id,
        lane=message.lane,
        text=message.text,
        by=message.by,
        position=position,
        lands=lands,
        in_lane=in_lane,
        is_handed_over=message.state is MessageState.OFFERED,
        state=letter.state if letter else None,
        reason=letter.reason if letter else None,
        detail=letter.detail if letter else "",
    )


def _in_lanes(view: SessionView) -> Iterable[Message]:
    return view.waiting


def _not_taken(board: Board, view: SessionView) -> Iterable[Message]:
    """Letters that the session's runner has not taken yet, behind all that it has."""
    seen = {message.id for message in (*view.waiting, *view.unsure)}
    seen |= {receipt.id for receipt in view.receipts}
    behind = max((message.sequence for message in view.waiting), default=0) + 1
    letters = [
        letter
        for letter in board.letters.values()
        if letter.recipient == view.id and letter.id not in seen and _is_to_come(letter)
    ]
    return [_as_message(letter, behind + place) for place, letter in enumerate(letters)]


def _is_to_come(letter: Letter) -> bool:
    """Whether it was written down and nothing says that it was taken; an answer waits in no lane."""
    on_the_way = letter.state in (LetterState.QUEUED, LetterState.DEFERRED, LetterState.ESCALATED)
    return on_the_way and letter.answer is None


def _as_message(letter: Letter, sequence: int) -> Message:
    return Message(
        id=letter.id,
        lane=letter.lane,
        text=letter.text,
        by=letter.sender,
        sequence=sequence,
        queued_at=letter.posted_at,
    )


def _sequence(message: Message) -> int:
    return message.sequence


def when_it_lands(view: SessionView, lane: Lane, *, turns: int = 0) -> str:
    """When a message of this lane lands, as the session stands; `turns` others come before it."""
    if any(question.kind is QuestionKind.BUDGET for question in view.questions):
        return "once its budget is raised"
    if not view.runner_expected:
        return _when_it_is_up(view)
    if view.state not in _IN_A_TURN:
        return "at once" if not turns else _after(turns)
    if turns:
        return _after(turns + 1)
    in_turn = lane is not Lane.FOLLOW_UP and view.steers_in_turn
    return "when the running tool ends" if in_turn else "when its turn ends"


def _when_it_is_up(view: SessionView) -> str:
    if view.own is None:
        return "once it is started"
    return "as soon as it is up again"


def _after(turns: int) -> str:
    return "when its next turn ends" if turns == 1 else f"after {turns} turns"


def neighbour(waiting: Iterable[Waiting], message: str, steps: int) -> str | None:
    """Ahead of which message another goes that moves within its lane; empty: behind all.

    `steps` is −1 for up, 1 for down; None: it stands at that end already, or cannot be moved.
    """
    items = list(waiting)
    moved = next((item for item in items if item.id == message), None)
    if moved is None or moved.is_handed_over:
        return None
    lane = [item.id for item in items if item.lane is moved.lane and not item.is_handed_over]
    place = lane.index(message)
    if not 0 <= place + steps < len(lane):
        return None
    after = place + steps + (1 if steps > 0 else 0)
    return lane[after] if after < len(lane) else ""
