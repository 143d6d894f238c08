"""Ask, wait, and find the answer again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.worker.stand_in import StandIn
from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.model import events
from wuhu_tui.model.commands import AnswerTaken, Ask
from wuhu_tui.model.errors import NotFound, NotPossible, UsageError
from wuhu_tui.model.questions import Option, Question
from wuhu_tui.worker.asking import LAST_LOOK, Answered, Asking, pauses
from wuhu_tui.worker.place import own_folder, spec_of
from wuhu_tui.worker.watch import BLOCK, Watch
from wuhu_tui.worker.wishes import Wish

WISH = Wish(
    text="Which hash?",
    options=(Option(key="a", label="argon2", detail="newer"), Option(key="b", label="bcrypt")),
)


def _asked(runner: StandIn, wish: Wish = WISH) -> Asking:
    asking = Asking.of(runner.folder, wish)
    asking.begin()
    return asking


def test_a_question_lies_in_the_mailbox_and_its_answer_comes_by_the_journal(
    runner: StandIn,
) -> None:
    asking = _asked(runner)
    question = runner.next_question()
    assert (question.text, question.outlives_turn) == ("Which hash?", True)
    assert asking.look() is None
    runner.answer(question, choice="a", note="it is newer")
    answered = asking.look()
    assert answered == Answered(
        question=question.id,
        words="argon2 — it is newer",
        choice="a",
        note="it is newer",
        by="lead",
    )
    taken = runner.next_command()
    assert isinstance(taken, AnswerTaken)
    assert (taken.question, taken.by) == (question.id, "shop-impl-01")


def test_an_answer_is_said_to_be_taken_once(runner: StandIn) -> None:
    asking = _asked(runner)
    runner.answer(runner.next_question(), choice="a")
    assert asking.look() == asking.look()
    assert len(runner.look()) == 1


def test_an_answer_that_arrived_elsewhere_is_not_said_to_be_taken(runner: StandIn) -> None:
    asking = _asked(runner)
    question = runner.next_question()
    runner.answer(question, choice="a")
    runner.write(events.AnswerDelivered(question=question.id))
    assert asking.look() is not None
    assert runner.look() == []


def test_the_same_question_in_another_life_finds_the_answer(runner: StandIn) -> None:
    _asked(runner)
    runner.answer(runner.next_question(), choice="b")
    again = _asked(runner)
    assert runner.look() == []
    answered = again.look()
    assert answered is not None
    assert answered.choice == "b"


def test_the_same_question_while_it_is_open_is_not_asked_twice(runner: StandIn) -> None:
    _asked(runner)
    question = runner.next_question()
    again = _asked(runner)
    assert runner.look() == []
    runner.answer(question, choice="b")
    assert again.look() is not None


def test_a_question_that_the_runner_took_for_an_older_one_has_its_answer(runner: StandIn) -> None:
    older = _asked(runner, replace(WISH, id="older"))
    question = runner.next_question()
    runner.answer(question, choice="a")
    asking = _asked(runner)
    assert asking.look() is None
    again = runner.next_command()
    assert isinstance(again, Ask)
    runner.write(events.QuestionAdopted(question="older", again=again.question.id))
    answered = asking.look()
    assert answered == older.look()
    assert answered is not None
    assert answered.question == "older"
    found = Asking.again(runner.folder, again.question.id).look()
    assert found == answered


def test_a_question_with_a_name_of_its_own_is_another(runner: StandIn) -> None:
    _asked(runner)
    runner.answer(runner.next_question(), choice="a")
    second = _asked(runner, replace(WISH, id="second"))
    assert runner.next_question().id == "second"
    assert second.look() is None


def test_the_default_at_the_deadline_says_that_nobody_answered(runner: StandIn) -> None:
    asking = _asked(runner, replace(WISH, default="a"))
    question = runner.next_question()
    runner.answer(question, choice="a", expired=True)
    answered = asking.look()
    assert answered is not None
    assert (answered.expired, answered.is_none, answered.words) == (True, False, "argon2")


def test_a_deadline_without_a_default_answers_nothing(runner: StandIn) -> None:
    asking = _asked(runner, replace(WISH, blocking=False))
    runner.answer(runner.next_question(), text="nobody answered in time", expired=True)
    answered = asking.look()
    assert answered is not None
    assert answered.is_none


def test_a_withdrawn_question_is_told_and_can_be_asked_again(runner: StandIn) -> None:
    asking = _asked(runner)
    question = runner.next_question()
    runner.write(events.QuestionWithdrawn(id=question.id, reason="interrupted by lead"))
    with pytest.raises(NotPossible, match="interrupted by lead"):
        asking.look()
    again = _asked(runner)
    runner.answer(runner.next_question(), choice="a")
    assert again.look() is not None


def test_a_refusal_is_told(runner: StandIn) -> None:
    asking = _asked(runner)
    command = runner.next_command()
    runner.write(events.CommandRefused(command=command.id, reason="too many questions"))
    with pytest.raises(NotPossible, match="too many questions"):
        asking.look()


def test_waiting_ends_with_the_answer(runner: StandIn) -> None:
    asking = _asked(runner)
    question = runner.next_question()
    naps: list[float] = []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 3:
            runner.answer(question, choice="a")

    assert asking.wait(sleep=sleep) is not None
    assert len(naps) == 3


def test_waiting_ends_at_its_limit_and_the_question_stays(runner: StandIn) -> None:
    asking = _asked(runner)
    question = runner.next_question()
    time = _Time()
    assert asking.wait(2.0, sleep=time.sleep, clock=time.now) is None
    assert time.now() == pytest.approx(2.0)
    runner.answer(question, choice="a")
    assert asking.wait(2.0, sleep=time.sleep, clock=time.now) is not None


class _Time:
    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self._now += seconds


def test_looks_become_rarer() -> None:
    each = [pause for pause, _ in zip(pauses(), range(50), strict=False)]
    assert each[0] == 0.2
    assert each == sorted(each)
    assert each[-1] == LAST_LOOK


def test_a_question_is_found_by_its_id(runner: StandIn) -> None:
    _asked(runner)
    question = runner.next_question()
    again = Asking.again(runner.folder, question.id)
    assert again.look() is None
    runner.answer(question, choice="b")
    answered = again.look()
    assert answered is not None
    assert answered.words == "bcrypt"


def test_an_unknown_id_is_told(runner: StandIn) -> None:
    with pytest.raises(NotFound, match="never asked a question nonsense"):
        Asking.again(runner.folder, "nonsense")


def test_without_a_session_nothing_is_asked(tmp_path: Path) -> None:
    asking = Asking.of(SessionFolder(tmp_path / "gone" / "s"), WISH)
    with pytest.raises(NotFound):
        asking.begin()


def test_outside_a_session_it_says_so() -> None:
    with pytest.raises(UsageError, match="not inside a session"):
        own_folder(environment={})


def test_a_folder_without_a_session_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no session here"):
        spec_of(own_folder(str(tmp_path / "gone")))


def test_the_watch_passes_over_output_and_reads_on(runner: StandIn) -> None:
    watch = Watch(runner.folder)
    runner.write(events.AgentSaid(text='{"type":"question.asked"}\n' + "x" * BLOCK))
    _asked(runner)
    question = runner.next_question()
    runner.write(events.ToolOutput(call="c", text="y" * BLOCK))
    assert [type(record.event) for record in watch.read()] == [events.QuestionAsked]
    assert list(watch.read()) == []
    runner.answer(question, choice="a")
    assert [type(record.event) for record in watch.read()] == [events.QuestionAnswered]


def test_a_torn_line_is_read_when_it_is_whole(runner: StandIn) -> None:
    _asked(runner)
    question = runner.next_question()
    runner.answer(question, choice="a")
    whole = runner.folder.journal.read_bytes()
    runner.folder.journal.write_bytes(whole[:-20])
    watch = Watch(runner.folder)
    assert [type(record.event) for record in watch.read()] == [events.QuestionAsked]
    with runner.folder.journal.open("ab") as file:
        file.write(whole[-20:])
    assert [type(record.event) for record in watch.read()] == [events.QuestionAnswered]


def test_a_replaced_journal_is_read_from_its_beginning(runner: StandIn, tmp_path: Path) -> None:
    _asked(runner)
    runner.answer(runner.next_question(), choice="a")
    elsewhere = SessionFolder(tmp_path / "elsewhere")
    elsewhere.path.mkdir()
    watch = Watch(elsewhere)
    for _ in range(2):
        copy = tmp_path / "copy"
        copy.write_bytes(runner.folder.journal.read_bytes())
        copy.replace(elsewhere.journal)
        assert len(list(watch.read())) == 2
    assert list(watch.read()) == []


def test_two_threads_that_ask_the_same_are_both_answered(runner: StandIn) -> None:
    answers: list[Answered | None] = []

    def ask() -> None:
        answers.append(_asked(runner).wait(10))

    _together(ask, ask, meanwhile=lambda: runner.answer(_first_question(runner), choice="a"))
    assert [answered.choice for answered in answers if answered] == ["a", "a"]


def _first_question(runner: StandIn) -> Question:
    command = None
    while command is None:
        command = next((c for c in runner.look() if isinstance(c, Ask)), None)
    runner.ask(command.question)
    return command.question


def _together(*work: Callable[[], None], meanwhile: Callable[[], None]) -> None:
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    meanwhile()
    for thread in threads:
        thread.join(20)
