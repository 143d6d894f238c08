"""(c) and (d): event → painted, CPU, and key → painted, while many sessions write."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from bench.measuring import end, memory, percentile, processor_seconds, table, tree
from bench.project import make_project
from bench.terminal import Terminal
from wuhu_tui.journal.layout import ProjectFolder

COUNTS = (1, 10, 50)
RATE = 20.0
SETTLE = 2.0
WINDOW = 6.0
KEYS = "αβγδεζηθικλμνξοπρστυφχψωбгджзилпфцчшщэюя"
"""Typed one by one into a composer; none of them is on the screen otherwise."""

PATIENCE = 20.0

BARE_INPUT = """
from textual.app import App
from textual.widgets import Input
class Bare(App):
    def compose(self):
        yield Input(placeholder="bare-and-painted")
Bare().run()
"""


class Figures(msgspec.Struct, frozen=True):
    """Latencies in milliseconds, CPU in percent of one core, megabytes."""

    lines: list[float]
    keys: list[float]
    processor: float
    megabytes: float


def measure(folder: Path) -> None:
    """Print the table of loads."""
    bare_keys = _bare_keys(folder)
    rows = [_row("bare Textual Input, no load", Figures([], bare_keys, 0, 0))]
    for count in COUNTS:
        project = folder / f"project-{count}"
        names = make_project(project, count)
        floor = _under_load(project, names, _tail_command(project, names), None)
        rows.append(_row(f"tail -f, {count} × {RATE:.0f} lines/s", floor))
        dashboard = [sys.executable, "-m", "wuhu_tui"]
        rows.append(_row(f"wuhu, {count} × {RATE:.0f} lines/s",
                         _under_load(project, names, dashboard, "work-0")))  # fmt: skip
    table(
        "(c) (d) In a real terminal of 200×60: journal line → painted, key → painted; p50 / p99",
        ("", "line", "key", "CPU", "memory", "lines seen"),
        rows,
    )


def _row(name: str, figures: Figures) -> Sequence[str]:
    return (
        name,
        _pair(figures.lines),
        _pair(figures.keys),
        f"{figures.processor:.1f} %" if figures.lines else "",
        f"{figures.megabytes:.0f} MB" if figures.lines else "",
        str(len(figures.lines) or ""),
    )


def _pair(values: list[float]) -> str:
    if not values:
        return "–"
    return f"{percentile(values, 0.5):.1f} / {percentile(values, 0.99):.1f} ms"


def _tail_command(project: Path, names: Sequence[str]) -> list[str]:
    folder = ProjectFolder(project)
    return ["tail", "-q", "-n", "0", "-f", *(str(folder.session(name).journal) for name in names)]


def _under_load(
    project: Path, names: Sequence[str], command: Sequence[str], marker: str | None
) -> Figures:
    with _writers(project, names), Terminal(command, folder=project) as terminal:
        if marker is not None:
            terminal.wait_for(marker, PATIENCE)
        time.sleep(SETTLE)
        lines, processor = _watch(terminal)
        keys = _type(terminal) if marker is not None else []
        megabytes = sum(memory(process.pid) for process in tree(terminal.pid))
        return Figures(lines=lines, keys=keys, processor=processor, megabytes=megabytes)


def _watch(terminal: Terminal) -> tuple[list[float], float]:
    processes = tree(terminal.pid)
    began, used = time.monotonic(), processor_seconds(processes)
    time.sleep(WINDOW)
    ended = time.monotonic()
    processor = (processor_seconds(processes) - used) / (ended - began) * 100
    lines = [1000 * late for at, late in list(terminal.latencies) if began <= at <= ended]
    return lines, processor


def _type(terminal: Terminal) -> list[float]:
    """Open a composer and type; nothing is sent."""
    terminal.press("s")
    terminal.wait_for("lands", PATIENCE)
    time.sleep(0.5)
    return [_press(terminal, key) for key in KEYS]


def _press(terminal: Terminal, key: str) -> float:
    terminal.expect(key)
    pressed = time.monotonic()
    terminal.press(key)
    painted = terminal.expected(PATIENCE)
    time.sleep(0.03)
    return (painted - pressed) * 1000


def _bare_keys(folder: Path) -> list[float]:
    with Terminal([sys.executable, "-c", BARE_INPUT], folder=folder) as terminal:
        terminal.wait_for("bare-and-painted", PATIENCE)
        time.sleep(0.5)
        return [_press(terminal, key) for key in KEYS]


@contextmanager
def _writers(project: Path, names: Sequence[str]) -> Iterator[None]:
    command = [sys.executable, "-m", "bench.writers", str(project), str(RATE), *names]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdin is not None
            process.stdout.readline()
            process.stdin.write(b"go\n")
            process.stdin.flush()
            yield
        finally:
            end(process.pid)
