"""What became of each message and answer: the receipts' part of a session's fold.

A step is never taken back but by a message that came back, and no step is earlier than the one
before it, whatever the clock did.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from wuhu_tui.model import events
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.messages import ANSWER, TASK, Lane, Message, answer_message
from wuhu_tui.model.questions import Answer, QuestionKind, spoken
from wuhu_tui.model.receipts import Receipt, ReceiptKind, ReceiptStep
from wuhu_tui.model.records import Record

MAX_RECEIPTS = 30
"""How many of a session's newest receipts the board keeps."""

_Step = ReceiptStep
_KINDS = {
    Lane.SYSTEM: ReceiptKind.SYSTEM,
    Lane.STEER: ReceiptKind.STEER,
    Lane.FOLLOW_UP: ReceiptKind.FOLLOW_UP,
}
_ON_THE_WAY = frozenset({_Step.QUEUED, _Step.DELIVERED})
_SIGNS = (
    events.AgentSaid,
    events.AgentThought,
    events.ToolStarted,
    events.PlanChanged,
    events.QuestionAsked,
)
"""What an agent does only after it read what it has accepted."""


def fold_receipts(view: SessionView, record: Record) -> SessionView:
    """The session with its receipts after one more record; `view` is as it was before it."""
    step = _STEPS.get(type(record.event))
    return step(view, record.event, record) if step else view


def _queued(view: SessionView, event: events.MessageQueued, record: Record) -> SessionView:
    message = event.message
    receipt = Receipt(
        id=message.id,
        kind=_kind(message),
        text=message.text,
        by=message.by,
        queued_at=message.queued_at,
    )
    return _added(view, receipt)


def _kind(message: Message) -> ReceiptKind:
    if message.id == TASK:
        return ReceiptKind.TASK
    return ReceiptKind.ANSWER if message.id.startswith(ANSWER) else _KINDS[message.lane]


def _added(view: SessionView, receipt: Receipt) -> SessionView:
    """With one more, unless it is known; an answer that became a message has one receipt only."""
    is_message = receipt.kind is not ReceiptKind.ANSWER or receipt.id.startswith(ANSWER)
    fixed = {receipt.id} if is_message else {answer_message(receipt.id)}
    if any(known.id in fixed for known in view.receipts):
        return view
    replaced = {receipt.id, receipt.id.removeprefix(ANSWER)}
    others = (r for r in view.receipts if not (_is_answer(r) and r.id in replaced))
    return replace(view, receipts=(*others, receipt)[-MAX_RECEIPTS:])


def _is_answer(receipt: Receipt) -> bool:
    return receipt.kind is ReceiptKind.ANSWER


def _changed(
    view: SessionView,
    name: str,
    among: frozenset[ReceiptStep],
    change: Callable[[Receipt], Receipt],
) -> SessionView:
    """With one receipt changed, if it has come just so far."""
    for place, receipt in enumerate(view.receipts):
        if receipt.id == name and receipt.step in among:
            before, after = view.receipts[:place], view.receipts[place + 1 :]
            return replace(view, receipts=(*before, change(receipt), *after))
    return view


def _edited(view: SessionView, event: events.MessageEdited, record: Record) -> SessionView:
    return _changed(view, event.id, _ON_THE_WAY, lambda r: replace(r, text=event.text))


def _moved(view: SessionView, event: events.MessageMoved, record: Record) -> SessionView:
    def in_lane(receipt: Receipt) -> Receipt:
        keeps = receipt.kind in (ReceiptKind.TASK, ReceiptKind.ANSWER)
        return receipt if keeps else replace(receipt, kind=_KINDS[event.lane])

    return _changed(view, event.id, _ON_THE_WAY, in_lane)


def _delivered(view: SessionView, event: events.MessageDelivered, record: Record) -> SessionView:
    among = frozenset({_Step.QUEUED})
    return _changed(view, event.id, among, lambda r: _with_agent(r, record.ts))


def _with_agent(receipt: Receipt, at: datetime) -> Receipt:
    return replace(
        receipt,
        step=_Step.DELIVERED,
        delivered_at=max(receipt.queued_at, at),
        waits_because="",
        not_supported=False,
    )


def _deferred(view: SessionView, event: events.MessageDeferred, record: Record) -> SessionView:
    def waiting(receipt: Receipt) -> Receipt:
        return replace(
            receipt,
            step=_Step.QUEUED,
            delivered_at=None,
            waits_because=event.reason,
            not_supported=event.not_supported,
            deferrals=receipt.deferrals + 1,
        )

    return _changed(view, event.id, _ON_THE_WAY, waiting)


