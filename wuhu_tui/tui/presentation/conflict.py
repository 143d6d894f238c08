"""The conflict dialog: both sides per file, the ways to settle it and what each does. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from textual.content import Content

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.merges import FileConflict
from wuhu_tui.tui.presentation.merge_facts import conflict_rows
from wuhu_tui.tui.presentation.rows import MUTED, line, wrapped
from wuhu_tui.tui.safe import safe_text

_BRIEF = 400
"""Lines of a brief that are shown."""

_WAYS = (
    (
        "r",
        "send back",
        "the session gets both sides as a follow-up and merges base into its branch",
    ),
    ("p", "fix session", "a new session settles it and brings its commits onto this branch"),
    ("e", "your editor", "both sides lie in a worktree of their own; yours is not touched"),
)

_HALF = (
    ("g", "go on", "take what lies there as the resolution and merge it"),
    ("e", "your editor", "settle the rest; it lies there as you left it"),
    ("x", "leave it", "throw away what was settled by hand"),
)


@dataclass(frozen=True)
class Sides:
    """What was found out about a conflict beside what the board knows."""

    now: tuple[FileConflict, ...] | None = None
    """What collides with base as it is now; None: not looked yet."""
    remembered: tuple[str, ...] = ()
    brief: str = ""
    """What a session would be told."""
    trouble: str = ""


def conflict_content(view: SessionView, sides: Sides, width: int) -> Content:
    """Everything: what collides, the ways, and the words a session would get."""
    blocks = (
        list(_files(view, sides, width)),
        list(_half_done(view, width)),
        list(_ways(view, width)),
        list(_looked(sides, width)),
        list(_brief(sides.brief, width)),
    )
    return Content("\n\n").join(Content("\n").join(rows) for rows in blocks if rows)


def conflicts_of(view: SessionView, sides: Sides) -> tuple[FileConflict, ...]:
    """What is in the way, as last looked."""
    if sides.now is not None:
        return sides.now
    return view.merge.conflicts if view.merge else ()


def _files(view: SessionView, sides: Sides, width: int) -> Iterator[Content]:
    merge = view.merge
    base, mine = line(view.spec.base_branch), line(view.spec.shown_name)
    conflicts = conflicts_of(view, sides)
    known = sides.remembered or (merge.remembered if merge else ())
    if sides.now == ():
        told = f"✔ it collides with {base} no longer: r or e, or approve it again and m"
        yield from wrapped(told, width, 3, "$state-ready")
    for one in conflicts:
        settled = " · settled as once before" if one.path in known else ""
        yield from conflict_rows(one, (base, mine), width, settled)
    if not conflicts and sides.now is None and merge is not None:
        yield from wrapped(", ".join(merge.files) or merge.detail, width, 4)


def _half_done(view: SessionView, width: int) -> Iterator[Content]:
    merge = view.merge
    if merge is None:
        return
    if merge.settling:
        by = "" if merge.settling_by in ("", "lead") else f" by {merge.settling_by}"
        yield from wrapped(f"Half settled{by} in {merge.settling}", width, 2, "bold $state-asking")
    if merge.resolution:
        told = f"Settled by hand as {merge.resolution[:10]}: used when it is merged"
        yield from wrapped(told, width, 2, "bold $state-ready")


def _ways(view: SessionView, width: int) -> Iterator[Content]:
    half = view.merge is not None and bool(view.merge.settling)
    ways = (*_HALF, *_WAYS[:2]) if half else _WAYS
    for key, name, does in ways:
        head = Content.assemble((f" {key} ", "bold $accent"), (f"{name:<12}", "bold"))
        room = max(10, width - head.cell_length)
        for place, part in enumerate(wrapped(does, room, 3)):
            yield Content.assemble(" " * head.cell_length if place else head, part)


def _looked(sides: Sides, width: int) -> Iterator[Content]:
    if sides.trouble:
        yield from wrapped(f"could not look: {sides.trouble}", width, 4, "$text-warning")
    elif sides.now is None:
        yield Content.styled("looking at base …", MUTED)


def _brief(brief: str, width: int) -> Iterator[Content]:
    if not brief:
        return
    yield Content.styled("WHAT A SESSION IS TOLD", f"bold {MUTED}")
    for part in safe_text(brief).splitlines()[:_BRIEF]:
        if part.startswith("    "):
            yield Content.styled(part, _line_style(part.strip())).truncate(width, ellipsis=True)
        else:
            yield from wrapped(part, width, 4, MUTED) or [Content("")]


def _line_style(text: str) -> str:
    if text.startswith("+"):
        return "$state-ready"
    return "$state-failed" if text.startswith("-") else MUTED
