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
from wuhu_tui.tui.presentation.rows import MUTED, wrapped
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
            yield Static(facts_content(self.facts, self._room), id="facts")
            yield Static("", id="more")
            yield ActionFooter(self._titles())

    @property
    def _room(self) -> int:
        """Cells of a row in the box."""
        return min(76, int(self.app.size.width * 0.96)) - 6

    def _titles(self) -> dict[str, str]:
        """The key that does it says what it does."""
        act = self.facts.act
        if self.facts.danger:
            return {"confirm.enter": "", "confirm.yes": act}
        return {"confirm.enter": act, "confirm.yes": ""}

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
            self.wuhu.verbs.tell(f"press y to {self.facts.act}", severe=True)
        else:
            self.dismiss(True)


def facts_content(facts: Facts, width: int) -> Content:
    """The facts, name by name, then the warnings."""
    wide = max((len(name) for name, _ in facts.facts), default=0)
    lines: list[Content] = []
    for name, value in facts.facts:
        for place, part in enumerate(wrapped(value, width - wide - 2, 4)):
            head = name if not place else ""
            lines.append(Content.assemble((f"{head:>{wide}}  ", MUTED), part))
    if facts.warnings:
        lines.append(Content(""))
    for text in facts.warnings:
        for place, part in enumerate(wrapped(text, width - 2, 4, "$text-warning")):
            lines.append(Content.assemble(("⚠ " if not place else "  ", "$text-warning"), part))
    return Content("\n").join(lines)
