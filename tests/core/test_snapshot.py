from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.core.boards import Story
from wuhu_tui.core.snapshot import HIGHLIGHTS, ProjectSnapshot, snapshot_of, write_snapshot
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model import project_events as project
from wuhu_tui.model.board import Board
from wuhu_tui.model.entries import entries_of, needs
from wuhu_tui.model.fold import fold_all
from wuhu_tui.model.states import SessionState


@pytest.fixture
def story() -> Story:
    story = Story()
    opened = project.ProjectOpened(project="shop", root="/shop", base_branch="main", goal="sell")
    story.tell("", opened)
    story.done("a", head="head")
    story.in_review("a")
    story.judged("a")
    story.merged("a")
    story.working("b")
    story.asks("b", "q9")
    story.working("c")
    story.turn_over("c")
    story.working("d")
    story.lost("d")
    story.instantiated("e")
    return story


def test_a_snapshot_tells_who_needs_what(story: Story) -> None:
    snapshot = snapshot_of(story.board)
    assert snapshot.summary == "shop: 1 asking, 1 idle, 1 instantiated, 1 lost, 1 merged"
    assert [entry.kind for entry in snapshot.open_blockers] == ["question", "no_report", "lost"]
    assert all(entry.human_attention_needed for entry in snapshot.open_blockers)
    assert [step.split(":")[0] for step in snapshot.next_steps] == ["b", "c", "d", "e"]
    kinds = [entry.kind for entry in snapshot.recent_highlights]
    assert kinds == ["report_done", "verdict_approved", "merge_merged"]
    assert snapshot.project.status == "active"
    assert (snapshot.project.goal, snapshot.project.active_branch) == ("sell", "main")
    assert snapshot.last_seq == story.board.project.cursor.seq
    assert snapshot.last_seqs["b"] == story.view("b").cursor.seq


def test_a_snapshot_names_things_as_everybody_else_does(story: Story) -> None:
    told = {entry.id for record in story.records for entry in entries_of(story.board, record)}
    snapshot = snapshot_of(story.board)
    assert {entry.id for entry in snapshot.recent_highlights} <= told
    assert snapshot.open_blockers == needs(story.board)


def test_the_same_journals_give_the_same_snapshot(story: Story) -> None:
    again = fold_all(Board(), story.records)
    assert msgspec.json.encode(snapshot_of(again)) == msgspec.json.encode(snapshot_of(story.board))


def test_an_archived_session_is_told_no_more(story: Story) -> None:
    story.moved("a", SessionState.ARCHIVED)
    assert "a" not in {context.session_name for context in snapshot_of(story.board).sessions}


def test_only_the_newest_highlights_are_kept(story: Story) -> None:
    for number in range(HIGHLIGHTS + 5):
        story.done(f"s{number:02}")
    kept = snapshot_of(story.board).recent_highlights
    assert len(kept) == HIGHLIGHTS
    assert kept[-1].session_name == f"s{HIGHLIGHTS + 4:02}"
    assert list(kept) == sorted(kept, key=lambda entry: entry.ts)


def test_the_view_on_disk_reads_back(story: Story, tmp_path: Path) -> None:
    folder = ProjectFolder(tmp_path)
    folder.path.mkdir()
    write_snapshot(folder, story.board)
    read = msgspec.json.decode(folder.snapshot.read_bytes(), type=ProjectSnapshot)
    assert read == snapshot_of(story.board)
