"""Scripts: what the model says and does, one step for each of its replies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["say", "think", "run", "write", "ask", "call", "wait", "hang", "fail"]
KINDS = ("say", "think", "run", "write", "ask", "call", "wait", "hang", "fail")

NAMED = re.compile(r"play-script:([\w-]+)")
CARRIED = re.compile(r"begin-script\s+(\[.*?\])\s+end-script", re.DOTALL)


@dataclass(frozen=True)
class Op:
    """One thing within a reply; which fields count depends on its kind, see the makers below."""

    op: Kind
    text: str = ""
    name: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    seconds: float = 0.0
    status: int = 0
    times: int = 0
    """How often it fails; 0: always."""


Step = tuple[Op, ...]
Script = tuple[Step, ...]


def say(text: str, seconds: float = 0.0) -> Op:
    """Text, streamed over so many seconds; `{user}` and `{tool}` become the newest words of each."""
    return Op("say", text=text, seconds=seconds)


def think(text: str) -> Op:
    """Thinking, where the dialect has it."""
    return Op("think", text=text)


def run(command: str, seconds: float = 120.0) -> Op:
    """A shell command, by whatever tool the agent offers for that."""
    return Op("run", text=command, seconds=seconds)


def write(path: str, content: str) -> Op:
    """A new file, by whatever tool the agent offers for that."""
    return Op("write", name=path, text=content)


def ask(question: str, *options: str) -> Op:
    """A question to the human, by the agent's own tool."""
    return Op("ask", text=question, options=options)


def call(pattern: str, **arguments: Any) -> Op:
    """A call of the first tool whose name this expression finds."""
    return Op("call", name=pattern, arguments=arguments)


def wait(seconds: float) -> Op:
    """A pause in the middle of the reply."""
    return Op("wait", seconds=seconds)


def hang(seconds: float = 600.0) -> Op:
    """Nothing at all, for that long."""
    return Op("hang", seconds=seconds)


def fail(status: int, times: int = 0) -> Op:
    """An HTTP error instead of the reply, that many times, or always."""
    return Op("fail", status=status, times=times)


def parse(text: str) -> Script:
    """The script that a prompt carries, as JSON: a list of steps, each a list of ops.

    Raises:
        ValueError: it is no script; says why.
    """
    steps = json.loads(text)
    if not isinstance(steps, list) or not all(isinstance(step, list) for step in steps):
        raise ValueError("a script is a list of lists")
    return tuple(tuple(_op(fields) for fields in step) for step in steps)


def _op(fields: Any) -> Op:
    if not isinstance(fields, dict) or fields.get("op") not in KINDS:
        raise ValueError(f"not one of {', '.join(KINDS)}: {fields}")
    return Op(**{**fields, "options": tuple(fields.get("options", ()))})


def carried(steps: Iterable[Iterable[Op]]) -> str:
    """A script as a prompt carries it."""
    plain = [
        [{key: value for key, value in vars(op).items() if value} for op in step] for step in steps
    ]
    return f"begin-script {json.dumps(plain)} end-script"


def named(name: str) -> str:
    """How a prompt names a registered script."""
    return f"play-script:{name}"
