"""What wuhu itself says to agents."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.session.stage import make_session
from wuhu_tui.journal.clock import now
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.questions import Answer, Option, Question, QuestionKind
from wuhu_tui.model.reviews import Assignment
from wuhu_tui.model.states import SessionState
from wuhu_tui.session.briefing import answer_as_message, resumption
from wuhu_tui.session.briefing_first import assignment, brief_files, first_prompt, opening
from wuhu_tui.session.history import History


def test_brief_files_are_named_by_path(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "plan.md").write_text("the plan")
    (tmp_path / "notes" / "a.md").write_text("a")
    prompt = first_prompt("Do it.", brief_files(tmp_path))
    assert f"- {tmp_path}/notes/a.md\n- {tmp_path}/plan.md" in prompt
    assert prompt.startswith("Do it.\n\nRead these files first")


def test_without_a_brief_only_task_and_reporting() -> None:
    prompt = first_prompt("Do it.")
    assert prompt.startswith("Do it.\n\nHow to report")
    assert "Read these files" not in prompt


def test_all_that_belongs_to_the_task_is_told_in_its_order(tmp_path: Path) -> None:
    folder, spec = make_session(
        tmp_path,
        task="Do it.",
        focus="Speed  first,\n  *then* beauty",
        scope=("src/", "tests/"),
        acceptance=("it takes 0.3 s",),
        checks=("tests: make test",),
        rules=("no new packages",),
        turn_limit=15,
    )
    (folder.brief / "plan.md").write_text("the plan")
    folder.skills.mkdir()
    (folder.skills / "worker.md").write_text("how")
    told = opening(folder, spec, spec.task)
    parts = [
        "Do it.",
        "**Priority Focus (from the lead)**\nSpeed  first,\n  *then* beauty",
        "Scope: work only on this task; do not change files outside:\n- src/\n- tests/",
        "It is done when all of this is true:\n- it takes 0.3 s",
        "Checks that must be green on your last commit:\n- tests: make test",
        "Rules that apply:\n- no new packages",
        "You have 15 turns.",
        f"Read these files first; they belong to the task:\n- {folder.brief}/plan.md",
        "How to report: ",
        f"How your role works here: read {folder.skills}/worker.md before you begin.",
    ]
    places = [told.find(part) for part in parts]
    assert places == sorted(places)
    assert places[0] == 0


def test_what_was_not_said_takes_no_room(tmp_path: Path) -> None:
    folder, spec = make_session(tmp_path)
    assert opening(folder, spec, "Do it.") == first_prompt("Do it.")
    assert assignment(spec) == ""


def test_a_new_conversation_is_told_the_whole_assignment(tmp_path: Path) -> None:
    folder, spec = make_session(tmp_path, scope=("src/",))
    (folder.brief / "plan.md").write_text("the plan")
    words = opening(folder, spec, spec.task)
    view = SessionView(spec=spec, turn=1)
    told = resumption(view, History(), words, ended=SessionState.STOPPED, remembers=False)
    assert f"The task of this session:\n{words}" in told


@pytest.mark.parametrize("remembers", [True, False])
def test_an_agent_that_was_cut_off_is_told_what_it_asked(tmp_path: Path, remembers: bool) -> None:
    _, spec = make_session(tmp_path)
    own = Question(
        id="q", kind=QuestionKind.OPEN, text="Which?", asked_at=now(), outlives_turn=True
    )
    other = replace(own, id="p", text="May I?", outlives_turn=False)
    budget = replace(own, id="b", text="More?", kind=QuestionKind.BUDGET)
    view = SessionView(spec=spec, turn=1, questions=(other, own, budget))
    history = History()
    history.turn_was_cut = True
    told = resumption(view, history, "t", ended=SessionState.WORKING, remembers=remembers)
    assert "ask it in the same words to wait for the answer:\n- Which?\n" in told
    assert "May I?" not in told
    assert "More?" not in told


def test_no_brief_folder_is_no_brief(tmp_path: Path) -> None:
    assert brief_files(tmp_path / "nowhere") == ()


def test_an_answer_is_told_in_words() -> None:
    question = Question(
        id="q",
        kind=QuestionKind.CHOICE,
        text="Which?",
        asked_at=now(),
        options=(Option(key="a", label="argon2"),),
    )
    answer = Answer(question="q", by="lead", at=now(), choice="a", note="it is newer")
    told = answer_as_message(question, answer)
    assert told == "Earlier you asked: Which?\nThe answer is: argon2 — it is newer"


def test_a_judge_is_told_how_to_judge_and_nothing_of_committing(tmp_path: Path) -> None:
    judges = Assignment(session="shop-impl-02", head="a" * 40, base="b" * 40)
    folder, spec = make_session(
        tmp_path, judges=judges, acceptance=("it takes 0.3 s", "no leak"), checks=("t: make t",)
    )
    told = opening(folder, spec, "Judge it.")
    assert "Acceptance criteria to answer:\n1. it takes 0.3 s\n2. no leak" in told
    assert "The project's checks:\n- t: make t" in told
    assert f"wuhu judge approved|changes_requested|blocked --head {'a' * 40}" in told
    assert "committed" not in told
    assert "It is done when" not in told
