from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.tui.boards import session
from wuhu_tui.cli.speaker import check_leave, check_own_word, check_place, speaker
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.letters import Letter, LetterKind
from wuhu_tui.model.states import SessionState

CHIEF = session("chief", SessionState.WORKING)
OTHER = session("other", SessionState.IN_REVIEW, number=2)


def below(number: int, parent: SessionView) -> SessionView:
    view = session("below", SessionState.IN_REVIEW, number=number)
    return replace(view, spec=replace(view.spec, parent=parent.id))


CHILD = below(3, CHIEF)
GRANDCHILD = below(4, CHILD)
BOARD = Board(sessions={view.id: view for view in (CHIEF, OTHER, CHILD, GRANDCHILD)})


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose session `chief` runs the command."""
    folder = ProjectFolder(tmp_path)
    folder.path.mkdir()
    folder.journal.touch()
    folder.config.write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WUHU_SESSION", CHIEF.id)
    return folder.config


def test_outside_a_session_the_lead_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WUHU_SESSION", raising=False)
    assert speaker("lead") == "lead"
    assert speaker("ada") == "ada"
    check_leave(BOARD, CHIEF, "judge its own work", "request_merge", "discard")


def test_inside_a_session_nobody_else_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUHU_SESSION", "shop-lead-01")
    assert speaker("lead") == "shop-lead-01"
    assert speaker("ada") == "shop-lead-01"


@pytest.mark.parametrize("deed", ["answer", "request_changes", "stop_session"])
def test_to_its_own_it_does_what_it_may_do_alone(project: Path, deed: str) -> None:
    for view in (CHILD, GRANDCHILD):
        check_leave(BOARD, view, "do that to itself", deed)
    with pytest.raises(NotPossible, match="what it did not make without the lead's leave"):
        check_leave(BOARD, OTHER, "do that to itself", deed)


@pytest.mark.parametrize(
    "deed", ["approve", "request_merge", "archive_session", "interrupt", "answer_permission"]
)
def test_what_the_lead_is_asked_for_no_command_does_instead(project: Path, deed: str) -> None:
    with pytest.raises(NotPossible, match="without the lead's leave") as caught:
        check_leave(BOARD, CHILD, "do that to itself", deed)
    assert f'"{deed}" in alone' in caught.value.remedy
    project.write_text(f'[orchestrator]\nalone = ["default", "{deed}"]\n')
    check_leave(BOARD, CHILD, "do that to itself", deed)


def test_a_session_decides_neither_about_itself_nor_about_those_above_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write_text('[orchestrator]\nalone = ["default", "approve", "touch_others"]\n')
    with pytest.raises(NotPossible, match="a session cannot judge its own work"):
        check_leave(BOARD, CHIEF, "judge its own work", "approve")
    monkeypatch.setenv("WUHU_SESSION", GRANDCHILD.id)
    with pytest.raises(NotPossible, match="for one that directs it"):
        check_leave(BOARD, CHIEF, "answer its own questions", "answer")


def letter(name: str, sender: str, recipient: str) -> Letter:
    return Letter(
        id=name,
        kind=LetterKind.STEER,
        sender=sender,
        recipient=recipient,
        text="go left",
        posted_at=CHIEF.since,
    )


def test_inside_a_session_only_its_own_words_are_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session took back what the lead had said to it, before it had read it."""
    letters = (
        letter("mine", CHIEF.id, CHILD.id),
        letter("to-me", "lead", CHIEF.id),
        letter("theirs", CHILD.id, "lead"),
    )
    board = replace(BOARD, letters={one.id: one for one in letters})
    monkeypatch.setenv("WUHU_SESSION", CHIEF.id)
    check_own_word(board, "mine")
    check_own_word(board, "to-me", send_again=True)
    for name in ("to-me", "theirs", "no-letter"):
        with pytest.raises(NotPossible, match="only what it said itself"):
            check_own_word(board, name)
    with pytest.raises(NotPossible):
        check_own_word(board, "theirs", send_again=True)
    monkeypatch.delenv("WUHU_SESSION")
    check_own_word(board, "to-me")


def with_worktree(view: SessionView, root: Path) -> SessionView:
    worktree = root / ".wuhu" / "worktrees" / view.id
    (worktree / ".git").mkdir(parents=True)
    return replace(view, spec=replace(view.spec, worktree=str(worktree)))


def test_its_commands_run_where_it_works_and_elsewhere_only_by_leave(project: Path) -> None:
    views = [with_worktree(view, project.parent) for view in (CHIEF, OTHER, CHILD)]
    board = Board(sessions={view.id: view for view in views})
    check_place(board, CHIEF.id)
    check_place(board, CHILD.id)
    for place in (OTHER.id, str(project.parent)):
        with pytest.raises(NotPossible, match="in any other place of the project"):
            check_place(board, place)
    project.write_text('[orchestrator]\nalone = ["default", "run_elsewhere"]\n')
    check_place(board, OTHER.id)
