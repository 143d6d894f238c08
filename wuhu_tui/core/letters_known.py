"""What a recipient's own journal says of a letter, however long ago it came."""

from __future__ import annotations

from enum import StrEnum

from wuhu_tui.core.ledger import Ledger
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.events import QuestionAnswered, QuestionWithdrawn
from wuhu_tui.model.letters import Letter
from wuhu_tui.model.messages import MessageState, answer_message
from wuhu_tui.model.questions import Answer
from wuhu_tui.model.receipts import Receipt, ReceiptStep
from wuhu_tui.model.value import Value


class Place(StrEnum):
    """Where a letter is, as its recipient tells.

    `unknown`: it said nothing of it; the letter may lie in its mailbox. `waiting`: in a lane.
    `delivered`: its agent was handed it and has not said that it has it.
    """

    UNKNOWN = "unknown"
    WAITING = "waiting"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    ACTED_ON = "acted_on"
    TAKEN_BACK = "taken_back"
    UNSURE = "unsure"
    REFUSED = "refused"


class Known(Value, frozen=True):
    """A place, and what was said about it."""

    place: Place = Place.UNKNOWN
    words: str = ""
    """Why it waits, or why it was refused."""
    never_in_turn: bool = False
    """Whether its agent takes no message within a turn."""
    refusals: int = 0
    """How often its agent did not take it."""


_PLACES = {
    ReceiptStep.QUEUED: Place.WAITING,
    ReceiptStep.DELIVERED: Place.DELIVERED,
    ReceiptStep.ACCEPTED: Place.ACCEPTED,
    ReceiptStep.ACTED_ON: Place.ACTED_ON,
    ReceiptStep.CANCELLED: Place.TAKEN_BACK,
    ReceiptStep.UNSURE: Place.UNSURE,
    ReceiptStep.REFUSED: Place.REFUSED,
}


class Lanes:
    """What a session's lanes and receipts say, by the messages' ids."""

    def __init__(self, view: SessionView | None) -> None:
        self.receipts = {receipt.id: receipt for receipt in view.receipts} if view else {}
        self.waiting = {message.id: message for message in view.waiting} if view else {}
        self.unsure = {message.id for message in view.unsure} if view else set()


def known(
    letter: Letter, view: SessionView | None, ledger: Ledger, lanes: Lanes | None = None
) -> Known:
    """What is known of the letter; receipts are few, so what was taken long ago counts as acted on.

    `lanes` are that session's; whoever asks for many letters makes them once.
    """
    if view is None:
        return Known()
    lanes = lanes or Lanes(view)
    message = _as_message(letter.id, lanes)
    if message is not None:
        return message
    if letter.answer is not None:
        return _as_answer(letter.answer, letter.id, lanes, ledger)
    end = ledger.end_of(letter.id)
    if end is not None:
        return Known(place=Place.ACTED_ON if end is ReceiptStep.ACCEPTED else _PLACES[end])
    refusal = ledger.refusal(letter.id)
    if refusal:
        return Known(place=Place.REFUSED, words=refusal)
    return Known(place=Place.ACTED_ON) if ledger.is_taken(letter.id) else Known()


def _as_message(name: str, lanes: Lanes) -> Known | None:
    """What the lanes and receipts say of a message; None: nothing."""
    receipt, waiting = lanes.receipts.get(name), lanes.waiting.get(name)
    if waiting is not None:
        handed = waiting.state is MessageState.OFFERED
        place = Place.DELIVERED if handed else Place.WAITING
        return _with_receipt(place, receipt)
    if name in lanes.unsure:
        return Known(place=Place.UNSURE)
    return None if receipt is None else _with_receipt(_PLACES[receipt.step], receipt)


def _with_receipt(place: Place, receipt: Receipt | None) -> Known:
    if receipt is None:
        return Known(place=place)
    return Known(
        place=place,
        words=receipt.waits_because,
        never_in_turn=receipt.not_supported,
        refusals=receipt.deferrals,
    )


def _as_answer(answer: Answer, command: str, lanes: Lanes, ledger: Ledger) -> Known:
    """The first answer wins; it may go on as a message to an agent whose asker is gone."""
    if not ledger.is_taken(command):
        return Known()
    closed = ledger.closing(answer.question)
    if isinstance(closed, QuestionWithdrawn):
        return Known(place=Place.REFUSED, words=f"its agent took it back: {closed.reason}")
    if isinstance(closed, QuestionAnswered) and not is_same_answer(closed.answer, answer):
        won = closed.answer
        return Known(place=Place.REFUSED, words=f"{won.by} answered at {won.at:%H:%M:%S} UTC")
    refusal = ledger.refusal(command)
    if refusal:
        return Known(place=Place.REFUSED, words=refusal)
    for name in (answer_message(answer.question), answer.question):
        found = _as_message(name, lanes)
        if found is not None:
            return found
    return Known(place=Place.ACTED_ON)


def is_same_answer(one: Answer, other: Answer) -> bool:
    """Whether both are one answer, found again; its words may have been redacted."""
    return (one.by, one.at, one.choice) == (other.by, other.at, other.choice)
