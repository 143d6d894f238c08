"""`[orchestrator]`: what an agent that directs other sessions may do without asking the lead."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import field_validator

from wuhu_tui.core.config_base import Settings
from wuhu_tui.model.deeds import ALONE, DEEDS, DEFAULT


class OrchestratorSettings(Settings):
    """`[orchestrator]`: its own hands, and how much of its children the lead hears."""

    alone: tuple[str, ...] = (DEFAULT,)
    """Deeds that need no leave; `default` stands for those that are alone by default."""
    lead_hears: Literal["load_bearing", "all"] = "load_bearing"
    """What of the children of an orchestrator reaches the lead besides the orchestrator."""
    joins: Literal["survive", "cancel"] = "survive"
    """What becomes of its open joins when its server ends."""

    @field_validator("alone", mode="before")
    @classmethod
    def _is_a_list(cls, deeds: Any) -> Any:
        return tuple(deeds) if isinstance(deeds, list) else deeds

    @field_validator("alone")
    @classmethod
    def _are_known(cls, deeds: tuple[str, ...]) -> tuple[str, ...]:
        unknown = next((deed for deed in deeds if deed not in {*DEEDS, DEFAULT}), None)
        if unknown is not None:
            known = ", ".join((DEFAULT, *DEEDS))
            raise ValueError(f'there is no "{unknown}"; there are: {known}')
        return deeds

    @property
    def free(self) -> frozenset[str]:
        """The deeds that need no leave, each by its own name."""
        default = ALONE if DEFAULT in self.alone else frozenset()
        return default | (frozenset(self.alone) - {DEFAULT})
