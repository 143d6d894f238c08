"""The gate of `model.safe`, as the dashboard uses it: agent text as Textual content."""

from __future__ import annotations

from textual.content import Content

from wuhu_tui.model.safe import TAB_SIZE, hides_something, revealed_line, safe_line, safe_text

__all__ = [
    "TAB_SIZE",
    "hides_something",
    "revealed_line",
    "safe_content",
    "safe_line",
    "safe_text",
]


def safe_content(text: str) -> Content:
    """Give agent text as `Content`, in which markup and action links are plain characters."""
    return Content(safe_text(text))
