"""How a key becomes a handler, and a board a frame: the one way, for screens and dialogs alike."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual.screen import Screen

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.tui.action import Context, Situation
from wuhu_tui.tui.actions import BY_ID
from wuhu_tui.tui.widgets.footer import ActionFooter

if TYPE_CHECKING:
    from wuhu_tui.tui.app import WuhuApp

Result = TypeVar("Result")


class Acting(Screen[Result]):
    """Runs the actions of its context, or says why it does not; paints when the app says so.

    A subclass sets `CONTEXT` and `BINDINGS = bindings_for(CONTEXT)`, implements `paint`, and has
    a method `do_<handler>` for each action of its context.
    """

    CONTEXT: ClassVar[Context]

    @property
    def wuhu(self) -> WuhuApp:
        """The app, with core, settings, verbs and clock."""
        return cast("WuhuApp", self.app)

    def subject(self) -> str:
        """The session the actions are about; empty for none."""
        return self.wuhu.selected

    @property
    def session(self) -> SessionView | None:
        """The session the actions are about, as it is now."""
        return self.wuhu.core.board.session(self.subject())

    def situation(self) -> Situation:
        """What actions are judged by."""
        return self.wuhu.situation(self.CONTEXT, self.subject())

    def paint(self, board: Board, now: datetime) -> None:
        """Show the board as it is now; called at most 20 times a second while visible."""

    def frame(self, board: Board, now: datetime) -> None:
        """One frame: the screen's own parts, then the footer."""
        self.paint(board, now)
        for footer in self.query(ActionFooter):
            footer.show(self.situation(), self.wuhu.keys)

    def on_screen_resume(self) -> None:
        """Nothing was painted while another screen hid this one; sizes come with the layout."""
        self.wuhu.repaint()
        self.call_after_refresh(self.wuhu.repaint)

    def action_act(self, name: str) -> None:
        """Do an action of the registry, or say why it is not possible."""
        action = BY_ID[name]
        if why := action.possible(self.situation()):
            self.wuhu.verbs.tell(why, title=f"{action.title}: not now")
            return
        handler: Any = getattr(self, f"do_{action.handler}")
        if action.argument:
            handler(action.argument)
        else:
            handler()
        self.wuhu.repaint()
