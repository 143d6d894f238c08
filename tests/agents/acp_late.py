"""A tiny ACP agent that hears a second prompt only when it has just ended its turn."""

from __future__ import annotations

import json
import sys
from typing import Any

CALL = {"toolCallId": "1", "title": "go on", "kind": "other"}
OPTIONS = [{"optionId": "y", "name": "Yes", "kind": "allow_once"}]


def tell(**frame: Any) -> None:
    """Write a frame."""
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **frame}) + "\n")
    sys.stdout.flush()


def say(words: str) -> None:
    """Say something."""
    content = {"type": "text", "text": words}
    told = {"sessionUpdate": "agent_message_chunk", "content": content}
    tell(method="session/update", params={"sessionId": "s", "update": told})


def main() -> None:
    """Answer until the input ends."""
    asked: list[int] = []
    for line in sys.stdin:
        frame = json.loads(line)
        match frame.get("method"):
            case "initialize":
                tell(id=frame["id"], result={"protocolVersion": 1})
            case "session/new":
                tell(id=frame["id"], result={"sessionId": "s"})
            case "session/prompt" if not asked:
                asked.append(frame["id"])
                say("Begun.")
            case "session/prompt":
                tell(id=asked[0], result={"stopReason": "end_turn"})
                asked.append(frame["id"])
                say(" Late.")
                params = {"sessionId": "s", "toolCall": CALL, "options": OPTIONS}
                tell(id="leave", method="session/request_permission", params=params)
            case None:
                say(" Done.")
                tell(id=asked[1], result={"stopReason": "end_turn"})


main()
