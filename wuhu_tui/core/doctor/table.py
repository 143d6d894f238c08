"""All checks, in the order their words are shown."""

from __future__ import annotations

from wuhu_tui.core.doctor.agents import AGENTS
from wuhu_tui.core.doctor.check import Check
from wuhu_tui.core.doctor.conductor import CONDUCTOR
from wuhu_tui.core.doctor.guards import GUARDS, WORKER_COMMAND, WORKER_TOOLS
from wuhu_tui.core.doctor.journals import CLOCKS, JOURNALS
from wuhu_tui.core.doctor.letters import LETTERS
from wuhu_tui.core.doctor.locks import LOCKS
from wuhu_tui.core.doctor.machine import DISK, MEMORY, SIZES
from wuhu_tui.core.doctor.processes import PROCESSES
from wuhu_tui.core.doctor.pulls import PULLS
from wuhu_tui.core.doctor.queue import QUEUE
from wuhu_tui.core.doctor.remote import REMOTE
from wuhu_tui.core.doctor.repository import GIT_ITSELF, REPOSITORY
from wuhu_tui.core.doctor.sessions import MESSAGES, SESSIONS
from wuhu_tui.core.doctor.settings import POLICIES, SETTINGS
from wuhu_tui.core.doctor.waits import KEPT_RESCUES, LOST_JOBS, OPEN_JOINS, TOLD_CHANNELS
from wuhu_tui.core.doctor.worktrees import BRANCHES_OF_SESSIONS, STRAYS, WORKTREES

CHECKS: tuple[Check, ...] = (
    LETTERS,
    SESSIONS,
    MESSAGES,
    CONDUCTOR,
    LOCKS,
    PROCESSES,
    QUEUE,
    LOST_JOBS,
    OPEN_JOINS,
    TOLD_CHANNELS,
    JOURNALS,
    CLOCKS,
    WORKTREES,
    STRAYS,
    BRANCHES_OF_SESSIONS,
    KEPT_RESCUES,
    PULLS,
    REMOTE,
    GIT_ITSELF,
    REPOSITORY,
    SETTINGS,
    POLICIES,
    WORKER_COMMAND,
    WORKER_TOOLS,
    GUARDS,
    AGENTS,
    DISK,
    SIZES,
    MEMORY,
)
