"""Who made whom, and who waits for whom: as the list, the inbox and the strip tell it."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.tui.boards import NOW, ago, sample_board
from tests.tui.conftest import Shot
from tests.tui.dashboard_app import NARROW, WIDE, app_of, dashboard, press, text_of
from tests.tui.fake_core import FakeCore
from tests.tui.letters import AUTH, CART, INVOICES, METRICS, MIGRATE, SEARCH, with_fields
from wuhu_tui.model.board import Board
from wuhu_tui.model.joins import Join, JoinMode, JoinUntil
from wuhu_tui.model.letters import LEAD
from wuhu_tui.tui.presentation.attention import shown
from wuhu_tui.tui.presentation.family import family_rows
from wuhu_tui.tui.presentation.joins import join_words, joins_line, troubles, wakes_words
from wuhu_tui.tui.presentation.roster import Roster, roster_entries

Size = tuple[int, int]


def alive(session: str) -> bool:
    return True


def made_by(board: Board, parent: str, *children: str) -> Board:
    for child in children:
        spec = replace(board.sessions[child].spec, parent=parent)
        board = with_fields(board, child, spec=spec)
    return board


def roster(board: Board, width: int = 44) -> list[str]:
    entries = roster_entries(Roster(tuple(shown(board)), NOW), alive, width)
    return [row.plain.rstrip() for entry in entries for row in entry.rows]


def test_children_at_work_stand_under_their_parent() -> None:
    board = made_by(sample_board(), INVOICES, SEARCH)
    rows = roster(board)
    place = next(place for place, row in enumerate(rows) if "invoices" in row)
    assert rows[place + 1].startswith(" └ ● search-idx")


def test_a_child_that_needs_the_lead_stays_where_the_oldest_comes_first() -> None:
    board = made_by(sample_board(), SEARCH, MIGRATE, CART)
    rows = roster(board)
    assert [row.split()[1] for row in rows[1:5]] == ["mailer", "cart-ui", "auth-api", "db-migrate"]
    assert "db-migrate ‹search-idx" in rows[4]


def test_where_the_parent_does_not_fit_a_sign_is_left() -> None:
    board = made_by(sample_board(), SEARCH, MIGRATE)
    assert "db-migrate ‹  asks" in roster(board, 27)[4].replace("   ", "  ")


def test_sessions_that_made_each_other_are_all_listed_once() -> None:
    board = made_by(made_by(sample_board(), SEARCH, INVOICES), INVOICES, SEARCH)
    rows = "\n".join(roster(board))
    assert rows.count("● search-idx") == rows.count("● invoices") == 1


def test_a_grandchild_is_deeper_and_a_chain_has_an_end() -> None:
    board = sample_board()
    chain = sorted(board.sessions)
    for name in chain:
        standing = replace(board.sessions[SEARCH].own, since=ago(minutes=1))  # type: ignore[type-var]
        board = with_fields(
            board, name, own=standing, given=replace(board.sessions[SEARCH].given), questions=()
        )
    for parent, child in itertools.pairwise(chain):
        board = made_by(board, parent, child)
    rows = [row for row in roster(board, 60) if "●" in row]
    assert [len(row) - len(row.lstrip()) for row in rows] == [0 + 1, 1, 3, *[5] * 7]


def test_a_session_names_who_made_it_and_whom_it_made() -> None:
    board = made_by(sample_board(), SEARCH, MIGRATE, INVOICES)
    told = [
        row.plain.rstrip() for row in family_rows(board, board.sessions[SEARCH], alive, NOW, 40)
    ]
    assert [row.split()[2] for row in told] == ["db-migrate", "invoices"]
    [row] = family_rows(board, board.sessions[MIGRATE], alive, NOW, 40)
    assert row.plain == "made by search-idx"


def join(name: str, by: str, *sessions: str, **fields: Any) -> Join:
    values: dict[str, Any] = {
        "mode": JoinMode.ANY,
        "until": JoinUntil.REPORTED,
        "opened_at": ago(minutes=5),
        "deadline": NOW + timedelta(minutes=55),
    }
    return Join(id=name, sessions=sessions, by=by, **{**values, **fields})


def joined(*joins: Join, board: Board | None = None) -> Board:
    return replace(board or sample_board(), joins={one.id: one for one in joins})


def test_a_join_says_who_waits_for_whom_since_when_and_what_wakes_it() -> None:
    waiting = join("j", SEARCH, AUTH, INVOICES, mode=JoinMode.ALL)
    board = joined(waiting)
    told = join_words(board, waiting, NOW).plain
    assert told == (
        "search-idx waits for all of auth-api (asking), invoices (working) · for 5m · 55:00 left"
    )
    told = wakes_words(board, waiting)
    assert told.startswith("wakes on a report of auth-api and invoices; earlier: a question")
    assert told.endswith("a word to search-idx")
    mine = join("k", LEAD, AUTH, deadline=None)
    told = join_words(joined(mine), mine, NOW).plain
    assert told.startswith("you wait for auth-api (asking)")
    assert told.endswith("no limit")


def test_a_circle_and_a_join_on_nobody_are_flagged_and_come_first() -> None:
    fine = join("a", LEAD, AUTH, opened_at=ago(hours=3))
    one, other = join("b", SEARCH, INVOICES), join("c", INVOICES, SEARCH)
    nobody = join("d", METRICS, AUTH)
    board = joined(fine, one, other, nobody)
    ring = "waits in a circle: search-idx → invoices → search-idx"
    assert troubles(board) == {
        "b": ring,
        "c": ring,
        "d": "waits for nothing: metrics, who waits, is stopped",
    }
    line = joins_line(board, NOW)
    assert line is not None
    assert "+3 more: J  ⚠ waits in a circle" in line.plain
    assert joins_line(sample_board(), NOW) is None


@pytest.mark.parametrize(("name", "size"), [("wide", WIDE), ("narrow", NARROW)])
async def test_an_orchestrator_with_its_children(shot: Shot, name: str, size: Size) -> None:
    board = made_by(sample_board(), SEARCH, MIGRATE, INVOICES, "shop-api-impl-07")
    board = joined(join("j", SEARCH, MIGRATE, INVOICES, mode=JoinMode.ALL), board=board)
    core = FakeCore(board)
    async with dashboard(core, size) as pilot:
        app_of(pilot).selected = SEARCH
        app_of(pilot).repaint()
        assert "search-idx waits for all of db-migrate" in text_of(pilot)
        assert await shot(pilot, f"orchestrator-{name}")
        await press(pilot, "J")
        assert await shot(pilot, f"open-joins-{name}")
        await press(pilot, "c")
        assert core.asked("cancel_join")[0].subject == "j"


async def test_the_session_screen_shows_its_family(shot: Shot) -> None:
    board = made_by(sample_board(), SEARCH, MIGRATE, INVOICES)
    async with dashboard(FakeCore(board)) as pilot:
        app_of(pilot).selected = SEARCH
        await press(pilot, "enter")
        assert "FAMILY" in text_of(pilot)
        assert await shot(pilot, "session-family-wide")
