"""How an error is told."""

from __future__ import annotations

from wuhu_tui.model.errors import AgentError


def test_a_line_that_is_cut_begins_with_what_happened() -> None:
    error = AgentError("it ended", where="/a/long/path/agent.log", remedy="read the log")
    assert error.told_first == "it ended → read the log (/a/long/path/agent.log)"
    assert AgentError("it ended").told_first == "it ended"
