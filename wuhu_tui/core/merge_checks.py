"""Runs the project's checks for merges: told to each of them, ended when one is taken out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wuhu_tui.core.checks import run_checks
from wuhu_tui.core.ports import ProjectCheck
from wuhu_tui.core.queue_wanted import while_wanted
from wuhu_tui.core.scribe import Scribe
from wuhu_tui.model.project_events import MergeChecked
from wuhu_tui.model.reviews import Check, CheckState

_DETAIL = 2_000
"""Characters of a red check's output that are told."""


async def run_for(
    scribes: Sequence[Scribe],
    place: Path,
    checks: Sequence[ProjectCheck],
    *,
    always: bool = False,
) -> tuple[Check, ...] | None:
    """Run checks in a folder for these merges; None if one of them was taken out of the queue.

    `always`: whoever took them out came too late.
    """

    async def emit(check: Check) -> None:
        for scribe in scribes:
            await record(scribe, check)

    def output(check: str, text: str) -> None:
        for scribe in scribes:
            scribe.port.check_output(scribe.view.id, check, text)

    work = run_checks(place, checks, emit, output)
    return await (work if always else while_wanted(scribes, work))


async def record(scribe: Scribe, check: Check) -> None:
    """Tell one merge how a check stands."""
    event = MergeChecked(session=scribe.view.id, merge=scribe.merge.id, check=check)
    await scribe.append(event)


def red_ones(checks: Sequence[Check]) -> tuple[Check, ...]:
    """The checks that are not green."""
    return tuple(check for check in checks if check.state is not CheckState.PASSED)


def red_words(check: Check, where: str) -> str:
    """What a red check says, with the end of its output."""
    word = "could not run" if check.state is CheckState.BROKEN else "is red"
    tail = check.output[-_DETAIL:].strip()
    return f"check {check.name} {word} {where}\n{tail}".rstrip()
