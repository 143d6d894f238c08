"""Which tests take longest, so that they begin first and no worker ends alone.

`pytest … --durations=60 --durations-min=2 > LOG; python -m tests.slowest LOG` writes the list anew.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

LIST = Path(__file__).with_name("slowest.txt")

_LINE = re.compile(r"^\s*(\d+\.\d+)s call\s+(\S.*?)\s*$")


def slowest() -> list[str]:
    """Names of tests, the slowest first; `file::test` without what it is parametrised with."""
    return LIST.read_text(encoding="utf-8").split("\n") if LIST.exists() else []


def rank(name: str, known: dict[str, int]) -> int:
    """Where a test stands in the order; all that are not known come last, as they were."""
    return known.get(name.partition("[")[0], len(known))


def read_durations(lines: Iterable[str]) -> list[str]:
    """The tests of pytest's own list of durations, by the longest of each."""
    found: dict[str, float] = {}
    for match in filter(None, map(_LINE.match, lines)):
        name = match[2].partition("[")[0]
        found[name] = max(float(match[1]), found.get(name, 0.0))
    return sorted(found, key=lambda name: -found[name])


if __name__ == "__main__":
    with Path(sys.argv[1]).open(encoding="utf-8") as _log:
        LIST.write_text("\n".join(read_durations(_log)) + "\n", encoding="utf-8")
