"""Ways into looking back, and from there to a moment or to what is now."""

from __future__ import annotations

from datetime import datetime

from wuhu_tui.model.records import Cursor
from wuhu_tui.tui.acting import Acting


class LookbackVerbs(Acting[None]):
    """Handlers of the actions that look back, on every screen that has them."""

    def do_away(self) -> None:
        """Show what happened while the lead was away."""
        from wuhu_tui.tui.screens.away import AwayScreen

        found = self.wuhu.looks.take_notice() if self.stage is self.wuhu.live else None
        self.wuhu.push_screen(AwayScreen(found))

    def do_timeline(self) -> None:
        """Show the sessions' states over time."""
        from wuhu_tui.tui.screens.timeline import TimelineScreen

        self.wuhu.push_screen(TimelineScreen(self.subject()))

    def show_moment(self, session: str, journal: str, cursor: Cursor) -> None:
        """Show the replay right behind a record; one of the project's own shows the dashboard."""
        if journal:
            self.wuhu.show_replay(journal, cursor)
        else:
            self.wuhu.show_replay("", cursor, screen=lambda: self._chosen_there(session))

    def show_time(self, session: str, at: datetime) -> None:
        """Show the replay at a time, that session selected."""
        self.wuhu.show_replay(session, at=at)

    def _chosen_there(self, session: str) -> None:
        """Select the session in the replay; the dashboard is what is shown."""
        if session:
            self.wuhu.selected = session

    def open_live(self, session: str) -> None:
        """Open a session as it is now, if it is still on the board."""
        from wuhu_tui.tui.screens.session import SessionScreen

        if self.core.board.session(session) is None:
            self.wuhu.verbs.tell("that is of no session that is on the board")
            return
        self.wuhu.selected = session
        self.wuhu.push_screen(SessionScreen(session))
