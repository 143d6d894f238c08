"""`[delivery]`: how long a message waits for its recipient before something else is tried."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from wuhu_tui.core.config_base import Settings
from wuhu_tui.core.ladder import Pace


class DeliverySettings(Settings):
    """`[delivery]`: the pace at which letters climb."""

    deferrals: Annotated[int, Field(ge=1, le=1000)] = 10
    """So often an agent may not take a letter before it gets a turn of its own."""
    minutes: Annotated[float, Field(ge=0, le=1440)] = 2.0
    """How long it may wait for that."""
    sign_seconds: Annotated[float, Field(ge=1, le=86_400)] = 120.0
    """An agent that was given words shows a sign of work within this, or the lead is told."""
    retry_seconds: Annotated[float, Field(ge=1, le=86_400)] = 15.0
    """After this the core looks again for a recipient that is gone; each time twice as long."""
    longest_retry_seconds: Annotated[float, Field(ge=1, le=86_400)] = 300.0
    failures: Annotated[int, Field(ge=0, le=100)] = 5
    """So often its recipient may be found gone before the lead is told."""

    @property
    def pace(self) -> Pace:
        """The same, as the ladder reads it."""
        return Pace(
            deferrals=self.deferrals,
            patience=timedelta(minutes=self.minutes),
            first_retry=timedelta(seconds=self.retry_seconds),
            longest_retry=timedelta(seconds=self.longest_retry_seconds),
            failures=self.failures,
        )
