"""What a process without a terminal says into its log: a full disk may lose it, and nothing more."""

from __future__ import annotations

import io
import sys
from typing import Any


class _Forgiving(io.FileIO):
    """A file that takes every word, whether there is room for it or not."""

    def write(self, data: Any) -> int:
        try:
            return super().write(data)
        except OSError:
            return len(data)


def forgive_stderr() -> None:
    """From now on nothing that is said to stderr can fail: a full disk must not end who says so."""
    raw = _Forgiving(2, "w", closefd=False)
    sys.stderr = io.TextIOWrapper(
        raw,
        encoding="utf-8",
        errors="backslashreplace",
        write_through=True,
    )
