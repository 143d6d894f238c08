"""What keys do in a replay, on every screen, and the way into one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from textual.screen import Screen

from wuhu_tui.model.marks import Moment
from wuhu_tui.tui.acting import Acting
from wuhu_tui.tui.action import Context
from wuhu_tui.tui.replaying import Replaying


class ReplayVerbs(Acting[None]):
    """Handlers of the replay's actions."""

    @property
    def _replaying(self) -> Replaying:
        replaying = self.wuhu.replaying
        assert replaying is not None
        return replaying

    def _tell(self, why: str) -> None:
        if why:
            self.wuhu.verbs.tell(why)

    # in and out

    def do_replay_open(self) -> None:
        """Show this very screen over the recording."""
        subject = self.subject()  # this screen may be gone when the recording is open
        self.wuhu.show_replay(subject, screen=lambda: alike(self.CONTEXT, subject))

    def do_replay_live(self) -> None:
        """Back to now."""
        self.wuhu.go_live()

    # by itself

    def do_replay_play(self) -> None:
        """Play or pause."""
        self._tell(self._replaying.toggle())

    def do_replay_quicker(self) -> None:
        """Twice as quick."""
        self._replaying.change_speed(+1)

    def do_replay_slower(self) -> None:
        """Half as quick."""
        self._replaying.change_speed(-1)

    def do_replay_idle(self) -> None:
        """Cap quiet times, or play them in full."""
        cap = self._replaying.toggle_idle_cap()
        self._tell(f"quiet times are cut to {cap:g} s" if cap else "quiet times are played in full")

    # step by step

    def do_replay_next_event(self) -> None:
        """One event on."""
        self._replaying.step(+1)

    def do_replay_previous_event(self) -> None:
        """One event back."""
        self._replaying.step(-1)

    def do_replay_next_mark(self) -> None:
        """The next mark."""
        self._tell(self._replaying.to_mark(+1))

    def do_replay_previous_mark(self) -> None:
        """The mark before."""
        self._tell(self._replaying.to_mark(-1))

    def do_replay_next_own_mark(self) -> None:
        """The selected session's next mark."""
        self._tell(self._replaying.to_mark(+1, session=self.subject()))

    def do_replay_previous_own_mark(self) -> None:
        """The selected session's mark before."""
        self._tell(self._replaying.to_mark(-1, session=self.subject()))

    def do_replay_next_turn(self) -> None:
        """Where the selected session's next turn begins."""
        self._replaying.to_turn(+1, self._turning, self._tell)

    def do_replay_previous_turn(self) -> None:
        """Where its turn, or the one before, begins."""
        self._replaying.to_turn(-1, self._turning, self._tell)

    @property
    def _turning(self) -> str:
        """Whose turns are stepped; what is no session has none, so that any will do."""
        return self.subject() if self.session else ""

    # far

    def do_replay_begin(self) -> None:
        """To the beginning."""
        self._replaying.seek(0)

    def do_replay_end(self) -> None:
        """To the end."""
        self._replaying.seek(self._replaying.door.last.index)

    def do_replay_go_to(self) -> None:
        """Ask for a time, and go there."""
        from wuhu_tui.tui.dialogs.go_to import GoToDialog

        door = self._replaying.door
        dialog = GoToDialog(door.moment.at, door.moment_in(0, 1).at, door.last.at)
        self.wuhu.push_screen(dialog, self._go_to_time)

    def _go_to_time(self, at: datetime | None) -> None:
        if at is not None and self.wuhu.replaying is not None:
            self.wuhu.replaying.to_time(at)

    def do_replay_looked(self) -> None:
        """To where the lead last looked."""
        replaying = self._replaying

        def there(found: object) -> None:
            if isinstance(found, Moment):
                replaying.seek(found.index)
            else:
                self._tell("nothing tells when you last looked")

        replaying.go(replaying.door.when_looked, there)

    # two moments

    def do_replay_hold(self) -> None:
        """Hold this moment, or let it go; the scrubber shows which is held."""
        self._replaying.hold()

    def do_replay_compare(self) -> None:
        """Show the held moment and this one side by side."""
        from wuhu_tui.tui.dialogs.compare import CompareDialog

        replaying = self._replaying
        if replaying.held is not None:
            replaying.door.pause()
            self.wuhu.push_screen(CompareDialog(replaying.held, replaying.door.moment))


def alike(context: Context, session: str) -> Screen[None] | None:
    """A screen of that kind; None for the dashboard."""
    from wuhu_tui.tui.screens.inbox import InboxScreen
    from wuhu_tui.tui.screens.merge_queue import MergeQueueScreen
    from wuhu_tui.tui.screens.messages import MessagesScreen
    from wuhu_tui.tui.screens.radar import RadarScreen
    from wuhu_tui.tui.screens.review import ReviewScreen
    from wuhu_tui.tui.screens.session import SessionScreen

    made: dict[Context, Callable[[], Screen[None]]] = {
        Context.SESSION: lambda: SessionScreen(session),
        Context.REVIEW: lambda: ReviewScreen(session),
        Context.INBOX: InboxScreen,
        Context.MESSAGES: MessagesScreen,
        Context.QUEUE: lambda: MergeQueueScreen(session),
        Context.RADAR: lambda: RadarScreen(session),
    }
    return made[context]() if context in made else None
