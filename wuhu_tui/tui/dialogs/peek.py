"""Peek: what a session does, and one line to it, without leaving the list."""

from __future__ import annotations

from collections.abc import Coroutine
from datetime import datetime
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.permissions import DENY
from wuhu_tui.model.questions import Question, QuestionKind
from wuhu_tui.tui import possible
from wuhu_tui.tui.action import Context
from wuhu_tui.tui.dialogs.base import WuhuDialog
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.facts import lands
from wuhu_tui.tui.presentation.inbox import denies_with_words, needs_reading, option_rows
from wuhu_tui.tui.presentation.leave import command_wanted
from wuhu_tui.tui.presentation.rows import MUTED, line, wrapped
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.live_pane import LivePane
from wuhu_tui.tui.widgets.message_field import LineField

_MOST_SHOWN = 120
"""Characters of a command that the dialog surely shows."""


class PeekDialog(WuhuDialog[None]):
    """The end of a session's transcript and a reply line."""

    CONTEXT = Context.PEEK
    BINDINGS = bindings_for(CONTEXT)
    FIELD = LineField
    AUTO_FOCUS = "LineField"

    def __init__(self, session: str) -> None:
        super().__init__()
        self._session = session

    def subject(self) -> str:
        """The session looked at."""
        return self._session

    def compose(self) -> ComposeResult:
        """Pane, what it asks or last said, and the reply line."""
        with Vertical(classes="box -peek"):
            yield LivePane()
            yield Static("", id="gist")
            yield LineField(id="reply")
            yield ActionFooter()

    def paint(self, board: Board, now: datetime) -> None:
        """Show the session as it is now."""
        view = board.session(self._session)
        if view is None:
            self.dismiss()
            return
        core = self.core
        self.query_one(LivePane).show(
            view,
            core.transcript(self._session),
            now,
            focused=True,
            alive=core.runner_alive(self._session),
            screen=core.screen(self._session),
        )
        gist = self.query_one("#gist", Static)
        shown = gist_content(view, max(20, gist.size.width))
        gist.display = bool(shown.plain)
        if shown != gist.content:
            gist.update(shown)
        self.query_one(LineField).placeholder = _prompt(view)

    def do_send(self) -> None:
        """Answer the question, or else steer."""
        field = self.query_one(LineField)
        text, view = field.value.strip(), self.session
        if not text or view is None:
            self.wuhu.verbs.tell("nothing is written yet")
            return
        if view.questions:
            verb = self._answer(view.questions[0], text)
        elif why := possible.can_message(self.situation()):
            self.wuhu.verbs.tell(why)
            return
        else:
            verb = self.core.steer(view.id, text)
        if verb:
            self._send(verb, line(view.spec.shown_name))

    def _send(self, verb: Coroutine[Any, Any, Any], name: str) -> None:
        def sent(_: object) -> None:
            if self.is_current:
                self.dismiss()

        self.wuhu.verbs.run(verb, done=f"{name}: sent", then=sent, once=f"reply to {name}")

    def _answer(self, question: Question, text: str) -> Coroutine[Any, Any, Any] | None:
        choice = ""
        if needs_reading(question, _MOST_SHOWN):
            self.wuhu.verbs.tell("this command is long: a shows it whole")
            return None
        if text.isdecimal() and 0 < int(text) <= len(question.options):
            choice, text = question.options[int(text) - 1].key, ""
        elif denies_with_words(question):
            choice = DENY
        elif question.kind is QuestionKind.PERMISSION:
            self.wuhu.verbs.tell("a permission needs an option: write its number")
            return None
        return self.core.answer(self._session, question.id, choice=choice, text=text)


def _prompt(view: SessionView) -> str:
    if view.questions and denies_with_words(view.questions[0]):
        return "number of an option; words deny it, and the model reads them"
    if view.questions:
        return "number of an option, or your own words"
    return f"steer it: {lands(view, Lane.STEER)}"


def gist_content(view: SessionView, width: int) -> Content:
    """What it asks, or else what it reported."""
    if view.questions:
        question = view.questions[0]
        permission = question.kind is QuestionKind.PERMISSION
        command = command_wanted(question) if permission else ""
        return Content("\n").join(
            [
                *wrapped(question.text, width, 3, "bold"),
                *wrapped(f"$ {command}" if command else "", width, 2, "bold $text-warning"),
                *option_rows(question, width),
            ]
        )
    if view.report:
        said = f"{view.report.kind.value}: {view.report.summary}"
        return Content("\n").join(wrapped(said, width, 3, MUTED))
    return Content("")
