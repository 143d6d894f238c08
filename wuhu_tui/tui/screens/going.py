"""Going from screen to screen, and what concerns the dashboard as a whole."""

from __future__ import annotations

from wuhu_tui.tui.acting import Acting
from wuhu_tui.tui.presentation.attention import needs, next_need
from wuhu_tui.tui.presentation.facts import goes_on, quit_facts


class Going(Acting[None]):
    """Handlers of the screens' own actions; one session is `subject()`."""

    def go_to(self, session: str) -> None:
        """Bring a session before the lead on this screen."""
        self.wuhu.selected = session

    def do_next_need(self) -> None:
        """Go to the next session that needs the lead."""
        self._go_to_need(+1)

    def do_previous_need(self) -> None:
        """Go to the one before."""
        self._go_to_need(-1)

    def _go_to_need(self, step: int) -> None:
        core = self.wuhu.core
        order = needs(core.board, core.runner_alive, self.wuhu.clock())
        kinds = {need.view.id: need.look.kind for need in order}
        here, reason = self.wuhu.walked
        settled = here == self.subject() and kinds.get(here) is not reason
        session = next_need(order, "" if settled else self.subject(), step)
        if session:
            self.wuhu.walked = (session, kinds[session])
            self.go_to(session)
        else:
            self.wuhu.verbs.tell("nobody needs you just now")

    def do_back(self) -> None:
        """One step back; at the bottom nothing is left to leave."""
        if len(self.wuhu.screen_stack) > 1:
            self.wuhu.pop_screen()

    def do_inbox(self) -> None:
        """Open the inbox."""
        from wuhu_tui.tui.screens.inbox import InboxScreen

        self.wuhu.push_screen(InboxScreen())

    def do_help(self) -> None:
        """Show the keys of this screen."""
        from wuhu_tui.tui.screens.help import HelpScreen

        self.wuhu.push_screen(HelpScreen(self.situation()))

    def do_palette(self) -> None:
        """Search every action."""
        self.wuhu.action_command_palette()

    def do_theme(self) -> None:
        """Choose a theme."""
        from wuhu_tui.tui.palette import Palette, WuhuThemeProvider

        self.wuhu.push_screen(
            Palette(providers=[WuhuThemeProvider], placeholder="Search for themes…")
        )

    def do_new_session(self) -> None:
        """Describe a task."""
        from wuhu_tui.tui.dialogs.new_session import NewSessionDialog

        self.wuhu.push_screen(NewSessionDialog(), self._made)

    def _made(self, session: str | None) -> None:
        if session:
            self.go_to(session)

    def do_quit(self) -> None:
        """Leave, after saying what goes on."""
        from wuhu_tui.tui.dialogs.confirm import ConfirmDialog

        board = self.wuhu.core.board
        if goes_on(board):
            self.wuhu.push_screen(ConfirmDialog(quit_facts(board)), self._leave)
        else:
            self._leave(True)

    def _leave(self, confirmed: bool | None) -> None:
        if confirmed:
            self.wuhu.exit()
