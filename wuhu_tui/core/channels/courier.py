"""One channel at work: takes entries in, remembers them, and sends when it is time; holds up nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from wuhu_tui.core.channels import schedule
from wuhu_tui.core.channels.feed import Feed
from wuhu_tui.core.channels.plan import ChannelPlan
from wuhu_tui.core.channels.state import ChannelState, read_state, write_state
from wuhu_tui.core.channels.wording import Notice, notice
from wuhu_tui.core.orchestration import lead_hears
from wuhu_tui.core.project import Project
from wuhu_tui.model.entries import ContextEntry
from wuhu_tui.model.errors import JournalError, WuhuError
from wuhu_tui.model.events import Noted
from wuhu_tui.model.states import SessionState

LONGEST_SLEEP = 60.0
"""Seconds after which a channel looks at the clock again: the machine may have slept."""

FIRST_RETRY = 5.0
"""Seconds after which a channel goes on whose memory could not be read or written."""

BREATH = 0.2
"""Seconds between two looks in a storm of news: nothing is sent sooner after it came."""

GRACE = 2.0
"""Seconds a message on its way has to be accepted when the channel's work ends."""

Send = Callable[[ChannelPlan, Notice, Path], Awaitable[None]]


class Courier:
    """Carries one channel's entries; its memory on disk is the only truth of what was told."""

    def __init__(self, project: Project, plan: ChannelPlan, send: Send) -> None:
        self.plan = plan
        self._project = project
        self._send = send
        self._path = project.folder.channels / f"{plan.name}.json"
        self._feed = Feed(project.folder, project.ledger)
        self._state = ChannelState()
        self._rest = asyncio.Event()
        """Set while no message is on its way."""
        self._rest.set()

    async def run(self) -> None:
        """Work until cancelled; a trouble of its own is told and tried again."""
        while True:
            try:
                await self._open()
                while True:
                    until = await self.step()
                    await self._sleep(until)
            except WuhuError as error:
                self._project.ledger.warn(f"channel {self.plan.name}: {error}")
            except Exception as error:  # noqa: BLE001 - told, and tried again
                words = f"{type(error).__name__}: {error}"
                self._project.ledger.warn(f"channel {self.plan.name}: {words}")
            finally:
                self._feed.close()
            await asyncio.sleep(FIRST_RETRY)

    async def once(self) -> None:
        """Tell what is due now, and remember the rest."""
        try:
            await self._open()
            await self.step()
        finally:
            self._feed.close()

    async def _open(self) -> None:
        """Go on where the channel's memory ends; a new channel begins with what comes."""
        self._feed = Feed(self._project.folder, self._project.ledger)
        known = await asyncio.to_thread(read_state, self._path)
        if known is None:
            self._feed.begin_now()
            await self._remember(ChannelState(places=dict(self._feed.places)))
            return
        self._state = known
        await self._feed.begin_at(known.places)

    def _heard(self) -> list[ContextEntry]:
        """What came and is for the lead, and not only for a session that directs others."""
        board, policy = self._project.board, self._project.config.orchestrator.lead_hears
        entries = (told.entry for told in self._feed.take())
        return [entry for entry in entries if lead_hears(board, entry, policy)]

    async def step(self) -> datetime | None:
        """Take in what came and send what is due; gives when there is something to do again."""
        now = self._project.clock()
        board = self._project.board
        state = schedule.taken(self._state, self.plan, self._heard(), now)
        state = schedule.without_what_is_over(state, board)
        state = schedule.with_reminders(state, self.plan, board, now)
        if state is not self._state:
            await self._remember(self._with_places(state))
        due = schedule.next_step(self._state, self.plan, now)
        if not due.send:
            return due.until
        self._rest.clear()
        try:
            await self._deliver(due)
        finally:
            self._rest.set()
        return self._project.clock()

    async def at_rest(self) -> None:
        """Wait a moment for a message on its way, so that nobody has to ask whether it came."""
        try:
            async with asyncio.timeout(GRACE):
                await self._rest.wait()
        except TimeoutError:
            return

    async def _deliver(self, due: schedule.Step) -> None:
        """Send one message; that it is on its way is on disk before it leaves."""
        again = bool(self._state.sending)
        await self._remember(schedule.sending(self._state, due.send))
        board = self._project.board
        names = {name: view.spec.shown_name for name, view in board.sessions.items()}
        message = notice(board.project.name, due.send, names, again=again)
        try:
            await self._send(self.plan, message, self._project.folder.root)
        except WuhuError as error:
            await self._failed(error.message)
        except Exception as error:  # noqa: BLE001 - whatever it is, the channel did not work
            await self._failed(type(error).__name__)
        else:
            await self._succeeded()

    async def _succeeded(self) -> None:
        failed = self._state.failures
        await self._remember(schedule.sent(self._state, self.plan, self._project.clock()))
        if failed:
            text = f"channel {self.plan.name} works again after {failed} failed tries"
            await self._project.append(Noted(text=text))

    async def _failed(self, why: str) -> None:
        """Told once, until it works again."""
        state = schedule.failed(self._state, why, self._project.clock())
        await self._remember(state)
        if state.failures == 1 and state.next_try is not None:
            at = state.next_try.astimezone(self.plan.zone).strftime("%H:%M:%S")
            text = f"channel {self.plan.name} failed: {why}; next try at {at}, then ever later"
            await self._project.append(Noted(text=text, level="warning"))

    async def _remember(self, state: ChannelState) -> None:
        await asyncio.to_thread(write_state, self._path, state)
        self._state = state

    def _with_places(self, state: ChannelState) -> ChannelState:
        """With the places of the journals; an archived session's is not needed any more."""
        sessions = self._project.board.sessions
        places = {
            name: place
            for name, place in self._feed.places.items()
            if name not in sessions or sessions[name].state is not SessionState.ARCHIVED
        }
        return replace(state, places=places)

    async def close(self) -> None:
        """Remember how far it came, so that the next conductor reads no more than it has to."""
        self._feed.close()
        if self._state.places:
            try:
                await self._remember(self._with_places(self._state))
            except JournalError as error:
                self._project.ledger.warn(f"channel {self.plan.name}: {error}")

    async def _sleep(self, until: datetime | None) -> None:
        """Until something may have come, or the moment is there."""
        left = LONGEST_SLEEP
        if until is not None:
            left = min(left, max(0.0, (until - self._project.clock()).total_seconds()))
        try:
            async with asyncio.timeout(left):
                await self._feed.wait()
        except TimeoutError:
            return
        await asyncio.sleep(BREATH)
