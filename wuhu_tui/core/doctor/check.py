"""What a check is, and how all of them are run: at once, each with a deadline and a guard of its own."""

from __future__ import annotations

import asyncio
import hashlib
import re
import shlex
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from wuhu_tui.core.doctor.hands import Hands
from wuhu_tui.core.doctor.patient import Patient
from wuhu_tui.model.errors import WuhuError
from wuhu_tui.model.health import Level, Observation

SECONDS = 15.0
"""How long a check may look."""

LONG = 600.0
"""How long one may that is asked to look deep."""

Look = Callable[[Patient], Awaitable[Iterable[Observation]]]
Mend = Callable[[Patient, Observation, Hands], Awaitable[str]]
"""Mends what was just observed; returns what was done."""

_PLAIN = re.compile(r"[\w./@+-]+\Z", re.ASCII)


@dataclass(frozen=True)
class Check:
    """One family of looks; `well` is what is said when nothing is wrong."""

    name: str
    well: str
    look: Look
    mend: Mend | None = None
    needs_board: bool = False
    needs_project: bool = False
    """Whether mending needs the whole project open, not only its journal."""
    seconds: float = SECONDS


async def run_checks(patient: Patient, checks: Sequence[Check]) -> tuple[Observation, ...]:
    """What all checks say, in their order; one that fails or hangs says that it could not look."""
    found = await asyncio.gather(*(run_check(patient, check) for check in checks))
    return tuple(chain.from_iterable(found))


async def run_check(patient: Patient, check: Check) -> tuple[Observation, ...]:
    """What one check says; never raises."""
    if check.needs_board and patient.blind:
        return (could_not_look(check.name, patient.blind),)
    seconds = LONG if patient.deep else check.seconds
    try:
        async with asyncio.timeout(seconds):
            found = tuple(await check.look(patient))
    except TimeoutError:
        return (could_not_look(check.name, f"no answer within {seconds:g} s"),)
    except WuhuError as error:
        return (could_not_look(check.name, str(error)),)
    except Exception as error:  # noqa: BLE001 - told in its place; it must not hide the others
        return (could_not_look(check.name, f"{type(error).__name__}: {error}"),)
    return found or (well(check.name, check.well),)


def well(check: str, text: str) -> Observation:
    """Nothing is wrong."""
    return Observation(id=check, check=check, level=Level.OK, text=text)


def could_not_look(check: str, why: str, *, subject: str = "", session: str = "") -> Observation:
    """The check does not know, and says why."""
    return Observation(
        id=name_of(check, subject),
        check=check,
        level=Level.UNKNOWN,
        text=f"could not look: {why}",
        subject=subject,
        session=session,
    )


def doubt(
    check: str, subject: str, text: str, *, repair: str = "", session: str = ""
) -> Observation:
    """The check looked, and what it saw does not tell whether something is wrong."""
    return Observation(
        id=name_of(check, subject),
        check=check,
        level=Level.UNKNOWN,
        text=text,
        repair=repair,
        subject=subject,
        session=session,
    )


def trouble(
    check: str,
    subject: str,
    text: str,
    *,
    kind: str = "",
    repair: str = "",
    fixable: bool = False,
    session: str = "",
) -> Observation:
    """Something is wrong; `kind` tells two troubles of one subject apart."""
    name = name_of(check, subject, kind)
    return Observation(
        id=name,
        check=check,
        level=Level.TROUBLE,
        text=text,
        repair=repair or (f"wuhu doctor --fix {shlex.quote(name)}" if fixable else ""),
        fixable=fixable,
        subject=subject,
        session=session,
    )


def name_of(check: str, subject: str, kind: str = "") -> str:
    """An id that stays the same, and that a shell takes as one word."""
    plain = subject if _PLAIN.match(subject) or not subject else _digest(subject)
    return ":".join(filter(None, (check, kind, plain)))


def _digest(subject: str) -> str:
    return hashlib.sha256(subject.encode("utf-8", "surrogatepass")).hexdigest()[:12]
