"""What waits for a session, lane by lane."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.messages import Lane, Message, MessageState
from wuhu_tui.model.receipts import Receipt
from wuhu_tui.tui.presentation.ages import age
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.receipts import stands_in_the_way
from wuhu_tui.tui.presentation.rows import MUTED, row, wrapped

_ORDER = {Lane.SYSTEM: 0, Lane.STEER: 1, Lane.FOLLOW_UP: 2}
_WORDS = {Lane.SYSTEM: "system", Lane.STEER: "steer", Lane.FOLLOW_UP: "follow-up"}


def waiting_messages(view: SessionView) -> list[Message]:
    """Everything that has not landed, in the order in which it will; unsure ones last."""
    ordered = sorted(view.waiting, key=lambda message: (_ORDER[message.lane], message.sequence))
    return [*ordered, *view.unsure]


def message_entries(
    view: SessionView, now: datetime, width: int, *, most: int = 3
) -> tuple[Entry, ...]:
    """One entry a message that has not landed: lane, state and age, its text, what it waits for."""
    receipts = {receipt.id: receipt for receipt in view.receipts}
    return tuple(
        Entry(message.id, _rows(message, receipts.get(message.id), now, width, most))
        for message in waiting_messages(view)
    )


def _rows(
    message: Message, receipt: Receipt | None, now: datetime, width: int, most: int
) -> tuple[Content, ...]:
    state = _state(message, receipt)
    head = Content.assemble(" ", (_WORDS[message.lane], "bold $accent"), state)
    by = f"{message.by} " if message.by != "lead" else ""
    first = row(width, head, Content.styled(f"{by}{age(message.queued_at, now)}", MUTED))
    text = [Content.assemble("  ", part) for part in wrapped(message.text, width - 2, most)]
    reason = stands_in_the_way(receipt) if receipt else ""
    text += [Content.assemble("  ", part) for part in wrapped(reason, width - 2, 2, MUTED)]
    return first, *(row(width, part) for part in text)


def _state(message: Message, receipt: Receipt | None) -> tuple[str, str]:
    match message.state:
        case MessageState.OFFERED if receipt and receipt.delivered_at:
            return " with the agent, not taken in yet", "$state-working"
        case MessageState.OFFERED:
            return " on its way", "$state-working"
        case MessageState.UNSURE:
            return " unsure whether it arrived", "$text-warning"
    return "", ""
