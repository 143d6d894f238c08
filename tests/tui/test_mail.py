"""Every message on its way, wherever it is known: order, places, words; pure functions on boards."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.tui.boards import NOW, ago, sample_board, session
from tests.tui.letters import (
    AUTH,
    CART,
    INVOICES,
    METRICS,
    SEARCH,
    dead,
    letter,
    mail_board,
    receipt,
    waiting,
    with_fields,
    with_letters,
)
from wuhu_tui.model.board import Board
from wuhu_tui.model.letters import LEAD, DeferralReason, LetterKind, LetterState
from wuhu_tui.model.messages import TASK, Lane, MessageState
from wuhu_tui.model.questions import Answer
from wuhu_tui.model.receipts import ReceiptKind, ReceiptStep
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.mail import Mail, Stage, post
from wuhu_tui.tui.presentation.mail_facts import mail_facts
from wuhu_tui.tui.presentation.mail_rows import MailRows, Page
from wuhu_tui.tui.presentation.mail_words import landing, loud_reason, outcome

S = SessionState


def alive(session: str) -> bool:
    return True


def found(board: Board, key: str) -> Mail:
    return next(mail for mail in post(board) if mail.key == key)


def plain(entries: tuple[Entry, ...]) -> str:
    return "\n".join(text.plain.rstrip() for entry in entries for text in entry.rows)


def drawn(board: Board, width: int = 90, only: str = "") -> str:
    return plain(MailRows().entries(post(board, only), Page(board, alive, NOW, width)))


def test_what_did_not_arrive_comes_first_then_what_waits_longest() -> None:
    mail = post(mail_board())
    assert [one.id for one in mail.loud] == ["d1", "d2"]
    assert [one.id for one in mail.for_lead] == ["l1"]
    assert [box.recipient for box in mail.boxes] == [SEARCH, AUTH, METRICS]


def test_a_letter_that_no_runner_has_taken_waits_behind_those_in_the_lane() -> None:
    board = with_letters(mail_board(), letter("new", SEARCH))
    [box] = [box for box in post(board).boxes if box.recipient == SEARCH]
    steers = [(mail.id, mail.place, mail.is_taken) for mail in box.waiting if mail.place]
    assert steers == [("m1", 1, True), ("m2", 2, True), ("new", 3, False), ("m3", 1, True)]
    assert [mail.last for mail in box.waiting] == [False, False, True, True]


def test_a_letter_known_twice_is_one_message() -> None:
    in_lane = letter("m1", SEARCH, state=LetterState.OFFERED, kind=LetterKind.REQUEST)
    landed = letter("r1", SEARCH, state=LetterState.ACKED)
    board = with_letters(mail_board(), in_lane, landed)
    keys = [mail.key for mail in post(board)]
    assert len(keys) == len(set(keys))
    assert found(board, f"{SEARCH}/m1").kind == "request"


def test_an_answer_is_not_shown_beside_its_receipt() -> None:
    given = Answer(question="q1", by=LEAD, at=NOW, choice="argon2")
    told = letter(
        "a1", AUTH, kind=LetterKind.ANSWER, about="q1", answer=given, state=LetterState.ACKED
    )
    board = with_letters(sample_board(), told)
    assert [mail.id for mail in post(board, AUTH)] == ["a1"]
    board = with_fields(board, AUTH, receipts=(receipt("q1", kind=ReceiptKind.ANSWER),))
    assert [mail.id for mail in post(board, AUTH)] == ["q1"]


def test_narrowed_to_a_session_what_it_sent_is_there_too() -> None:
    assert [mail.id for mail in post(mail_board(), INVOICES).loud] == ["d1", "d2"]
    assert [mail.id for mail in post(mail_board(), CART)] == ["d2", "l1"]


@pytest.mark.parametrize(
    ("state", "fields", "words"),
    [
        (S.WORKING, {"steers_in_turn": True}, "lands when the running tool ends"),
        (S.WORKING, {}, "lands when its turn ends"),
        (S.IDLE, {}, "lands at once"),
        (S.STOPPED, {}, "waits for resume: it is stopped"),
        (S.LOST, {}, "waits for resume: its runner died"),
        (S.INSTANTIATED, {}, "waits for its start"),
        (S.ARCHIVED, {}, "its session has left the board"),
    ],
)
def test_where_a_message_lands(state: SessionState, fields: dict[str, Any], words: str) -> None:
    view = session("x", state, waiting=(waiting("m", Lane.STEER, 1),), **fields)
    board = Board(sessions={view.id: view})
    assert landing(view, found(board, f"{view.id}/m"), NOW) == words


def test_a_message_on_its_way_is_said_so() -> None:
    on_its_way = waiting("m", Lane.STEER, 1, state=MessageState.OFFERED)
    board = with_fields(sample_board(), SEARCH, waiting=(on_its_way,))
    view = board.sessions[SEARCH]
    assert landing(view, found(board, f"{SEARCH}/m"), NOW) == "on its way"
    board = with_fields(board, SEARCH, receipts=(receipt("m", ReceiptStep.DELIVERED),))
    told = landing(view, found(board, f"{SEARCH}/m"), NOW)
    assert told == "with the agent, not taken in yet"


@pytest.mark.parametrize("reason", DeferralReason)
def test_every_deferral_has_its_words_and_its_next_try(reason: DeferralReason) -> None:
    deferred = letter(
        "p", AUTH, state=LetterState.DEFERRED, reason=reason, next_try=NOW + timedelta(seconds=90)
    )
    board = with_letters(sample_board(), deferred)
    told = landing(board.sessions[AUTH], found(board, f"{AUTH}/p"), NOW)
    assert told.endswith(" · next try in 1:30")
    assert reason.value not in told
    late = replace(deferred, next_try=ago(seconds=1), detail="in its own words")
    board = with_letters(sample_board(), late)
    told = landing(board.sessions[AUTH], found(board, f"{AUTH}/p"), NOW)
    assert told == "in its own words · tried again now"


def test_what_is_dead_says_why() -> None:
    assert loud_reason(dead("d", CART)) == "its recipient is gone"
    assert loud_reason(dead("d", CART, detail="stopped 2 h ago")) == "stopped 2 h ago"
    assert loud_reason(dead("d", CART, reason=None)) == "its recipient could not be reached"


def test_what_was_discarded_says_by_whom_and_why() -> None:
    over = letter(
        "x", CART, state=LetterState.DISCARDED, ended_by="lead", note="said it on the phone"
    )
    board = with_letters(sample_board(), over)
    assert outcome(found(board, f"{CART}/x")) == "discarded by lead: said it on the phone"


def test_a_message_whole_has_every_step_with_its_clock() -> None:
    told = mail_facts(found(mail_board(), f"{SEARCH}/r1"), mail_board(), NOW, 60).plain
    for words in ("queued", "delivered", "accepted", "acted on", "8m ago", "text of r1"):
        assert words in told
    told = mail_facts(found(mail_board(), f"{AUTH}/p2"), mail_board(), NOW, 60).plain
    for words in ("deferred  4 times", "next try in 0:30", "no runner has taken it yet"):
        assert words in told


def test_the_list_tells_who_sent_it_and_how_long_ago() -> None:
    shown = drawn(mail_board())
    assert "done invoices → metrics" in shown
    assert "request from invoices · its recipient waits for an answer first" in shown
    assert "steer from you · taken back" in shown
    assert drawn(Board()) == ""


@pytest.mark.parametrize("width", [1, 5, 12, 30, 200])
def test_it_is_never_wider_than_told(width: int) -> None:
    board = mail_board()
    for entry in MailRows().entries(post(board), Page(board, alive, NOW, width)):
        assert all(text.cell_length <= width for text in entry.rows)


def test_of_a_thousand_messages_only_what_changed_is_drawn_anew() -> None:
    lane = tuple(
        replace(waiting(f"m{number}", Lane.STEER, number), queued_at=ago(minutes=3))
        for number in range(1000)
    )
    board = with_fields(sample_board(), SEARCH, waiting=lane)
    rows = MailRows()
    began = time.process_time()
    first = rows.entries(post(board), Page(board, alive, NOW, 90))
    assert time.process_time() - began < 3
    assert sum(bool(entry.key) for entry in first) == 1000
    changed = (replace(lane[0], text="other words"), *lane[1:])
    board = with_fields(board, SEARCH, waiting=changed)
    began = time.process_time()
    again = rows.entries(post(board), Page(board, alive, NOW, 90))
    assert time.process_time() - began < 0.5
    new = [entry.key for entry in again if entry.key and not any(entry is old for old in first)]
    assert new == [f"{SEARCH}/m0"]


def test_a_recipient_that_is_not_on_the_board_is_named() -> None:
    board = with_letters(sample_board(), letter("x", "shop-api-impl-77"))
    assert "shop-api-impl-77  not here" in drawn(board)
    assert "its session is not on the board" in drawn(board)
    assert found(board, "shop-api-impl-77/x").stage is Stage.WAITING
    assert METRICS not in drawn(board)


def test_a_task_is_from_whoever_made_the_session() -> None:
    board = mail_board()
    view = board.sessions[SEARCH]
    task = receipt(TASK, kind=ReceiptKind.TASK)
    spec = replace(view.spec, parent=CART)
    board = with_fields(board, SEARCH, spec=spec, receipts=(task,))
    assert "task from cart-ui" in drawn(board, only=SEARCH)
    board = with_fields(board, SEARCH, spec=replace(spec, parent=""))
    assert "task from you" in drawn(board, only=SEARCH)
