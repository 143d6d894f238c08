"""The header: how many stand where, in the widest form that fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from textual.content import Content

from wuhu_tui.model.board import Board, ProjectView, SessionView
from wuhu_tui.model.letters import LetterState
from wuhu_tui.model.queue_needs import stuck_since
from wuhu_tui.model.reports import Usage
from wuhu_tui.tui.presentation.attention import Alive, AnyNeed, look, shown
from wuhu_tui.tui.presentation.kinds import COLOURS, SYMBOLS, Group, Kind
from wuhu_tui.tui.presentation.rows import MUTED, line
from wuhu_tui.tui.presentation.usage import money_or_tokens, usage_words


@dataclass(frozen=True)
class Counts:
    """The header's numbers."""

    kinds: Counter[Kind]
    usage: Usage
    dead: int = 0
    """Letters that did not arrive and lie before the lead."""
    all_dead: bool = True
    """Whether every one of them is dead, none merely taken by nobody."""
    stuck: bool = False
    """Whether the merge queue stands still although something is ready."""
    paused: bool = False
    """Whether somebody stopped the merge queue while something stands in line."""


_ORDER: tuple[tuple[Kind, str, tuple[Kind, ...]], ...] = (
    (Kind.WORKING, "working", (Kind.WORKING,)),
    (Kind.ASKING, "asking", (Kind.ASKING,)),
    (Kind.NO_REPORT, "no report", (Kind.NO_REPORT,)),
    (Kind.NO_COMMITS, "no commits", (Kind.NO_COMMITS,)),
    (Kind.FAILED, "failed", (Kind.FAILED, Kind.LOST)),
    (Kind.CONFLICT, "conflict", (Kind.CONFLICT,)),
    (Kind.UNMERGED, "not merged", (Kind.UNMERGED,)),
    (Kind.REVIEW, "review", (Kind.REVIEW,)),
    (Kind.READY, "ready", (Kind.READY,)),
    (Kind.QUEUED, "in line", (Kind.QUEUED,)),
    (Kind.MERGING, "merging", (Kind.MERGING,)),
)


_ALL = frozenset(Kind)
_NEEDING = frozenset(
    {Kind.ASKING, Kind.NO_REPORT, Kind.NO_COMMITS, Kind.FAILED, Kind.CONFLICT, Kind.UNMERGED}
)


class Room(Enum):
    """How much room the header's left side has."""

    WIDE = 3
    MEDIUM = 2
    NARROW = 1


_FORMS: tuple[tuple[frozenset[Kind], Room], ...] = (
    (_ALL, Room.WIDE),
    (_ALL, Room.MEDIUM),
    (_NEEDING, Room.WIDE),
    (_NEEDING, Room.MEDIUM),
    (frozenset(), Room.MEDIUM),
    (frozenset(), Room.NARROW),
)
"""From the widest to the narrowest: which counts have words, and how the left side is told."""


def count(board: Board, alive: Alive, now: datetime) -> Counts:
    """Count the board."""
    views = shown(board)
    looks = [look(view, alive(view.id), now, board.queue) for view in views]
    loud = [letter for letter in board.letters.values() if letter.is_loud]
    return Counts(
        kinds=Counter(seen.kind for seen in looks),
        usage=_used(views),
        dead=len(loud),
        all_dead=all(letter.state is LetterState.DEAD for letter in loud),
        stuck=stuck_since(board, now) is not None,
        paused=bool(board.queue.paused_by and board.queue.entries),
    )


def _used(views: list[SessionView]) -> Usage:
    """What the sessions on the board used together."""
    return Usage(
        input_tokens=sum(view.usage.input_tokens for view in views),
        output_tokens=sum(view.usage.output_tokens for view in views),
        cost=sum(view.usage.cost for view in views),
    )


def terminal_title(board: Board, found: Sequence[AnyNeed]) -> str:
    """What a terminal's tab says: how many wait for the lead, how many to be judged, then where."""
    urgent = sum(need.look.group is Group.NEEDS_YOU for need in found)
    rest = len(found) - urgent
    needs = f"{urgent} need{'s' * (urgent == 1)} you" if urgent else ""
    review = f"{rest} to review" if rest else ""
    return " · ".join(filter(None, ("wuhu", needs, review, line(board.project.name))))


def header(board: Board, counts: Counts, conducting: bool, width: int) -> Content:
    """One row: project at the left, counts at the right; words go before symbols do.

    What did not arrive stands where nothing ever cuts it off.
    """
    for words, room in _FORMS:
        told = "" if conducting else conductor_words(board.project, room)
        left = _left(board, counts, told, wide=room is Room.WIDE, words=bool(words))
        right = _right(counts, words)
        if left.cell_length + right.cell_length + 2 <= width:
            break
    if counts.dead and left.cell_length > width:
        left = Content.assemble(_dead(counts, words=False), left)
    gap = max(1, width - left.cell_length - right.cell_length)
    return Content.assemble(left, " " * gap, right).truncate(width, pad=True)


def _dead(counts: Counts, *, words: bool) -> Content:
    """How many letters did not arrive."""
    if not counts.dead:
        return Content("")
    word = ("dead" if counts.all_dead else "undelivered") if words else ""
    text = " ".join(filter(None, (SYMBOLS[Kind.LETTER], str(counts.dead), word)))
    return Content.styled(f"{text} ", f"bold {COLOURS[Kind.LETTER]}")


def _left(board: Board, counts: Counts, conductor: str, *, wide: bool, words: bool) -> Content:
    project = board.project
    parts: list[Content | str | tuple[str, str]] = [(" wuhu ", "bold $accent")]
    parts.append(_dead(counts, words=words))
    if wide:
        parts += [" ", (line(project.name), "bold"), (f"  {line(project.base_branch)}", MUTED)]
    else:
        parts += [(line(project.name), "bold")]
    if conductor:
        parts.append((f"  {conductor}" if wide else f" {conductor}", "$text-warning"))
    return Content.assemble(*parts)


def conductor_words(project: ProjectView, room: Room) -> str:
    """Who conducts, where this dashboard does not."""
    if room is Room.NARROW:
        return "w"
    if not project.conductor_pid:
        return "watching"
    by = line(project.conductor_by) or "another process"
    if room is Room.MEDIUM:
        return f"by {by}"
    return f"conducted by {by}, pid {project.conductor_pid}"


def _right(counts: Counts, words: frozenset[Kind]) -> Content:
    parts = [
        _part(kind, word, sum(counts.kinds[one] for one in kinds), words=kind in words)
        for kind, word, kinds in _ORDER
    ]
    parts.insert(0, _queue_word(counts, words=bool(words)))
    used = usage_words(counts.usage) if words else money_or_tokens(counts.usage)
    if used:
        parts.append(Content.styled(used, MUTED))
    return Content("  ").join(part for part in parts if part.cell_length).append(" ")


def _queue_word(counts: Counts, *, words: bool) -> Content:
    """That the merge queue does not do its work, which no count says."""
    if counts.stuck:
        return Content.styled("✗ queue stands still" if words else "✗ Q", "bold $state-failed")
    if counts.paused:
        return Content.styled("‖ queue paused" if words else "‖ Q", "bold $state-asking")
    return Content("")


def _part(kind: Kind, word: str, number: int, *, words: bool) -> Content:
    if not number:
        return Content("")
    text = f"{SYMBOLS[kind]} {number} {word}" if words else f"{SYMBOLS[kind]} {number}"
    return Content.styled(text, f"bold {COLOURS[kind]}")
