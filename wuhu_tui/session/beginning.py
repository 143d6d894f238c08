"""How a life begins: what the one before left open is settled on paper before anything starts."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from datetime import datetime

from wuhu_tui.model.events import (
    JournalRepaired,
    MessageUnsure,
    Noted,
    QuestionDetached,
    RunnerStarted,
)
from wuhu_tui.model.messages import TASK, Lane, MessageState
from wuhu_tui.model.states import SessionState
from wuhu_tui.session.briefing_first import opening
from wuhu_tui.session.log import SessionLog
from wuhu_tui.session.mailbox import Mailbox
from wuhu_tui.session.message_queue import MessageQueue
from wuhu_tui.session.turns import state_before_life


def begin(log: SessionLog, queue: MessageQueue, clock: Callable[[], datetime]) -> SessionState:
    """Write this life's first events; returns what the session was before it."""
    Mailbox(log.folder.mailbox).prepare()
    before = state_before_life(log.view.own.state if log.view.own else None)
    log.write(
        RunnerStarted(
            pid=os.getpid(),
            pid_started=clock().timestamp(),
            host=socket.gethostname(),
        )
    )
    _tell_repairs(log)
    cause = "started" if before is SessionState.INSTANTIATED else "resumed"
    log.enter(SessionState.STARTING, cause, before=before)
    _settle_open_ends(log)
    _queue_task(log, queue)
    return before


def _tell_repairs(log: SessionLog) -> None:
    if log.lost_epoch:
        text = (
            f"the journal was empty although this session had {log.lost_epoch} lives before: "
            "what was said in them is gone, its worktree is as it was"
        )
        log.write(Noted(text=text, level="warning"))
    if log.cut:
        log.write(JournalRepaired(cut=log.cut))
    if log.problems:
        count = len(log.problems)
        text = (
            f"{count} unreadable lines of the journal were copied to {log.folder.quarantine.name}"
        )
        log.write(Noted(text=text, level="warning"))


def _settle_open_ends(log: SessionLog) -> None:
    for message in log.view.waiting:
        if message.state is MessageState.OFFERED:
            log.write(MessageUnsure(id=message.id))
    for question in log.view.questions:
        if not question.detached and not question.outlives_turn:
            log.write(QuestionDetached(id=question.id))


def _queue_task(log: SessionLog, queue: MessageQueue) -> None:
    """The task is the first message, once in the session's whole life."""
    task = log.view.spec.task
    if task.strip():
        queue.put(TASK, Lane.SYSTEM, opening(log.folder, log.view.spec, task), "lead")
