"""Agents are data, and what is wrong with the data is said clearly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from wuhu_tui.agents.acp import AcpAgent
from wuhu_tui.agents.adapters import adapter_for
from wuhu_tui.agents.definitions import (
    QuirkSettings,
    definition_named,
    load_definitions,
    resolve,
)
from wuhu_tui.agents.protocol import AgentSetting
from wuhu_tui.model.errors import AgentError, ConfigError
from wuhu_tui.model.sessions import AgentLaunch, Quirks


def test_the_built_in_agents() -> None:
    known = load_definitions()
    assert set(known) == {
        "claude",
        "claude-acp",
        "codex",
        "codex-acp",
        "gemini",
        "opencode",
        "sample",
    }
    assert [known[name].protocol for name in ("claude", "codex")] == ["claude", "codex"]
    assert known["codex"].command == ("codex", "app-server")
    assert all(definition.install and definition.title for definition in known.values())
    assert known["claude-acp"].quirks.steer_method == "session/steering"
    assert known["gemini"].quirks.second_prompt == "never"
    assert not known["gemini"].quirks.resumes
    assert not known["codex-acp"].quirks.folded_call_returns


def test_quirks_are_those_of_the_model() -> None:
    defaults = QuirkSettings()
    assert defaults.as_quirks() == Quirks()
    assert set(QuirkSettings.model_fields) == {f.name for f in msgspec.structs.fields(Quirks)}


def test_a_project_changes_and_adds_agents() -> None:
    known = load_definitions(
        {
            "claude-acp": {"environment": {"A": "1"}, "quirks": {"mode": "plan"}},
            "shy": {"extends": "sample", "command": "{python} -m wuhu_tui.sample_agent --script x"},
            "own": {"command": ["own-agent"]},
        }
    )
    assert known["claude-acp"].command == ("claude-agent-acp",)
    assert known["claude-acp"].environment == {"A": "1"}
    assert known["claude-acp"].quirks.mode == "plan"
    assert known["claude-acp"].quirks.second_prompt == "folded"
    assert known["shy"].quirks.steer_method == "session/steering"
    assert known["shy"].command[-2:] == ("--script", "x")
    assert known["own"].quirks == QuirkSettings()


@pytest.mark.parametrize(
    ("agents", "message", "remedy"),
    [
        ({"a": {"comand": ["x"]}}, "agents.a.command: Field required", "write: [agents.a]"),
        (
            {"claude": {"enviroment": {}}},
            "agents.claude.enviroment: unknown key",
            'did you mean "environment"?',
        ),
        (
            {"claude": {"quirks": {"resume": False}}},
            "agents.claude.quirks.resume: unknown key",
            'did you mean "resumes"?',
        ),
        ({"claude": {"command": []}}, "agents.claude.command: must name a program", "correct"),
        ({"claude": {"command": 3}}, "agents.claude.command: must be text", "correct"),
        ({"claude": {"protocol": "smoke"}}, "nobody speaks “smoke”; known: acp, claude", "correct"),
        ({"claude": {"quirks": {"resumes": "yes"}}}, "agents.claude.quirks.resumes: ", "correct"),
        ({"claude": {"quirks": {"steer_method": "_x"}}}, "without its leading", "correct"),
        ({"a": {"extends": "claud"}}, "no agent is called “claud”", 'did you mean "claude"?'),
        ({"A b": {"command": "x"}}, "agents.A b: must be lower-case", "rename"),
        ({"a": 3}, "agents.a: must be a table", "write [agents.a]"),
    ],
)
def test_errors_name_file_key_and_remedy(agents: dict[str, Any], message: str, remedy: str) -> None:
    with pytest.raises(ConfigError) as error:
        load_definitions(agents, where="/p/wuhu.toml")
    assert message in error.value.message
    assert error.value.where == "/p/wuhu.toml"
    assert remedy in error.value.remedy


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r'no agent is called “cluade”.*did you mean "claude"'):
        definition_named(load_definitions(), "cluade")


def test_a_launch_is_made_of_a_definition(tmp_path: Path) -> None:
    known = load_definitions(
        {
            "shy": {
                "extends": "sample",
                "command": ["{python}", "-m", "x", "{project}/s.toml"],
                "environment": {"SCRIPTS": "{project}/sessions"},
            }
        }
    )
    launch = resolve(known["shy"], project=tmp_path)
    assert launch.command == (sys.executable, "-m", "x", f"{tmp_path}/s.toml")
    assert launch.environment == {"SCRIPTS": f"{tmp_path}/sessions"}
    assert (launch.name, launch.protocol) == ("shy", "acp")
    assert launch.quirks.steer_method == "session/steering"


def test_the_program_is_looked_for(tmp_path: Path) -> None:
    known = load_definitions({"own": {"command": "./bin/own --acp"}, "other": {"command": "nope"}})
    with pytest.raises(AgentError) as error:
        resolve(known["claude-acp"], path=str(tmp_path))
    assert error.value.message == (
        "Claude Code (ACP) needs the program “claude-agent-acp”, which cannot be found"
    )
    assert error.value.where == "agents.claude-acp.command"
    assert error.value.remedy.startswith("install it: npm install -g @agentclientprotocol/")
    program = tmp_path / "claude-agent-acp"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert resolve(known["claude-acp"], path=str(tmp_path)).command == (str(program),)
    with pytest.raises(AgentError, match=r"“\./bin/own”, which cannot be found"):
        resolve(known["own"], project=tmp_path)
    with pytest.raises(AgentError, match="correct the command"):
        resolve(known["other"], path=str(tmp_path))


def _setting(protocol: str) -> AgentSetting:
    launch = AgentLaunch(name="a", protocol=protocol, command=("x",))
    return AgentSetting(launch=launch, worktree=Path(), environment={}, log=Path("log"))


def test_the_adapter_follows_the_protocol() -> None:
    assert isinstance(adapter_for(_setting("acp")), AcpAgent)
    with pytest.raises(ConfigError, match=r"nobody speaks the protocol “smoke”.*use one of: acp"):
        adapter_for(_setting("smoke"))


def test_the_protocol_package_is_loaded_only_when_an_agent_is_made() -> None:
    program = "import sys, wuhu_tui.agents.adapters; print('acp' in sys.modules, 'pydantic' in sys.modules)"
    done = subprocess.run(
        (sys.executable, "-c", program), capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout.split() == ["False", "False"]
