"""(b) From the command to the first painted screen, beside a bare Textual app."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from bench.measuring import memory, table
from bench.project import make_project
from bench.terminal import Terminal

RUNS = 5
SESSIONS = 12
PATIENCE = 20.0

BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("bare-and-painted")
Bare().run()
"""


def measure(folder: Path) -> None:
    """Print the table of starts."""
    project = folder / "project"
    make_project(project, SESSIONS)
    runs = [
        (
            _once([sys.executable, "-c", BARE], folder, "bare-and-painted"),
            _once([sys.executable, "-m", "wuhu_tui"], project, "work-3"),
        )
        for _ in range(RUNS)
    ]
    bare, dashboard = (
        tuple(median(run[place][figure] for run in runs) for figure in range(2))
        for place in range(2)
    )
    rows = [
        _row("bare Textual app", bare, bare),
        _row(f"wuhu over {SESSIONS} sessions", dashboard, bare),
    ]
    table(
        f"(b) Command to first paint in a real terminal; median of {RUNS}",
        ("", "painted", "ratio", "memory", "ratio"),
        rows,
    )


def _row(name: str, figures: Sequence[float], bare: Sequence[float]) -> Sequence[str]:
    return (
        name,
        f"{figures[0]:.0f} ms",
        f"{figures[0] / bare[0]:.1f}",
        f"{figures[1]:.0f} MB",
        f"{figures[1] / bare[1]:.1f}",
    )


def _once(command: Sequence[str], folder: Path, marker: str) -> tuple[float, float]:
    with Terminal(command, folder=folder) as terminal:
        painted = terminal.wait_for(marker, PATIENCE) - terminal.started
        time.sleep(0.3)
        return painted * 1000, memory(terminal.pid)
