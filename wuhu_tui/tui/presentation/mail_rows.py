"""The list of the messages view: what is loud on top, then each session's lanes, then what landed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from textual.content import Content

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.letters import LetterState
from wuhu_tui.model.receipts import ReceiptStep
from wuhu_tui.tui.presentation.ages import age
from wuhu_tui.tui.presentation.attention import Alive, look
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.mail import LANES, Mail, Mailbox, Post, Stage
from wuhu_tui.tui.presentation.mail_words import (
    LANE_WORDS,
    landing,
    loud_reason,
    name_of,
    outcome,
)
from wuhu_tui.tui.presentation.receipts import way
from wuhu_tui.tui.presentation.rows import MUTED, line, row, wrapped

LETTER = "✉"
"""The sign of letters that need the lead."""

_INDENT = 5
_CUT = 400
"""Characters of a message that its row in the list is made of."""

_STEPS: dict[ReceiptStep, tuple[str, str]] = {
    ReceiptStep.QUEUED: ("○", MUTED),
    ReceiptStep.DELIVERED: ("◔", "$state-working"),
    ReceiptStep.ACCEPTED: ("◑", "$state-working"),
    ReceiptStep.ACTED_ON: ("●", "$state-ready"),
    ReceiptStep.CANCELLED: ("·", MUTED),
    ReceiptStep.UNSURE: ("?", "$text-warning"),
    ReceiptStep.REFUSED: ("✗", "$state-failed"),
}

_Signature = tuple[object, ...]


@dataclass(frozen=True)
class Page:
    """What the list is drawn for."""

    board: Board
    alive: Alive
    now: datetime
    width: int


class MailRows:
    """Draws the list; a message that did not change is not drawn again."""

    def __init__(self) -> None:
        self._drawn: dict[str, tuple[_Signature, Entry]] = {}
        self._before: dict[str, tuple[_Signature, Entry]] = {}

    def entries(self, post: Post, page: Page) -> tuple[Entry, ...]:
        """All entries, headings among them."""
        self._before, self._drawn = self._drawn, {}
        return tuple(self._entries(post, page))

    def _entries(self, post: Post, page: Page) -> Iterator[Entry]:
        first = True
        for title, style, mails in (
            ("DID NOT ARRIVE", "bold $state-failed", post.loud),
            ("FOR YOU", "bold $state-asking", post.for_lead),
        ):
            if mails:
                yield _heading(title, style, len(mails), page.width, first=first)
                first = False
            for mail in mails:
                yield self._entry(mail, None, page)
        for box in post.boxes:
            yield _box_heading(box, page, first=first)
            first = False
            for title, mails in _parts(box):
                yield Entry("", (row(page.width, Content.styled(f"   {title}", MUTED)),))
                for mail in mails:
                    yield self._entry(mail, box.view, page)

    def _entry(self, mail: Mail, view: SessionView | None, page: Page) -> Entry:
        told = _told(mail, view, page.now)
        at = mail.letter.since if mail.letter and mail.stage is Stage.LOUD else mail.queued_at
        since = age(at, page.now)
        signature = (mail, told, since, name_of(page.board, mail.sender), page.width)
        known = self._before.get(mail.key)
        if known is None or known[0] != signature:
            known = signature, Entry(mail.key, _rows(mail, told, since, page))
        self._drawn[mail.key] = known
        return known[1]


def _parts(box: Mailbox) -> Iterator[tuple[str, tuple[Mail, ...]]]:
    """A box's lanes that hold something, then what may have arrived, then what did."""
    for lane in LANES:
        if members := tuple(mail for mail in box.waiting if mail.lane is lane):
            yield LANE_WORDS[lane], members
    if box.unsure:
        yield "may have arrived", box.unsure
    if box.sent:
        yield "sent", box.sent


def _heading(title: str, style: str, count: int, width: int, *, first: bool) -> Entry:
    text = row(width, Content.assemble(" ", (title, style)), Content.styled(f"{count}", MUTED))
    return Entry("", (text,) if first else (Content(""), text))


def _box_heading(box: Mailbox, page: Page, *, first: bool) -> Entry:
    waiting = len(box.waiting) + len(box.unsure)
    right = Content.styled(f"{waiting} waiting" if waiting else "nothing waits", MUTED)
    if box.view is None:
        left = Content.assemble(" ", (line(box.recipient), "bold"), ("  not here", MUTED))
    else:
        seen = look(box.view, page.alive(box.recipient), page.now)
        left = Content.assemble(
            " ",
            (seen.symbol, f"bold {seen.style}"),
            " ",
            (line(box.view.spec.shown_name), "bold"),
            (f"  {seen.word}", MUTED),
        )
    text = row(page.width, left, right)
    return Entry("", (text,) if first else (Content(""), text))


def _told(mail: Mail, view: SessionView | None, now: datetime) -> str:
    match mail.stage:
        case Stage.LOUD if mail.letter:
            return loud_reason(mail.letter)
        case Stage.SENT:
            return outcome(mail)
        case Stage.FOR_LEAD:
            return "not seen yet"
    return landing(view, mail, now)


def _rows(mail: Mail, told: str, since: str, page: Page) -> tuple[Content, ...]:
    symbol, style = _sign(mail)
    head = [(f" {symbol} ", f"bold {style}"), *_what(mail, page.board)]
    if mail.stage is not Stage.LOUD:
        head.append((f" · {told}", style if mail.stage is Stage.UNSURE else MUTED))
    first = row(page.width, Content.assemble(*head), Content.styled(since, MUTED))
    room = page.width - _INDENT
    body = wrapped(told, room, 2, "$text-warning") if mail.stage is Stage.LOUD else []
    body += wrapped(mail.text[:_CUT], room, 1)
    if mail.stage is Stage.SENT and mail.receipt:
        body += wrapped(way(mail.receipt), room, 1, MUTED)
    indent = " " * _INDENT
    return first, *(row(page.width, Content.assemble(indent, part)) for part in body)


def _what(mail: Mail, board: Board) -> list[tuple[str, str]]:
    sender = name_of(board, mail.sender)
    if mail.stage is Stage.LOUD:
        to = name_of(board, mail.recipient)
        return [(mail.kind, "bold"), (f" {sender} → {to}", "")]
    if mail.stage is Stage.SENT:
        return [(mail.kind, ""), (f" from {sender}", MUTED)]
    kind = "" if mail.kind == LANE_WORDS[mail.lane] else f"{mail.kind} "
    return [(kind, "bold"), (f"from {sender}", "")]


def _sign(mail: Mail) -> tuple[str, str]:
    """A letter's state as a shape and a colour; a place in a lane is its number."""
    if mail.stage is Stage.LOUD and mail.letter:
        dead = mail.letter.state is LetterState.DEAD
        return ("✗", "$state-failed") if dead else ("!", "$state-asking")
    if mail.stage is Stage.FOR_LEAD:
        return LETTER, "$state-asking"
    if mail.stage is Stage.UNSURE:
        return "?", "$text-warning"
    if mail.stage is Stage.SENT:
        return _STEPS[mail.receipt.step] if mail.receipt else ("·", MUTED)
    return f"{mail.place}", "$accent"
