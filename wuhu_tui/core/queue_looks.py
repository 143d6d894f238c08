"""Looks at the repository whether a queued merge could begin: what the board alone cannot say."""

from __future__ import annotations

from datetime import timedelta

from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.core.remotes import AGAIN, merge_delay
from wuhu_tui.core.scribe import base_of
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import GitError
from wuhu_tui.model.merge_queue import QueuedMerge
from wuhu_tui.model.queue_events import MergeDelayed
from wuhu_tui.model.queue_words import SHORT
from wuhu_tui.repo.landing import blocked_base
from wuhu_tui.repo.refs import commit_exists, required_tip

BREATH = timedelta(seconds=5)
"""How long an entry rests that could not go on although nothing that is seen is in its way."""

PATIENCE = timedelta(minutes=10)
"""How long an entry waits for base to move before it is tried on a red base again."""


def red_base(check: str, base: str, tip: str) -> str:
    """The words for a check that is red on base itself, which is nobody's fault."""
    return f"check {check} {_red_on(base, tip)}"


def _red_on(base: str, tip: str) -> str:
    return f"is red on {base} at {tip[:SHORT]} itself"


async def look_again(port: ProjectPort, view: SessionView, entry: QueuedMerge) -> str:
    """Why the entry cannot begin now; empty: it can. Written down when it changes."""
    try:
        delay = await _delay(port, view, entry)
    except GitError as error:
        delay = str(error)
    if delay != entry.delay:
        await port.append(MergeDelayed(session=entry.session, reason=delay))
    return delay


async def _delay(port: ProjectPort, view: SessionView, entry: QueuedMerge) -> str:
    base = base_of(port, view)
    blocked = await blocked_base(port.repository, base, await _last_result(port, view, entry))
    if blocked:
        return blocked
    remote = await merge_delay(port, base, within=AGAIN)
    return remote or await _unseen(port, base, entry)


async def _last_result(port: ProjectPort, view: SessionView, entry: QueuedMerge) -> str:
    """What the last try would have brought to base: files may lie in its way."""
    merge = view.merge
    if not entry.delay or merge is None or merge.head != entry.head or not merge.result:
        return ""
    return merge.result if await commit_exists(port.repository.git, merge.result) else ""


async def _unseen(port: ProjectPort, base: str, entry: QueuedMerge) -> str:
    """The reason found before, while it may still be so."""
    if not entry.delay:
        return ""
    age = port.clock() - entry.delayed_at
    tip = await required_tip(port.repository.git, base)
    if _red_on(base, tip) in entry.delay and age < PATIENCE:
        return entry.delay
    return entry.delay if age < BREATH else ""
