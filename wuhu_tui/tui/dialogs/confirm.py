"""Shows the facts before something is done that cannot be taken back by a key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from wuhu_tui.tui.action import Context
from wuhu_tui.tui.dialogs.base import WuhuDialog
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.facts import Facts
from wuhu_tui.tui.presentation.rows import MUTED
from wuhu_tui.tui.safe import safe_text
from wuhu_tui.tui.widgets.footer import ActionFooter

More = Callable[[], Awaitable[tuple[str, ...]]]


class ConfirmDialog(WuhuDialog[bool]):
    """Says what will happen; `more` fetches lines that are not on the board, beside the screen."""

    CONTEXT = Context.CONFIRM
    BINDINGS = bindings_for(CONTEXT)

    def __init__(self, facts: Facts, *, more: More | None = None) -> None:
        super().__init__()
        self.facts = facts
        self._more = more

    def compose(self) -> ComposeResult:
        """A box with the facts."""
        with Vertical(classes="box -danger" if self.facts.danger else "box") as box:
            box.border_title = Content(self.facts.title)
            yield Static(facts_content(self.facts), id="facts")
            yield Static("", id="more")
            yield ActionFooter()

    def on_mount(self) -> None:
        """Fetch the rest."""
        self.query_one("#more", Static).display = False
        if self._more:
            self.wuhu.verbs.run(self._fetch(self._more))

    async def _fetch(self, more: More) -> None:
        lines = await more()
        if self.is_mounted and lines:
            shown = self.query_one("#more", Static)
            shown.update(Content.styled("\n".join(lines), MUTED))
            shown.display = True

    def do_confirm(self) -> None:
        """Do it."""
        self.dismiss(True)

    def do_confirm_enter(self) -> None:
        """Enter does it, unless something would be lost for good."""
        if self.facts.danger:
            self.wuhu.verbs.tell(f"press y to {self.facts.act}: it cannot be undone", severe=True)
        else:
            self.dismiss(True)


def facts_content(facts: Facts) -> Content:
    """The facts, name by name, then the warnings."""
    wide = max((len(name) for name, _ in facts.facts), default=0)
    lines = [
        Content.assemble((f"{name:>{wide}}  ", MUTED), safe_text(value))
        for name, value in facts.facts
    ]
    if facts.warnings:
        lines.append(Content(""))
    lines += [
        Content.assemble(("⚠ ", "bold $text-warning"), (safe_text(text), "$text-warning"))
        for text in facts.warnings
    ]
    return Content("\n").join(lines)
