"""The app: wires the core's board to the screens and the lead's keys to the core's verbs."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine
from datetime import datetime
from time import monotonic
from typing import Any, ClassVar

from textual import events
from textual.command import Provider
from textual.timer import Timer
from textual.worker import Worker, WorkerState

from wuhu_tui.core.door import CoreDoor
from wuhu_tui.core.door_replay import ReplayDoor
from wuhu_tui.journal.clock import now
from wuhu_tui.model.errors import ConfigError
from wuhu_tui.model.questions import Question
from wuhu_tui.tui import themes
from wuhu_tui.tui.acting import Acting
from wuhu_tui.tui.action import Context, Situation
from wuhu_tui.tui.calling import Arrivals, Calling
from wuhu_tui.tui.drafts import Drafts
from wuhu_tui.tui.keymap import read_keymap
from wuhu_tui.tui.looks import Looks
from wuhu_tui.tui.news import News
from wuhu_tui.tui.presentation.attention import AnyNeed, all_needs, needs
from wuhu_tui.tui.presentation.counts import terminal_title
from wuhu_tui.tui.presentation.notices import STOPS
from wuhu_tui.tui.presentation.walk import question_of
from wuhu_tui.tui.replay_app import FOLLOWING_REPLAY, ReplayApp
from wuhu_tui.tui.safe import safe_text
from wuhu_tui.tui.screens.attachable import AttachableScreen
from wuhu_tui.tui.settings import DashboardSettings
from wuhu_tui.tui.stage import Stage
from wuhu_tui.tui.terminal import TerminalTitle, backlog, editing
from wuhu_tui.tui.verbs import Verbs

FRAME = 0.05
"""Seconds between two frames while news keeps coming; the first is painted at once."""

CLOCK = 1.0
"""Seconds between two looks at the clock: ages and countdowns move."""

FOLLOWING = "following the core"

_SIGNS = (events.Key, events.Paste, events.MouseDown, events.MouseScrollDown, events.MouseScrollUp)
"""By what somebody shows to be at the terminal."""

SAVE_DRAFTS = 0.5
"""Seconds after a key within which drafts are saved, whether the lead pauses or not."""


def _actions_provider() -> type[Provider]:
    from wuhu_tui.tui.palette import ActionsProvider

    return ActionsProvider


class WuhuApp(ReplayApp):
    """The dashboard of one project; knows the core only by its door."""

    TITLE = "wuhu"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar[Any] = {_actions_provider}
    HORIZONTAL_BREAKPOINTS = [
        (0, "-narrow"),
        (100, "-medium"),
        (126, "-wide"),
        (170, "-huge"),
    ]

    def __init__(
        self,
        core: CoreDoor | None = None,
        *,
        replay: ReplayDoor | None = None,
        opens_live: Callable[[], Coroutine[Any, Any, CoreDoor]] | None = None,
        settings: DashboardSettings | None = None,
        clock: Callable[[], datetime] = now,
    ) -> None:
        """`replay` is shown instead of a live project, or over it; who opened it closes it.

        `opens_live` opens the project behind a replay when the lead wants it live, and closes it.
        """
        self.opens_live = opens_live
        self.live_clock = clock
        self.settings = settings or DashboardSettings()
        self.live = Stage(core, clock) if core is not None else None
        self._begin_with = replay
        self.keys = read_keymap(self.settings.keymap)
        super().__init__()
        self.verbs = Verbs(self)
        self.stage = self.live or self.take_replay(replay)
        self.drafts = Drafts(self.settings.drafts, self.verbs.tell_error)
        self.looks = Looks(self, self.settings.presence)
        self._news = News(self.core.board)
        self._followed = self.live
        self.troubles: list[BaseException] = []
        """Errors nobody expected, for tests and bug reports."""
        self._titled = TerminalTitle()
        self._calling = Calling()
        self._arrivals = Arrivals()
        self._toasts = 0
        self._typed_at = float("-inf")
        self._away = False
        self._painting = False
        self._saving: Timer | None = None
        self._themes = themes.load_all(self.settings.themes)
        themes.register(self, self._themes)

    # beginning and end

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Own variables, for themes that do not set them."""
        return themes.variable_defaults(self.current_theme.dark)

    def on_mount(self) -> None:
        """Begin to follow the core."""
        self._choose_theme()
        self.set_keymap(self.keys.for_textual())
        self._begin_looking()
        self._begin("reading drafts", self.drafts.load())
        self._begin("looking back", self.looks.begin())
        self._begin(
            "following themes",
            themes.follow_user_themes(self, self.verbs.tell_error, self.settings.themes),
        )
        self.set_interval(CLOCK, self._tick)
        self.call_after_refresh(self._settle)

    def _begin_looking(self) -> None:
        if self.live is not None:
            self.begin_following()
        if self._begin_with is not None:
            self.begin_replay(self._begin_with)

    def _begin(self, name: str, work: Any) -> None:
        self.run_worker(work, name=name, group="follow", exit_on_error=False)

    def _choose_theme(self) -> None:
        wanted = self.settings.theme or themes.DEFAULT_THEME
        if self.get_theme(wanted) is None:
            known = ", ".join(sorted(self._themes.themes))
            self.verbs.tell_error(
                ConfigError(f"there is no theme {wanted!r}", remedy=f"choose one of: {known}")
            )
            wanted = themes.DEFAULT_THEME
        self.theme = wanted if self.get_theme(wanted) else themes.WITHOUT_FILES

    def _settle(self) -> None:
        """After the first paint: say what was wrong, and keep the collector out of the way."""
        for error in self._themes.errors:
            self.verbs.tell_error(error)
        for problem in self.keys.problems:
            self.verbs.tell(f"{problem}; the default stays", title="Keymap", severe=True)
        if self.settings.tune_memory:
            gc.collect()
            gc.freeze()
            gc.set_threshold(50_000, 50, 100)

    async def on_unmount(self) -> None:
        """Drafts are on disk before the dashboard is gone; the terminal has its title back."""
        self._titled.restore(self)
        await self.drafts.save()
        await self.looks.close()
        await self.close_open_replay()

    async def on_event(self, event: events.Event) -> None:
        """What is pasted is foreign text: it passes the gate before any field sees it.

        While the lead is attached to an agent's screen, its keys come before all of ours.
        """
        if isinstance(event, events.Key | events.Paste):
            self._typed_at = monotonic()
        if isinstance(event, _SIGNS):
            self.looks.sign()
        if isinstance(event, events.Paste):
            event.text = safe_text(event.text)
        if isinstance(event, events.Key | events.Paste) and (
            self._went_to_agent(event) or self.went_to_replay(event)
        ):
            return
        await super().on_event(event)

    def _went_to_agent(self, event: events.Key | events.Paste) -> bool:
        screen = self.screen
        return (
            not event.is_forwarded and isinstance(screen, AttachableScreen) and screen.take(event)
        )

    # frames

    async def _follow(self) -> None:
        """Pull what changed: the first change after silence at once, then one frame at a time."""
        seen, live = -1, self.live
        assert live is not None
        while True:
            seen = await live.core.changed(seen)
            while backlog(self):  # noqa: ASYNC110 (the terminal has no event to wait for)
                await asyncio.sleep(FRAME)
            self._news.tell(live.core.board, self.verbs)
            if self.stage is live:
                self.repaint(news=True)
            await asyncio.sleep(FRAME)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What nobody expected is told, and following goes on: a still screen would be a lie."""
        worker = event.worker
        if event.state is not WorkerState.ERROR or worker.error is None:
            return
        self.troubles.append(worker.error)
        self.verbs.tell(
            f"{worker.name}: {type(worker.error).__name__}: {worker.error}",
            title="Unexpected; please report it",
            severe=True,
        )
        if worker.name == FOLLOWING:
            self.set_timer(CLOCK, self.begin_following)
        elif worker.name == FOLLOWING_REPLAY:
            self.set_timer(CLOCK, self.follow_replay)

    def begin_following(self) -> None:
        """Follow the live project, from now on or again."""
        if self.live is not None and self._followed is not self.live:
            self._followed, self._news = self.live, News(self.live.core.board)
        self._begin(FOLLOWING, self._follow())

    def repaint(self, *, news: bool = False) -> None:
        """Paint what can be seen: the top screen, and what lies under dialogs."""
        if self._away or self._painting or not self.is_running:
            return
        self._painting = True
        try:
            self._paint(news=news)
        finally:
            self._painting = False

    def _tick(self) -> None:
        self.looks.tick()
        now = self.live or self.stage
        board = now.core.board
        found = all_needs(board, now.core.runner_alive, now.clock())
        self._titled.show(self, self.recording_title or terminal_title(board, found))
        if self.live is not None:
            self._call(found)
        self.count_needs()
        self._clear_toasts()
        self.repaint()

    def _clear_toasts(self) -> None:
        """Paint everything once where a toast has gone.

        Textual leaves its cells as they are when something that is not displayed had changed.
        """
        before, self._toasts = self._toasts, len(self.screen.query("Toast"))
        if self._toasts < before:
            self.screen.refresh()

    def _call(self, found: list[AnyNeed]) -> None:
        """Ring for what cannot wait, unless the lead types."""
        due = self._calling.is_due(found, moment=monotonic(), typed_at=self._typed_at)
        if due and self.settings.bell and not self._away:
            self.bell()
        if (new := self._arrivals.new(found)) and self.stage is not self.live:
            self.tell_arrivals(new)

    def _paint(self, *, news: bool = False) -> None:
        board, moment = self.core.board, self.clock()
        for screen in reversed(self.screen_stack):
            if isinstance(screen, Acting) and screen.is_mounted:
                screen.frame(board, moment, news=news)
            if not screen.is_modal:
                break

    def action_command_palette(self) -> None:
        """Open the palette."""
        from wuhu_tui.tui.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    # what screens and actions ask

    def situation(self, context: Context, session: str, *, layered: bool = False) -> Situation:
        """What actions are judged by, for a session."""
        found = self.question_for(session)
        return Situation(
            board=self.core.board,
            context=context,
            now=self.clock(),
            session=self.core.board.session(session),
            question=found[1] if found else None,
            marked=self.marked,
            letters=session in STOPS,
            conducting=self.core.conducting,
            editor=self.settings.editor_command,
            can_suspend=not self.is_headless and not self.is_web,
            replay=self.replay_words,
            layered=layered,
            held=self.replaying is not None and self.replaying.held is not None,
            has_live=self.has_live,
        )

    def question_for(self, session: str) -> tuple[str, Question] | None:
        """The question to answer next: the session's own, or else the most pressing."""
        board = self.core.board
        return question_of(board, session, needs(board, self.core.runner_alive, self.clock()))

    def save_drafts_soon(self) -> None:
        """Save drafts in a moment, with all that is written until then."""
        if self._saving is None:
            self._saving = self.set_timer(SAVE_DRAFTS, self._save_drafts)

    def _save_drafts(self) -> None:
        self._saving = None
        self._begin("saving drafts", self.drafts.save())

    def open_editor(self, place: str, *, files: tuple[str, ...] = ()) -> None:
        """Hand the terminal to the lead's editor; the board goes on being followed.

        `files` lie in `place` and are opened instead of it.
        """
        self._begin("the editor", self._edit(place, files))

    async def _edit(self, place: str, files: tuple[str, ...]) -> None:
        self._away = True
        try:
            await editing(self, self.settings.editor_command, place, files)
        finally:
            self._away = False
            self.repaint()

    def on_key(self, event: events.Key) -> None:
        """Text nobody took was typed ahead for a field that has just been opened."""
        if event.is_printable and event.character and isinstance(self.screen, Acting):
            self.screen.type_ahead(event.character)

    async def action_quit(self) -> None:
        """Ctrl+q asks what q asks, wherever it is pressed."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, Acting) and not screen.is_modal:
                screen.action_act("wuhu.quit")
                return
        self.exit()
