"""What a scenario may come to, and where that is kept."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wuhu_tui.journal.views import write_atomic

WORKS = "works"
NOT_INSTALLED = "not installed"
EXPECTED = Path(__file__).with_name("expected.toml")


class DiffersError(Exception):
    """The agent does it otherwise; its words say how."""

    @property
    def outcome(self) -> str:
        return f"differs: {self}"


class NotOfferedError(Exception):
    """The agent cannot do it; its words say why."""

    @property
    def outcome(self) -> str:
        return f"not offered: {self}"


def expected_outcome(agent: str, scenario: str, path: Path = EXPECTED) -> str:
    """What this agent comes to in that scenario, as far as it is known; else it works."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return str(table.get(agent, {}).get(scenario, WORKS))


@dataclass
class Results:
    """What was found, agent by agent; written after every scenario."""

    path: Path
    agents: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def at(cls, path: Path) -> Results:
        """What earlier runs left there."""
        try:
            return cls(path, json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return cls(path)

    def begin(self, agent: str, version: str, day: str) -> None:
        """Remember which program is tried, and when."""
        known = self.agents.setdefault(agent, {"scenarios": {}})
        known.update(version=version, day=day)
        self._write(agent)

    def add(self, agent: str, scenario: str, outcome: str, seconds: float) -> None:
        """Remember one outcome."""
        found = {"outcome": outcome, "seconds": round(seconds, 1)}
        self.agents[agent]["scenarios"][scenario] = found
        self._write(agent)

    def _write(self, agent: str) -> None:
        """Write what is new beside what another run may have written meanwhile."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        agents = Results.at(self.path).agents
        known = agents.get(agent, {}).get("scenarios", {})
        own = self.agents[agent]
        own["scenarios"] = {**known, **own["scenarios"]}
        text = json.dumps({**agents, agent: own}, indent=1, sort_keys=True)
        write_atomic(self.path, text.encode())
