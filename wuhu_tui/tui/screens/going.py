"""Going from screen to screen, and what concerns the dashboard as a whole."""

from __future__ import annotations

from datetime import datetime

from wuhu_tui.model.board import Board
from wuhu_tui.tui.acting import Acting
from wuhu_tui.tui.presentation.attention import LetterNeed, all_needs, mail_needs
from wuhu_tui.tui.presentation.counts import count, header
from wuhu_tui.tui.presentation.facts import goes_on, quit_facts
from wuhu_tui.tui.presentation.notices import LETTERS, RADAR, STOPS, letter_notices
from wuhu_tui.tui.presentation.walk import next_need
from wuhu_tui.tui.stage import Walk
from wuhu_tui.tui.widgets.header import HeaderBar


class Going(Acting[None]):
    """Handlers of the screens' own actions; one session is `subject()`."""

    def paint_header(self, board: Board, now: datetime) -> None:
        """Show the header as it is now."""
        core = self.core
        counts = count(board, core.runner_alive, now)
        bar = self.query_one(HeaderBar)
        conducting = core.conducting or self.wuhu.replaying is not None
        bar.show(header(board, counts, conducting, bar.room(self.size.width)))

    def paint_absent(self, board: Board, now: datetime) -> None:
        """The header counts whoever was there."""
        self.paint_header(board, now)

    def go_to(self, session: str) -> None:
        """Bring a session before the lead on this screen."""
        self.wuhu.selected = session

    def go_to_letters(self) -> None:
        """Bring what did not arrive before the lead."""
        self.open_letters("")

    def open_letters(self, key: str) -> None:
        """Show the messages, the cursor on the letter that an entry of the inbox names."""
        board = self.core.board
        named = {notice.key: notice.letter for notice in letter_notices(board)}
        letter = named.get(key) or key.partition("/")[2] or _first_letter(board)
        self._show_messages(letter=letter)

    def do_next_need(self) -> None:
        """Go to the next session that needs the lead."""
        self._go_to_need(+1)

    def do_previous_need(self) -> None:
        """Go to the one before."""
        self._go_to_need(-1)

    def walks_from(self) -> str:
        """The stop at which the walk stands on this screen."""
        walked = self.wuhu.walked
        beside = walked.stop in STOPS and walked.selected == self.wuhu.selected
        return walked.stop if beside else self.subject()

    def _go_to_need(self, step: int) -> None:
        core = self.core
        order = all_needs(core.board, core.runner_alive, self.wuhu.clock())
        kinds = {need.stop: need.look.kind for need in order}
        here, walked = self.walks_from(), self.wuhu.walked
        settled = walked.stop == here and kinds.get(here) is not walked.kind
        stop = next_need(order, "" if settled else here, step)
        if not stop:
            self.wuhu.verbs.tell("nobody needs you just now")
        elif stop in STOPS:
            self.wuhu.walked = Walk(stop, kinds[stop], self.wuhu.selected)
            self.go_to_stop(next(need.key for need in order if need.stop == stop))
        else:
            self.wuhu.walked = Walk(stop, kinds[stop], stop)
            self.go_to(stop)

    def leave_for(self, session: str) -> None:
        """Leave for the screen below, and bring the session before the lead there."""
        self.wuhu.selected = session
        self.wuhu.pop_screen()
        below = self.wuhu.screen
        if isinstance(below, Going):
            below.go_to(session)

    def do_queue(self) -> None:
        """Show what is on its way to base."""
        self.show_queue(self.subject())

    def go_to_stop(self, key: str) -> None:
        """Bring what is no session before the lead, named as the inbox names it."""
        stop, _, rest = key.partition("/")
        if stop == LETTERS:
            self.go_to_letters()
        elif stop == RADAR:
            self.show_radar(pair=rest)
        else:
            self.show_queue()

    def show_queue(self, session: str = "") -> None:
        """Show the merge queue, the cursor on a session if it is there."""
        from wuhu_tui.tui.screens.merge_queue import MergeQueueScreen

        self.wuhu.push_screen(MergeQueueScreen(session))

    def show_radar(self, session: str = "", *, pair: str = "") -> None:
        """Show the radar, the cursor on a session or on a pair."""
        from wuhu_tui.tui.screens.radar import RadarScreen

        self.wuhu.push_screen(RadarScreen(session, pair=pair))

    def do_radar(self) -> None:
        """Show which branches collide."""
        self.show_radar(self.subject())

    def do_messages(self) -> None:
        """Show every message."""
        self._show_messages()

    def _show_messages(self, session: str = "", *, letter: str = "") -> None:
        from wuhu_tui.tui.screens.messages import MessagesScreen

        self.wuhu.push_screen(MessagesScreen(session, letter=letter))

    def do_take_over(self) -> None:
        """Let this dashboard conduct."""
        verb = self.core.take_over(by="dashboard")
        self.wuhu.verbs.run(verb, then=self._took_over, once="taking over")

    def _took_over(self, took: bool) -> None:
        self.wuhu.verbs.tell(
            "this dashboard conducts now" if took else "this dashboard conducts already"
        )

    def do_back(self) -> None:
        """One step back; at the bottom nothing is left to leave."""
        if len(self.wuhu.screen_stack) > 1:
            self.wuhu.pop_screen()

    def do_inbox(self) -> None:
        """Open the inbox."""
        from wuhu_tui.tui.screens.inbox import InboxScreen

        self.wuhu.push_screen(InboxScreen())

    def do_doctor(self) -> None:
        """Look at everything that can go wrong."""
        from wuhu_tui.tui.screens.doctor import DoctorScreen

        self.wuhu.push_screen(DoctorScreen())

    def do_trash(self) -> None:
        """Show what was kept before something was removed."""
        from wuhu_tui.tui.dialogs.trash import TrashDialog

        self.wuhu.push_screen(TrashDialog())

    def do_search(self) -> None:
        """Find words in everything sessions wrote."""
        from wuhu_tui.tui.dialogs.search import SearchDialog

        self.wuhu.push_screen(SearchDialog())

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

        live = self.wuhu.live
        if live is None:
            self._leave(True)
            return
        board = live.core.board
        if goes_on(board):
            self.wuhu.push_screen(ConfirmDialog(quit_facts(board)), self._leave)
        else:
            self._leave(True)

    def _leave(self, confirmed: bool | None) -> None:
        if confirmed:
            self.wuhu.exit()


def _first_letter(board: Board) -> str:
    """The first message that the lead has to see; empty when there is none."""
    for need in mail_needs(board):
        return need.letters[0].id if isinstance(need, LetterNeed) else need.notice.letter
    return ""
