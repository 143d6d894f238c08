"""What the commands of a worker share. They run between its tool calls, so they load next to nothing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from wuhu_tui.model.errors import UsageError

INSIDE = ("ask", "judge", "progress", "read-brief", "reply", "report")
"""The commands of a worker: what an agent may run inside its session."""


def inside(name: str) -> Callable[[Sequence[str]], int]:
    """The function of a worker's command; takes the arguments after its name."""
    match name:
        case "ask":
            from wuhu_tui.cli.ask import ask as function
        case "read-brief":
            from wuhu_tui.cli.brief import brief as function
        case "judge":
            from wuhu_tui.cli.judge import judge as function
        case "reply":
            from wuhu_tui.cli.judge import reply as function
        case "progress":
            from wuhu_tui.cli.report import progress as function
        case _:
            from wuhu_tui.cli.report import report as function
    return function


class WorkerParser(argparse.ArgumentParser):
    """Refuses in wuhu's own words; knows the options that all of a worker's commands have."""

    def __init__(self, *, usage: str, description: str) -> None:
        super().__init__(usage=usage, description=description)
        self.add_argument("--session-folder", default="", help=argparse.SUPPRESS)
        self.add_argument("--json", action="store_true", help="print JSON instead of text")

    def error(self, message: str) -> NoReturn:
        """Refuse the arguments.

        Raises:
            UsageError: always.
        """
        raise UsageError(message, remedy=str(self.usage))


def say_to_worker(text: str, value: Any, *, as_json: bool) -> None:
    """Print the text, or the value as one line of JSON."""
    if as_json:
        import json

        text = json.dumps(value)
    sys.stdout.write(f"{text}\n")


def words_of(parts: list[str]) -> str:
    """Words as one text; `-` alone reads stdin."""
    return sys.stdin.read() if parts == ["-"] else " ".join(parts)
