"""A tiny ACP agent: runs commands in terminals of its client, says which servers it was given."""

from __future__ import annotations

import json
import sys
from typing import Any

SESSION = "s"


def hear() -> dict[str, Any]:
    """The next frame; ends the program with its input."""
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    frame: dict[str, Any] = json.loads(line)
    return frame


def tell(**frame: Any) -> None:
    """Write a frame."""
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **frame}) + "\n")
    sys.stdout.flush()


def ask(method: str, **params: Any) -> dict[str, Any]:
    """What the client answers."""
    tell(id=method, method=method, params={"sessionId": SESSION, **params})
    answer: dict[str, Any] = hear()["result"]
    return answer


def update(**told: Any) -> None:
    """Tell of the work."""
    tell(method="session/update", params={"sessionId": SESSION, "update": told})


def say(words: str) -> None:
    """Say something."""
    update(sessionUpdate="agent_message_chunk", content={"type": "text", "text": words})


def work(command: str) -> None:
    """Run the command where it is seen, and say what came of it."""
    terminal = ask("terminal/create", command=command)["terminalId"]
    shown = [{"type": "terminal", "terminalId": terminal}]
    call = {"toolCallId": "1", "title": command, "kind": "execute", "content": shown}
    update(sessionUpdate="tool_call", status="in_progress", **call)
    ended = ask("terminal/wait_for_exit", terminalId=terminal)
    output = ask("terminal/output", terminalId=terminal)
    ask("terminal/release", terminalId=terminal)
    update(sessionUpdate="tool_call_update", toolCallId="1", status="completed")
    say(f"{ended['exitCode']}: {output['output']}")


def main() -> None:
    """Answer until the input ends."""
    able, servers = False, []
    while True:
        frame = hear()
        match frame.get("method"):
            case "initialize":
                able = bool(frame["params"]["clientCapabilities"].get("terminal"))
                tell(id=frame["id"], result={"protocolVersion": 1, "agentCapabilities": {}})
            case "session/new":
                servers = frame["params"]["mcpServers"]
                tell(id=frame["id"], result={"sessionId": SESSION})
            case "session/prompt":
                text = frame["params"]["prompt"][0]["text"]
                if text == "servers":
                    say(json.dumps(servers))
                elif able:
                    work(text)
                tell(id=frame["id"], result={"stopReason": "end_turn"})


main()
