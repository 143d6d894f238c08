"""One item of the queue whole: its steps, its checks with what they print, why it waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from textual.content import Content

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.collision_words import collisions_of
from wuhu_tui.model.merges import Merge, MergeOutcome, MergeStep
from wuhu_tui.model.quantities import counted
from wuhu_tui.model.reviews import Check, CheckState
from wuhu_tui.tui.presentation.ages import age
from wuhu_tui.tui.presentation.collisions import collision_rows, unseen_rows
from wuhu_tui.tui.presentation.mail_words import name_of
from wuhu_tui.tui.presentation.queue import Item, Line, Part, places, why_waits
from wuhu_tui.tui.presentation.queue_words import (
    CHECK_SIGNS,
    STEP_NAMES,
    current_step,
    first_line,
    landed_words,
    says,
    sign,
    stack_words,
)
from wuhu_tui.tui.presentation.rows import MUTED, line, spread, wrapped
from wuhu_tui.tui.safe import safe_text

Fact = tuple[str, str, str]
"""Name, value, style."""

_TAIL = 14
"""Lines of a check's output that are shown."""

_PRINTED = 4_000
"""Characters of a check's output that its lines are made of."""


@dataclass(frozen=True)
class Sight:
    """What the facts are drawn for."""

    board: Board
    queue: Line
    now: datetime
    width: int
    printed: Callable[[str, str], str]
    """What a running check of a session printed so far."""


def item_facts(item: Item, sight: Sight) -> Content:
    """Everything known of one item."""
    blocks = (
        _told(item, sight),
        _steps(item, sight),
        _stack(item, sight),
        _checks(item, sight),
        _conflicts(item, sight),
        _detail(item, sight),
        _radar(item, sight),
    )
    shown = [Content("\n").join(rows) for rows in map(list, blocks) if rows]
    return Content("\n\n").join(shown)


def _told(item: Item, sight: Sight) -> Iterator[Content]:
    name = line(item.view.spec.shown_name)
    base = line(item.merge.base_branch if item.merge else item.view.spec.base_branch)
    yield Content.assemble((name, "bold"), (f" into {base}", MUTED)).truncate(
        sight.width, ellipsis=True
    )
    for what, value, style in _facts(item, sight):
        for place, part in enumerate(wrapped(value, sight.width - 11, 3, style)):
            yield Content.assemble((f"{'' if place else what:>9}  ", MUTED), part)


def _facts(item: Item, sight: Sight) -> Iterator[Fact]:
    symbol, word, style = sign(item)
    yield "stands", f"{symbol} {word}", style
    if reason := says(item):
        yield "because" if item.part is Part.NEEDS else "", reason, ""
    yield from _place(item, sight)
    review = item.view.review
    if review is not None:
        yield "change", f"{counted(review.files, 'file')}, +{review.added} −{review.removed}", ""
        yield "commit", review.head[:10], ""
    if review is not None and review.verdict is not None:
        verdict = review.verdict
        when = f"{age(verdict.at, sight.now)} ago"
        judged = verdict.kind.value.replace("_", " ")
        yield "verdict", f"{judged} by {name_of(sight.board, verdict.by)} {when}", ""
    if item.merge is not None:
        yield from _landing(item.merge)


def _place(item: Item, sight: Sight) -> Iterator[Fact]:
    entry = item.entry
    if entry is None:
        return
    if item.place:
        yield "place", f"{item.place} of {item.count}", ""
    yield "in line", f"{age(entry.at, sight.now)}, by {name_of(sight.board, entry.by)}", ""
    if entry.held_by:
        note = f": {entry.held_note}" if entry.held_note else ""
        yield "held", f"by {name_of(sight.board, entry.held_by)}{note}", "$text-warning"
    if entry.delay:
        yield "delayed", f"{entry.delay} ({age(entry.delayed_at, sight.now)} ago)", "$text-warning"


def _landing(merge: Merge) -> Iterator[Fact]:
    yield "how", merge.manner.value, ""
    if merge.outcome is MergeOutcome.MERGED:
        yield "landed", landed_words(merge), "$state-ready"
        yield "undo", "z takes it back", MUTED
    if merge.pull_request:
        yield "request", merge.pull_request, ""
    if merge.remembered:
        files = ", ".join(merge.remembered)
        yield "settled", f"as once before: {files}", "$text-warning"


def _steps(item: Item, sight: Sight) -> Iterator[Content]:
    merge = item.merge
    if merge is None or item.part is not Part.RUNNING:
        return
    now = current_step(merge)
    yield Content.styled("STEPS", f"bold {MUTED}")
    parts = [_step(step, done=step in merge.done, now=step is now) for step in MergeStep]
    while parts:
        shown = spread(sight.width, parts) if parts[0].cell_length <= sight.width else parts[0]
        yield shown
        parts = parts[max(1, _held_by(shown, parts)) :]


def _held_by(shown: Content, parts: list[Content]) -> int:
    """How many of the parts a row took."""
    return sum(part.plain in shown.plain for part in parts)


def _step(step: MergeStep, *, done: bool, now: bool) -> Content:
    if done:
        return Content.assemble(("✔ ", "$state-ready"), STEP_NAMES[step])
    if now:
        return Content.styled(f"▸ {STEP_NAMES[step]}", "bold $state-working")
    return Content.styled(f"○ {STEP_NAMES[step]}", MUTED)


