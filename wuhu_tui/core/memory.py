"""Whether this machine has the memory for one more session."""

from __future__ import annotations

from collections.abc import Callable

from wuhu_tui.core.config import LimitSettings
from wuhu_tui.model.value import Value

_GIGABYTE = 1 << 30


class Memory(Value, frozen=True):
    """What the machine has, in bytes."""

    available: int
    total: int


Probe = Callable[[], Memory]
"""Looks at the machine; may raise `OSError` when it cannot."""


def probe() -> Memory:
    """The memory of this machine."""
    import psutil

    try:
        found = psutil.virtual_memory()
    except (psutil.Error, RuntimeError) as error:
        raise OSError(str(error)) from error
    return Memory(available=found.available, total=found.total)


def shortage(limits: LimitSettings, memory: Memory) -> str:
    """Why no session may start with this memory; empty when one may."""
    free = memory.available / _GIGABYTE
    percent = 100 * memory.available / memory.total if memory.total else 100.0
    if free < limits.memory_gigabytes:
        return f"only {free:.1f} GB of memory are free; {limits.memory_gigabytes:g} are wanted"
    if percent < limits.memory_percent:
        return f"only {percent:.0f} % of memory are free; {limits.memory_percent:g} % are wanted"
    return ""
