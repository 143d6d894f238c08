"""Numbers: percentiles, memory and CPU of process trees, and tables."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence

import psutil


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile; 0 for nothing."""
    ordered = sorted(values)
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def memory(pid: int) -> float:
    """Megabytes that would be free if the process ended: PSS where there is one, else USS."""
    full = psutil.Process(pid).memory_full_info()
    return float(getattr(full, "pss", full.uss)) / 2**20


def tree(pid: int) -> list[psutil.Process]:
    """A process and everything below it."""
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def processor_seconds(processes: Iterable[psutil.Process]) -> float:
    """User and system time used so far."""
    total = 0.0
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def end(pid: int) -> None:
    """End a process we started and everything below it."""
    with contextlib.suppress(psutil.NoSuchProcess):
        for process in reversed(tree(pid)):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print an aligned table."""
    lines = [header, *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(header))]
    print(f"\n{title}")
    for line in lines:
        cells = [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        print("  " + "  ".join([line[0].ljust(widths[0]), *cells]))
