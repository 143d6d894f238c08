"""The review's header: whose work, which commits, how much, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from wuhu_tui.model.board import SessionView
from wuhu_tui.tui.presentation.attention import Look
from wuhu_tui.tui.presentation.reviews import checks_word, size_word
from wuhu_tui.tui.presentation.rows import MUTED, line, row, spread

SHORT = 7
"""Characters of a commit's id that are shown."""


def review_header(view: SessionView, seen: Look, looked_at: str, width: int) -> Content:
    """One row; what does not fit is left out from its end.

    Size and checks are those of the newest commit: beside the diff of an older one they are left out.
    """
    name = Content.assemble(
        (" wuhu ", "bold $primary"), (" review ", MUTED), (line(view.spec.shown_name), "bold")
    )
    right = Content.assemble((f"{seen.symbol} {seen.word}", f"bold {seen.style}"), " ")
    parts = [name]
    if view.spec.agent.name != view.spec.shown_name:
        parts.append(Content.styled(line(view.spec.agent.name), MUTED))
    if view.review is not None and looked_at not in ("", view.review.head):
        parts.append(Content.styled(f"commit {looked_at[:SHORT]}", MUTED))
    elif view.review is not None:
        files = f"{view.review.files} file{'s' * (view.review.files != 1)}"
        base, head = view.review.merge_base[:SHORT], (looked_at or view.review.head)[:SHORT]
        parts.append(Content.assemble((files, ""), " ", size_word(view.review)))
        parts.append(checks_word(view.review))
        parts.append(Content.styled(f"{base}..{head}", MUTED))
    return row(width, spread(max(0, width - right.cell_length - 1), parts), right)


@dataclass(frozen=True)
class Looked:
    """What the lead looks at: the diff's head, and the branch's head when the diff was read."""

    at: str = ""
    branch: str = ""

    def newer(self, view: SessionView) -> str:
        """The commit that came since; empty when there is none."""
        if not self.at or view.review is None:
            return ""
        if view.review.head != self.at:
            return view.review.head
        return view.head if view.head not in ("", self.at, self.branch) else ""

    def remedy(self, view: SessionView, key: str) -> str:
        """What to do about a newer commit."""
        if view.review and view.review.head != self.at:
            return f"{key} reads it"
        return "its review opens when the session reports again"

    def why_not(self, view: SessionView, key: str) -> str:
        """Why the commit on the screen cannot be judged; empty when it can."""
        if not self.at:
            return "the diff has not been read: nothing was seen yet"
        newer = self.newer(view)
        told = f"{newer[:SHORT]} is newer than what you see: {self.remedy(view, key)}"
        return told if newer else ""


def newer_banner(view: SessionView, looked: Looked, key: str) -> Content | None:
    """Says that what is shown is not the newest; None when it is."""
    newer = looked.newer(view)
    if not newer:
        return None
    told = f"  you are looking at {looked.at[:SHORT]} · {looked.remedy(view, key)}"
    return Content.assemble(
        (f" ⚠ new commit {newer[:SHORT]} ", "bold $background on $state-asking"),
        (told, "$state-asking"),
    )
