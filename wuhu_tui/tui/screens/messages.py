"""All messages: what did not arrive, each session's lanes with what they wait for, what landed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from wuhu_tui.model.board import Board
from wuhu_tui.model.letters import LEAD
from wuhu_tui.tui.action import Context, Situation
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.mail import Mail, Post, Stage, post
from wuhu_tui.tui.presentation.mail_facts import mail_facts
from wuhu_tui.tui.presentation.mail_words import name_of
from wuhu_tui.tui.presentation.notices import LETTERS
from wuhu_tui.tui.screens.mail_verbs import MailVerbs
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.header import HeaderBar
from wuhu_tui.tui.widgets.line_list import LineList
from wuhu_tui.tui.widgets.mail_list import MailList


class MessagesScreen(MailVerbs):
    """The list, and beside it the whole of the message under the cursor."""

    CONTEXT = Context.MESSAGES
    BINDINGS = bindings_for(CONTEXT)
    AUTO_FOCUS = "MailList"

    def __init__(self, session: str = "", *, letter: str = "") -> None:
        """`session` narrows it to one; `letter` is where the cursor begins."""
        super().__init__()
        self._only = session
        self._wanted = letter
        self._post = Post()
        self._by_key: dict[str, Mail] = {}
        self._shown: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """The list, and one message in full."""
        yield HeaderBar()
        with Horizontal(id="messages"):
            yield MailList()
            with VerticalScroll(id="mail-column", can_focus=False):
                yield Static("", id="mail")
        yield ActionFooter()

    @property
    def list(self) -> MailList:
        """The list of messages."""
        return self.query_one(MailList)

    @property
    def mail(self) -> Mail | None:
        """The message under the cursor."""
        return self._by_key.get(self.list.selected)

    @property
    def post(self) -> Post:
        """All messages shown."""
        return self._post

    def subject(self) -> str:
        """The session the message goes to, or else comes from."""
        mail = self.mail
        if mail is None:
            return self._only
        board = self.core.board
        ends = (mail.sender, mail.recipient) if mail.recipient == LEAD else _ends(mail)
        return next((one for one in ends if board.session(one)), "")

    def walks_from(self) -> str:
        """At what did not arrive, while the cursor is there."""
        mail = self.mail
        return LETTERS if mail and mail.stage is Stage.LOUD else super().walks_from()

    def go_to(self, session: str) -> None:
        """Leave for the screen below, and bring the session before the lead there."""
        self.leave_for(session)

    def open_letters(self, key: str) -> None:
        """Put the cursor on the oldest that did not arrive."""
        if loud := self._post.loud:
            self.list.select(loud[0].key)

    def situation(self) -> Situation:
        """Judged by the message under the cursor."""
        return replace(super().situation(), mail=self.mail)

    # frames

    def paint(self, board: Board, now: datetime) -> None:
        """Show every message, and the selected one whole."""
        self.paint_header(board, now)
        self._post = post(board, self._only)
        self._by_key = {mail.key: mail for mail in self._post}
        self.list.border_title = self._title(board)
        self.list.show(self._post, board, self.core.runner_alive, now)
        if self._wanted:
            self._go_to_letter(self._wanted)
        self._paint_mail(board, now)

    def _title(self, board: Board) -> Content:
        if not self._only:
            return Content("Messages")
        return Content(f"Messages of {name_of(board, self._only)} · l shows all")

    def _go_to_letter(self, letter: str) -> None:
        for mail in self._post:
            if mail.id == letter:
                self._wanted = ""
                self.list.select(mail.key)
                return

    def _paint_mail(self, board: Board, now: datetime) -> None:
        column, shown = self.query_one(VerticalScroll), self.query_one("#mail", Static)
        width = shown.size.width
        mail = self.mail
        if not column.display or not width:
            return
        if mail is None:
            shown.update("")
            return
        told = mail_facts(mail, board, now, width)
        if (mail.key, told.plain, width) != self._shown:
            if not self._shown or self._shown[0] != mail.key:
                column.scroll_home(animate=False)
            self._shown = (mail.key, told.plain, width)
            shown.update(told)

    @on(LineList.Selected)
    def _selected(self) -> None:
        self.wuhu.repaint()

    @on(LineList.Opened)
    def _opened(self) -> None:
        self.action_act("messages.open")

    # moving

    def do_mail_whole(self) -> None:
        """Show the whole message, or the list again."""
        self.toggle_class("-turned")
        self.call_after_refresh(self.wuhu.repaint)

    def do_mail_scroll_on(self) -> None:
        """Read on."""
        self.query_one(VerticalScroll).scroll_page_down(animate=False)

    def do_mail_scroll_back(self) -> None:
        """Read back."""
        self.query_one(VerticalScroll).scroll_page_up(animate=False)

    def do_mail_narrow(self) -> None:
        """One session's messages, or all."""
        self._only = "" if self._only else self.subject()


def _ends(mail: Mail) -> tuple[str, str]:
    return mail.recipient, mail.sender
