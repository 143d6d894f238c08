"""Letters for tests: waiting, deferred, dead, and a board with some of each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from tests.tui.boards import NOW, ago, sample_board
from wuhu_tui.model.board import Board
from wuhu_tui.model.letters import LEAD, DeferralReason, Letter, LetterKind, LetterState
from wuhu_tui.model.messages import Lane, Message, MessageState
from wuhu_tui.model.receipts import Receipt, ReceiptKind, ReceiptStep

AUTH, MIGRATE, CART, MAILER, SEARCH, INVOICES, LIMIT, EMAILER, HEALTH, METRICS = (
    f"shop-api-impl-{number:02}" for number in range(1, 11)
)


def letter(name: str, recipient: str, **fields: Any) -> Letter:
    """A letter, posted a minute ago by the lead unless said otherwise."""
    values: dict[str, Any] = {
        "kind": LetterKind.STEER,
        "sender": LEAD,
        "text": f"text of {name}",
        "posted_at": ago(minutes=1),
        "since": ago(minutes=1),
        "lane": Lane.STEER,
    }
    return Letter(id=name, recipient=recipient, **{**values, **fields})


def dead(name: str, recipient: str, **fields: Any) -> Letter:
    """A letter whose recipient is known to be gone."""
    values: dict[str, Any] = {
        "kind": LetterKind.DONE,
        "sender": INVOICES,
        "state": LetterState.DEAD,
        "reason": DeferralReason.TARGET_GONE,
        "failures": 3,
        "lane": Lane.SYSTEM,
    }
    return letter(name, recipient, **{**values, **fields})


def waiting(name: str, lane: Lane, sequence: int, **fields: Any) -> Message:
    """A message in a lane of a session."""
    return Message(
        id=name,
        lane=lane,
        text=f"text of {name}",
        by=LEAD,
        sequence=sequence,
        queued_at=ago(minutes=sequence),
        **fields,
    )


def receipt(name: str, step: ReceiptStep = ReceiptStep.ACTED_ON, **fields: Any) -> Receipt:
    """A message that landed some minutes ago."""
    at = ago(minutes=8)
    values: dict[str, Any] = {
        "kind": ReceiptKind.STEER,
        "text": f"text of {name}",
        "by": LEAD,
        "queued_at": at,
        "delivered_at": at + timedelta(seconds=1),
        "accepted_at": at + timedelta(seconds=2),
        "acted_at": at + timedelta(seconds=4),
    }
    return Receipt(id=name, step=step, **{**values, **fields})


def with_letters(board: Board, *letters: Letter) -> Board:
    """The board with these letters."""
    return replace(board, letters={**board.letters, **{one.id: one for one in letters}})


def with_fields(board: Board, session: str, **fields: Any) -> Board:
    """The board with one session changed."""
    view = replace(board.sessions[session], **fields)
    return replace(board, sessions={**board.sessions, session: view})


def mail_board() -> Board:
    """Something of every kind: dead, escalated, for the lead, in lanes, not taken yet, landed."""
    board = sample_board()
    board = with_fields(
        board,
        SEARCH,
        waiting=(
            waiting("m1", Lane.STEER, 1),
            waiting("m2", Lane.STEER, 2),
            waiting("m3", Lane.FOLLOW_UP, 3),
        ),
        unsure=(waiting("m9", Lane.STEER, 9, state=MessageState.UNSURE),),
        receipts=(receipt("r1"), receipt("r2", ReceiptStep.CANCELLED)),
    )
    return with_letters(
        board,
        dead(
            "d1",
            METRICS,
            text="Totals are rounded per invoice now; 14 tests added.",
            since=ago(minutes=5),
        ),
        dead(
            "d2",
            CART,
            kind=LetterKind.ESCALATION,
            state=LetterState.ESCALATED,
            detail="it did not take it at 10 boundaries",
            since=ago(minutes=2),
        ),
        letter("l1", LEAD, kind=LetterKind.BLOCKED, sender=CART, text="I need the payment keys."),
        letter("p1", METRICS, text="Take the new histogram.", kind=LetterKind.FOLLOW_UP),
        letter(
            "p2",
            AUTH,
            state=LetterState.DEFERRED,
            reason=DeferralReason.TARGET_DIALOG,
            next_try=NOW + timedelta(seconds=30),
            deferrals=4,
            lane=Lane.FOLLOW_UP,
            sender=INVOICES,
            kind=LetterKind.REQUEST,
        ),
    )
