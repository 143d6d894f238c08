"""`[review]`: whose approval counts, and who the reviewers are."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from wuhu_tui.core.config_base import Settings
from wuhu_tui.model.reviews import ReviewPolicy


class ReviewSettings(Settings):
    """`[review]`: the lead's own verdict counts under every policy."""

    policy: Annotated[ReviewPolicy, Field(strict=False)] = ReviewPolicy.HUMAN
    agent: str = ""
    """The agent of reviewer sessions; empty: the project's default."""
    arbiter: str = ""
    """The agent of a council's arbiter; empty: as `agent`."""
    rounds: Annotated[int, Field(ge=1, le=3)] = 3
    """How often a council's peer may send work back before the arbiter binds."""
