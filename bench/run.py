"""`python -m bench.run [part…]`: all measurements, bounded, as ratios of one run.

Absolute times depend on the machine and on what else runs; compare rows of one table only.
"""

from __future__ import annotations

import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import psutil

from bench import joins, load, radar, reading, replay, runners, search, starts

PARTS: dict[str, Callable[[Path], None]] = {
    "runners": runners.measure,
    "starts": starts.measure,
    "load": load.measure,
    "joins": joins.measure,
    "radar": radar.measure,
    "reading": reading.measure,
    "replay": replay.measure,
    "search": search.measure,
}


def main() -> int:
    """Run the parts named on the command line, or all."""
    wanted = sys.argv[1:] or list(PARTS)
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        print(f"no such part: {', '.join(unknown)}; there are: {', '.join(PARTS)}")
        return 2
    cores = psutil.cpu_count() or 1
    print(f"Python {platform.python_version()}, {cores} cores, {psutil.cpu_percent(1):.0f} % busy")
    for name in wanted:
        with tempfile.TemporaryDirectory(prefix="wuhu-bench-") as folder:
            PARTS[name](Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
