"""Asks for the time to go to in a replay."""

from __future__ import annotations

from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from wuhu_tui.model.errors import UsageError
from wuhu_tui.tui.action import Context
from wuhu_tui.tui.dialogs.base import WuhuDialog
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.replay_time import FORMS, read_time
from wuhu_tui.tui.presentation.rows import MUTED
from wuhu_tui.tui.presentation.scrubber import clock_words
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.message_field import LineField


class GoToDialog(WuhuDialog[datetime]):
    """Returns the time; None to stay."""

    CONTEXT = Context.GO_TO
    BINDINGS = bindings_for(CONTEXT)
    FIELD = LineField
    AUTO_FOCUS = "LineField"

    def __init__(self, now: datetime, first: datetime, last: datetime) -> None:
        super().__init__()
        self._now, self._first, self._last = now, first, last

    def compose(self) -> ComposeResult:
        """One line, and what it would mean."""
        with Vertical(classes="box") as box:
            box.border_title = Content("Go to a time")
            begin = clock_words(self._first, beside=self._last)
            box.border_subtitle = Content(f"recorded {begin} – {clock_words(self._last)}")
            yield LineField("", placeholder=FORMS, id="time")
            yield Static(Content(""), id="meant")
            yield ActionFooter()

    def on_mount(self) -> None:
        """Say how a time is written."""
        self._show()

    @on(Input.Changed)
    def _show(self) -> None:
        """Say what is meant, while it is written."""
        meant = self.query_one("#meant", Static)
        written = self.query_one(LineField).value
        try:
            at = self._read(written) if written.strip() else None
        except UsageError:
            meant.update(Content.styled("no time yet", MUTED))
            return
        told = f"it is {clock_words(self._now, beside=self._last)} here"
        meant.update(Content.styled(self._told(at) if at else told, MUTED))

    def _told(self, at: datetime) -> str:
        words = f"→ {at.astimezone():%Y-%m-%d %H:%M:%S}"
        if at > self._last:
            return f"{words} · after the end: goes to the end"
        return f"{words} · before the beginning: goes there" if at < self._first else words

    def _read(self, written: str) -> datetime:
        return read_time(written, self._now, self._first, self._last)

    def do_confirm(self) -> None:
        """Go there."""
        written = self.query_one(LineField).value
        if not written.strip():
            self.dismiss()
            return
        try:
            self.dismiss(self._read(written))
        except UsageError as error:
            self.wuhu.verbs.tell_error(error)
