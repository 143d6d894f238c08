"""`wuhu replay` where there is no screen: marks, states, and what is said where it cannot be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.replay.past_shop import ONE, PastShop, past_shop
from wuhu_tui.cli.main import run


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> PastShop:
    return past_shop(tmp_path_factory.mktemp("past") / "shop")


@pytest.fixture
def here(shop: PastShop, monkeypatch: pytest.MonkeyPatch) -> PastShop:
    monkeypatch.chdir(shop.root)
    return shop


def _told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert run(["replay", *arguments]) == code
    said = capsys.readouterr()
    return said.err if code else said.out


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    return json.loads(_told(capsys, *arguments, "--json"))


def test_marks_are_told_line_by_line(here: PastShop, capsys: pytest.CaptureFixture[str]) -> None:
    lines = _told(capsys, "--list").splitlines()
    assert [line.split()[2] for line in lines[:3]] == ["question", "answer", "report"]
    assert lines[0].split()[3:] == [ONE, "Digits?"]
    marks = _json(capsys, "--list", "digits")["marks"]
    assert [(mark["kind"], mark["session"]) for mark in marks[:1]] == [("question", ONE)]
    early = _json(capsys, "--list", "--at", "2026-03-01T09:00:12Z")["marks"]
    assert [mark["kind"] for mark in early] == ["question"]


@pytest.mark.parametrize(
    ("at", "state", "alive"),
    [("2026-03-01T09:00:11Z", "asking", True), ("-1000d", None, None), ("end", "approved", False)],
)
def test_a_state_is_told_as_of_a_time(
    here: PastShop,
    capsys: pytest.CaptureFixture[str],
    at: str,
    state: str | None,
    alive: bool | None,
) -> None:
    told = _json(capsys, "--state", "--at", at)
    found = [(one["state"], one["runner_alive"]) for one in told["state"]["sessions"]]
    assert found == ([(state, alive)] if state else [])
    assert told["source"] == "shop"


def test_ages_are_those_of_then(here: PastShop, capsys: pytest.CaptureFixture[str]) -> None:
    told = _told(capsys, "--state", "--at", "2026-03-01T09:00:11Z")
    assert "12 of " in told.splitlines()[0]
    assert "asking  0s" in told


def test_a_folder_may_be_named(
    shop: PastShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    told = _json(capsys, str(shop.root), ONE, "--state")
    assert [one["id"] for one in told["state"]["sessions"]] == [ONE]
    assert "no wuhu project here" in _told(capsys, str(tmp_path), "--list", code=3)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "wuhu replay --list prints"),
        (("nobody", "--list"), 3, 'no session is called "nobody"'),
        (("--state", "--at", "soon"), 2, "'soon' is no time"),
    ],
)
def test_what_cannot_be_is_said(
    here: PastShop, capsys: Any, arguments: tuple[str, ...], code: int, words: str
) -> None:
    assert words in _told(capsys, *arguments, code=code)
