"""What wuhu itself says to agents."""

from __future__ import annotations

from pathlib import Path

from wuhu_tui.journal.clock import now
from wuhu_tui.model.questions import Answer, Option, Question, QuestionKind
from wuhu_tui.session.briefing import answer_as_message, brief_files, first_prompt


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
