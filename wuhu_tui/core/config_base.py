"""What every table of a settings file has in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """Base of every table in a settings file: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
