"""How codex is started: its command line, and what in its surroundings keeps it from working."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from wuhu_tui.agents.protocol import McpServer
from wuhu_tui.model.deeds import SERVER

STRANGE = re.compile(r"[^A-Za-z0-9_-]")
ASKS = "default_mode_request_user_input"
GOALS = "goals"
HUSHED = "suppress_unstable_features_warning"
OWN_SERVERS = frozenset({"wuhu", SERVER})
OURS = "WUHU_"
PATIENT_SECONDS = 7 * 24 * 3600
"""A call of wuhu's own tools may wait for the lead: longer than anybody is away."""

SETTINGS = (
    (f"features.{ASKS}", "true"),
    # A goal makes codex begin turns by itself, which nobody prompted and nobody could count.
    (f"features.{GOALS}", "false"),
    (HUSHED, "true"),
    # A login shell makes its PATH anew: the worker's own commands would not be found.
    ("allow_login_shell", "false"),
)
"""What wuhu wants of codex, unless the command in wuhu.toml says otherwise."""


def command_line(
    command: Sequence[str], servers: Sequence[McpServer], environment: Mapping[str, str]
) -> tuple[str, ...]:
    """The command with wuhu's settings and servers of tools.

    Codex gives a server but little of its own environment; wuhu's variables are passed by name.
    """
    said = " ".join(command)
    wanted = [(key, value) for key, value in SETTINGS if key.split(".")[-1] not in said]
    ours = sorted(name for name in environment if name.startswith(OURS))
    wanted += [setting for server in servers for setting in _server_settings(server, ours)]
    return (*command, *(word for key, value in wanted for word in ("-c", f"{key}={value}")))


def trap_in(environment: Mapping[str, str]) -> str:
    """Why codex could not run commands in its sandbox here; empty when nothing is known of it."""
    home = Path(environment.get("CODEX_HOME") or Path(environment.get("HOME", "/")) / ".codex")
    temporary = Path(environment.get("TMPDIR") or "/tmp")  # noqa: S108 - codex's own default
    if not home.is_relative_to(temporary):
        return ""
    return (
        f"codex keeps its files in {home}, below the folder for temporary files {temporary}: it "
        "refuses to run commands in its sandbox there; set CODEX_HOME or TMPDIR elsewhere in "
        "agents.<name>.environment"
    )


def _server_settings(server: McpServer, passed: Sequence[str]) -> list[tuple[str, str]]:
    table = f"mcp_servers.{_key(server.name)}"
    program, *arguments = server.command
    settings = [
        (f"{table}.command", _text(program)),
        (f"{table}.args", _list(arguments)),
        (f"{table}.env_vars", _list(passed)),
    ]
    if server.environment:
        pairs = (f"{_text(name)} = {_text(value)}" for name, value in server.environment.items())
        settings.append((f"{table}.env", f"{{{', '.join(pairs)}}}"))
    if server.name in OWN_SERVERS:
        settings.append((f"{table}.default_tools_approval_mode", _text("approve")))
        settings.append((f"{table}.tool_timeout_sec", str(PATIENT_SECONDS)))
    return settings


def _key(name: str) -> str:
    """A server's name as codex takes it; it splits keys at dots, quoted or not."""
    return STRANGE.sub("_", name)


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def _text(value: str) -> str:
    """A TOML string; JSON's escapes are all TOML's too, but for DEL, which TOML wants escaped."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
