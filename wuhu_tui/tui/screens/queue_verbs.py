"""What can be done to what is on its way to base, and to the queue as a whole."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from wuhu_tui.model.remotes import RemoteState
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui import possible_queue
from wuhu_tui.tui.presentation import queue_dialogs as told
from wuhu_tui.tui.presentation.facts import Facts, undo_facts
from wuhu_tui.tui.presentation.queue import Item, Line
from wuhu_tui.tui.presentation.queue_state import remote_words
from wuhu_tui.tui.presentation.rows import line
from wuhu_tui.tui.screens.list_screen import ListScreen


class QueueVerbs(ListScreen):
    """Handlers of the queue's own actions; the registry has said that they are possible."""

    @property
    def item(self) -> Item | None:
        """What is under the cursor."""
        raise NotImplementedError

    @property
    def queue(self) -> Line:
        """Everything shown."""
        raise NotImplementedError

    @property
    def _chosen_item(self) -> Item:
        item = self.item
        assert item is not None
        return item

    @property
    def _called(self) -> str:
        return line(self._chosen_item.view.spec.shown_name)

    def do_queue_open(self) -> None:
        """The review; of a conflict, the ways to settle it."""
        item = self.item
        if item is None:
            return
        settles = item.view.state is SessionState.CONFLICT
        self.action_act("session.settle" if settles else "session.diff")

    def do_queue_merge_now(self) -> None:
        """First in line, and at once."""
        item = self._chosen_item
        if item.entry is None:
            self.do_merge()
            return
        once = f"merging {self._called}"
        self.wuhu.verbs.run(self._first(item), done=f"{self._called} is first in line", once=once)

    async def _first(self, item: Item) -> None:
        core, name = self.core, item.view.id
        if item.entry and item.entry.held_by:
            await core.release_merge(name)
        first = next((one.view.id for one in self._in_line() if one.place == 1), "")
        if first and first != name:
            await core.place_merge(name, before=first)
        await core.merge(name)

    def _in_line(self) -> list[Item]:
        return sorted((one for one in self.queue.items if one.place), key=lambda one: one.place)

    def do_queue_hold(self) -> None:
        """Keep it back, or let it go on."""
        core, name = self.core, self._chosen_item.view.id
        if possible_queue.holds(self.situation()):
            self._at_once(core.hold_merge(name), f"{self._called} is held · H lets it go on")
        else:
            self._at_once(core.release_merge(name), f"{self._called} goes on when it is its turn")

    def do_queue_earlier(self) -> None:
        """One place earlier."""
        item, entries = self._chosen_item, self._in_line()
        before = entries[item.place - 2].view.id
        self._at_once(self.core.place_merge(item.view.id, before=before), "moved up")

    def do_queue_later(self) -> None:
        """One place later."""
        item, entries = self._chosen_item, self._in_line()
        behind = entries[item.place + 1 : item.place + 2]
        before = behind[0].view.id if behind else ""
        self._at_once(self.core.place_merge(item.view.id, before=before), "moved down")

    def do_queue_drop(self) -> None:
        """Out of the line, after the facts."""
        from wuhu_tui.tui.dialogs.note import NoteDialog

        item, core = self._chosen_item, self.core

        def drop(reason: str | None) -> None:
            if reason is not None:
                verb = core.drop_merge(item.view.id, reason=reason)
                self._at_once(verb, f"{line(item.view.spec.shown_name)} is out of the line")

        facts = told.drop_facts(item, self.core.board, self.wuhu.clock())
        self.wuhu.push_screen(NoteDialog(facts), drop)

    def do_queue_pause(self) -> None:
        """Pause the queue with a reason, or resume it at once."""
        from wuhu_tui.tui.dialogs.note import NoteDialog

        core = self.core
        if not possible_queue.pauses(self.situation()):
            self._at_once(core.resume_queue(), "the queue runs again")
            return

        def pause(note: str | None) -> None:
            if note is not None:
                self._at_once(core.pause_queue(note=note), "the queue is paused · p resumes it")

        self.wuhu.push_screen(NoteDialog(told.pause_facts(self.queue)), pause)

    def do_queue_undo(self) -> None:
        """Take back what landed, after the facts."""
        view, core = self._chosen_item.view, self.core
        name = line(view.spec.shown_name)
        self._after(undo_facts(view), lambda: core.undo_merge(view.id), f"{name}: merge undone")

    def do_queue_push(self) -> None:
        """Push base, after the facts."""
        core = self.core
        remote = core.board.remote
        assert remote is not None
        facts = told.push_facts(remote, core.board)
        self._after(facts, core.push_base, "", then=self.wuhu.verbs.tell)

    def do_queue_bring_in(self) -> None:
        """Bring base up to its remote: a fast-forward loses nothing."""
        verb = self.core.sync_base()
        self.wuhu.verbs.run(verb, then=self.wuhu.verbs.tell, once="bringing in the remote")

    def do_queue_look(self) -> None:
        """Ask the remote where it stands."""
        verb = self.core.remote_state(look=True)
        self.wuhu.verbs.run(verb, then=self._looked, once="looking at the remote")

    def _looked(self, remote: RemoteState) -> None:
        self.wuhu.verbs.tell(remote_words(remote)[0])

    # how

    def _at_once(self, verb: Coroutine[Any, Any, Any], done: str) -> None:
        self.wuhu.verbs.run(verb, done=done, once=done)

    def _after(
        self,
        facts: Facts,
        verb: Callable[[], Coroutine[Any, Any, Any]],
        done: str,
        *,
        then: Callable[[Any], None] | None = None,
    ) -> None:
        from wuhu_tui.tui.dialogs.confirm import ConfirmDialog

        def answered(confirmed: bool | None) -> None:
            if confirmed:
                self.wuhu.verbs.run(verb(), done=done, then=then, once=facts.title)

        self.wuhu.push_screen(ConfirmDialog(facts), answered)
