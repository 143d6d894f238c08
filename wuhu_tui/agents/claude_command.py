"""The command line, the environment and the first words with which Claude Code is started."""

from __future__ import annotations

import json
from typing import Any

from msgspec.structs import replace

from wuhu_tui.agents.protocol import AgentSetting
from wuhu_tui.model.deeds import SERVER

WUHU = "wuhu"
OWN_COMMANDS = ("report", "ask", "progress", "read-brief", "judge", "reply")
OWN_TOOLS = (f"mcp__{WUHU}", f"mcp__{SERVER}", *(f"Bash({WUHU} {verb}:*)" for verb in OWN_COMMANDS))
"""What a worker may do without asking: it speaks to the lead."""

STREAM = (
    *("-p", "--input-format", "stream-json", "--output-format", "stream-json", "--verbose"),
    *("--permission-prompt-tool", "stdio"),
    *("--include-partial-messages", "--replay-user-messages"),
)
FORK = "--fork-session"
WISHES = {
    "DISABLE_AUTOUPDATER": "1",
    "CLAUDE_CODE_ENABLE_TODO_TOOLS": "1",
    "MCP_CONNECT_TIMEOUT_MS": "30000",
}
"""It must not change while it works, and shall keep a plan that can be seen; newer versions keep
none by themselves. It waits for wuhu's tools before it begins, on a busy machine longer than its
own five seconds: without them it cannot report. The lead's own word counts more."""

SCOPE_HOOK = "scope"
STOP_HOOK = "stop"
EDITING = "Write|Edit|MultiEdit|NotebookEdit"


def started_setting(setting: AgentSetting, *, session: str, resumed: str) -> AgentSetting:
    """The setting with the whole command line; `resumed` non-empty: that conversation goes on."""
    launch = setting.launch
    words = (*launch.command, *STREAM, *_conversation(launch.command, session, resumed))
    if launch.quirks.mode:
        words += ("--permission-mode", launch.quirks.mode)
    if setting.mcp_servers:
        words += ("--mcp-config", _servers(setting))
    words += ("--allowedTools", ",".join(OWN_TOOLS))
    return replace(
        setting,
        launch=replace(launch, command=words),
        environment={**WISHES, **setting.environment},
    )


def forks(setting: AgentSetting) -> bool:
    """Whether the lead wants a resumed conversation to go on under a name of its own."""
    return FORK in setting.launch.command


def _conversation(command: tuple[str, ...], session: str, resumed: str) -> tuple[str, ...]:
    if not resumed:
        return ("--session-id", session)
    fork = ("--session-id", session) if FORK in command else ()
    return ("--resume", resumed, *fork)


def _servers(setting: AgentSetting) -> str:
    """All there are; newer versions would have the model search for their tools first."""
    servers = {
        server.name: {
            "command": server.command[0],
            "args": list(server.command[1:]),
            "env": server.environment,
            "alwaysLoad": True,
        }
        for server in setting.mcp_servers
        if server.command
    }
    return json.dumps({"mcpServers": servers}, separators=(",", ":"))


def initialize_request(setting: AgentSetting) -> dict[str, Any]:
    """The first request: which hooks wuhu answers, and that sub-agents may be heard."""
    request: dict[str, Any] = {"subtype": "initialize", "forwardSubagentText": True}
    hooks: dict[str, Any] = {}
    if setting.scope:
        hooks["PreToolUse"] = [{"matcher": EDITING, "hookCallbackIds": [SCOPE_HOOK]}]
    if reports(setting):
        hooks["Stop"] = [{"hookCallbackIds": [STOP_HOOK]}]
    return request | ({"hooks": hooks} if hooks else {})


def reports(setting: AgentSetting) -> bool:
    """Whether the agent has wuhu's own tools, so that it can be told to report."""
    return any(server.name == WUHU for server in setting.mcp_servers)


def model_asked_for(command: tuple[str, ...]) -> str:
    """The model that the lead's own words name; empty: none."""
    for word, following in zip(command, (*command[1:], ""), strict=True):
        if word == "--model":
            return following
        if word.startswith("--model="):
            return word.removeprefix("--model=")
    return ""