def _stack(item: Item, sight: Sight) -> Iterator[Content]:
    if not item.batch:
        return
    members = [one for one in sight.queue.of(Part.RUNNING) if one.batch == item.batch]
    if len(members) == 1:
        return
    yield from wrapped(stack_words(members), sight.width, 2, f"bold {MUTED}")
    for member in members:
        symbol, word, style = sign(member)
        name = line(member.view.spec.shown_name)
        told = Content.assemble((f"{symbol} ", style), name, (f"  {word}", MUTED))
        yield told.truncate(sight.width, ellipsis=True)


def _checks(item: Item, sight: Sight) -> Iterator[Content]:
    merge = item.merge
    if merge is None or not merge.checks:
        return
    where = "ON THE MERGED TREE" if item.part is Part.RUNNING else "AS THEY RAN THERE"
    yield Content.styled(f"CHECKS {where}", f"bold {MUTED}")
    for check in merge.checks:
        yield from _check(item.view.id, check, sight)


def _check(session: str, check: Check, sight: Sight) -> Iterator[Content]:
    symbol, word, style = CHECK_SIGNS[check.state]
    took = f" · {check.seconds:.1f}s" if check.state is not CheckState.RUNNING else ""
    code = f" · exit {check.exit_code}" if check.exit_code else ""
    name = line(check.name)
    yield Content.assemble((f"{symbol} ", style), (name, "bold"), (f" {word}{code}{took}", MUTED))
    text = "" if check.state is CheckState.PASSED else check.output
    if check.state is CheckState.RUNNING:
        text = sight.printed(session, check.name)
    yield from output_rows(text, sight.width)


def output_rows(text: str, width: int, most: int = _TAIL) -> Iterator[Content]:
    """The last lines of what a program printed."""
    lines = [part for part in safe_text(text[-_PRINTED:]).splitlines() if part.strip()]
    for part in lines[-most:]:
        yield Content(f"  {part}").truncate(max(1, width), ellipsis=True)


def _conflicts(item: Item, sight: Sight) -> Iterator[Content]:
    merge = item.merge
    if merge is None or merge.outcome is not MergeOutcome.CONFLICT:
        return
    yield Content.styled("IN THE WAY", "bold $state-failed")
    base = line(merge.base_branch)
    mine = line(item.view.spec.shown_name)
    for one in merge.conflicts:
        kind = f" ({line(one.kind)})" if one.kind != "content" else ""
        yield Content.assemble((line(one.path), "bold"), (kind, MUTED)).truncate(
            sight.width, ellipsis=True
        )
        for who, commits in ((base, one.base_side), (mine, one.session_side)):
            for commit in commits[:2]:
                yield from _side(who, commit, sight.width)
    if not merge.conflicts:
        yield from wrapped(", ".join(merge.files), sight.width, 4)
    yield Content.styled("S settles it: send back, a fix session, your editor", MUTED).truncate(
        sight.width, ellipsis=True
    )


def _side(who: str, commit: str, width: int) -> Iterator[Content]:
    for part in wrapped(f"{who}: {commit}", width - 2, 2, MUTED):
        yield Content.assemble("  ", part)


def _detail(item: Item, sight: Sight) -> Iterator[Content]:
    """What the merge said at its end, where it is more than one line."""
    merge = item.merge
    if merge is None or not merge.detail or item.part is Part.RUNNING:
        return
    if item.part is Part.LANDED or "\n" in merge.detail.strip():
        yield Content.styled("WHAT HAPPENED", f"bold {MUTED}")
        yield from wrapped(first_line(merge.detail), sight.width, 4)
        rest = merge.detail.strip().partition("\n")[2]
        yield from output_rows(rest, sight.width)


def _radar(item: Item, sight: Sight) -> Iterator[Content]:
    if item.part is Part.LANDED:
        return
    found = collisions_of(sight.board, item.view.id)
    if found:
        yield Content.styled("COLLIDES WITH", f"bold {MUTED}")
    for one in found[:4]:
        yield from collision_rows(sight.board, one, item.view.id, sight.now, sight.width, most=2)


def nothing_facts(sight: Sight) -> Content:
    """What brings work here, where there is none."""
    base = line(sight.board.project.base_branch) or "base"
    text = (
        f"Nothing is on its way to {base}.",
        "What you approve (y) is put in line by m; the line merges it onto the tip of "
        f"{base}, runs the project's checks on the merged tree, and only then moves {base}.",
        "What landed can be taken back here with z.",
    )
    rows = [row for part in text for row in (*wrapped(part, sight.width, 6, MUTED), Content(""))]
    return Content("\n").join(rows)


def way_rows(board: Board, view: SessionView, now: datetime, width: int) -> list[Content]:
    """Where a session stands in line, and what it collides with: for the column of its facts."""
    rows: list[Content] = []
    entry = board.queue.entry(view.id)
    if entry is not None:
        why, place = why_waits(board, entry), places(board).get(view.id)
        told = f"place {place} in line" if place else "in line"
        told += f": {why}" if why else ": ready" if place else ": being merged"
        rows += wrapped(told, width, 3, "$state-ready")
    for one in collisions_of(board, view.id)[:3]:
        rows += collision_rows(board, one, view.id, now, width, most=2)
    return [*rows, *unseen_rows(board, view.id, width)]
