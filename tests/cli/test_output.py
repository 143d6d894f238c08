"""What is printed: aligned, coloured only on a terminal, and never obeyed by one."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from wuhu_tui.cli import output
from wuhu_tui.cli.output import Painted, ago, as_json, hint, say, say_columns
from wuhu_tui.model.quantities import counted
from wuhu_tui.model.value import EPOCH_START

HOSTILE = "a\x1b]0;owned\x07b\x1b[2Jc\x9b31md\u202ee\ud800f\rg"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal as stdout; put there within the test, after pytest's own."""
    screen = Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return screen


def test_text_of_agents_is_only_shown(capsys: pytest.CaptureFixture[str]) -> None:
    say(HOSTILE, Painted(HOSTILE, "red"))
    say_columns([(HOSTILE, Painted(HOSTILE, "red"))])
    hint(HOSTILE)
    told = capsys.readouterr()
    for text in (told.out, told.err):
        assert text
        assert not set(text) & set("\x1b\x07\x9b\u202e\ud800\r")


def test_on_a_terminal_only_our_own_colours_remain(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _terminal(monkeypatch)
    say(Painted(HOSTILE, "red"))
    text = terminal.getvalue()
    assert text.startswith("\x1b[31ma")
    assert text.count("\x1b") == 2


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colours_can_be_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    terminal = _terminal(monkeypatch)
    monkeypatch.setenv(name, value)
    say(Painted("plain", "red"))
    assert terminal.getvalue() == "plain\n"


def test_json_is_ascii_that_no_terminal_obeys() -> None:
    text = as_json({"text": HOSTILE + "\x7fé"})
    assert text.isascii()
    assert not set(text) & set("\x1b\x7f")
    assert json.loads(text)["text"] == HOSTILE + "\x7fé"


def test_columns_are_aligned_by_cells(capsys: pytest.CaptureFixture[str]) -> None:
    say_columns([("a", "one"), ("日本", "two"), ("ccc", "")], indent=" ")
    assert capsys.readouterr().out == " a     one\n 日本  two\n ccc\n"


def test_a_cell_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    say_columns([("first\nsecond", "x")])
    assert capsys.readouterr().out == "first second  x\n"


def test_on_a_terminal_the_last_column_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _terminal(monkeypatch)
    say_columns([("name", "word " * 20)])
    line = terminal.getvalue().rstrip("\n")
    assert len(line) <= 40
    assert line.endswith("…")


def test_no_rows_print_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    say_columns([])
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0s"), (59, "59s"), (60, "1m"), (7200, "2h"), (200000, "2d"), (-5, "0s")],
)
def test_ages(seconds: int, told: str) -> None:
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    assert ago(moment - timedelta(seconds=seconds), moment) == told


def test_what_never_happened_has_no_age() -> None:
    assert ago(EPOCH_START, datetime(2026, 1, 2, tzinfo=UTC)) == ""


def test_counting() -> None:
    assert [counted(number, "session") for number in (0, 1, 2)] == [
        "0 sessions",
        "1 session",
        "2 sessions",
    ]


def test_no_terminal_has_no_edge(capsys: pytest.CaptureFixture[str]) -> None:
    assert not output.on_terminal()
    say_columns([("name", "word " * 200)])
    assert "…" not in capsys.readouterr().out
