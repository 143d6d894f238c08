"""What the queue's dialogs tell before something is done: facts, not "are you sure?". Pure."""

from __future__ import annotations

from datetime import datetime

from wuhu_tui.model.board import Board
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.quantities import counted
from wuhu_tui.model.remotes import RemoteState
from wuhu_tui.tui.presentation.ages import age
from wuhu_tui.tui.presentation.facts import Facts
from wuhu_tui.tui.presentation.mail_words import name_of
from wuhu_tui.tui.presentation.queue import Item, Line, Part
from wuhu_tui.tui.presentation.rows import line

_NAMED = 5
"""Sessions that are named; the others are counted."""


def drop_facts(item: Item, board: Board, now: datetime) -> Facts:
    """What leaves the line, and what stays."""
    review, entry = item.view.review, item.entry
    waited = f"{item.place} of {item.count}"
    if entry is not None:
        waited += f", for {age(entry.at, now)}, put there by {name_of(board, entry.by)}"
    change = (
        f"{counted(review.files, 'file')}, +{review.added} −{review.removed}, {review.head[:10]}"
        if review
        else "not known"
    )
    return Facts(
        title=f"Drop {line(item.view.spec.shown_name)} from the line",
        facts=(
            ("place", waited),
            ("change", change),
            ("waits", item.why or "for nothing: it is ready"),
            ("then", "nothing of it lands; branch and approval stay, m puts it in line again"),
        ),
        act="drop",
    )


def pause_facts(queue: Line) -> Facts:
    """What a pause keeps waiting, and what goes on."""
    running = [item.view.spec.shown_name for item in queue.of(Part.RUNNING)]
    waiting = [item.view.spec.shown_name for item in queue.of(Part.WAITING)]
    return Facts(
        title="Pause the merge queue",
        facts=(
            ("goes on", _named(running) or "nothing: no merge runs"),
            ("waits", _named(waiting) or "nothing stands in line"),
            ("until", "p resumes it; it stays paused over a restart"),
        ),
        act="pause",
    )


def push_facts(remote: RemoteState, board: Board) -> Facts:
    """What becomes public, and that it cannot be taken back by a key."""
    landed = _landed_since(remote, board)
    warnings = ["What is pushed is seen by others; z does not take it back from there."]
    if remote.refused:
        warnings.append(f"It refused {remote.refused[:7]} before: {remote.refusal}")
    if remote.trouble:
        warnings.append(f"Could not look last time: {remote.trouble}")
    return Facts(
        title=f"Push {line(remote.base)} to {line(remote.place)}",
        facts=(
            ("pushes", _commits(remote)),
            ("from", remote.local[:10] or "base as it is"),
            ("onto", remote.remote[:10] or "nothing there yet"),
            *((("brings", _named(landed)),) if landed else ()),
        ),
        warnings=tuple(map(line, warnings)),
        act="push",
        danger=True,
    )


def _landed_since(remote: RemoteState, board: Board) -> list[str]:
    """The sessions whose merges the remote has not; none where it stands at no known merge."""
    landed = [
        (view.given.since, view.merge, view.spec.shown_name)
        for view in board.sessions.values()
        if view.merge and view.merge.outcome is MergeOutcome.MERGED
    ]
    there = [at for at, merge, _ in landed if merge.result == remote.remote]
    if not there and not remote.absent:
        return []
    return [name for at, _, name in sorted(landed, key=lambda one: one[0]) if [at] > there]


def _commits(remote: RemoteState) -> str:
    if not remote.ahead:
        return "all of it" if remote.absent else "what is there is not known"
    return f"{remote.ahead} commit{'s' * (remote.ahead != 1)}, never by force"


def _named(names: list[str]) -> str:
    more = len(names) - _NAMED
    told = ", ".join(line(name) for name in names[:_NAMED])
    return f"{told} and {more} more" if more > 0 else told
