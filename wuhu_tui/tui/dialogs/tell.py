"""What both sides of a collision are told, whole, before it is sent."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from wuhu_tui.model.board import Board
from wuhu_tui.model.collisions import Collision
from wuhu_tui.tui.action import Context
from wuhu_tui.tui.dialogs.base import WuhuDialog, room_for_facts
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.radar import tell_content
from wuhu_tui.tui.widgets.footer import ActionFooter

Words = tuple[tuple[str, str], ...]
"""Each side that is told, with its words."""


class TellDialog(WuhuDialog[bool]):
    """Returns whether to send them."""

    CONTEXT = Context.TELL
    BINDINGS = bindings_for(CONTEXT)
    AUTO_FOCUS = ""

    def __init__(self, collision: Collision, words: Words) -> None:
        super().__init__()
        self._collision = collision
        self._words = words
        self._width = 0

    def compose(self) -> ComposeResult:
        """A box with the words."""
        with Vertical(classes="box -wide -merge") as box:
            both = "both that they collide" if self._collision.second else "it that it collides"
            box.border_title = Content(f"Tell {both}")
            with VerticalScroll(id="tell-scroll", can_focus=False):
                yield Static("", id="tell-words")
            yield ActionFooter()

    def paint(self, board: Board, now: datetime) -> None:
        """Show the words at this width."""
        scroll = self.query_one("#tell-scroll")
        scroll.styles.max_height = room_for_facts(self.app.size.height)
        width = scroll.size.width - 4
        if width > 0 and width != self._width:
            self._width = width
            told = tell_content(board, self._collision, self._words, now, width)
            self.query_one("#tell-words", Static).update(told)

    def do_tell_send(self) -> None:
        """Send them."""
        self.dismiss(True)

    def do_down(self) -> None:
        """Read on."""
        self.query_one("#tell-scroll", VerticalScroll).scroll_down(animate=False)

    def do_up(self) -> None:
        """Read back."""
        self.query_one("#tell-scroll", VerticalScroll).scroll_up(animate=False)
