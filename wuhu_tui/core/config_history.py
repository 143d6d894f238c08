"""`[history]`: what is kept so that any moment can be seen again."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from wuhu_tui.core.config_base import Settings


class HistorySettings(Settings):
    """`[history]`: how worktrees stood, look after look."""

    trees: bool = True
    tree_seconds: Annotated[float, Field(ge=0, le=3600)] = 3.0
    """Between two looks at a worktree while its agent works, at least."""
    keep_days: Annotated[int, Field(ge=0, le=36_500)] = 90
    """So long it is kept how an archived session's worktree stood; 0: for ever."""
