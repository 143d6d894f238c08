"""A small agent of the suite's own: it asks the model server, and does what the model wants.

Standard library only; it is copied nowhere and knows nothing of wuhu. `MODEL_URL` names the server.
"""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

TOOLS = [
    {"type": "function", "function": {"name": name, "parameters": {"type": "object"}}}
    for name in ("bash", "write")
]


class Mind:
    """One conversation; `say` is told what the model says, `hear` gives what was said meanwhile."""

    def __init__(self, say: Callable[[str], None], hear: Callable[[], list[str]]) -> None:
        self._say = say
        self._hear = hear
        self._said: list[dict[str, Any]] = []
        self.running: subprocess.Popen[str] | None = None

    def turn(self, prompt: str) -> None:
        """Work until the model has nothing more to do."""
        self._said.append({"role": "user", "content": prompt})
        while calls := self._reply():
            for call in calls:
                result = self._use(call["function"])
                self._said.append({"role": "tool", "tool_call_id": call["id"], "content": result})
            self._said += [{"role": "user", "content": words} for words in self._hear()]

    def _reply(self) -> list[dict[str, Any]]:
        """What the model wants done; what it says is told as it comes."""
        message: dict[str, Any] = {"role": "assistant", "content": ""}
        calls: list[dict[str, Any]] = []
        for delta in self._deltas():
            if text := delta.get("content"):
                message["content"] += text
                self._say(text)
            calls += delta.get("tool_calls") or []
        self._said.append({**message, "tool_calls": calls} if calls else message)
        return calls

    def _deltas(self) -> Iterator[dict[str, Any]]:
        body = {"model": "scripted", "messages": self._said, "tools": TOOLS, "stream": True}
        request = urllib.request.Request(
            f"{os.environ['MODEL_URL']}/v1/chat/completions",
            json.dumps(body).encode(),
            {"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=600) as answer:
            for line in answer:
                if line.startswith(b"data: {"):
                    for choice in json.loads(line[6:])["choices"]:
                        yield choice["delta"]

    def _use(self, function: dict[str, Any]) -> str:
        arguments = json.loads(function["arguments"])
        if function["name"] == "write":
            Path(arguments["filePath"]).write_text(arguments["content"], encoding="utf-8")
            self._say(f"wrote {arguments['filePath']}\n")
            return "written"
        self._say(f"$ {arguments['command']}\n")
        self.running = subprocess.Popen(
            ["sh", "-c", arguments["command"]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        output, _ = self.running.communicate()
        self.running = None
        self._say(output)
        return output
