"""A worker's words become a question, or are refused with the way to say it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.questions import OnTimeout, Option, QuestionKind
from wuhu_tui.worker.wishes import LONGEST, UNHURRIED, Wish, option_of, question_of

NOW = datetime(2026, 1, 2, tzinfo=UTC)
ARGON, BCRYPT = Option(key="argon2", label="Argon2"), Option(key="bcrypt", label="bcrypt")
BOTH = (ARGON, BCRYPT)


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("a: Argon2 — newer, needs a package", ("a", "Argon2", "newer, needs a package")),
        ("a: Argon2 -- newer", ("a", "Argon2", "newer")),
        ("a: Argon2", ("a", "Argon2", "")),
        ("Argon2 — newer", ("", "Argon2", "newer")),
        ("Argon2", ("", "Argon2", "")),
        ("two words: and more", ("", "two words: and more", "")),
        ("http://example.org", ("", "http://example.org", "")),
        ("well-known", ("", "well-known", "")),
    ],
)
def test_an_option_as_it_is_written(text: str, option: tuple[str, str, str]) -> None:
    found = option_of(text)
    assert (found.key, found.label, found.detail) == option


def test_an_open_question_blocks_without_end() -> None:
    question = question_of(Wish(text=" Which? "), "s", NOW)
    assert (question.text, question.kind) == ("Which?", QuestionKind.OPEN)
    assert (question.blocking, question.deadline) == (True, None)
    assert question.on_timeout is OnTimeout.BLOCK
    assert question.outlives_turn


def test_the_recommended_option_stands_first() -> None:
    question = question_of(Wish(text="Which?", options=BOTH, recommended="2"), "s", NOW)
    assert [option.key for option in question.options] == ["bcrypt", "argon2"]
    assert [option.recommended for option in question.options] == [True, False]
    assert question.kind is QuestionKind.CHOICE


def test_options_without_keys_get_some() -> None:
    labels = ("Yes, please!", "Yes please", "否")
    options = tuple(Option(key="", label=label) for label in labels)
    question = question_of(Wish(text="?", options=options), "s", NOW)
    assert [option.key for option in question.options] == ["yes-please", "2", "3"]


@pytest.mark.parametrize(
    ("wish", "on_timeout", "span"),
    [
        (Wish(text="?", options=BOTH, default="argon2"), OnTimeout.DEFAULT, UNHURRIED),
        (
            Wish(text="?", options=BOTH, default="1", deadline=timedelta(hours=1)),
            OnTimeout.DEFAULT,
            timedelta(hours=1),
        ),
        (Wish(text="?", deadline=timedelta(hours=1)), OnTimeout.FAIL, timedelta(hours=1)),
        (Wish(text="?", blocking=False), OnTimeout.FAIL, UNHURRIED),
        (
            Wish(text="?", deadline=timedelta(hours=1), on_timeout="block"),
            OnTimeout.BLOCK,
            timedelta(hours=1),
        ),
    ],
)
def test_what_happens_at_the_deadline(
    wish: Wish, on_timeout: OnTimeout, span: timedelta | None
) -> None:
    question = question_of(wish, "s", NOW)
    assert question.on_timeout is on_timeout
    assert question.deadline == (NOW + span if span else None)
    assert question.default == ("argon2" if wish.default else "")


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (Wish(text=" "), "needs words"),
        (Wish(text="x" * (LONGEST + 1)), "may be"),
        (Wish(text="?", context="x" * (LONGEST + 1)), "the context"),
        (Wish(text="?", options=(ARGON,)), "no choice"),
        (Wish(text="?", options=(ARGON, ARGON)), "same key"),
        (Wish(text="?", options=(ARGON, Option(key="x", label=""))), "needs a label"),
        (Wish(text="?", options=BOTH * 5), "too many"),
        (Wish(text="?", options=BOTH, default="3"), "there are: argon2, bcrypt"),
        (Wish(text="?", options=BOTH, recommended="scrypt"), "there are: argon2, bcrypt"),
        (Wish(text="?", recommended="1"), "there are: none"),
        (Wish(text="?", on_timeout="explode"), "default, block, fail"),
        (Wish(text="?", on_timeout="default"), "--default"),
    ],
)
def test_an_unclear_question_is_refused(wish: Wish, words: str) -> None:
    with pytest.raises(UsageError) as refused:
        question_of(wish, "s", NOW)
    assert words in str(refused.value)


def test_the_same_words_are_the_same_question() -> None:
    first = question_of(Wish(text="Which?", options=BOTH), "s", NOW)
    again = question_of(Wish(text="Which? ", options=BOTH[::-1]), "s", NOW + timedelta(1))
    assert again.id == first.id


@pytest.mark.parametrize(
    ("wish", "session"),
    [
        (Wish(text="Which?", options=BOTH), "other"),
        (Wish(text="What?", options=BOTH), "s"),
        (Wish(text="Which?"), "s"),
        (Wish(text="Which?", options=BOTH, id="second"), "s"),
    ],
)
def test_other_words_are_another_question(wish: Wish, session: str) -> None:
    first = question_of(Wish(text="Which?", options=BOTH), "s", NOW)
    assert question_of(wish, session, NOW).id != first.id
