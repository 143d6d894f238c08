"""The part of the app that opens replays and goes live again; the live project goes on beneath."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from itertools import count
from typing import Any, TypeVar

from textual import events
from textual._styles_cache import StylesCache
from textual.app import App
from textual.screen import Screen
from textual.widgets import Input, TextArea
from textual.worker import Worker

from wuhu_tui.core.door import CoreDoor
from wuhu_tui.core.door_replay import ReplayDoor
from wuhu_tui.model.records import Cursor
from wuhu_tui.tui.acting import Acting
from wuhu_tui.tui.actions import BY_ID
from wuhu_tui.tui.keymap import Keys
from wuhu_tui.tui.presentation.attention import AnyNeed, urgent
from wuhu_tui.tui.presentation.replay import arrival_words
from wuhu_tui.tui.replay_keys import action_on
from wuhu_tui.tui.replaying import Replaying
from wuhu_tui.tui.screens.dashboard import DashboardScreen
from wuhu_tui.tui.stage import Stage, Walk
from wuhu_tui.tui.terminal import backlog
from wuhu_tui.tui.verbs import Verbs

LIVE = "live"
FRAME = 0.05
"""Seconds between two frames while news keeps coming; the first is painted at once."""

FOLLOWING_REPLAY = "following the replay"

Shown = Callable[[], Screen[Any] | None]
T = TypeVar("T")


class ReplayApp(App[None]):
    """Has a stage that screens look at: the live project's, or a replay's with its own screens."""

    MODES = {LIVE: DashboardScreen}
    DEFAULT_MODE = LIVE

    stage: Stage
    live: Stage | None
    """The live project; None where there is only a recording, or it was not opened yet."""
    opens_live: Callable[[], Coroutine[Any, Any, CoreDoor]] | None
    """Opens the live project behind a recording; who gives it closes what it opened."""
    live_clock: Callable[[], datetime]
    replaying: Replaying | None = None
    keys: Keys
    verbs: Verbs

    _replays = count(1)
    _live_mode = LIVE
    _later: tuple[Callable[[], None], ...] = ()
    """What live verbs led to while a replay was shown."""
    _follower: Worker[None] | None = None
    _lent: bool = False
    """Whether whoever opened the replay closes it."""

    # what screens look at

    @property
    def core(self) -> CoreDoor:
        """The core of what is shown: the live project's, or the replay."""
        return self.stage.core

    def clock(self) -> datetime:
        """The time it is on what is shown."""
        return self.stage.clock()

    @property
    def selected(self) -> str:
        """The session that the lead's keys are about."""
        return self.stage.selected

    @selected.setter
    def selected(self, session: str) -> None:
        self.stage.selected = session

    @property
    def marked(self) -> tuple[str, ...]:
        """The sessions that the lead marked."""
        return self.stage.marked

    @marked.setter
    def marked(self, sessions: tuple[str, ...]) -> None:
        self.stage.marked = sessions

    @property
    def walked(self) -> Walk:
        """Where the walk through the needs stands."""
        return self.stage.walked

    @walked.setter
    def walked(self, walk: Walk) -> None:
        self.stage.walked = walk

    def repaint(self, *, news: bool = False) -> None:
        """Paint what can be seen."""
        raise NotImplementedError

    def begin_following(self) -> None:
        """Follow the live project."""
        raise NotImplementedError

    def on_stage(self, stage: Stage, then: Callable[[T], None]) -> Callable[[T], None]:
        """What is to be done on the screens of one stage alone: later, while another is shown.

        What a replay that was left had begun is never done.
        """

        def act(found: T) -> None:
            if self.stage is stage:
                then(found)
            elif stage is self.live:
                self._later = (*self._later, lambda: then(found))

        return act

    # into a replay

    def show_replay(
        self,
        session: str = "",
        cursor: Cursor | None = None,
        *,
        at: datetime | None = None,
        screen: Shown | None = None,
    ) -> None:
        """Show the replay, opened if it is not yet, with that session selected.

        With `cursor` it goes right behind that record of the session's journal (empty: the
        project's own), with `at` to that time. `screen` makes what is shown over the dashboard;
        None: the session in full where a record is sought, else the dashboard.
        """
        if screen is None and session and cursor is not None:
            screen = lambda: _session_screen(session)  # noqa: E731 - made when it is shown

        def arrived(replaying: Replaying) -> None:
            self._aim(replaying, session, cursor, at)
            self._show_over(screen)

        if self.replaying is not None:
            arrived(self.replaying)
            return
        self.verbs.run(
            self.core.replay(),
            then=lambda door: self._opened(door, arrived),
            once="opening the replay",
        )

    def _opened(self, door: ReplayDoor, arrived: Callable[[Replaying], None]) -> None:
        self.take_replay(door, lent=False)
        assert self.replaying is not None
        arrived(self.replaying)
        self.count_needs()
        self.follow_replay()

    def take_replay(self, door: ReplayDoor | None, *, lent: bool = True) -> Stage:
        """Drive a recording from now on; `lent`: another one closes it."""
        assert door is not None, "a live core or a replay is needed"
        self.replaying = Replaying(door, self._begin_one, self._scrub, self.verbs.tell_error)
        self._lent = lent
        return self.replaying.stage

    def begin_replay(self, door: ReplayDoor) -> None:
        """Show a recording from the first frame on, over the live project if there is one."""
        if self.replaying is None:
            self.take_replay(door)
            self._show_over(None)
        self.count_needs()
        self.follow_replay()

    def _scrub(self) -> None:
        """Show at once where the lead wants to be; the board follows when it is there."""
        screen = self.screen
        if isinstance(screen, Acting) and screen.in_replay and screen.is_mounted:
            screen.scrub()

    def _begin_one(self, name: str, work: Any) -> None:
        self.run_worker(work, name=name, group="replay", exit_on_error=False)

    def follow_replay(self) -> None:
        """Paint the replay as it moves."""
        if self.replaying is None:
            return
        self._follower = self.run_worker(
            self._keep_following(self.replaying),
            name=FOLLOWING_REPLAY,
            group="follow",
            exit_on_error=False,
        )

    async def _keep_following(self, replaying: Replaying) -> None:
        seen = -1
        while self.replaying is replaying:
            seen = await replaying.door.changed(seen)
            if trouble := replaying.new_trouble():
                self.verbs.tell(trouble, title="The recording", severe=True)
            while backlog(self):  # noqa: ASYNC110 (the terminal has no event to wait for)
                await asyncio.sleep(FRAME)
            if self.stage is replaying.stage:
                self.repaint(news=True)
            await asyncio.sleep(FRAME)

    @staticmethod
    def _aim(
        replaying: Replaying, session: str, cursor: Cursor | None, at: datetime | None
    ) -> None:
        if session:
            replaying.stage.selected = session
        if cursor is not None:
            replaying.to_record(session, cursor)
        elif at is not None:
            replaying.to_time(at)

    def _show_over(self, screen: Shown | None) -> None:
        name = "showing the replay"
        work = self._bring(self.replaying, screen)
        self.run_worker(work, name=name, group=name, exclusive=True, exit_on_error=False)

    async def _bring(self, replaying: Replaying | None, screen: Shown | None) -> None:
        """Show the replay's dashboard, and over it what is asked for; unless it is left meanwhile."""
        if replaying is None or self.replaying is not replaying:
            return
        if self.stage is not replaying.stage:
            mode = f"replay-{next(self._replays)}"
            self.add_mode(mode, DashboardScreen)
            self.stage = replaying.stage
            await self.switch_mode(mode)
        while self.stage is replaying.stage and len(self.screen_stack) > 1:
            await self.pop_screen()
        over = screen() if screen and self.stage is replaying.stage else None
        if over is not None:
            await self.push_screen(over)
        self.repaint()

    # live again

    def go_live(self) -> None:
        """Go back to exactly where the lead was."""
        leaving = self.replaying
        if leaving is None:
            return
        if self.live is None:
            self._open_live()
            return
        mode = self.current_mode
        self.replaying, self.stage = None, self.live
        if mode != self._live_mode:
            self.switch_mode(self._live_mode)
        later, self._later = self._later, ()
        for act in later:
            self.call_after_refresh(act)
        work = self._close_replay(leaving, mode, lent=self._lent)
        self.run_worker(work, name="closing the replay", group="follow", exit_on_error=False)
        self.repaint()

    def _open_live(self) -> None:
        """Open the project behind a recording, if there is one, and show it."""
        if self.opens_live is not None:
            self.verbs.run(self.opens_live(), then=self._live_opened, once="opening the project")

    def _live_opened(self, core: CoreDoor) -> None:
        self.live = Stage(core, self.live_clock)
        self._live_mode = "live behind it"
        self.add_mode(self._live_mode, DashboardScreen)
        self.begin_following()
        self.go_live()

    async def _close_replay(self, leaving: Replaying, mode: str, *, lent: bool) -> None:
        if self._follower is not None:
            self._follower.cancel()
        leaving.door.pause()
        if mode != self._live_mode:
            await self.remove_mode(mode)
        if not lent:
            await leaving.door.aclose()
        # Screens are circles, the collector is tuned to come seldom, and one cache holds their rows.
        StylesCache.get_inner_outer.cache_clear()
        gc.collect()

    async def close_open_replay(self) -> None:
        """Let go of a replay that is still open when the dashboard closes."""
        if self.replaying is not None and not self._lent:
            await self.replaying.door.aclose()

    @property
    def has_live(self) -> bool:
        """Whether a live project is shown beneath, or can be."""
        return self.live is not None or self.opens_live is not None

    @property
    def recording_title(self) -> str:
        """What the terminal is called over a recording alone: nothing in it needs the lead now."""
        if self.replaying is None or self.live is not None:
            return ""
        return f"wuhu · replay · {self.replaying.door.source}"

    @property
    def replay_words(self) -> str:
        """Why nothing can be changed here; empty where the live project is shown."""
        if self.replaying is None or self.stage is not self.replaying.stage:
            return ""
        if not self.has_live:
            return "this is a recording: nothing can be changed in it"
        return f"this is a replay; {self.keys.label(BY_ID['replay.live'])} goes back to live"

    def count_needs(self) -> None:
        """Remember how many of the live project's sessions need the lead now."""
        if self.replaying is not None and self.live is not None:
            core, now = self.live.core, self.live.clock()
            self.replaying.needs_now = len(urgent(core.board, core.runner_alive, now))

    def tell_arrivals(self, needs: Sequence[AnyNeed]) -> None:
        """Say over a replay what has come up live meanwhile."""
        key = self.keys.label(BY_ID["replay.live"])
        self.verbs.tell(arrival_words(needs), title=f"Live, now · {key} goes there", severe=True)

    # keys

    def went_to_replay(self, event: events.Key | events.Paste) -> bool:
        """Whether a key moved the replay; text that is typed does not."""
        screen = self.screen
        if self.replaying is None or event.is_forwarded or not isinstance(event, events.Key):
            return False
        if not isinstance(screen, Acting) or not screen.in_replay:
            return False
        if isinstance(screen.focused, Input | TextArea):
            return False
        name = action_on(event.key, screen.CONTEXT, self.keys)
        if not name:
            return False
        event.stop()
        event.prevent_default()
        screen.act(name)
        if self.replaying is None or not self.replaying.going:
            self.repaint()
        return True


def _session_screen(session: str) -> Screen[Any]:
    from wuhu_tui.tui.screens.session import SessionScreen

    return SessionScreen(session)
