"""Writes a comment on lines of a diff; what is written stays a draft of the review until it is sent."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from wuhu_tui.model.board import Board
from wuhu_tui.model.comments import Anchor, CommentKind
from wuhu_tui.tui.action import Context
from wuhu_tui.tui.dialogs.base import WuhuDialog
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.rows import MUTED, line
from wuhu_tui.tui.safe import revealed_line
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.message_field import MessageField

_TITLES = {CommentKind.REMARK: "Comment on", CommentKind.QUESTION: "Ask about"}
_SHOWN = 3


class CommentDialog(WuhuDialog[str]):
    """Returns the words; None when it was closed: what was typed is there again next time."""

    CONTEXT = Context.COMMENT
    BINDINGS = bindings_for(CONTEXT)
    FIELD = MessageField
    AUTO_FOCUS = "MessageField"

    def __init__(
        self, session: str, kind: CommentKind, anchor: Anchor, key: str, *, text: str = ""
    ) -> None:
        super().__init__()
        self._session = session
        self._kind = kind
        self._anchor = anchor
        self._key = key
        self._text = text

    def subject(self) -> str:
        """The session whose work is spoken of."""
        return self._session

    def compose(self) -> ComposeResult:
        """The lines that are spoken of, and the field."""
        anchor = self._anchor
        with Vertical(classes="bottom -comment") as box:
            place = f"{line(anchor.path)}:{anchor.line}"
            box.border_title = Content(f"{_TITLES[self._kind]} {place}")
            yield Static(self._quoted(), id="quoted")
            yield MessageField(self.wuhu.drafts.get(self._key) or self._text)
            yield ActionFooter({"composer.send": "keep with the review"})

    def _quoted(self) -> Content:
        lines = [revealed_line(text[:400]) for text in self._anchor.lines[:_SHOWN]]
        more = len(self._anchor.lines) - _SHOWN
        lines += [f"… {more} more lines"] if more > 0 else []
        width = max(10, self.app.size.width - 6)
        parts = [Content(text).truncate(width, ellipsis=True) for text in lines]
        return Content("\n").join(Content.assemble(("┃ ", MUTED), part) for part in parts)

    def paint(self, board: Board, now: datetime) -> None:
        """Nobody sees it before it is sent."""
        box = self.query_one(".bottom", Vertical)
        box.border_subtitle = Content("nobody sees it before the review is sent")

    def on_text_area_changed(self) -> None:
        """Every key keeps the draft."""
        self._keep()

    def _keep(self) -> None:
        text = self.query_one(MessageField).text
        self.wuhu.drafts.put(self._key, "" if text == self._text else text)
        self.wuhu.save_drafts_soon()

    def do_newline(self) -> None:
        """Begin a new line."""
        self.query_one(MessageField).break_line()

    def do_keep(self) -> None:
        """Close; what was typed stays."""
        self._keep()
        self.dismiss(None)

    def do_send(self) -> None:
        """Keep it with the review."""
        text = self.query_one(MessageField).text.strip()
        if text:
            self._keep()
            self.dismiss(text)
        else:
            self.wuhu.verbs.tell("nothing is written yet")
