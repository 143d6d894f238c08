"""How codex is started: its command line, its surroundings, its sandbox."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from wuhu_tui.agents.codex_launch import command_line, trap_in
from wuhu_tui.agents.codex_sandbox import MODES, READ_ONLY, sandbox_of, turn_policy, writable_roots
from wuhu_tui.agents.protocol import McpServer

COMMAND = ("codex", "app-server")


def _settings(line: tuple[str, ...]) -> dict[str, Any]:
    """The settings of a command line, as codex reads them."""
    given: dict[str, Any] = {}
    for flag, setting in zip(line[::2], line[1::2], strict=True):
        assert flag == "-c"
        key, _, value = setting.partition("=")
        given[key] = tomllib.loads(f"x = {value}")["x"]
    return given


def test_the_command_stands_first_and_asks_for_what_wuhu_wants() -> None:
    line = command_line(COMMAND, (), {})
    assert line[:2] == COMMAND
    assert _settings(line[2:]) == {
        "features.default_mode_request_user_input": True,
        "features.goals": False,
        "suppress_unstable_features_warning": True,
        "allow_login_shell": False,
    }


def test_the_lead_has_the_last_word() -> None:
    own = (*COMMAND, "-c", "features.goals=true", "--disable", "default_mode_request_user_input")
    assert set(_settings(command_line(own, (), {})[len(own) :])) == {
        "suppress_unstable_features_warning",
        "allow_login_shell",
    }


def test_a_server_of_tools_survives_any_characters() -> None:
    nasty = 'a "b" \\ ’\n\t\x7f\x00 = # ]}'
    server = McpServer(name="my tools.x", command=("prog", nasty), environment={nasty: nasty})
    line = command_line(COMMAND, (server,), {"WUHU_LIFE": "s:1", "PATH": "/bin"})
    settings = _settings(line[2:])
    assert settings["mcp_servers.my_tools_x.command"] == "prog"
    assert settings["mcp_servers.my_tools_x.args"] == [nasty]
    assert settings["mcp_servers.my_tools_x.env"] == {nasty: nasty}
    assert settings["mcp_servers.my_tools_x.env_vars"] == ["WUHU_LIFE"]
    assert "mcp_servers.my_tools_x.default_tools_approval_mode" not in settings


def test_wuhus_own_tools_need_no_leave_and_may_take_their_time() -> None:
    settings = _settings(command_line(COMMAND, (McpServer(name="wuhu", command=("w",)),), {})[2:])
    assert settings["mcp_servers.wuhu.default_tools_approval_mode"] == "approve"
    assert settings["mcp_servers.wuhu.tool_timeout_sec"] >= 24 * 3600
    assert "mcp_servers.wuhu.env" not in settings


@pytest.mark.parametrize(
    ("environment", "trapped"),
    [
        ({"HOME": "/home/lead"}, False),
        ({"HOME": "/tmp/lead"}, True),
        ({"HOME": "/tmp/lead", "TMPDIR": "/var/tmp"}, False),
        ({"HOME": "/home/lead", "CODEX_HOME": "/tmp/codex"}, True),
        ({"HOME": "/work/lead", "TMPDIR": "/work"}, True),
        ({}, False),
    ],
)
def test_a_home_below_the_temporary_folder_is_a_trap(
    environment: dict[str, str], trapped: bool
) -> None:
    assert bool(trap_in(environment)) is trapped


def test_a_linked_worktree_can_be_committed_in(tmp_path: Path) -> None:
    repository, worktree, session = tmp_path / "repo", tmp_path / "work", tmp_path / "session"
    (session / "mailbox").mkdir(parents=True)
    for words in (
        ("init", "-q", str(repository)),
        ("-C", str(repository), "commit", "-q", "--allow-empty", "-m", "Begin"),
        ("-C", str(repository), "worktree", "add", "-q", str(worktree)),
    ):
        subprocess.run(("git", *words), check=True, timeout=30)
    git = repository / ".git"
    roots = writable_roots(worktree, {"WUHU_SESSION_FOLDER": str(session)})
    expected = [git / "worktrees/work", git / "objects", git / "refs", git / "logs"]
    assert roots == tuple(map(str, [*expected, session / "mailbox"]))
    assert writable_roots(repository, {}) == ()


@pytest.mark.parametrize("said", [b"", b"gitdir: /nowhere", b"gitdir:", b"\xff\xfe", b"nonsense"])
def test_a_worktree_that_says_nonsense_has_no_roots(tmp_path: Path, said: bytes) -> None:
    (tmp_path / ".git").write_bytes(said)
    assert writable_roots(tmp_path, {"WUHU_SESSION_FOLDER": str(tmp_path / "none")}) == ()


def test_the_leads_own_sandbox_is_kept() -> None:
    opened = {"type": "workspaceWrite", "networkAccess": True, "writableRoots": ["/cache", 7]}
    assert turn_policy(opened, ("/git", "/cache")) == {
        "type": "workspaceWrite",
        "networkAccess": True,
        "writableRoots": ["/cache", "/git"],
    }
    assert turn_policy({"type": "dangerFullAccess"}, ("/git",)) is None
    assert turn_policy({}, ("/git",)) is None


def test_another_mode_has_its_own_sandbox() -> None:
    opened = {"type": "workspaceWrite", "networkAccess": True}
    assert sandbox_of(MODES["untrusted"], opened, ("/git",)) == {
        **opened,
        "writableRoots": ["/git"],
    }
    anew = {"type": "workspaceWrite", "writableRoots": ["/git"]}
    assert sandbox_of(MODES["never"], {"type": "readOnly"}, ("/git",)) == anew
    assert sandbox_of(MODES["read-only"], opened, ("/git",)) == READ_ONLY
    assert sandbox_of(MODES["full-access"], opened, ("/git",)) == {"type": "dangerFullAccess"}


def test_only_full_access_has_no_sandbox() -> None:
    open_ones = {name for name, mode in MODES.items() if mode.sandbox == "danger-full-access"}
    assert open_ones == {"full-access"}
    assert MODES["on-request"].approval == "on-request"
