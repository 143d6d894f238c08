"""The runner's process around a life: lock, spec, environment, signals."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from wuhu_tui.agents.protocol import Agent, AgentSetting, McpServer
from wuhu_tui.journal.clock import now
from wuhu_tui.journal.forensics import forgive_stderr
from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.journal.lock import FileLock
from wuhu_tui.model.deeds import ORCHESTRATES, SERVER
from wuhu_tui.model.errors import JournalError, WuhuError
from wuhu_tui.model.reviews import Assignment
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.session.conversation import AgentFactory
from wuhu_tui.session.ending import Patience
from wuhu_tui.session.environment import agent_environment, life_name, markers
from wuhu_tui.session.guardian import Guardian
from wuhu_tui.session.life import Life
from wuhu_tui.session.log import SessionLog
from wuhu_tui.session.orphans import ORPHANS
from wuhu_tui.session.worktree_look import WorktreeLook


def run_guarded(
    path: Path,
    *,
    agent_factory: AgentFactory | None,
    guardian: Guardian,
    descriptor: int,
    asked_at: str,
    grace: float,
) -> int:
    """Take the session's lock and live; without the lock there is nothing to do."""
    forgive_stderr()
    folder = SessionFolder(path)
    lock = FileLock(folder.lock)
    try:
        spec = read_spec(folder)
        if not lock.acquire():
            _say(descriptor, "busy")
            return 0
        log = SessionLog.open(folder, spec, environment=_own(spec, folder, 0))
    except WuhuError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    ORPHANS.adopt()
    guardian.watch(life_name(folder, log.epoch))
    _say(descriptor, "ready")
    moment = datetime.fromisoformat(asked_at) if asked_at else now()
    setting = setting_of(spec, folder, log.epoch)
    patience = Patience(grace=grace)
    asyncio.run(
        _live(log, setting, agent_factory or _adapter, moment, patience, judges=spec.judges)
    )
    lock.release()
    return 1 if log.broken else 0


def read_spec(folder: SessionFolder) -> SessionSpec:
    """What the session is.

    Raises:
        JournalError: there is no readable spec.
    """
    try:
        return msgspec.json.decode(folder.spec.read_bytes(), type=SessionSpec)
    except (OSError, msgspec.DecodeError) as error:
        raise JournalError(
            f"cannot read the session's spec: {error}",
            where=str(folder.spec),
            remedy="instantiate the session anew: wuhu instantiate",
        ) from error


def setting_of(spec: SessionSpec, folder: SessionFolder, epoch: int) -> AgentSetting:
    """Where and with what the session's agent runs."""
    return AgentSetting(
        launch=spec.agent,
        worktree=Path(spec.worktree),
        environment=_own(spec, folder, epoch),
        log=folder.agent_log,
        mcp_servers=own_servers(spec, folder, epoch) if spec.agent.quirks.mcp else (),
        scope=spec.scope,
    )


def own_servers(spec: SessionSpec, folder: SessionFolder, epoch: int) -> tuple[McpServer, ...]:
    """The worker's tools; a session that directs others has those for that beside them."""
    worker = worker_tools(folder, epoch)
    return (worker, orchestrator_tools(folder, epoch)) if spec.role in ORCHESTRATES else (worker,)


def orchestrator_tools(folder: SessionFolder, epoch: int) -> McpServer:
    """The server of the lead's verbs; who calls them is this session."""
    return McpServer(
        name=SERVER,
        command=(sys.executable, "-P", "-m", "wuhu_tui.mcp.orchestrator"),
        environment=markers(folder, epoch),
    )


def worker_tools(folder: SessionFolder, epoch: int) -> McpServer:
    """The server of wuhu's own tools; it belongs to this life, whoever starts it."""
    return McpServer(
        name="wuhu",
        command=(sys.executable, "-P", "-m", "wuhu_tui.mcp.worker"),
        environment=markers(folder, epoch),
    )


async def _live(
    log: SessionLog,
    setting: AgentSetting,
    factory: AgentFactory,
    asked_at: datetime,
    patience: Patience,
    *,
    judges: Assignment | None,
) -> None:
    look = WorktreeLook(log, setting.worktree)
    life = Life(
        log,
        setting,
        factory,
        asked_at=asked_at,
        patience=patience,
        judges=judges,
        look=look,
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, life.stop, signal.Signals(number).name, "")
    burying = asyncio.create_task(ORPHANS.bury())
    await life.live()
    look.close()
    burying.cancel()


def _own(spec: SessionSpec, folder: SessionFolder, epoch: int) -> dict[str, str]:
    return agent_environment(spec, folder, epoch, os.environ)


def _adapter(setting: AgentSetting) -> Agent:
    """Imported only when an agent starts: adapters are heavy."""
    from wuhu_tui.agents.adapters import adapter_for

    return adapter_for(setting)


def _say(descriptor: int, word: str) -> None:
    if descriptor >= 0:
        with suppress(BrokenPipeError):  # whoever asked for us may be gone
            os.write(descriptor, word.encode())
        os.close(descriptor)
