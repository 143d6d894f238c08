"""Stories of letters: a board and a ledger that hear the same events, and a ladder over them."""

from __future__ import annotations

from datetime import timedelta

from tests.core.boards import Story
from wuhu_tui.core.ladder import Pace, Recipient, Step, next_step
from wuhu_tui.core.ledger import Ledger
from wuhu_tui.core.letters_known import Known, known
from wuhu_tui.model import events
from wuhu_tui.model import project_events as project
from wuhu_tui.model.events import Event
from wuhu_tui.model.letters import LEAD, Letter, LetterKind, LetterState
from wuhu_tui.model.messages import Boundary, Lane, Message
from wuhu_tui.model.records import Record
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState

BOSS, CHILD = "shop-orch-01", "shop-impl-01"
PACE = Pace()


class LetterStory(Story):
    """`BOSS` is told what to do with letters; its runner lives unless said otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger()
        self.alive: bool | None = True

    def tell(self, session: str, event: Event) -> Record:
        record = super().tell(session, event)
        self.ledger.apply([record])
        return record

    def child(self, name: str = CHILD, parent: str = BOSS) -> None:
        spec = SessionSpec(id=name, project="shop", parent=parent, branch=f"wuhu/{name}")
        self.tell("", project.SessionInstantiated(spec=spec))

    def posted(
        self,
        name: str = "l1",
        kind: LetterKind = LetterKind.STEER,
        sender: str = LEAD,
        recipient: str = BOSS,
        lane: Lane = Lane.STEER,
    ) -> Letter:
        """A letter that whoever posted it had time enough to lay down."""
        letter = Letter(
            id=name,
            kind=kind,
            sender=sender,
            recipient=recipient,
            text=f"text of {name}",
            posted_at=self.now,
            lane=lane,
        )
        self.tell("", project.LetterPosted(letter=letter))
        self.now += PACE.settle
        return letter

    def letter(self, name: str = "l1") -> Letter:
        return self.board.letters[name]

    def known(self, name: str = "l1") -> Known:
        letter = self.letter(name)
        return known(letter, self.board.session(letter.recipient), self.ledger)

    def step(self, name: str = "l1", pace: Pace = PACE) -> Step | None:
        """What is to happen next; nothing of it happens."""
        letter = self.letter(name)
        view = self.board.session(letter.recipient)
        recipient = Recipient(view=view, alive=self.alive, known=self.known(name))
        return next_step(letter, recipient, self.now, pace)

    def climbs(self, name: str = "l1") -> LetterState:
        """The step is taken and written; the state it leads to."""
        step = self.step(name)
        if step is None or step.wake:
            return self.letter(name).state
        if step.after is LetterState.DEFERRED and step.reason is not None:
            self.tell(
                "",
                project.LetterDeferred(
                    letter=name,
                    reason=step.reason,
                    detail=step.detail,
                    next_try=step.next_try,
                    deferrals=step.deferrals,
                    failures=step.failures,
                ),
            )
        elif step.after is not self.letter(name).state:
            event = project.LetterMoved(letter=name, after=step.after, detail=step.detail)
            self.tell("", event)
        return self.letter(name).state

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def taken(self, name: str = "l1", lane: Lane = Lane.STEER, *, repeated: bool = False) -> None:
        """The recipient's runner takes it into its lane, unless it did before."""
        if not repeated:
            message = Message(
                id=name, lane=lane, text="so", by=LEAD, sequence=1, queued_at=self.now
            )
            self.tell(BOSS, events.MessageQueued(message=message))
        kind = lane.value
        self.tell(BOSS, events.CommandTaken(command=name, kind=kind, by=LEAD, repeated=repeated))

    def lands(self, name: str = "l1", boundary: Boundary = Boundary.TOOL_END) -> None:
        self.tell(BOSS, events.MessageOffered(id=name, boundary=boundary))
        self.tell(BOSS, events.MessageDelivered(id=name))
        self.tell(BOSS, events.MessageLanded(id=name, boundary=boundary))

    def refuses(self, name: str = "l1", reason: str = "not now", *, never: bool = False) -> None:
        event = events.MessageDeferred(id=name, reason=reason, not_supported=never)
        self.tell(BOSS, event)

    def stops(self, session: str = BOSS, after: SessionState = SessionState.STOPPED) -> None:
        """Its end is on record and its lock is free."""
        self.state(session, after)
        self.alive = False
