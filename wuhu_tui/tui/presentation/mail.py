"""Every message on its way, from the lanes and the letters alike: where it stands, in one order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.letters import LEAD, Letter, LetterState
from wuhu_tui.model.letters_waiting import waiting_for
from wuhu_tui.model.messages import TASK, Lane, answer_message
from wuhu_tui.model.receipts import Receipt, ReceiptKind
from wuhu_tui.model.states import SessionState

LANES = (Lane.SYSTEM, Lane.STEER, Lane.FOLLOW_UP)
"""In the order in which they drain."""

SENT_SHOWN = 3
"""How many messages that landed are shown of each session, where all sessions are."""

_UNDERWAY = frozenset({LetterState.QUEUED, LetterState.DEFERRED, LetterState.OFFERED})


class Stage(StrEnum):
    """Where a message stands for the lead."""

    LOUD = "loud"
    """It did not arrive, and somebody has to do something."""
    FOR_LEAD = "for_lead"
    """It is for the lead, who has not seen it."""
    WAITING = "waiting"
    UNSURE = "unsure"
    SENT = "sent"
    """It landed, or was ended otherwise."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One message, whoever knows of it: the letter, the lane, the receipt, or all three."""

    recipient: str
    id: str
    lane: Lane
    text: str
    sender: str
    queued_at: datetime
    stage: Stage
    place: int = 0
    """Its place in its lane, from 1; 0: it is in none."""
    last: bool = False
    """Whether nothing stands behind it in its lane."""
    lands: str = ""
    """When it lands, in words that go on after “lands”."""
    is_taken: bool = False
    """Whether a runner has it in a lane of its own."""
    is_with_agent: bool = False
    """Whether it is on its way to the agent, so that nothing of it can be changed."""
    letter: Letter | None = None
    receipt: Receipt | None = None

    @property
    def key(self) -> str:
        """Its identity: ids are unique within a recipient."""
        return f"{self.recipient}/{self.id}"

    @property
    def kind(self) -> str:
        """What it is, as a word: `steer`, `done`, `task`."""
        if self.letter:
            return self.letter.kind.value.replace("_", "-")
        if self.receipt and self.receipt.kind in (ReceiptKind.TASK, ReceiptKind.ANSWER):
            return self.receipt.kind.value
        return self.lane.value.replace("_", "-")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """All mail of one recipient; `view` is None when it is not on the board."""

    recipient: str
    view: SessionView | None
    waiting: tuple[Mail, ...] = ()
    unsure: tuple[Mail, ...] = ()
    sent: tuple[Mail, ...] = ()
    """The newest first."""


@dataclass(frozen=True, slots=True)
class Post:
    """All mail of the project, or what concerns one session."""

    loud: tuple[Mail, ...] = ()
    for_lead: tuple[Mail, ...] = ()
    boxes: tuple[Mailbox, ...] = ()

    def __iter__(self) -> Iterator[Mail]:
        """Every message, in the order in which it is shown."""
        yield from self.loud
        yield from self.for_lead
        for box in self.boxes:
            yield from (*box.waiting, *box.unsure, *box.sent)


def loud_letters(board: Board) -> list[Letter]:
    """Letters that the lead has to see, the longest waiting first."""
    loud = [letter for letter in board.letters.values() if letter.is_loud]
    return sorted(loud, key=lambda letter: (letter.since, letter.id))


def post(board: Board, only: str = "") -> Post:
    """Everything on its way; with `only`, what goes to that session or comes from it."""
    letters = [letter for letter in board.letters.values() if _concerns(letter, only)]
    loud = sorted((one for one in letters if one.is_loud), key=lambda one: (one.since, one.id))
    for_lead = [one for one in letters if one.recipient == LEAD and one.state in _UNDERWAY]
    return Post(
        loud=tuple(_of_letter(letter, Stage.LOUD) for letter in loud),
        for_lead=tuple(_of_letter(letter, Stage.FOR_LEAD) for letter in for_lead),
        boxes=tuple(_boxes(board, letters, only)),
    )


def _concerns(letter: Letter, only: str) -> bool:
    return not only or only in (letter.recipient, letter.sender)


def _of_letter(letter: Letter, stage: Stage) -> Mail:
    return Mail(
        recipient=letter.recipient,
        id=letter.id,
        lane=letter.lane,
        text=letter.text,
        sender=letter.sender,
        queued_at=letter.posted_at,
        stage=stage,
        letter=letter,
    )


def _boxes(board: Board, letters: Iterable[Letter], only: str) -> list[Mailbox]:
    """Boxes with anything in them; those in which something waits come first, oldest first."""
    to: dict[str, list[Letter]] = {}
    for letter in letters:
        if letter.recipient != LEAD and not letter.is_loud:
            to.setdefault(letter.recipient, []).append(letter)
    names = [only] if only else list(dict.fromkeys((*board.sessions, *to)))
    made = [_box(board, name, to.get(name, ()), whole=bool(only)) for name in names]
    boxes = [box for box in made if box.waiting or box.unsure or (box.sent and _is_here(box))]
    return sorted(boxes, key=_waits_longest)


