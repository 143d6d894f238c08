"""What waits in a session's lanes, to be changed, moved or taken back; and what became of the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from wuhu_tui.model.board import Board
from wuhu_tui.model.messages import Lane, Message, MessageState
from wuhu_tui.tui.action import Context, Situation
from wuhu_tui.tui.dialogs.base import WuhuDialog
from wuhu_tui.tui.dialogs.composer import ComposerDialog
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.lanes import waiting_messages
from wuhu_tui.tui.presentation.rows import line
from wuhu_tui.tui.purposes import Purpose
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.lists import MessageList


class WaitingDialog(WuhuDialog[None]):
    """The messages of one session."""

    CONTEXT = Context.WAITING
    BINDINGS = bindings_for(CONTEXT)
    AUTO_FOCUS = "MessageList"

    def __init__(self, session: str) -> None:
        super().__init__()
        self._session = session

    def subject(self) -> str:
        """The session they wait for."""
        return self._session

    def situation(self) -> Situation:
        """Judged by the message under the cursor."""
        message = self._message
        state = message.state if message else None
        name = message.id if message else ""
        return replace(super().situation(), message=name, message_state=state)

    @property
    def _message(self) -> Message | None:
        selected = self.query_one(MessageList).selected
        view = self.session
        messages = waiting_messages(view) if view else []
        return next((message for message in messages if message.id == selected), None)

    def compose(self) -> ComposeResult:
        """A box with the list."""
        with Vertical(classes="box -list"):
            yield MessageList()
            yield ActionFooter()

    def paint(self, board: Board, now: datetime) -> None:
        """Show the lanes as they are."""
        view = board.session(self._session)
        if view is None:
            self.dismiss()
            return
        title = f"Messages to {line(view.spec.shown_name)}"
        self.query_one(".box", Vertical).border_title = Content(title)
        self.query_one(MessageList).show(view, now)

    def do_down(self) -> None:
        """Next message."""
        self.query_one(MessageList).move(+1)

    def do_up(self) -> None:
        """Message before."""
        self.query_one(MessageList).move(-1)

    def do_cancel(self) -> None:
        """Take the message back."""
        if message := self._message:
            verb = self.wuhu.core.cancel_message(self._session, message.id)
            self.wuhu.verbs.run(verb, done="taken back", once=f"cancel {message.id}")

    def do_edit_message(self) -> None:
        """Change its text."""
        if message := self._message:
            self.wuhu.push_screen(ComposerDialog(Purpose.EDIT, self._session, message=message))

    def do_move(self) -> None:
        """Move it into the other lane."""
        if message := self._message:
            lane = Lane.STEER if message.lane is Lane.FOLLOW_UP else Lane.FOLLOW_UP
            verb = self.wuhu.core.move_message(self._session, message.id, lane)
            word = lane.value.replace("_", "-")
            self.wuhu.verbs.run(verb, done=f"moved to {word}", once=f"move {message.id}")

    def do_send_again(self) -> None:
        """Send an unsure message once more."""
        message = self._message
        if message and message.state is MessageState.UNSURE:
            core = self.wuhu.core
            send = core.steer if message.lane is Lane.STEER else core.follow_up
            verb = send(self._session, message.text)
            self.wuhu.verbs.run(verb, done="sent again", once=f"again {message.id}")
