"""A scenario's script as the bundled sample agent follows it: it has no model behind it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.model_server.script import Op, Script

Steps = list[dict[str, Any]]


def sample_script(script: Script, worktree: str, *, asks: bool) -> dict[str, Any]:
    """The same as one turn of the sample; `asks`: it asks leave for its commands."""
    steps = [one for step in script for op in step for one in _steps(op, worktree, asks=asks)]
    echo = {"say": "heard: {last_prompt}"}
    return {
        "turns": [{"steps": steps}],
        "follow_ups": [{"steps": [echo]}],
        "on_steer": [{"say": "heard: {last_steer}"}],
    }


def _steps(op: Op, worktree: str, *, asks: bool) -> Steps:
    if op.op == "say":
        return _said(op)
    if op.op == "run" and asks:
        return [{"permission": "Run a command", "command": op.text}]
    makers: dict[str, Callable[[], dict[str, Any]]] = {
        "think": lambda: {"think": op.text},
        "write": lambda: {
            "write": str(Path(op.name).relative_to(worktree)),
            "content": op.text,
        },
        "run": lambda: {"run": op.text, "timeout": 600},
        "ask": lambda: {
            "ask": op.text,
            "options": [{"key": one, "label": one} for one in op.options],
        },
        "wait": lambda: {"run": f"sleep {op.seconds}", "timeout": 900},
    }
    return [makers[op.op]()] if op.op in makers else []


def _said(op: Op) -> Steps:
    """Text that is streamed slowly is said in pieces: the sample's own pace is that of the suite."""
    text = op.text.replace("{tool}", "{last_answer}").replace("{user}", "{last_steer}")
    if not op.seconds:
        return [{"say": text}]
    words = text.split(" ")
    size = max(1, len(words) // 8)
    pieces = [" ".join(words[start : start + size]) for start in range(0, len(words), size)]
    return [step for one in pieces for step in ({"say": f"{one} "}, {"run": "sleep 0.4"})]
