"""What people type, understood: names, durations, answers, findings."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from wuhu_tui.cli.naming import find_session, find_sessions
from wuhu_tui.cli.options import text_of
from wuhu_tui.cli.talk import asked_question, choose
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.errors import NotFound, UsageError
from wuhu_tui.model.findings import finding_of
from wuhu_tui.model.questions import Option, Question, QuestionKind
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.worker.durations import duration_of

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def _board(**titles: str) -> Board:
    specs = [
        SessionSpec(id=name.replace("_", "-"), project="shop", title=title)
        for name, title in titles.items()
    ]
    return Board(sessions={spec.id: SessionView(spec=spec) for spec in specs})


BOARD = _board(shop_impl_01="rate-limit", shop_impl_02="search", shop_fix_01="")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("shop-impl-01", "shop-impl-01"),
        ("rate-limit", "shop-impl-01"),
        ("rate", "shop-impl-01"),
        ("impl-02", "shop-impl-02"),
        ("fix", "shop-fix-01"),
        ("shop-f", "shop-fix-01"),
    ],
)
def test_a_session_is_found_by_id_title_or_the_start_of_one(said: str, meant: str) -> None:
    assert find_session(BOARD, said).id == meant


def test_a_title_counts_before_the_start_of_another() -> None:
    board = _board(shop_impl_01="search", shop_impl_02="search-index")
    assert find_session(board, "search").id == "shop-impl-01"


def test_a_name_of_several_names_them() -> None:
    with pytest.raises(UsageError, match="shop-impl-01 or shop-impl-02"):
        find_session(BOARD, "impl")


@pytest.mark.parametrize("said", ["", "nobody"])
def test_a_name_of_nobody_is_not_found(said: str) -> None:
    with pytest.raises(NotFound):
        find_session(BOARD, said)


def test_a_misspelt_name_gets_the_nearest() -> None:
    with pytest.raises(NotFound) as caught:
        find_session(BOARD, "raet-limit")
    assert "did you mean rate-limit?" in caught.value.remedy


def test_a_session_named_twice_is_one() -> None:
    assert [view.id for view in find_sessions(BOARD, ["search", "impl-02", "fix"])] == [
        "shop-impl-02",
        "shop-fix-01",
    ]


@pytest.mark.parametrize(
    ("said", "seconds"), [("90s", 90), ("10m", 600), ("1h", 3600), ("2d", 172800), ("1.5", 1.5)]
)
def test_durations(said: str, seconds: float) -> None:
    assert duration_of(said) == timedelta(seconds=seconds)


def test_no_limit() -> None:
    assert duration_of("none") is None


@pytest.mark.parametrize("said", ["", "soon", "1w", "-5s", "1h30m"])
def test_what_is_no_duration_is_refused(said: str) -> None:
    with pytest.raises(UsageError, match="not a duration"):
        duration_of(said)


@pytest.mark.parametrize("said", ["3000000d", "9" * 400])
def test_a_duration_beyond_all_calendars_is_refused(said: str) -> None:
    with pytest.raises(UsageError, match="too long"):
        duration_of(said)


def _question(kind: QuestionKind, *options: Option) -> Question:
    return Question(id="q1", kind=kind, text="Which?", asked_at=NOON, options=options)


HASHES = _question(
    QuestionKind.CHOICE,
    Option(key="opt-a", label="argon2", recommended=True),
    Option(key="opt-b", label="bcrypt"),
)


@pytest.mark.parametrize("said", ["2", "opt-b", "bcrypt"])
def test_an_option_is_said_by_number_key_or_name(said: str) -> None:
    assert choose(HASHES, said) == ("opt-b", "")


def test_what_is_no_option_is_refused_and_the_options_named() -> None:
    with pytest.raises(UsageError, match="1 argon2, 2 bcrypt"):
        choose(HASHES, "md5")


def test_text_is_text_when_said_so() -> None:
    assert choose(HASHES, "2", as_text=True) == ("", "2")


def test_an_open_question_takes_words_even_beside_options() -> None:
    open_ = _question(QuestionKind.OPEN, Option(key="a", label="yes"))
    assert choose(open_, "it depends") == ("", "it depends")
    assert choose(open_, "1") == ("a", "")


def test_the_start_of_several_questions_ids_is_no_question() -> None:
    asked = tuple(replace(HASHES, id=name) for name in ("01a1", "01a2"))
    view = replace(BOARD.sessions["shop-impl-01"], questions=asked)
    assert asked_question(view, "") == asked[0]
    assert asked_question(view, "01a2") == asked[1]
    assert asked_question(view, "02") is None
    with pytest.raises(NotFound, match="several open questions"):
        asked_question(view, "01a")


def test_a_whole_id_means_that_question_also_where_another_one_begins_so() -> None:
    asked = tuple(replace(HASHES, id=name) for name in ("q10", "q1"))
    view = replace(BOARD.sessions["shop-impl-01"], questions=asked)
    assert asked_question(view, "q1") == asked[1]


def test_a_finding_names_path_line_and_text() -> None:
    finding = finding_of("src/a.py:12: off by one: see: tests")
    assert (finding.path, finding.line, finding.text) == (
        "src/a.py",
        12,
        "off by one: see: tests",
    )


@pytest.mark.parametrize("said", ["off by one", "src/a.py:off", "src/a.py:3:"])
def test_what_is_no_finding_is_refused(said: str) -> None:
    with pytest.raises(UsageError, match="not a finding"):
        finding_of(said)


def test_a_dash_reads_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("from a pipe\n"))
    assert text_of("-") == "from a pipe\n"


def test_an_empty_text_is_refused() -> None:
    with pytest.raises(UsageError, match="empty"):
        text_of("  ")
