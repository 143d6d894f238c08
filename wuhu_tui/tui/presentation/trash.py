"""The trash in words: what was kept, where its work is now, and what bringing it back does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.rescue_words import holds, short_ref, stands
from wuhu_tui.model.rescues import Rescue
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.undoing import Act, ActKind
from wuhu_tui.tui.presentation.ages import age
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.facts import Facts
from wuhu_tui.tui.presentation.rows import MUTED, line, row


def rescue_entries(kept: Sequence[Rescue], now: datetime, width: int) -> tuple[Entry, ...]:
    """Two rows a rescue: whose and how old, then what it holds and why."""
    return tuple(Entry(one.ref, _rows(one, now, width)) for one in kept)


def _rows(rescue: Rescue, now: datetime, width: int) -> tuple[Content, ...]:
    where = stands(rescue)
    style = "bold $text-warning" if where == "only here" else MUTED
    head = Content.assemble((line(rescue.session), "bold"), (f"  {age(rescue.at, now)} ago", MUTED))
    below = Content.styled(f"  {holds(rescue)} · {line(rescue.reason)}", MUTED)
    return row(width, head, Content.styled(line(where), style)), row(width, below)


def rescue_facts(rescue: Rescue, now: datetime) -> tuple[tuple[str, str], ...]:
    """Everything known of one rescue, by name."""
    staged = "as it was staged" if rescue.staged else ""
    facts = [
        ("holds", holds(rescue)),
        ("staged", staged),
        ("half-done", f"a {rescue.operation}" if rescue.operation else ""),
        ("stood on", f"{line(rescue.branch)} {rescue.head[:10]}".strip()),
        ("why", f"{line(rescue.reason)}, by {line(rescue.by)}, {age(rescue.at, now)} ago"),
        ("not in it", "; ".join(map(line, rescue.left_out))),
        ("now", line(stands(rescue))),
    ]
    return tuple((name, value) for name, value in facts if value)


def restore_facts(rescue: Rescue, board: Board, now: datetime) -> Facts:
    """What bringing a rescue back does."""
    view = board.session(rescue.session)
    known = view is not None and bool(view.spec.project)
    into = f"the worktree of {line(rescue.session)}" if known else "a new branch of its own"
    return Facts(
        title=f"Bring back {line(short_ref(rescue.ref))}",
        facts=(
            *rescue_facts(rescue, now),
            ("into", into),
            *_board_fact(view),
            ("then", "nothing is overwritten; the rescue stays in the trash"),
        ),
        act="bring back",
    )


def _board_fact(view: SessionView | None) -> tuple[tuple[str, str], ...]:
    if view is None or view.state is not SessionState.ARCHIVED:
        return ()
    return (("board", "the session comes back on it; R resumes it"),)


def forget_facts(rescue: Rescue, now: datetime) -> Facts:
    """What is gone when a rescue is."""
    return Facts(
        title=f"Forget {line(short_ref(rescue.ref))}",
        facts=rescue_facts(rescue, now),
        warnings=("Nothing else holds it: it cannot be brought back then.",),
        act="forget",
        danger=True,
    )


def return_facts(act: Act, board: Board, now: datetime) -> Facts:
    """What is taken back of an archived session, or of work that was removed."""
    if act.kind is ActKind.REMOVED and act.rescue is not None:
        return restore_facts(act.rescue, board, now)
    view = board.session(act.session)
    name = line(view.spec.shown_name) if view else line(act.session)
    kept = rescue_facts(act.rescue, now) if act.rescue else (("holds", "all was committed"),)
    return Facts(
        title=f"Bring back {name}",
        facts=(
            ("archived", f"{age(act.at, now)} ago"),
            *kept,
            ("then", "it is on the board again, with branch and worktree; R resumes it"),
        ),
        act="bring back",
    )
