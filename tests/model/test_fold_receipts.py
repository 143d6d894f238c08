"""Receipts: how far each message and answer has come, and when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.model.strategies import START, journals
from wuhu_tui.model import events
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.fold_receipts import MAX_RECEIPTS
from wuhu_tui.model.fold_session import fold_session
from wuhu_tui.model.messages import TASK, Boundary, Lane, Message, answer_message
from wuhu_tui.model.questions import Answer, Option, Question, QuestionKind
from wuhu_tui.model.receipts import Receipt, ReceiptKind, ReceiptStep
from wuhu_tui.model.records import Record
from wuhu_tui.model.sessions import SessionSpec

Step = ReceiptStep
TOOL_END = Boundary.TOOL_END


def queued(name: str = "m1", lane: Lane = Lane.STEER, text: str = "go left") -> Any:
    return events.MessageQueued(
        message=Message(id=name, lane=lane, text=text, by="lead", sequence=1, queued_at=START)
    )


def asked(name: str = "q1", **changes: Any) -> Any:
    options = (Option(key="a", label="argon2"),)
    return events.QuestionAsked(
        question=Question(
            id=name,
            kind=QuestionKind.CHOICE,
            text="Which?",
            asked_at=START,
            options=options,
            **changes,
        )
    )


def answered(name: str = "q1", by: str = "lead") -> Any:
    return events.QuestionAnswered(answer=Answer(question=name, by=by, at=START, choice="a"))


def folded(*told: Any) -> SessionView:
    """The events, one second apart."""
    view = SessionView(spec=SessionSpec(id="s", project="p"))
    for number, event in enumerate(told, start=1):
        at = START + timedelta(seconds=number)
        record = Record(session="s", epoch=1, seq=number, ts=at, event=event)
        view = fold_session(view, record)
    return view


def receipt_of(*told: Any) -> Receipt:
    (receipt,) = folded(*told).receipts
    return receipt


DELIVERED = events.MessageDelivered(id="m1")
LANDED = events.MessageLanded(id="m1", boundary=TOOL_END)
OFFERED = events.MessageOffered(id="m1", boundary=TOOL_END)
SAID = events.AgentSaid(text="I go left.")


def seconds(receipt: Receipt) -> tuple[int | None, ...]:
    times = (receipt.delivered_at, receipt.accepted_at, receipt.acted_at)
    return tuple(int((at - START).total_seconds()) if at else None for at in times)


@pytest.mark.parametrize(
    ("told", "step", "times"),
    [
        ((), Step.QUEUED, (None, None, None)),
        ((OFFERED,), Step.QUEUED, (None, None, None)),
        ((OFFERED, DELIVERED), Step.DELIVERED, (3, None, None)),
        ((OFFERED, DELIVERED, SAID), Step.DELIVERED, (3, None, None)),
        ((OFFERED, DELIVERED, LANDED), Step.ACCEPTED, (3, 4, None)),
        ((OFFERED, LANDED), Step.ACCEPTED, (3, 3, None)),
        ((OFFERED, DELIVERED, LANDED, SAID, SAID), Step.ACTED_ON, (3, 4, 5)),
        ((LANDED, events.ToolEnded(call="t1")), Step.ACCEPTED, (2, 2, None)),
        ((LANDED, events.ToolStarted(call="t1", title="x")), Step.ACTED_ON, (2, 2, 3)),
        ((LANDED, SAID, events.MessageUnsure(id="m1")), Step.ACTED_ON, (2, 2, 3)),
        ((DELIVERED, events.MessageUnsure(id="m1")), Step.UNSURE, (2, None, None)),
        ((DELIVERED, events.MessageUnsure(id="m1"), LANDED), Step.ACCEPTED, (2, 4, None)),
        ((events.MessageCancelled(id="m1"),), Step.CANCELLED, (None, None, None)),
    ],
)
def test_each_step_has_its_time(
    told: tuple[Any, ...], step: ReceiptStep, times: tuple[int | None, ...]
) -> None:
    receipt = receipt_of(queued(), *told)
    assert (receipt.step, seconds(receipt)) == (step, times)


def test_a_message_that_came_back_waits_again_and_says_why() -> None:
    back = events.MessageDeferred(id="m1", reason="it compacts")
    receipt = receipt_of(queued(), OFFERED, DELIVERED, back)
    assert (receipt.step, receipt.delivered_at) == (Step.QUEUED, None)
    assert (receipt.waits_because, receipt.not_supported) == ("it compacts", False)
    never = events.MessageDeferred(id="m1", reason="never", not_supported=True)
    assert receipt_of(queued(), never).not_supported
    again = receipt_of(queued(), never, OFFERED, LANDED)
    assert (again.step, again.waits_because, again.not_supported) == (Step.ACCEPTED, "", False)


def test_what_kind_of_message_it_is_and_its_last_words() -> None:
    told = [queued("a", Lane.SYSTEM), queued("b", Lane.FOLLOW_UP), queued(TASK, Lane.SYSTEM)]
    kinds = [receipt.kind for receipt in folded(*told).receipts]
    assert kinds == [ReceiptKind.SYSTEM, ReceiptKind.FOLLOW_UP, ReceiptKind.TASK]
    moved = events.MessageMoved(id="m1", lane=Lane.FOLLOW_UP, sequence=5)
    receipt = receipt_of(queued(), moved, events.MessageEdited(id="m1", text="go right"))
    assert (receipt.kind, receipt.text) == (ReceiptKind.FOLLOW_UP, "go right")


def test_an_answer_is_accepted_and_acted_on_when_the_agent_goes_on() -> None:
    waiting = receipt_of(asked(), answered())
    assert (waiting.step, waiting.kind, waiting.text) == (Step.QUEUED, ReceiptKind.ANSWER, "argon2")
    told = (asked(), answered(), SAID, events.AnswerDelivered(question="q1"))
    assert receipt_of(*told).step is Step.DELIVERED
    done = receipt_of(*told, SAID)
    assert (done.step, seconds(done)) == (Step.ACTED_ON, (4, 5, 5))


def test_an_answer_that_becomes_a_message_has_one_receipt() -> None:
    message = queued(answer_message("q1"), text="Earlier you asked …")
    for told in (
        (asked(), answered(), message),
        (asked(), events.QuestionDetached(id="q1"), message, answered()),
        (asked(), message, answered()),
    ):
        receipt = receipt_of(*told)
        assert (receipt.kind, receipt.id) == (ReceiptKind.ANSWER, "answer-q1")


def test_an_answer_about_a_budget_waits_for_nobody() -> None:
    question = replace(asked().question, kind=QuestionKind.BUDGET)
    receipt = receipt_of(events.QuestionAsked(question=question), answered())
    assert (receipt.step, receipt.acted_at) == (Step.ACTED_ON, START + timedelta(seconds=2))


def test_the_answer_that_came_second_is_refused() -> None:
    refused = events.AnswerRefused(question="q1", by="bob", won_by="ann", reason="ann was first")
    first, second = folded(asked(), answered(by="ann"), refused).receipts
    assert (first.step, second.step, second.text) == (Step.QUEUED, Step.REFUSED, "ann was first")


def test_only_the_newest_receipts_are_kept() -> None:
    view = folded(*(queued(f"m{number}") for number in range(MAX_RECEIPTS + 5)))
    assert len(view.receipts) == MAX_RECEIPTS
    assert view.receipts[-1].id == f"m{MAX_RECEIPTS + 4}"


FATES = [
    queued(),
    OFFERED,
    DELIVERED,
    LANDED,
    SAID,
    events.MessageDeferred(id="m1", reason="busy"),
    events.MessageCancelled(id="m1"),
    events.MessageUnsure(id="m1"),
    asked(),
    answered(),
    events.AnswerDelivered(question="q1"),
]
ORDER = [Step.QUEUED, Step.DELIVERED, Step.ACCEPTED, Step.ACTED_ON]


@given(st.lists(st.sampled_from(FATES), max_size=12))
def test_steps_only_go_on_unless_a_message_came_back(told: list[Any]) -> None:
    for count in range(1, len(told) + 1):
        before = {receipt.id: receipt for receipt in folded(*told[: count - 1]).receipts}
        for receipt in folded(*told[:count]).receipts:
            earlier = before.get(receipt.id)
            if earlier is None or told[count - 1] in (FATES[5], FATES[9]):
                continue
            if earlier.step in ORDER and receipt.step in ORDER:
                assert ORDER.index(receipt.step) >= ORDER.index(earlier.step)
            if earlier.step in (Step.ACTED_ON, Step.CANCELLED):
                assert receipt == earlier


@given(journals("s", max_size=20))
def test_no_step_is_earlier_than_the_one_before_it(records: list[Record]) -> None:
    view = SessionView(spec=SessionSpec(id="s", project="p"))
    for record in records:
        view = fold_session(view, record)
        assert len({(receipt.kind, receipt.id) for receipt in view.receipts}) == len(view.receipts)
        for receipt in view.receipts:
            times = [receipt.queued_at, receipt.delivered_at, receipt.accepted_at, receipt.acted_at]
            told = [at for at in times if at is not None]
            assert told == sorted(told)
            reached = ORDER.index(receipt.step) if receipt.step in ORDER else len(told) - 1
            assert reached == len(told) - 1
