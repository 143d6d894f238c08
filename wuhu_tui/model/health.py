"""Health: what a look at the project, its processes and this machine found, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from wuhu_tui.model.value import Value


class Level(StrEnum):
    """`unknown`: the check could not look, or what it saw does not tell; never shown as `ok`."""

    OK = "ok"
    TROUBLE = "trouble"
    UNKNOWN = "unknown"


class Observation(Value, frozen=True):
    """What one check says of one thing; `id` stays the same as long as the trouble does."""

    id: str
    check: str
    """The family of the check, such as `letters` or `locks`."""
    level: Level
    text: str
    repair: str = ""
    """A command line that mends it; empty: none does."""
    fixable: bool = False
    """Whether `mend` can do it: safely, and so that it can be taken back."""
    subject: str = ""
    """What it is about: a session's id, a path, a branch; empty: the whole."""
    session: str = ""
    """The session to look at for more, if there is one."""


class Mended(Value, frozen=True):
    """What mending one observation came to."""

    id: str
    done: str


def verdict(observations: Iterable[Observation]) -> Level:
    """All of it in one word: any trouble is trouble, else anything unknown is unknown."""
    levels = {observation.level for observation in observations}
    if Level.TROUBLE in levels:
        return Level.TROUBLE
    return Level.UNKNOWN if Level.UNKNOWN in levels else Level.OK


def in_order(observations: Iterable[Observation]) -> tuple[Observation, ...]:
    """Troubles first, then what nobody knows, then what is well; each in the order of checks."""
    order = (Level.TROUBLE, Level.UNKNOWN, Level.OK)
    return tuple(sorted(observations, key=lambda one: order.index(one.level)))
