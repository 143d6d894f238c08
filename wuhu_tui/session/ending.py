"""How a life ends: the turn, the agent, every process below it, and the last words on paper."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import datetime
from pathlib import Path

from wuhu_tui.model.events import Noted, RunnerEnded, TurnEnded
from wuhu_tui.model.reports import Exit, ExitReason
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import Value
from wuhu_tui.session.branch import Branch
from wuhu_tui.session.commands import Commands
from wuhu_tui.session.conversation import Conversation
from wuhu_tui.session.desk import QuestionDesk
from wuhu_tui.session.environment import life_name
from wuhu_tui.session.log import SessionLog
from wuhu_tui.session.orphans import ORPHANS
from wuhu_tui.session.processes import Belonging, ProcessTree, lives_of
from wuhu_tui.session.worktree_watch import WorktreeWatch

LAST_WORDS = 4000
"""Bytes of an agent's stderr that are kept as its last words."""


class Patience(Value, frozen=True):
    """How long a life waits, in seconds."""

    grace: float = 3.0
    """For a turn to end after a stop or an interrupt."""
    close: float = 5.0
    """For the agent to close by itself."""
    death: float = 1.0
    """For news of the agent's death after a turn failed."""
    word: float = 1.0
    """For the agent's word on messages it was handed, after their turn."""
    look: float = 2.0
    """Between two looks at the mailbox when no bell rings."""
    tree: float = 5.0
    """For the last look at the worktree."""


PATIENCE = Patience()
"""What holds unless somebody says otherwise."""


class Ending(Value, frozen=True):
    """Why a life ends; `cause` goes with the state, `detail` with the exit."""

    reason: ExitReason
    cause: str
    detail: str = ""


STATES = {
    ExitReason.STOPPED: SessionState.STOPPED,
    ExitReason.HIBERNATED: SessionState.HIBERNATED,
    ExitReason.FAILED: SessionState.FAILED,
}


async def end(
    ending: Ending,
    *,
    log: SessionLog,
    conversation: Conversation,
    desk: QuestionDesk,
    branch: Branch,
    commands: Commands,
    watch: WorktreeWatch,
    patience: Patience,
) -> Exit:
    """Carry the ending out; the state is written when nothing of the life runs any more."""
    log.raises = False
    this_life = frozenset({life_name(log.folder, log.epoch)})
    tree = ProcessTree(Belonging(log.folder.path, this_life, ORPHANS.adopter))
    if conversation.agent is not None:
        await asyncio.to_thread(tree.look)
    if ending.reason is not ExitReason.FAILED:
        await _end_turn(log, conversation, desk, branch, patience)
    desk.detach_all()
    await conversation.close(patience.close)
    if conversation.agent is not None:
        await _end_processes(log, tree)
    await watch.finish(patience.tree)
    conversation.unsure_offered()
    conversation.tell_exit(expected=conversation.started is not None)
    await _take_what_came(log, commands)
    desk.close()
    return _last_words(ending, log, conversation)


async def end_older_lives(log: SessionLog) -> None:
    """Nothing of a life that ended without a last word may work beside this one."""
    older = await asyncio.to_thread(lives_of, log.folder.path)
    older -= {life_name(log.folder, log.epoch)}
    if older:
        await _end_processes(log, ProcessTree(Belonging(log.folder.path, older)))


async def end_commands(log: SessionLog, since: datetime) -> None:
    """End what interrupted commands began; some agents let it run on."""
    this_life = Belonging(log.folder.path, frozenset({life_name(log.folder, log.epoch)}))
    tree = ProcessTree(this_life, since=since.timestamp(), spare=log.view.agent_pid)
    await _end_processes(log, tree)


def how_it_died(code: int | None) -> str:
    """An exit code in words."""
    if code is None:
        return "its process is gone"
    if code < 0:
        return f"ended by {_signal_name(-code)}"
    return f"it ended by itself with exit code {code}"


def last_words(log: Path) -> str:
    """The tail of what an agent wrote to stderr."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - LAST_WORDS))
            return file.read().decode(errors="replace").strip()
    except OSError:
        return ""


async def _end_turn(
    log: SessionLog,
    conversation: Conversation,
    desk: QuestionDesk,
    branch: Branch,
    patience: Patience,
) -> None:
    """Interrupt a running turn and give it its grace; open questions outlive it."""
    turn = conversation.turn
    if turn is None:
        return
    if not turn.done():
        await conversation.interrupt(patience.grace)
        desk.detach_all()
        await asyncio.wait({turn}, timeout=patience.grace)
    if conversation.gone is None:
        reason = conversation.finish_turn() if turn.done() else "stopped"
        head = await branch.look()
        log.write(TurnEnded(turn=log.view.turn, stop_reason=reason, head=head))


async def _take_what_came(log: SessionLog, commands: Commands) -> None:
    """Messages that came meanwhile wait where the lead can see them."""
    try:
        await commands.take_all()
    except Exception as error:  # noqa: BLE001 - the last words must be written all the same
        text = f"the mailbox could not be emptied: {type(error).__name__}: {error}"
        log.write(Noted(text=text, level="error"))


async def _end_processes(log: SessionLog, tree: ProcessTree) -> None:
    for process in await asyncio.to_thread(tree.end):
        text = f"process {process.pid} of this session would not die; end it by hand"
        log.write(Noted(text=text, level="error"))


def _last_words(ending: Ending, log: SessionLog, conversation: Conversation) -> Exit:
    gone = conversation.gone
    exit_ = Exit(
        reason=ending.reason,
        detail=ending.detail or ending.cause,
        code=gone.code if gone else None,
        last_words=gone.last_words if gone else "",
    )
    log.enter(STATES[ending.reason], ending.cause)
    log.write(RunnerEnded(exit=exit_))
    log.close()
    return exit_


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
