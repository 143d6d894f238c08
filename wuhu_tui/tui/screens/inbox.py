"""The inbox: everything that needs the lead, in full, beside what its session does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from wuhu_tui.model.board import Board
from wuhu_tui.model.questions import Question
from wuhu_tui.tui.action import Context, Situation
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.attention import urgent
from wuhu_tui.tui.presentation.inbox import needs_reading
from wuhu_tui.tui.presentation.notices import LETTERS, is_letters, is_question, is_queue, is_radar
from wuhu_tui.tui.screens.list_screen import ListScreen
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.header import HeaderBar
from wuhu_tui.tui.widgets.line_list import LineList
from wuhu_tui.tui.widgets.lists import WholeInboxList
from wuhu_tui.tui.widgets.live_pane import LivePane

_MOST_SHOWN = 300
"""Characters of a command that the list surely shows."""


class InboxScreen(ListScreen):
    """Here 1–9 answer the question under the cursor."""

    CONTEXT = Context.INBOX
    BINDINGS = bindings_for(CONTEXT)
    AUTO_FOCUS = "WholeInboxList"

    def compose(self) -> ComposeResult:
        """The list, and the selected session's pane."""
        yield HeaderBar()
        with Horizontal(id="inbox"):
            yield WholeInboxList()
            yield LivePane()
        yield ActionFooter()

    @property
    def list(self) -> WholeInboxList:
        """The rows."""
        return self.query_one(WholeInboxList)

    def subject(self) -> str:
        """The session of the need under the cursor."""
        return self.list.selected.partition("/")[0] or super().subject()

    def question_key(self) -> str:
        """The question under the cursor; empty when it is another need."""
        selected = self.list.selected
        return selected if is_question(selected) else ""

    def _question(self) -> Question | None:
        name = self.question_key().partition("/")[2]
        asked = self.session.questions if self.session else ()
        return next((question for question in asked if question.id == name), None)

    def situation(self) -> Situation:
        """Judged by the question under the cursor, if it is one."""
        situation = super().situation()
        return replace(situation, question=self._question() or situation.question)

    def paint(self, board: Board, now: datetime) -> None:
        """Show every need, and the selected one's session."""
        core = self.core
        self.paint_header(board, now)
        found = tuple(urgent(board, core.runner_alive, now))
        first = not self.list.entries
        self.list.show(found, board, now)
        if first:
            self.go_to(self.wuhu.selected)
        view = board.session(self.subject())
        pane = self.query_one(LivePane)
        pane.visible = view is not None
        if view and pane.display:
            alive = core.runner_alive(view.id)
            transcript, screen = core.transcript(view.id), core.screen(view.id)
            pane.show(view, transcript, now, focused=True, alive=alive, screen=screen)

    def go_to(self, session: str) -> None:
        """Put the cursor on a session's first need."""
        super().go_to(session)
        for key in self.list.keys:
            if key.partition("/")[0] == session:
                self.list.select(key)
                return

    @on(LineList.Selected)
    def _selected(self, event: LineList.Selected) -> None:
        self.wuhu.selected = event.of.selected.partition("/")[0]
        self.wuhu.repaint()

    @on(LineList.Opened)
    def _opened(self) -> None:
        self.action_act("go.open")

    # keys

    def do_answer(self) -> None:
        """Answer the question under the cursor, or the most pressing one."""
        if key := self.question_key():
            self.answer_question(key)
        else:
            super().do_answer()

    def do_pick(self, number: str) -> None:
        """Answer the question under the cursor at once."""
        question = self._question()
        if question is None:
            self.wuhu.verbs.tell("this is not a question: Enter looks at it")
            return
        if int(number) > len(question.options):
            self.wuhu.verbs.tell(f"there are only {len(question.options)} options")
            return
        if needs_reading(question, _MOST_SHOWN):
            self.wuhu.verbs.tell("this command is long: read it whole before you pick")
            self.answer_question(self.question_key())
            return
        option = question.options[int(number) - 1]
        verb = self.core.answer(self.subject(), question.id, choice=option.key)
        self.wuhu.verbs.run(verb, done=f"answered {option.label}", once=f"answer {question.id}")

    def go_to_letters(self) -> None:
        """Put the cursor on what did not arrive."""
        self.go_to(LETTERS)

    def do_open(self) -> None:
        """Open the question, the letters, or the session."""
        from wuhu_tui.tui.screens.session import SessionScreen

        if is_letters(self.list.selected):
            self.open_letters(self.list.selected)
        elif is_queue(self.list.selected) or is_radar(self.list.selected):
            self.go_to_stop(self.list.selected)
        elif key := self.question_key():
            self.answer_question(key)
        else:
            self.wuhu.push_screen(SessionScreen(self.subject()))
