"""A tiny ACP agent that ends its turn at the second cancel only, and never its command."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

CANCELS = 2
DEAF = "trap '' TERM INT HUP; while :; do sleep 60; done"


def tell(**frame: Any) -> None:
    """Write a frame."""
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **frame}) + "\n")
    sys.stdout.flush()


def update(**told: Any) -> None:
    """Tell of the work."""
    tell(method="session/update", params={"sessionId": "s", "update": told})


def work() -> None:
    """Start a command that hears nothing, and tell its number."""
    command = subprocess.Popen(["/bin/sh", "-c", DEAF], start_new_session=True)
    update(sessionUpdate="tool_call", toolCallId="1", title="run", kind="execute")
    content = {"type": "text", "text": str(command.pid)}
    update(sessionUpdate="agent_message_chunk", content=content)


def main() -> None:
    """Answer until the input ends."""
    asked, cancels = 0, 0
    for line in sys.stdin:
        frame = json.loads(line)
        match frame["method"]:
            case "initialize":
                tell(id=frame["id"], result={"protocolVersion": 1})
            case "session/new":
                tell(id=frame["id"], result={"sessionId": "s"})
            case "session/prompt":
                asked = frame["id"]
                work()
            case "session/cancel":
                cancels += 1
                if cancels == CANCELS:
                    tell(id=asked, result={"stopReason": "cancelled"})


main()
