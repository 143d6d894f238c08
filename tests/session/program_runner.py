"""A runner whose agents are `program.py` processes; as light as the real one, run like it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from wuhu_tui.session.runner import main

if TYPE_CHECKING:
    from wuhu_tui.agents.protocol import Agent, AgentSetting


def agent(setting: AgentSetting) -> Agent:
    from tests.session.program_agent import ProgramAgent

    return ProgramAgent(setting)


if __name__ == "__main__":
    sys.exit(main(agent_factory=agent))
