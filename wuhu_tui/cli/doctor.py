"""`wuhu doctor`: what is wrong, what nobody knows, and the command that mends it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from wuhu_tui.cli.exits import OK, TROUBLE, UNSEEN
from wuhu_tui.cli.options import By, Json
from wuhu_tui.cli.output import Painted, Part, say, say_json
from wuhu_tui.cli.speaker import speaker
from wuhu_tui.model.errors import NotFound, WuhuError
from wuhu_tui.model.health import Level, Mended, Observation, in_order, verdict
from wuhu_tui.model.quantities import counted

ALL = "all"

_MARKS: dict[Level, Part] = {
    Level.OK: Painted("[ok]", "green"),
    Level.TROUBLE: Painted("[!!]", "red"),
    Level.UNKNOWN: Painted("[..]", "yellow"),
}
_CODES = {Level.OK: OK, Level.TROUBLE: TROUBLE, Level.UNKNOWN: UNSEEN}

Deep = Annotated[bool, typer.Option("--deep", help="Also what takes minutes in a large project.")]
Fix = Annotated[
    list[str] | None,
    typer.Option("--fix", metavar="ID", help="Mend this first; all: everything that is safe."),
]


class Failed(NamedTuple):
    """What was to be mended and could not be."""

    id: str
    error: WuhuError


def doctor(fix: Fix = None, deep: Deep = False, by: By = "lead", json: Json = False) -> int:
    """Say what is wrong and how to mend it; exit code 1: something is, 2: could not look at all."""
    mended, failed, found = asyncio.run(_visit(Path.cwd(), fix or [], by, deep=deep))
    if json:
        say_json(_shape(found, mended, failed))
    else:
        for one in mended:
            say(Painted("mended  ", "green"), one.done)
        for name, error in failed:
            say(Painted("not mended  ", "red"), f"{name}: {error}")
        say_observations(found)
    return TROUBLE if failed else _CODES[verdict(found)]


def _shape(
    found: Iterable[Observation], mended: Iterable[Mended], failed: Iterable[Failed]
) -> dict[str, object]:
    found = list(found)
    return {
        "verdict": verdict(found),
        "observations": found,
        "mended": list(mended),
        "not_mended": [{"id": one.id, "error": str(one.error)} for one in failed],
    }


async def _visit(
    place: Path, fix: Sequence[str], by: str, *, deep: bool
) -> tuple[list[Mended], list[Failed], tuple[Observation, ...]]:
    from wuhu_tui.core.doctor.visit import examine_place

    mended, failed = await _mend(place, fix, by) if fix else ([], [])
    found = await examine_place(place, deep=deep)
    return mended, failed, (*found, *_of_screen())


async def _mend(place: Path, fix: Sequence[str], by: str) -> tuple[list[Mended], list[Failed]]:
    """Mend one after the other; one that fails does not stop the next."""
    from wuhu_tui.core.doctor.visit import examine_place, mend_place

    everything = ALL in fix
    if everything:
        fix = [one.id for one in await examine_place(place) if one.fixable]
    mended: list[Mended] = []
    failed: list[Failed] = []
    for name in dict.fromkeys(fix):
        try:
            mended.append(Mended(id=name, done=await mend_place(place, name, by=speaker(by))))
        except NotFound as error:
            if not everything:  # else something mended before took it along
                failed.append(Failed(name, error))
        except WuhuError as error:
            failed.append(Failed(name, error))
    return mended, failed


def _of_screen() -> tuple[Observation, ...]:
    """What the dashboard says of its settings; where it cannot be asked, that is said."""
    try:
        from wuhu_tui.tui.health import examine_screen

        return examine_screen()
    except Exception as error:  # noqa: BLE001 - told in its place; it must not hide the others
        why = f"could not look: {type(error).__name__}: {error}"
        return (Observation(id="themes", check="themes", level=Level.UNKNOWN, text=why),)


def say_observations(found: Sequence[Observation]) -> None:
    """Print them, troubles first; what could not be looked at for one reason is one line."""
    for checks, one in gathered(in_order(found)):
        say(_MARKS[one.level], " ", Painted(f"{checks}: ", "bold"), one.text)
        if one.repair:
            say(Painted("       → ", "dim"), one.repair)
    levels = [one.level for one in found]
    troubles, unknown = levels.count(Level.TROUBLE), levels.count(Level.UNKNOWN)
    fixable = sum(one.fixable for one in found)
    say(
        Painted(f"\n{counted(troubles, 'trouble')}, {unknown} not known", "bold"),
        f"; {fixable} can be mended: wuhu doctor --fix all" if fixable else "",
    )


def gathered(found: Iterable[Observation]) -> list[tuple[str, Observation]]:
    """Observations with the names of their checks; those that share a reason share a line."""
    lines: dict[tuple[Level, str], tuple[list[str], Observation]] = {}
    for one in found:
        names, _ = lines.setdefault((one.level, one.text), ([], one))
        if one.check not in names:
            names.append(one.check)
    return [(", ".join(names), one) for names, one in lines.values()]
