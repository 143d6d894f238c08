"""The keys of the screen the lead came from, searchable."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from wuhu_tui.tui.action import Context, Situation
from wuhu_tui.tui.keymap import Keys, bindings_for
from wuhu_tui.tui.presentation.keys import help_content
from wuhu_tui.tui.replay_keys import keys_on
from wuhu_tui.tui.screens.base import WuhuScreen
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.header import HeaderBar


class HelpScreen(WuhuScreen):
    """Made of the registry; what is not possible says why."""

    CONTEXT = Context.HELP
    BINDINGS = bindings_for(CONTEXT)
    AUTO_FOCUS = "Input"

    def __init__(self, about: Situation) -> None:
        super().__init__()
        self._about = about

    @property
    def _keys(self) -> Keys:
        """The keys of the screen it is about."""
        keys = self.wuhu.keys
        return keys_on(self._about.context, keys) if self._about.layered else keys

    def compose(self) -> ComposeResult:
        """A search field and the keys."""
        yield HeaderBar()
        yield Input(placeholder="search keys and what they do", id="search")
        with VerticalScroll(can_focus=False):
            yield Static("", id="keys")
        yield ActionFooter()

    def on_mount(self) -> None:
        """Say whose keys these are."""
        self._show()
        title = f"the keys of the {self._about.context.value} screen"
        self.query_one(HeaderBar).show(Content.assemble((" wuhu ", "bold $accent"), title))

    @on(Input.Changed, "#search")
    @on(events.Resize)
    def _show(self) -> None:
        wanted = self.query_one("#search", Input).value
        shown = help_content(self._about, self._keys, wanted, self.size.width - 8)
        self.query_one("#keys", Static).update(shown)

    @property
    def _scroll(self) -> VerticalScroll:
        return self.query_one(VerticalScroll)

    def do_down(self) -> None:
        """One line down."""
        self._scroll.scroll_down(animate=False)

    def do_up(self) -> None:
        """One line up."""
        self._scroll.scroll_up(animate=False)

    def do_scroll_on(self) -> None:
        """One page down."""
        self._scroll.scroll_page_down(animate=False)

    def do_scroll_back(self) -> None:
        """One page up."""
        self._scroll.scroll_page_up(animate=False)
