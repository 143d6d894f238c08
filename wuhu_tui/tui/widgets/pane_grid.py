"""The live panes of the dashboard: 1, 2, 4 or 6 at once, each steady in its place."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from wuhu_tui.core.door import CoreDoor
from wuhu_tui.model.collision_words import collides_words
from wuhu_tui.tui.presentation.grid import columns
from wuhu_tui.tui.widgets.live_pane import LivePane


class PaneGrid(Widget, can_focus=True):
    """Shows sessions in panes; only what is shown is drawn."""

    DEFAULT_CSS = """
    PaneGrid { layout: grid; grid-size: 1; grid-gutter: 0 1; }
    PaneGrid > LivePane { width: 100%; height: 100%; }
    """

    class Changed(Message):
        """There are more or fewer panes: new ones have shown nothing yet."""

    def __init__(self, empty: str = "") -> None:
        """`empty` is said where there is no session; else how one is made."""
        super().__init__()
        self._empty = empty
        self._slots: tuple[str, ...] = ()
        self._selected = ""

    @property
    def panes(self) -> list[LivePane]:
        """The panes, in the order of their slots."""
        return list(self.query_children(LivePane))

    @property
    def focused_pane(self) -> LivePane | None:
        """The pane of the selected session."""
        if self._selected in self._slots:
            place = self._slots.index(self._selected)
            panes = self.panes
            return panes[place] if place < len(panes) else None
        return None

    def show(self, core: CoreDoor, slots: tuple[str, ...], selected: str, now: datetime) -> None:
        """Show these sessions; the grid changes only when their number does."""
        self._slots, self._selected = slots, selected
        if len(self.panes) != len(slots):
            self._mount(len(slots))
        for pane, session in zip(self.panes, slots, strict=False):
            view = core.board.session(session)
            if view is None:
                continue
            pane.show(
                view,
                core.transcript(session),
                now,
                focused=session == selected,
                alive=core.runner_alive(session),
                screen=core.screen(session),
                collides=collides_words(core.board, session),
            )

    def _mount(self, count: int) -> None:
        panes = self.panes
        for pane in panes[count:]:
            pane.remove()
        self.mount(*(LivePane() for _ in range(count - len(panes))))
        self._arrange(count)
        self.post_message(self.Changed())

    def _arrange(self, count: int) -> None:
        beside = columns(count, self.size.width, self.size.height)
        self.styles.grid_size_columns = beside
        self.styles.grid_size_rows = max(1, -(-count // beside))

    def on_resize(self) -> None:
        """Another size may hold another number side by side."""
        self._arrange(max(1, len(self._slots)))

    def render(self) -> Content:
        """What stands here before there is any session."""
        if self._slots:
            return Content("")
        if self._empty:
            return Content(f"\n\n  {self._empty}")
        return Content.assemble(
            "\n\n  ",
            ("No sessions yet.\n\n", "bold"),
            "  ",
            ("n", "bold $accent"),
            " describes a task; an agent gets its own branch and worktree for it.\n  ",
            ("?", "bold $accent"),
            " shows every key.",
        )
