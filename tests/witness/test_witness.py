"""What a live ledger writes down of itself, and what a replay is held to."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.boards import Story
from tests.model.strategies import SESSIONS, interleavings, journals
from wuhu_tui.core.ledger import Ledger
from wuhu_tui.core.witness import FILE, Witness, listen_if_wanted
from wuhu_tui.core.witness_proof import prove, sworn
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.board import Board
from wuhu_tui.model.fold import fold_all
from wuhu_tui.model.records import Record
from wuhu_tui.model.reports import ReportKind


def _told() -> list[Record]:
    story = Story()
    story.instantiated(*SESSIONS)
    for session in SESSIONS:
        story.working(session)
    story.report(SESSIONS[0], ReportKind.DONE, head="abc")
    story.turn_over(SESSIONS[0], "abc")
    story.in_review(SESSIONS[0], "abc")
    story.asks(SESSIONS[1])
    story.answered(SESSIONS[1])
    return story.records


def _watched(path: Path, batches: list[list[Record]], *, by: str = "w") -> None:
    ledger = Ledger()
    ledger.listeners.append(Witness(path, ledger, by=by))
    for batch in batches:
        ledger.apply(batch)


def _one_by_one(records: list[Record]) -> list[list[Record]]:
    return [[record] for record in records]


def test_a_replay_in_the_order_of_time_is_what_was_live(tmp_path: Path) -> None:
    records = _told()
    path = tmp_path / FILE
    _watched(path, _one_by_one(records))
    proof = prove(sworn(path), records)
    assert (proof.steps, proof.witnesses, proof.mismatches) == (len(records), 1, ())


def test_journals_that_were_read_late_are_held_to_exactly_what_was_seen(tmp_path: Path) -> None:
    records = _told()
    path = tmp_path / FILE
    sessions = [record for record in records if record.session]
    project = [record for record in records if not record.session]
    _watched(path, [*_one_by_one(sessions), *_one_by_one(project)])
    proof = prove(sworn(path), records)
    assert (proof.steps, proof.mismatches) == (len(records), ())


def test_a_journal_that_nobody_read_makes_no_step_dearer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten thousand archived sessions were folded anew at each step, for the one nobody opened."""
    records, path, folded = _told(), tmp_path / FILE, list[Record]()
    unread = next(record for record in records if record.session)
    _watched(path, _one_by_one([one for one in records if one.session != unread.session]))

    def counted(board: Board, some: Iterable[Record]) -> Board:
        folded.extend(taken := list(some))
        return fold_all(board, taken)

    monkeypatch.setattr("wuhu_tui.core.witness_proof.fold_all", counted)
    proof = prove(sworn(path), [unread, *(one for one in records if one is not unread)])
    assert (proof.steps, proof.mismatches) == (len(folded), ())
    assert folded == [one for one in records if one.session != unread.session]


def test_a_journal_that_says_something_else_is_found_and_named(tmp_path: Path) -> None:
    records, path = _told(), tmp_path / FILE
    _watched(path, _one_by_one(records))
    other = Story()
    other.instantiated(*SESSIONS)
    other.working(SESSIONS[0])
    other.working(SESSIONS[1])
    other.report(SESSIONS[0], ReportKind.FAILED, head="abc")
    told = [*other.records, *records[len(other.records) :]]
    mismatch = prove(sworn(path), told).mismatches[0]
    assert mismatch.part == f"sessions/{SESSIONS[0]}"
    assert mismatch.field == "report"
    assert mismatch.line == len(other.records)
    assert "failed" in str(mismatch)


def test_two_witnesses_write_side_by_side_and_each_is_held_to_its_own(tmp_path: Path) -> None:
    records, path = _told(), tmp_path / FILE
    _watched(path, [records[:4], records[4:]], by="one")
    _watched(path, _one_by_one(records), by="two")
    proof = prove(sworn(path), records)
    assert (proof.witnesses, proof.steps, proof.mismatches) == (2, len(records) + 2, ())


def test_what_was_seen_before_a_journal_was_replaced_is_void(tmp_path: Path) -> None:
    records, path = _told(), tmp_path / FILE
    ledger = Ledger()
    ledger.listeners.append(Witness(path, ledger, by="w"))
    ledger.apply(records)
    ledger.begin_anew()
    ledger.apply(records[:3])
    ledger.apply(records[3:5])
    proof = prove(sworn(path), records[:5])
    assert (proof.void, proof.steps, proof.mismatches) == (1, 2, ())


def test_steps_beyond_a_cut_recording_are_counted_not_judged(tmp_path: Path) -> None:
    records, path = _told(), tmp_path / FILE
    _watched(path, _one_by_one(records))
    proof = prove(sworn(path), records[:6])
    assert (proof.steps, proof.beyond, proof.mismatches) == (6, len(records) - 6, ())


def test_a_torn_and_a_damaged_line_of_the_witness_are_left_out(tmp_path: Path) -> None:
    records, path = _told(), tmp_path / FILE
    _watched(path, [records])
    with path.open("ab") as file:
        file.write(b'{"by": 3}\n{"by": "w", "ha')
    assert prove(sworn(path), records).steps == 1
    assert sworn(tmp_path / "none.jsonl") == ()


def test_only_an_environment_that_asks_gets_a_witness(tmp_path: Path) -> None:
    names = map(str, count())
    folder, ledger = ProjectFolder(tmp_path), Ledger()
    listen_if_wanted(folder, ledger, lambda: next(names), environment={})
    assert ledger.listeners == []
    listen_if_wanted(folder, ledger, lambda: next(names), environment={"WUHU_WITNESS": "1"})
    assert len(ledger.listeners) == 1


def test_a_disk_that_takes_nothing_is_told_once(tmp_path: Path) -> None:
    ledger = Ledger()
    ledger.listeners.append(Witness(tmp_path / "gone" / FILE, ledger, by="w"))
    for record in _told():
        ledger.apply([record])
    assert len(ledger.board.project.warnings) == 1
    assert "the witness writes no more" in ledger.board.project.warnings[0]


@settings(max_examples=40)
@given(journals(""), journals(SESSIONS[0]), journals(SESSIONS[1]), st.data())
def test_whatever_order_was_live_any_other_order_gives_its_boards(
    tmp_path_factory: pytest.TempPathFactory,
    project: list[Record],
    first: list[Record],
    second: list[Record],
    data: st.DataObject,
) -> None:
    path = tmp_path_factory.mktemp("witness") / FILE
    live = data.draw(interleavings([project, first, second]))
    _watched(path, _one_by_one(live))
    replayed = data.draw(interleavings([project, first, second]))
    assert prove(sworn(path), replayed).mismatches == ()
