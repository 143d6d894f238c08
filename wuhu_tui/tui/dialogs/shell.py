"""A shell command in a session's place, and what it printed."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from wuhu_tui.core.door import CommandResult
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import WuhuError
from wuhu_tui.tui.action import Context
from wuhu_tui.tui.dialogs.base import WuhuDialog
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.rows import MUTED, line
from wuhu_tui.tui.safe import safe_text
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.message_field import LineField

_MOST_OUTPUT = 100_000
"""Characters of output that are shown; the newest."""


class ShellDialog(WuhuDialog[None]):
    """Runs commands one after the other in the worktree."""

    CONTEXT = Context.SHELL
    BINDINGS = bindings_for(CONTEXT)
    FIELD = LineField
    AUTO_FOCUS = "LineField"

    def __init__(self, session: str) -> None:
        super().__init__()
        self._session = session
        self._parts: list[Content] = []
        self._command = ""

    def subject(self) -> str:
        """The session whose place it is."""
        return self._session

    def compose(self) -> ComposeResult:
        """Output above, command below."""
        with Vertical(classes="box -shell"):
            with VerticalScroll(can_focus=False):
                yield Static("", id="output")
            yield LineField(placeholder="shell command", id="command")
            yield ActionFooter()

    def paint(self, board: Board, now: datetime) -> None:
        """Say where commands run."""
        view = board.session(self._session)
        if view is None:
            self.dismiss()
            return
        box = self.query_one(".box", Vertical)
        box.border_title = Content(f"$ {line(view.spec.shown_name)}")
        box.border_subtitle = Content(line(view.spec.worktree))

    def do_run(self) -> None:
        """Run the command."""
        field = self.query_one(LineField)
        command = field.value.strip()
        if not command or self._command:
            return
        self._command = command
        field.value = ""
        field.placeholder = f"running: {line(command)}"
        self.wuhu.verbs.run(
            self.core.run_in(self._session, command),
            then=self._ran,
            failed=self._refused,
            once=f"shell {self._session}",
        )

    def _ran(self, result: CommandResult) -> None:
        output = safe_text(result.output[-_MOST_OUTPUT:]).rstrip("\n")
        ended = ("✔ 0", "$state-ready") if not result.exit_code else _red(result.exit_code)
        self._show(Content(output), Content.styled(*ended))

    def _refused(self, error: WuhuError) -> None:
        command = self._command
        self._show(Content.styled(safe_text(str(error)), "$text-error"))
        if self.is_mounted:
            self.query_one(LineField).value = command

    def _show(self, *parts: Content) -> None:
        head = Content.assemble(("$ ", MUTED), (safe_text(self._command), "bold"))
        self._parts += [head, *(part for part in parts if part.plain)]
        self._command = ""
        if not self.is_mounted:
            return
        self.query_one(LineField).placeholder = "shell command"
        self.query_one("#output", Static).update(Content("\n").join(self._parts))
        self.query_one(VerticalScroll).scroll_end(animate=False)


def _red(code: int) -> tuple[str, str]:
    return f"✗ exit {code}", "$state-failed"
