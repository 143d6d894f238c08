"""How a script's words become calls of the tools that an agent happens to offer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.model_server.conversation import Tool
from tests.model_server.script import Op


@dataclass(frozen=True)
class Call:
    """A tool call as the model makes it; `text` instead of arguments where the tool takes text."""

    tool: Tool
    arguments: Mapping[str, Any]
    text: str = ""


Maker = Callable[[Op], dict[str, Any]]


def _shell(op: Op) -> dict[str, Any]:
    return {"command": op.text, "description": "Run a command"}


def _shell_with_limit(op: Op) -> dict[str, Any]:
    return {**_shell(op), "timeout": int(op.seconds * 1000)}


def _exec(op: Op) -> dict[str, Any]:
    return {"cmd": op.text, "yield_time_ms": 30_000}


def _file(op: Op) -> dict[str, Any]:
    return {"file_path": op.name, "content": op.text}


def _choices(op: Op) -> list[dict[str, str]]:
    return [{"label": option, "description": f"Take {option}"} for option in op.options]


def _question(op: Op) -> dict[str, Any]:
    one = {"question": op.text, "header": "Choice", "options": _choices(op)}
    return {"questions": [{**one, "multiSelect": False}]}


def _input(op: Op) -> dict[str, Any]:
    one = {"id": "choice", "header": "Choice", "question": op.text, "options": _choices(op)}
    return {"questions": [one]}


WORDS: dict[str, tuple[tuple[str, Maker], ...]] = {
    "run": (
        ("Bash", _shell_with_limit),
        ("bash", _shell_with_limit),
        ("run_shell_command", _shell),
        ("exec_command", _exec),
        ("shell_command", lambda op: {"command": op.text, "timeout_ms": int(op.seconds * 1000)}),
        ("shell", lambda op: {"command": ["sh", "-c", op.text]}),
    ),
    "write": (
        ("Write", _file),
        ("write", lambda op: {"filePath": op.name, "content": op.text}),
        ("write_file", _file),
    ),
    "ask": (
        ("AskUserQuestion", _question),
        ("request_user_input", _input),
        ("ask_user", lambda op: {"questions": [{**_input(op)["questions"][0], "type": "choice"}]}),
        ("question", _question),
    ),
}
"""For each word of a script the tools that can do it, and how their arguments are made."""


def call_for(op: Op, offered: tuple[Tool, ...]) -> Call | None:
    """The call that does what the op says; None when no offered tool can."""
    if op.op == "call":
        found = next((tool for tool in offered if re.search(op.name, tool.full_name)), None)
        return Call(found, op.arguments) if found else None
    tools = {tool.name: tool for tool in offered}
    for name, make in WORDS[op.op]:
        if name in tools:
            return Call(tools[name], make(op))
    if op.op == "write":
        return _as_patch(op, tools) or _by_shell(op, offered)
    return None


def _as_patch(op: Op, tools: Mapping[str, Tool]) -> Call | None:
    if "apply_patch" not in tools:
        return None
    lines = "".join(f"+{line}\n" for line in op.text.splitlines())
    patch = f"*** Begin Patch\n*** Add File: {op.name}\n{lines}*** End Patch"
    return Call(tools["apply_patch"], {"input": patch}, patch)


def _by_shell(op: Op, offered: tuple[Tool, ...]) -> Call | None:
    """An agent that has nothing but a shell writes files with it."""
    quoted = op.text.replace("'", "'\\''")
    return call_for(Op("run", text=f"printf %s '{quoted}' > '{op.name}'", seconds=60), offered)