def _is_here(box: Mailbox) -> bool:
    return box.view is not None and box.view.state is not SessionState.ARCHIVED


def _waits_longest(box: Mailbox) -> tuple[bool, float, str]:
    waiting = (*box.unsure, *box.waiting)
    oldest = min((mail.queued_at.timestamp() for mail in waiting), default=0.0)
    return not waiting, oldest, box.recipient


def _box(board: Board, name: str, letters: Iterable[Letter], *, whole: bool) -> Mailbox:
    view = board.session(name)
    by_id = {letter.id: letter for letter in letters}
    receipts = {receipt.id: receipt for receipt in view.receipts} if view else {}
    unsure = tuple(
        Mail(
            recipient=name,
            id=message.id,
            lane=message.lane,
            text=message.text,
            sender=message.by,
            queued_at=message.queued_at,
            stage=Stage.UNSURE,
            letter=by_id.get(message.id),
            receipt=receipts.get(message.id),
            is_taken=True,
        )
        for message in (view.unsure if view else ())
    )
    waiting = tuple(_waiting(board, view, by_id, receipts) if view else _stranded(by_id))
    sent = _sent(name, by_id, receipts, {mail.id for mail in (*waiting, *unsure)})
    shown = sent if whole else sent[:SENT_SHOWN]
    by_whom = _from_parent(view)
    return Mailbox(name, view, tuple(map(by_whom, waiting)), unsure, tuple(map(by_whom, shown)))


def _from_parent(view: SessionView | None) -> Callable[[Mail], Mail]:
    """A task is given by whoever made the session."""
    parent = view.spec.parent if view else ""

    def told(mail: Mail) -> Mail:
        return replace(mail, sender=parent) if parent and mail.id == TASK else mail

    return told


def _waiting(
    board: Board, view: SessionView, letters: dict[str, Letter], receipts: dict[str, Receipt]
) -> Iterator[Mail]:
    """The lanes one after the other, each message with its place; what is loud stands elsewhere."""
    loud = {letter.id for letter in board.letters.values() if letter.is_loud}
    queued = {message.id: message.queued_at for message in view.waiting}
    items = [item for item in waiting_for(board, view.id) if item.id not in loud]
    for lane in LANES:
        members = [item for item in items if item.lane is lane]
        for place, item in enumerate(members, 1):
            letter = letters.get(item.id)
            yield Mail(
                recipient=view.id,
                id=item.id,
                lane=lane,
                text=item.text,
                sender=item.by,
                queued_at=queued.get(item.id) or (letter.posted_at if letter else view.since),
                stage=Stage.WAITING,
                place=place,
                last=place == len(members),
                lands=item.lands,
                is_taken=item.in_lane,
                is_with_agent=item.is_handed_over,
                letter=letter,
                receipt=receipts.get(item.id),
            )


def _stranded(letters: dict[str, Letter]) -> Iterator[Mail]:
    """Letters underway to a session that is not on the board."""
    for letter in letters.values():
        if letter.state in _UNDERWAY:
            yield _of_letter(letter, Stage.WAITING)


def _sent(
    recipient: str, letters: dict[str, Letter], receipts: dict[str, Receipt], waiting: set[str]
) -> list[Mail]:
    """What landed or was ended, the newest first."""
    landed = [
        _of_receipt(recipient, receipt, letters.get(receipt.id))
        for receipt in receipts.values()
        if receipt.id not in waiting
    ]
    ended = [
        _of_letter(letter, Stage.SENT)
        for letter in letters.values()
        if letter.id not in waiting and not _has_receipt(letter, receipts)
    ]
    return sorted((*landed, *ended), key=lambda mail: mail.queued_at, reverse=True)


def _has_receipt(letter: Letter, receipts: dict[str, Receipt]) -> bool:
    """Whether a receipt tells of it; an answer's is called after its question."""
    names = {letter.id}
    if letter.answer is not None:
        names |= {letter.about, answer_message(letter.about)}
    return not names.isdisjoint(receipts)


_LANES = {ReceiptKind.STEER: Lane.STEER, ReceiptKind.FOLLOW_UP: Lane.FOLLOW_UP}


def _of_receipt(recipient: str, receipt: Receipt, letter: Letter | None) -> Mail:
    return Mail(
        recipient=recipient,
        id=receipt.id,
        lane=_LANES.get(receipt.kind, Lane.SYSTEM),
        text=receipt.text,
        sender=receipt.by,
        queued_at=receipt.queued_at,
        stage=Stage.SENT,
        letter=letter,
        receipt=receipt,
    )
