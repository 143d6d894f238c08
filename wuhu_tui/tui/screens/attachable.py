"""A screen on which the lead can give all keys to the agent's own screen, and take them back."""

from __future__ import annotations

from textual import events

from wuhu_tui.model.errors import WuhuError
from wuhu_tui.model.screen import Screen
from wuhu_tui.tui.actions import BY_ID
from wuhu_tui.tui.screens.base import WuhuScreen
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.live_pane import LivePane
from wuhu_tui.tui.widgets.strip import TextStrip
from wuhu_tui.tui.widgets.terminal_screen import Fitting, Typist, mode_line


class AttachableScreen(WuhuScreen):
    """Has one live pane; whether its keys are given away is shown in a line of its own."""

    _typist: Typist | None = None
    _fitting: Fitting | None = None
    _reads_transcript = False

    @property
    def attached(self) -> bool:
        """Whether all keys go to the agent."""
        return self._typist is not None

    @property
    def terminal(self) -> Screen | None:
        """The agent's screen, unless the lead reads the transcript instead."""
        if self._reads_transcript and not self.attached:
            return None
        return self.core.screen(self.subject())

    def take(self, event: events.Key | events.Paste) -> bool:
        """Whether the event went to the agent, or gave the keys back."""
        if self._typist is None:
            return False
        event.stop()
        event.prevent_default()
        if isinstance(event, events.Paste):
            self._typist.paste(event)
        elif not self._typist.key(event):
            self._give_back("")
        return True

    def do_attach(self) -> None:
        """Give all keys to the agent's screen."""
        self._reads_transcript = False
        self._typist = Typist(self.wuhu, self.subject(), self._failed)
        self.query_one(LivePane).follow()
        self.show_mode()

    def do_transcript(self) -> None:
        """Show what it said before, or its screen again."""
        self._reads_transcript = not self._reads_transcript
        self.query_one(LivePane).follow()

    def show_mode(self) -> None:
        """Say where keys go; without a screen there is nothing to say."""
        session, core = self.subject(), self.core
        view = core.board.session(session)
        if self._typist and (session != self._typist.session or not core.runner_alive(session)):
            self._give_back("its runner does not live any more")
        strip, footer = self.query_one("#mode", TextStrip), self.query_one(ActionFooter)
        footer.display = not self.attached
        if view is None or core.screen(session) is None:
            strip.show(None)
            return
        keys = self.wuhu.keys
        strip.show(
            mode_line(
                view.spec.shown_name,
                keys.label(BY_ID["screen.attach"]),
                keys.label(BY_ID["screen.transcript"]),
                self.size.width,
                attached=self.attached,
                history=self._reads_transcript,
            )
        )
        self._fit()

    def _fit(self) -> None:
        """Only where it is looked at in full does the program get the size of the pane."""
        pane = self.query_one(LivePane)
        if self.in_replay:
            return
        if self.app.screen is self and self.core.runner_alive(self.subject()) and pane.is_seen:
            self._fitting = self._fitting or Fitting(self.wuhu)
            self._fitting.want(self.subject(), *pane.room)

    def _give_back(self, why: str) -> None:
        self._typist = None
        if why:
            self.wuhu.verbs.tell(why, title="Keys are yours again", severe=True)
        self.wuhu.repaint()

    def _failed(self, error: WuhuError) -> None:
        self.wuhu.verbs.tell_error(error)
        self._give_back("")

    def on_unmount(self) -> None:
        """Nobody looks any more."""
        self._typist = None
        if self._fitting is not None:
            self._fitting.stop()