def _landed(view: SessionView, event: events.MessageLanded, record: Record) -> SessionView:
    among = _ON_THE_WAY | {_Step.UNSURE}
    view = replace(view, awaits_sign=True)
    return _changed(view, event.id, among, lambda r: _accepted(r, record.ts))


def _accepted(receipt: Receipt, at: datetime) -> Receipt:
    delivered = receipt.delivered_at or max(receipt.queued_at, at)
    return replace(
        receipt,
        step=_Step.ACCEPTED,
        delivered_at=delivered,
        accepted_at=max(delivered, at),
        waits_because="",
        not_supported=False,
    )


def _cancelled(view: SessionView, event: events.MessageCancelled, record: Record) -> SessionView:
    return _changed(view, event.id, _ON_THE_WAY, lambda r: _over(r, _Step.CANCELLED))


def _unsure(view: SessionView, event: events.MessageUnsure, record: Record) -> SessionView:
    return _changed(view, event.id, _ON_THE_WAY, lambda r: _over(r, _Step.UNSURE))


def _over(receipt: Receipt, step: ReceiptStep) -> Receipt:
    return replace(receipt, step=step, waits_because="", not_supported=False)


def _answered(view: SessionView, event: events.QuestionAnswered, record: Record) -> SessionView:
    """An answer to an asker that is gone is a message; one about a budget reaches no agent at all."""
    answer = event.answer
    question = next((open_ for open_ in view.questions if open_.id == answer.question), None)
    if question is not None and question.detached:
        return view
    receipt = Receipt(
        id=answer.question,
        kind=ReceiptKind.ANSWER,
        text=spoken(question, answer) if question else _words(answer),
        by=answer.by,
        queued_at=record.ts,
    )
    if question is not None and question.kind is QuestionKind.BUDGET:
        receipt = replace(receipt, step=_Step.ACTED_ON, acted_at=record.ts)
    return _added(view, receipt)


def _words(answer: Answer) -> str:
    return " — ".join(filter(None, (answer.choice, answer.text, answer.note)))


def _answer_delivered(
    view: SessionView, event: events.AnswerDelivered, record: Record
) -> SessionView:
    """Its asker found it, before or after it was made a message and taken back as such."""
    message = answer_message(event.question)
    among = frozenset({_Step.QUEUED, _Step.CANCELLED})

    def found(receipt: Receipt) -> Receipt:
        return _with_agent(replace(receipt, id=event.question), record.ts)

    view = replace(view, awaits_sign=True)
    return _changed(_changed(view, event.question, among, found), message, among, found)


def _answer_refused(view: SessionView, event: events.AnswerRefused, record: Record) -> SessionView:
    refused = Receipt(
        id=f"{event.question} {event.by}",
        kind=ReceiptKind.ANSWER,
        text=event.reason,
        by=event.by,
        queued_at=record.ts,
        step=_Step.REFUSED,
    )
    return _added(view, refused)


def _sign(view: SessionView, event: Any, record: Record) -> SessionView:
    """The agent goes on: it acts on what it has."""
    if not view.awaits_sign:
        return view
    receipts = tuple(
        _acted(receipt, record.ts) if _unacted(receipt) else receipt for receipt in view.receipts
    )
    return replace(view, receipts=receipts, awaits_sign=False)


def _unacted(receipt: Receipt) -> bool:
    """An answer is accepted by going on; nobody says so before."""
    if receipt.step is _Step.DELIVERED:
        return receipt.kind is ReceiptKind.ANSWER and not receipt.id.startswith(ANSWER)
    return receipt.step is _Step.ACCEPTED


def _acted(receipt: Receipt, at: datetime) -> Receipt:
    accepted = _accepted(receipt, at) if receipt.step is _Step.DELIVERED else receipt
    latest = max(accepted.accepted_at or at, at)
    return replace(accepted, step=_Step.ACTED_ON, acted_at=latest)


_STEPS: dict[type[Any], Callable[[SessionView, Any, Record], SessionView]] = {
    events.MessageQueued: _queued,
    events.MessageEdited: _edited,
    events.MessageMoved: _moved,
    events.MessageDelivered: _delivered,
    events.MessageDeferred: _deferred,
    events.MessageLanded: _landed,
    events.MessageCancelled: _cancelled,
    events.MessageUnsure: _unsure,
    events.QuestionAnswered: _answered,
    events.AnswerDelivered: _answer_delivered,
    events.AnswerRefused: _answer_refused,
    **dict.fromkeys(_SIGNS, _sign),
}
