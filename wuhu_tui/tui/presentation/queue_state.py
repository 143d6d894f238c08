"""How the queue itself stands, and base beside its remote: one row each. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from textual.content import Content

from wuhu_tui.model.board import Board
from wuhu_tui.model.queue_needs import stuck_since
from wuhu_tui.model.remotes import Push, RemoteState
from wuhu_tui.tui.presentation.ages import age
from wuhu_tui.tui.presentation.mail_words import name_of
from wuhu_tui.tui.presentation.queue import Line, Part, ready_count
from wuhu_tui.tui.presentation.rows import MUTED, line


def state_row(board: Board, queue: Line, now: datetime) -> Content:
    """Whether it runs, is paused or stands still, and what of it waits."""
    return Content.assemble(" ", _standing(board, queue, now), (_numbers(queue), MUTED))


def _standing(board: Board, queue: Line, now: datetime) -> Content:
    state = board.queue
    if state.paused_by:
        note = f": {line(state.paused_note)}" if state.paused_note else ""
        told = (
            f"‖ paused by {name_of(board, state.paused_by)} {age(state.paused_at, now)} ago{note}"
        )
        return Content.styled(f"{told} · p resumes", "bold $state-asking")
    since = stuck_since(board, now)
    if since is not None:
        ready = ready_count(queue)
        told = f"✗ stands still for {age(since, now)} with {ready} ready"
        return Content.styled(f"{told} · {_who_works(board)}", "bold $state-failed")
    if queue.of(Part.RUNNING):
        return Content.styled("▶ merging", "bold $state-ready")
    word = "▶ runs" if board.queue.entries else "▶ runs, nothing in line"
    return Content.styled(word, "bold $state-ready")


def _who_works(board: Board) -> str:
    """Why that is, as far as the board tells."""
    if board.project.conductor_pid:
        by = line(board.project.conductor_by) or "another process"
        return f"{by} should work it: h looks, C takes over"
    return "nobody conducts: C takes over"


def _numbers(queue: Line) -> str:
    waiting = queue.of(Part.WAITING)
    held = sum(bool(item.entry and item.entry.held_by) for item in waiting)
    parts = (
        (len(queue.of(Part.RUNNING)), "running"),
        (ready_count(queue), "ready"),
        (len(waiting) - ready_count(queue) - held, "waiting"),
        (held, "held"),
        (len(queue.of(Part.NEEDS)), "for you"),
    )
    told = " · ".join(f"{number} {word}" for number, word in parts if number)
    return f"  {told}" if told else ""


def remote_row(remote: RemoteState | None, now: datetime) -> Content | None:
    """Base beside its remote branch; None where the project has none."""
    if remote is None:
        return None
    text, style = remote_words(remote)
    seen = age(remote.seen_at, now)
    when = f" · seen {seen} ago" if seen else " · never looked at"
    return Content.assemble(" ", (text, style), (when, MUTED))


def remote_words(remote: RemoteState) -> tuple[str, str]:
    """How base stands there, and how loud that is."""
    return next(_remote_words(remote))


def _remote_words(remote: RemoteState) -> Iterator[tuple[str, str]]:
    place = line(remote.place)
    if remote.behind:
        told = f"⚠ {place} moved: {remote.behind} there that are not here"
        missing = f" ({line(remote.missing[0])})" if remote.missing else ""
        yield f"{told}{missing} · B brings them in", "bold $state-failed"
    if remote.refused:
        yield f"✗ {place} refused {remote.refused[:7]}: {line(remote.refusal)}", "$state-failed"
    if remote.trouble:
        yield f"? {place}: could not look: {line(remote.trouble)}", "$text-warning"
    if remote.gh:
        yield f"! {place} is protected, {line(remote.gh)}", "$text-warning"
    if remote.ahead:
        asks = "goes there by pull requests" if remote.protected else "P pushes"
        style = "bold $state-asking" if remote.push is Push.ASK else MUTED
        yield f"⇧ {remote.ahead} ahead of {place} · {asks}", style
    if remote.absent:
        yield f"⇧ {place} is not there yet · P pushes", MUTED
    yield f"✔ {place} has all of it", MUTED
