"""The review's header: whose work, which commits, how much, and how it stands."""

from __future__ import annotations

from textual.content import Content

from wuhu_tui.model.board import SessionView
from wuhu_tui.tui.presentation.attention import Look
from wuhu_tui.tui.presentation.reviews import checks_word, size_word
from wuhu_tui.tui.presentation.rows import MUTED, line, row, spread

SHORT = 7
"""Characters of a commit's id that are shown."""


def review_header(view: SessionView, seen: Look, looked_at: str, width: int) -> Content:
    """One row; what does not fit is left out from its end."""
    name = Content.assemble(
        (" wuhu ", "bold $primary"), (" review ", MUTED), (line(view.spec.shown_name), "bold")
    )
    right = Content.assemble((f"{seen.symbol} {seen.word}", f"bold {seen.style}"), " ")
    parts = [name, Content.styled(line(view.spec.agent.name), MUTED)]
    if view.review is not None:
        files = f"{view.review.files} file{'s' * (view.review.files != 1)}"
        base, head = view.review.merge_base[:SHORT], (looked_at or view.review.head)[:SHORT]
        parts.append(Content.assemble((files, ""), " ", size_word(view.review)))
        parts.append(checks_word(view.review))
        parts.append(Content.styled(f"{base}..{head}", MUTED))
    return row(width, spread(max(0, width - right.cell_length - 1), parts), right)


def newer_commit(view: SessionView, looked_at: str) -> str:
    """The commit that came since the lead began to look; empty when there is none."""
    if not looked_at or view.review is None:
        return ""
    if view.review.head != looked_at:
        return view.review.head
    return view.head if view.head and view.head != looked_at else ""


def newer_banner(view: SessionView, looked_at: str, key: str) -> Content | None:
    """Says that what is shown is not the newest; None when it is."""
    newer = newer_commit(view, looked_at)
    if not newer:
        return None
    return Content.assemble(
        (f" ⚠ new commit {newer[:SHORT]} ", "bold $background on $state-asking"),
        (f"  you are looking at {looked_at[:SHORT]} · {key} reloads", "$state-asking"),
    )
