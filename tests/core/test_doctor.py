"""How the doctor's checks are run, and how mending is done: each on its own, and written down."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from wuhu_tui.core.doctor.check import Check, name_of, run_check, run_checks, trouble
from wuhu_tui.core.doctor.hands import Hands
from wuhu_tui.core.doctor.patient import Patient
from wuhu_tui.core.doctor.table import CHECKS
from wuhu_tui.core.doctor.visit import mend
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model import project_events as project
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import GitError, JournalError, NotFound, NotPossible
from wuhu_tui.model.events import Event
from wuhu_tui.model.health import Level, Observation, in_order, verdict
from wuhu_tui.model.quantities import counted, few, size, span

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)

GOOD = Observation(id="good", check="good", level=Level.OK, text="fine")


def patient(board: Board | None = None, blind: str = "", *, deep: bool = False) -> Patient:
    folder = ProjectFolder(Path("/nowhere"))
    return Patient(folder=folder, board=board or Board(), now=NOW, blind=blind, deep=deep)


def levels(found: Iterable[Observation]) -> list[Level]:
    return [one.level for one in found]


# how checks are run


async def _fine(_: Patient) -> list[Observation]:
    return []


async def _breaks(_: Patient) -> list[Observation]:
    raise ZeroDivisionError("no")


async def _refuses(_: Patient) -> list[Observation]:
    raise GitError("git is cross", remedy="be kind")


async def _hangs(_: Patient) -> list[Observation]:
    await asyncio.Event().wait()
    return []


async def test_a_check_that_fails_or_hangs_hides_none_of_the_others() -> None:
    checks = (
        Check("broken", "fine", _breaks),
        Check("refused", "fine", _refuses),
        Check("hanging", "fine", _hangs, seconds=0.01),
        Check("good", "all fine", _fine),
    )
    async with asyncio.timeout(5):
        found = await run_checks(patient(), checks)
    assert [one.check for one in found] == ["broken", "refused", "hanging", "good"]
    assert levels(found) == [Level.UNKNOWN] * 3 + [Level.OK]
    assert found[0].text == "could not look: ZeroDivisionError: no"
    assert "git is cross" in found[1].text
    assert found[2].text == "could not look: no answer within 0.01 s"
    assert found[3].text == "all fine"


async def test_without_a_board_a_check_that_needs_one_says_why_it_cannot_look() -> None:
    check = Check("letters", "fine", _fine, needs_board=True)
    (one,) = await run_check(patient(blind="a newer wuhu wrote it"), check)
    assert one.level is Level.UNKNOWN
    assert one.text == "could not look: a newer wuhu wrote it"


def test_every_check_has_a_name_of_its_own() -> None:
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)
    assert not [name for name in names if ":" in name or not name]


def test_ids_are_one_word_for_a_shell_and_stay_the_same() -> None:
    evil = "a b;$(rm -rf /)\x1b\n'"
    assert name_of("locks", "/a/b.lock", "git") == "locks:git:/a/b.lock"
    assert name_of("worktrees", evil) == name_of("worktrees", evil)
    assert set(name_of("worktrees", evil)) <= set("worktrees:0123456789abcdef")


def test_trouble_weighs_more_than_not_knowing_and_comes_first() -> None:
    bad, unknown = trouble("x", "", "bad"), replace(GOOD, level=Level.UNKNOWN)
    assert verdict([GOOD]) is Level.OK
    assert verdict([GOOD, unknown]) is Level.UNKNOWN
    assert verdict([unknown, bad, GOOD]) is Level.TROUBLE
    assert levels(in_order([GOOD, unknown, bad])) == [Level.TROUBLE, Level.UNKNOWN, Level.OK]


def test_numbers_are_told_as_people_read_them() -> None:
    assert span(timedelta(seconds=-5)) == "0s"
    assert span(timedelta(minutes=90)) == "1h"
    assert [size(number) for number in (12, 1500, 12_000_000, 3 * 10**12)] == [
        "12 B",
        "1.5 kB",
        "12 MB",
        "3.0 TB",
    ]
    assert counted(2, "process") == "2 processes"
    assert few(["a", "b", "c", "d"]) == "a, b, c and 1 more"


# mending


class Pen:
    """Takes what is written down, or refuses to."""

    def __init__(self, refusal: JournalError | None = None) -> None:
        self.events: list[Event] = []
        self._refusal = refusal

    async def append(self, event: Event) -> None:
        if self._refusal:
            raise self._refusal
        self.events.append(event)


def sick(*, fixable: bool = True) -> Check:
    async def look(_: Patient) -> list[Observation]:
        return [trouble("sick", "x", "it is", fixable=fixable, repair="do it by hand")]

    async def cure(_: Patient, one: Observation, hands: Hands) -> str:
        return f"cured {one.subject} for {hands.by}"

    return Check("sick", "fine", look, cure)


async def test_mending_is_written_down_with_who_did_it() -> None:
    pen = Pen()
    done = await mend(patient(), "sick:x", Hands(by="ada", append=pen.append), [sick()])
    assert done == "cured x for ada"
    (event,) = pen.events
    assert event == project.HealthMended(observation="sick:x", text=done, by="ada")


async def test_what_is_not_so_any_more_is_left_alone() -> None:
    hands = Hands(by="ada", append=Pen().append)
    with pytest.raises(NotFound, match="nothing is wrong there"):
        await mend(patient(), "sick:y", hands, [sick()])
    with pytest.raises(NotFound, match="no check"):
        await mend(patient(), "other", hands, [sick()])


async def test_what_is_not_safe_is_refused_with_the_way_by_hand() -> None:
    pen = Pen()
    with pytest.raises(NotPossible) as refused:
        await mend(patient(), "sick:x", Hands(by="ada", append=pen.append), [sick(fixable=False)])
    assert refused.value.remedy == "do it by hand"
    assert not pen.events


async def test_a_mending_that_could_not_be_written_down_says_both() -> None:
    pen = Pen(JournalError("the disk is full"))
    with pytest.raises(JournalError, match=r"cured x.*could not be written down.*disk is full"):
        await mend(patient(), "sick:x", Hands(by="ada", append=pen.append), [sick()])
