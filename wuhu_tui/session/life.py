"""One life of a session: agent, turns, boundaries, questions and mailbox, from start to last word.

One loop decides everything. Whatever happens (a ring, a tool's end, a turn's end, the agent's
death) only wakes it; each pass then looks at all of it, in one fixed order.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from wuhu_tui.agents.protocol import AgentSetting
from wuhu_tui.journal.clock import now
from wuhu_tui.model.agent_events import ModelChanged
from wuhu_tui.model.commands import Hold
from wuhu_tui.model.errors import JournalError, WuhuError
from wuhu_tui.model.events import Noted, TurnEnded
from wuhu_tui.model.messages import Boundary
from wuhu_tui.model.questions import Question
from wuhu_tui.model.reports import Exit, ExitReason, Report, ReportKind
from wuhu_tui.model.reviews import Assignment
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import EPOCH_START
from wuhu_tui.repo.plain import head_of as plain_head_of
from wuhu_tui.session.beginning import begin
from wuhu_tui.session.bell import Bell
from wuhu_tui.session.branch import Branch, HeadOf
from wuhu_tui.session.budget import BudgetGuard
from wuhu_tui.session.commands import Commands
from wuhu_tui.session.consequences import AnswerConsequences
from wuhu_tui.session.conversation import AgentFactory, Conversation
from wuhu_tui.session.desk import QuestionDesk
from wuhu_tui.session.ear import Ear
from wuhu_tui.session.ending import (
    PATIENCE,
    Ending,
    Patience,
    end,
    end_commands,
    end_older_lives,
    how_it_died,
    last_words,
)
from wuhu_tui.session.lanes import due
from wuhu_tui.session.log import SessionLog
from wuhu_tui.session.mailbox import Mailbox
from wuhu_tui.session.message_queue import MessageQueue
from wuhu_tui.session.policy import Leave, PolicyFile
from wuhu_tui.session.stale_locks import remove_stale_locks
from wuhu_tui.session.turns import BESIDE, CAUSES, own_question_waits, road, wanted_state
from wuhu_tui.session.worktree_watch import Look, WorktreeWatch


class Life:
    """Wires the parts of one life together and runs its loop."""

    def __init__(
        self,
        log: SessionLog,
        setting: AgentSetting,
        agent_factory: AgentFactory,
        *,
        clock: Callable[[], datetime] = now,
        asked_at: datetime = EPOCH_START,
        judges: Assignment | None = None,
        patience: Patience = PATIENCE,
        head_of: HeadOf = plain_head_of,
        look: Look | None = None,
    ) -> None:
        self._log = log
        self._setting = setting
        self._clock = clock
        self._patience = patience
        self._ending: Ending | None = None
        self._wake = asyncio.Event()
        self._reported = False
        self._boundary = Boundary.AWAITING_INPUT
        self._before = SessionState.INSTANTIATED
        self._queue = MessageQueue(log, clock)
        self._branch = Branch(log, head_of)
        policy = PolicyFile(log.folder.policy)
        self._leave = Leave(log, policy, setting.worktree, clock=clock)
        self._watch = WorktreeWatch(log, look, policy.look, self._wake.set)
        self._budget = BudgetGuard(log, self._queue, policy, clock=clock, ask=self._ask_lead)
        self._paused_turn = 0
        """The turn that was ended because a budget was used up; 0: none."""
        self._desk = QuestionDesk(
            log,
            clock=clock,
            pass_on=self._queue.put_steer,
            changed=self._desk_changed,
            consequences=AnswerConsequences(
                self._leave, self._budget, stop=self.stop, went_on=self._go_on
            ),
        )
        self._conversation = Conversation(
            log, self._queue, setting, agent_factory, self._wake.set, policy=policy.look
        )
        self._ear = Ear(
            log,
            self._desk,
            self._conversation,
            self._queue,
            leave=self._leave,
            changed=self._wake.set,
        )
        self._commands = Commands(log, self._desk, self._queue, self, asked_at, judges=judges)

    async def live(self) -> Exit:
        """Run until something ends this life; none of its processes is left when this returns."""
        try:
            await self._serve()
        except JournalError as error:
            self._end(ExitReason.FAILED, "the journal cannot be written", str(error))
        except Exception as error:  # noqa: BLE001 - a life must end in order, whatever happens
            traceback.print_exception(error)
            self._end(ExitReason.FAILED, "wuhu made a mistake", f"{type(error).__name__}: {error}")
        assert self._ending is not None
        self._ear.closing = True
        return await end(
            self._ending,
            log=self._log,
            conversation=self._conversation,
            desk=self._desk,
            branch=self._branch,
            commands=self._commands,
            watch=self._watch,
            patience=self._patience,
        )

    async def interrupt(self, by: str) -> str:
        """End the running turn; its questions are withdrawn, queued messages stay."""
        turn = self._conversation.turn
        if turn is None or turn.done() or self._ending:
            return "no turn runs"
        self._log.write(Noted(text=f"interrupted by {by}"))
        commands_since = self._log.history.command_runs_since
        await self._conversation.interrupt(self._patience.grace)
        self._desk.withdraw_all(f"interrupted by {by}")
        if commands_since:
            await asyncio.wait({turn}, timeout=self._patience.death)
            await end_commands(self._log, commands_since)
        loop = asyncio.get_running_loop()
        loop.call_later(self._patience.grace, self._check_interrupted, turn)
        return ""

    async def set_mode(self, mode: str, by: str) -> str:
        """Give the agent another mode; it holds as long as this life."""
        reason = await self._conversation.set_mode(mode)
        if not reason:
            self._log.write(Noted(text=f"mode: {mode}, by {by}"))
        return reason

    async def set_model(self, model: str, by: str) -> str:
        """Give the agent another model; it holds as long as this life."""
        reason = await self._conversation.set_model(model)
        if not reason:
            self._log.write(ModelChanged(model=model, by=by))
        return reason

    def stop(self, by: str, reason: str) -> str:
        """End the life; what waits stays in its lanes."""
        self._end(ExitReason.STOPPED, f"stopped by {by}", reason)
        return ""

    def hibernate(self, by: str) -> str:
        """End the life of a session that does nothing."""
        if self._log.state not in (SessionState.IDLE, SessionState.REPORTED):
            return f"only an idle session can hibernate; this one is {self._log.state.value}"
        if due(self._log.view.waiting, Boundary.TURN_END):
            return "a message waits to land"
        self._end(ExitReason.HIBERNATED, f"hibernated by {by}", "")
        return ""

    def hold(self, command: Hold) -> str:
        """The project's budget is used up: pause at the next boundary, and ask."""
        if self._conversation.turn is None and not self._log.view.waiting:
            return "it does nothing that could be paused"
        self._budget.hold(command)
        return ""

    async def type_keys(self, text: str) -> None:
        """Give keys to the agent's screen."""
        await self._conversation.type_keys(text)

    async def resize(self, columns: int, rows: int) -> None:
        """Give the agent's screen another size."""
        await self._conversation.resize(columns, rows)

    async def look_at_head(self) -> str:
        """The branch's commit as it is now."""
        return await self._branch.look()

    def reported(self, report: Report) -> None:
        """The session said what its work has come to; a note is only progress."""
        if report.kind is not ReportKind.NOTE:
            self._reported = True

    async def _serve(self) -> None:
        bell = Bell(Mailbox(self._log.folder.mailbox).bell, self._wake.set)
        try:
            await self._begin()
            self._listen(bell)
            while self._ending is None:
                await self._pass()
                await self._sleep()
        finally:
            bell.close()

    def _listen(self, bell: Bell) -> None:
        """Without a bell, on a file system that knows none, the slow look is all there is."""
        try:
            bell.listen()
        except OSError as error:
            text = f"commands are seen only every {self._patience.look:g} s, no bell: {error}"
            self._log.write(Noted(text=text, level="warning"))

    async def _begin(self) -> None:
        left_behind = not self._log.history.ended_cleanly
        self._before = begin(self._log, self._queue, self._clock)
        if left_behind:
            await end_older_lives(self._log)
        worktree = self._setting.worktree
        if worktree.is_dir():
            await remove_stale_locks(self._log)
            self._desk.take_up()
            self._watch.look_now()
            self._conversation.open(self._ear)
        else:
            self._end(ExitReason.FAILED, "the worktree is missing", f"no folder {worktree}")

    async def _sleep(self) -> None:
        """Until something happens, or it is time to look at the mailbox without a ring."""
        if self._ending is None:
            look = asyncio.get_running_loop().call_later(self._patience.look, self._wake.set)
            await self._wake.wait()
            look.cancel()
            self._wake.clear()

    async def _pass(self) -> None:
        """Look at everything once, in this order: what was said, what ended, what comes next."""
        if self._log.broken:
            raise self._log.broken
        await self._commands.take_all()
        for step in (self._agent_start, self._turn_end, self._agent_end, self._tool_end):
            if self._ending is None:
                await step()
        if self._ending is None:
            self._next_turn()
            self._settle()

    async def _agent_start(self) -> None:
        starting = self._conversation.starting
        if starting is None or not starting.done():
            return
        self._conversation.starting = None
        try:
            self._conversation.ready(starting.result(), self._before)
        except WuhuError as error:
            self._end(ExitReason.FAILED, "the agent did not start", error.told_first)

    async def _turn_end(self) -> None:
        turn = self._conversation.turn
        if turn is None or not turn.done():
            return
        if not self._conversation.steering.decided(self._patience.word):
            return
        if not turn.cancelled() and turn.exception() and await self._agent_is_dead():
            return
        await self._commands.take_all()  # a report made in this turn counts before it ends
        reason = self._conversation.finish_turn()
        head = await self._branch.look()
        self._desk.withdraw_all("the turn ended")
        self._log.write(TurnEnded(turn=self._log.view.turn, stop_reason=reason, head=head))
        self._watch.look_now()
        self._boundary = Boundary.TURN_END
        if self._reported:
            self._settle()

    async def _agent_is_dead(self) -> bool:
        """A failed turn may be the agent's death, of which the word comes a moment later."""
        loop = asyncio.get_running_loop()
        give_up = loop.time() + self._patience.death
        while self._conversation.gone is None and loop.time() < give_up:
            self._wake.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(give_up):
                    await self._wake.wait()
        self._wake.set()
        return self._conversation.gone is not None

    async def _agent_end(self) -> None:
        if self._conversation.vanished() and not await self._agent_is_dead():
            # Whatever the adapter waits for, such as a pipe that a tool holds open, we do not.
            self._ear.exited(None, last_words(self._setting.log))
        if self._conversation.gone and self._conversation.starting:
            # Its start ought to fail by itself, or to begin again without the old conversation.
            await asyncio.wait({self._conversation.starting}, timeout=self._patience.close)
        gone, starting = self._conversation.gone, self._conversation.starting
        if gone and not (starting and starting.done()):
            self._end(ExitReason.FAILED, "the agent died", how_it_died(gone.code))

    async def _tool_end(self) -> None:
        tool_ended, self._ear.tool_ended = self._ear.tool_ended, False
        if tool_ended and not self._log.history.tools and self._budget.look():
            await self._pause()
        if not self._budget.holds:
            self._conversation.steering.offer(tool_ended=tool_ended)
        if self._ear.changed_by:
            self._watch.tool_ended(self._ear.changed_by)
            self._ear.changed_by = ""
        if self._ear.commands_ran:
            self._ear.commands_ran = False
            await self._branch.look()

    def _next_turn(self) -> None:
        """Between two turns: whatever waits lands now."""
        if self._conversation.started is None or self._conversation.turn is not None:
            return
        self._desk.pass_on_unread(reported=self._reported_last)
        if self._is_paused():
            return
        busy_alone = self._ear.works_alone
        if self._conversation.begin_turn(self._boundary, busy_alone=busy_alone):
            self._reported = self._ear.works_alone = False
        self._boundary = Boundary.AWAITING_INPUT

    async def _pause(self) -> None:
        """A budget is used up: end the turn, once; its work is taken up again later."""
        if self._paused_turn != self._log.view.turn:
            self._paused_turn = self._log.view.turn
            await self.interrupt("its budget")

    def _is_paused(self) -> bool:
        """Whether no turn may begin; a session that has reported is asked about when it is to go on."""
        nothing_to_do = self._reported_last and not self._log.view.waiting
        return self._budget.holds or (not nothing_to_do and self._budget.look())

    def _go_on(self, question: Question) -> None:
        """The lead gave more: a session that was paused at its work takes it up again."""
        view, turn = self._log.view, self._conversation.turn
        works = turn is not None and self._paused_turn != view.turn
        if view.turn and not works and not self._reported_last:
            self._budget.go_on(question)
        self._wake.set()

    def _ask_lead(self, question: Question) -> None:
        self._desk.open(question)

    @property
    def _reported_last(self) -> bool:
        """Whether nothing was asked of the session since it reported."""
        view = self._log.view
        return self._reported and view.reported_in_turn >= view.turn

    def _desk_changed(self) -> None:
        """A question was asked, or is settled; an answer that nobody fetches is to be passed on."""
        self._settle()
        self._wake.set()

    def _settle(self) -> None:
        """Write the state that what goes on now amounts to."""
        if self._conversation.started is None or self._ending:
            return
        view, in_turn = self._log.view, self._conversation.turn is not None
        reported = self._reported_last
        own = own_question_waits(view.questions, in_turn=in_turn, reported=reported)
        wanted = wanted_state(
            in_turn=in_turn,
            asking=self._desk.asking or own or self._budget.holds,
            reported=reported,
            beside=bool(view.background) or self._ear.works_alone,
        )
        for state in road(self._log.state, wanted):
            works_beside = state is SessionState.WORKING and not in_turn
            self._log.enter(state, BESIDE if works_beside else CAUSES[state])

    def _check_interrupted(self, turn: asyncio.Task[str]) -> None:
        if not turn.done() and not self._ending:
            self._conversation.steering.release()
            text = "the agent was interrupted and goes on all the same; stop it if it should not"
            self._log.write(Noted(text=text, level="warning"))

    def _end(self, reason: ExitReason, cause: str, detail: str) -> None:
        """The first reason to end counts."""
        if self._ending is None:
            self._ending = Ending(reason=reason, cause=cause, detail=detail)
        self._wake.set()
