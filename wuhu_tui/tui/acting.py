"""How a key becomes a handler, and a board a frame: the one way, for screens and dialogs alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from operator import is_
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual.await_complete import AwaitComplete
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from wuhu_tui.core.door import CoreDoor
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.tui.action import Context, Situation, why_not
from wuhu_tui.tui.actions import BY_ID
from wuhu_tui.tui.keymap import Keys
from wuhu_tui.tui.presentation.replay import absent_words, replay_badge
from wuhu_tui.tui.replay_keys import keys_on
from wuhu_tui.tui.stage import Stage
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.header import HeaderBar
from wuhu_tui.tui.widgets.scrubber import Scrubber

if TYPE_CHECKING:
    from wuhu_tui.tui.app import WuhuApp

Result = TypeVar("Result")

ABSENT = "absent"

CALM = 0.25
"""Seconds for which lists may lag behind streaming panes; a change of state never lags."""


class Acting(Screen[Result]):
    """Runs the actions of its context, or says why it does not; paints when the app says so.

    A subclass sets `CONTEXT` and `BINDINGS = bindings_for(CONTEXT)`, implements `paint`, and has
    a method `do_<handler>` for each action of its context.
    """

    CONTEXT: ClassVar[Context]
    _shape: tuple[object, ...] = ()
    _whole_at = 0.0
    _stage: Stage | None = None
    _absent = ""
    """Why there is nothing to show at this moment of a replay."""
    _outlived: tuple[Result | None] | None = None
    """What this screen came to, while another lies over it."""

    @property
    def wuhu(self) -> WuhuApp:
        """The app, with core, settings, verbs and clock."""
        return cast("WuhuApp", self.app)

    @property
    def stage(self) -> Stage:
        """What this screen looks at, whatever another one looks at meanwhile."""
        if self._stage is None:
            self._stage = self.wuhu.stage
        return self._stage

    @property
    def core(self) -> CoreDoor:
        """The core that this screen looks at: the live project's, or a replay."""
        return self.stage.core

    def subject(self) -> str:
        """The session the actions are about; empty for none."""
        return self.wuhu.selected

    @property
    def session(self) -> SessionView | None:
        """The session the actions are about, as it is now."""
        return self.core.board.session(self.subject())

    def situation(self) -> Situation:
        """What actions are judged by."""
        return self.wuhu.situation(self.CONTEXT, self.subject(), layered=self.in_replay)

    @property
    def keys(self) -> Keys:
        """The keys in force here."""
        keys = self.wuhu.keys
        return keys_on(self.CONTEXT, keys) if self.in_replay else keys

    @property
    def in_replay(self) -> bool:
        """Whether this is a screen of the replay; its dialogs have their own keys alone."""
        replaying = self.wuhu.replaying
        return not self.is_modal and replaying is not None and replaying.stage is self.stage

    def paint(self, board: Board, now: datetime) -> None:
        """Show the board as it is now; called at most 20 times a second while visible."""

    def paint_live(self, board: Board, now: datetime) -> None:
        """Show only what streams; a screen without live panes shows everything."""
        self.paint(board, now)

    def frame(self, board: Board, now: datetime, *, news: bool = False) -> None:
        """One frame: the screen's own parts, then the footer.

        While sessions only stream, lists and footer follow a few times a second, panes each frame.
        """
        self._paint_badge()
        shape = shape_of(board, self.core.runner_alive)
        if news and same_shape(shape, self._shape) and monotonic() < self._whole_at + CALM:
            self.paint_live(board, now)
            self._paint_replay()
            return
        self._shape, self._whole_at = shape, monotonic()
        self._absent = ""
        self.paint(board, now)
        self._paint_replay()
        self._paint_absent(board, now)
        for footer in self.query(ActionFooter):
            footer.show(self.situation(), self.keys)

    def _paint_badge(self) -> None:
        replaying = self.wuhu.replaying
        if replaying is not None and self.in_replay:
            key = self.wuhu.keys.label(BY_ID["replay.live"]) if self.wuhu.has_live else ""
            badge = replay_badge(replaying.needs_now, replaying.door.source, key, self.size.width)
            for bar in self.query(HeaderBar):
                bar.wear(badge)

    def _paint_replay(self) -> None:
        """In a replay every screen shows where it stands, and says that it is one."""
        replaying = self.wuhu.replaying
        if replaying is None or not self.in_replay:
            return
        if self.scrub():
            return
        self.add_class("-replay")
        self.mount(Static("", id=ABSENT), Scrubber(replaying))
        self.call_after_refresh(self._paint_whole)

    def _paint_whole(self) -> None:
        """Paint every cell: what lay beneath is never left where the scrubber made room."""
        self.refresh()
        self.wuhu.repaint()

    def scrub(self) -> bool:
        """Show where the replay stands, and nothing else; False: nothing here shows that yet."""
        for scrubber in self.query(Scrubber):
            scrubber.show(self.subject())
            return True
        return False

    def _paint_absent(self, board: Board, now: datetime) -> None:
        self.set_class(bool(self._absent), "-absent")
        if self._absent:
            self.paint_absent(board, now)
            for note in self.query(f"#{ABSENT}").results(Static):
                note.update(Content(self._absent))

    def paint_absent(self, board: Board, now: datetime) -> None:
        """Show what can be shown although what the screen is about was not there then."""

    def type_ahead(self, text: str) -> None:
        """Take text that was typed for a field before it had the keys."""

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close this screen, once; one that lies under another goes when it is seen again.

        Textual would close whatever lies on top instead.
        """
        if self.app.screen is self:
            return super().dismiss(result)
        self._outlived = (result,)
        return AwaitComplete()

    def leave_board(self, session: str) -> None:
        """Say, once, that the session shown here is gone, and close.

        A replay can go back to where it is there: its screens stay, and say that it is not.
        """
        if self.in_replay:
            live = self.wuhu.live
            known = live.core.board.session(session) if live else None
            self._absent = absent_words(session, known, self.wuhu.clock())
        elif self._outlived is None:
            self.wuhu.verbs.tell(f"{session} has left the board")
            self.dismiss()

    def on_screen_resume(self) -> None:
        """Nothing was painted while another screen hid this one; sizes come with the layout."""
        if self._outlived is not None:
            super().dismiss(*self._outlived)
            return
        self.wuhu.repaint()
        self.call_after_refresh(self.wuhu.repaint)

    def action_act(self, name: str) -> None:
        """Do an action of the registry, or say why it is not possible."""
        self.act(name)
        self.wuhu.repaint()

    def act(self, name: str) -> None:
        """The same, without a frame afterwards."""
        action = BY_ID[name]
        if why := why_not(action, self.situation()):
            self.wuhu.verbs.tell(why, title=f"{action.title}: not now")
            return
        handler: Any = getattr(self, f"do_{action.handler}")
        if action.argument:
            handler(action.argument)
        else:
            handler()


def shape_of(board: Board, alive: Callable[[str], bool]) -> tuple[object, ...]:
    """Everything that decides who needs the lead; not what merely streams."""
    whole = (board.project, board.joins, board.letters, board.queue, board.collisions, board.remote)
    return (*whole, *_shapes(board), *map(alive, board.sessions))


def _shapes(board: Board) -> Iterator[object]:
    for view in board.sessions.values():
        yield from (view.spec, view.own, view.given, view.lost, view.questions)
        yield from (view.review, view.merge, view.report, view.exit, view.waiting)


def same_shape(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Whether two shapes are made of the very same values: far cheaper than comparing them."""
    return len(one) == len(other) and all(map(is_, one, other))
