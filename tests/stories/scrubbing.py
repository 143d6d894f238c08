"""Takes out of a project's journals what only the machine they were made on knows.

The project lies under `/sample` afterwards, programs are named without their folders, the host is
`sample`, every process has a small number, its own everywhere, and started at no time.
"""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from typing import Any

import wuhu_tui
from wuhu_tui.journal.layout import ProjectFolder

PLACE = "/sample"
HOST = "sample"
FIRST_PROCESS = 101

_PROCESSES = frozenset({"pid", "runner_pid", "agent_pid"})


class Scrubber:
    """Remembers which process got which number."""

    def __init__(self, root: Path) -> None:
        package = Path(wuhu_tui.__file__).parents[1]
        self._paths = {
            str(root): f"{PLACE}/{root.name}",
            str(root.parent): PLACE,
            sys.executable: "python3",
            str(Path(sys.executable).parent): "/usr/bin",
            sys.prefix: "/usr",
            str(package): "/usr/share/wuhu",
            str(Path.home()): "/home/lead",
        }
        self._processes: dict[int, int] = {}

    def project(self, folder: ProjectFolder) -> None:
        """Scrub every journal, spec and view of a project, in place."""
        for journal in (folder.journal, *sorted(folder.sessions.glob("*/events.jsonl"))):
            lines = journal.read_text(encoding="utf-8").splitlines()
            clean = [_line(self.value(json.loads(line))) for line in lines]
            journal.write_text("".join(clean), encoding="utf-8")
        for file in (folder.snapshot, *folder.sessions.glob("*/*.json")):
            told = self.value(json.loads(file.read_text(encoding="utf-8")))
            file.write_text(json.dumps(told, indent=2), encoding="utf-8")

    def value(self, value: Any, key: str = "") -> Any:
        """One value of a record, whatever lies within."""
        match value:
            case dict():
                return {name: self.value(kept, name) for name, kept in value.items()}
            case list():
                return [self.value(kept) for kept in value]
            case str():
                return self._text(value, key)
            case int() if key in _PROCESSES and value:
                return self._processes.setdefault(value, FIRST_PROCESS + len(self._processes))
            case _:
                return 0.0 if key == "pid_started" else value

    def _text(self, text: str, key: str) -> str:
        if key == "host" and text:
            return HOST
        for path, shown in sorted(self._paths.items(), key=lambda pair: -len(pair[0])):
            text = text.replace(path, shown)
        return text.replace(socket.gethostname(), HOST) if key == "by" else text


def _line(record: Any) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"
