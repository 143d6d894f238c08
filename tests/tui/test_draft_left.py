"""The lead's draft: whatever arrives meanwhile, it stays as it is, and what waits is counted beside it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.tui.boards import ago, hash_question, sample_board, session
from tests.tui.conftest import Shot
from tests.tui.dashboard_app import (
    NARROW,
    WIDE,
    app_of,
    dashboard,
    press,
    settle,
    text_of,
    type_text,
)
from tests.tui.fake_core import FakeCore
from tests.tui.letters import CART, METRICS, dead, with_letters
from wuhu_tui.model.board import Board
from wuhu_tui.model.reports import Report, ReportKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.dialogs.composer import ComposerDialog
from wuhu_tui.tui.drafts import Drafts
from wuhu_tui.tui.presentation.attention import all_needs
from wuhu_tui.tui.presentation.behind import behind_words
from wuhu_tui.tui.purposes import Purpose, draft_key, stranded
from wuhu_tui.tui.widgets.message_field import MessageField

S = SessionState
WORDS = "Hold the migration until"


def reporting(number: int, kind: ReportKind = ReportKind.BLOCKED) -> dict[str, object]:
    report = Report(kind=kind, summary=f"report {number}", at=ago(minutes=number))
    view = session(f"worker-{number}", S.REPORTED, number=100 + number, report=report)
    return {view.id: view}


def busy_board(reports: int, *, questions: int = 0) -> Board:
    """Workers that reported and asked, and one at work that is written to."""
    target = session("target", S.WORKING, number=1)
    sessions: dict[str, object] = {target.id: target}
    for number in range(reports):
        sessions |= reporting(number)
    for number in range(questions):
        asks = session(f"asker-{number}", S.ASKING, number=200 + number)
        sessions[asks.id] = replace(asks, questions=(replace(hash_question(), id=f"q{number}"),))
    return replace(sample_board(), sessions=sessions)


@pytest.mark.parametrize(
    ("board", "words"),
    [
        (busy_board(0), ""),
        (busy_board(1), "1 waits behind this: 1 report"),
        (busy_board(2, questions=1), "3 wait behind this: 2 reports, 1 question"),
        (
            with_letters(busy_board(0), *(dead(f"d{n}", CART) for n in range(5))),
            "5 wait behind this: 5 undelivered messages",
        ),
    ],
)
def test_what_waits_is_counted_by_kind(board: Board, words: str) -> None:
    assert behind_words(all_needs(board, lambda name: True, ago())) == words


TARGET = "shop-api-impl-01"
KEY = draft_key(TARGET, Purpose.STEER)


async def kept(path: Path, words: str) -> None:
    """Wait until the drafts on the disk hold these words."""
    async with asyncio.timeout(10):
        while True:
            drafts = Drafts(path, lambda error: None)
            await drafts.load()
            if drafts.get(KEY) == words:
                return
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(("name", "size"), [("wide", WIDE), ("narrow", NARROW)])
async def test_a_draft_left_for_hours(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    shot: Shot,
    name: str,
    size: tuple[int, int],
) -> None:
    """18 reports, questions, dead letters, a stop and an archive come; the words stay unsent."""
    path = tmp_path / "drafts.json"
    core = FakeCore(busy_board(0))
    async with dashboard(core, size, drafts=path) as pilot:
        told: list[str] = []
        monkeypatch.setattr(app_of(pilot).verbs, "tell", lambda text, **_: told.append(text))
        app_of(pilot).selected = TARGET
        await press(pilot, "s")
        await type_text(pilot, WORDS)
        for reports in range(1, 19):
            await core.show(busy_board(reports))
        await settle(pilot)
        assert "18 wait behind this: 18 reports" in text_of(pilot)
        await core.show(busy_board(18, questions=1))
        await core.show(with_letters(busy_board(18, questions=1), dead("d", METRICS)))
        await core.move(TARGET, S.STOPPED)
        await settle(pilot)
        assert "20 wait behind this" in text_of(pilot)
        assert await shot(pilot, f"composer-left-{name}")
        await core.move(TARGET, S.ARCHIVED)
        await settle(pilot)
        await press(pilot, "enter")
        assert "target was archived" in told[-1]
        sessions = {key: view for key, view in core.board.sessions.items() if key != TARGET}
        await core.show(replace(core.board, sessions=sessions))
        await press(pilot, "enter")
        assert "left the board" in told[-1]
        assert isinstance(pilot.app.screen, ComposerDialog)
        assert pilot.app.screen.query_one(MessageField).text == WORDS
        assert core.calls == []
        await kept(path, WORDS)


async def test_while_the_lead_goes_on_typing_the_disk_follows(tmp_path: Path) -> None:
    """Nothing but what is on the disk survives a kill: it is there while the dialog is still open."""
    path = tmp_path / "drafts.json"
    async with dashboard(FakeCore(busy_board(0)), drafts=path) as pilot:
        app_of(pilot).selected = TARGET
        await press(pilot, "s")
        await type_text(pilot, "first")
        await kept(path, "first")
        await type_text(pilot, " second")
        await kept(path, "first second")
        assert isinstance(pilot.app.screen, ComposerDialog)


def test_drafts_are_stranded_whose_session_is_gone_or_whose_question_is_over() -> None:
    board = replace(
        busy_board(0, questions=1),
        sessions={**busy_board(0, questions=1).sessions, "old": session("old", S.ARCHIVED)},
    )
    asker = next(name for name, view in board.sessions.items() if view.questions)
    keys = (
        "new session",
        draft_key(TARGET, Purpose.STEER),
        draft_key(asker, Purpose.ANSWER, "q0"),
        draft_key(asker, Purpose.ANSWER, "q9"),
        draft_key("old", Purpose.FOLLOW_UP),
        draft_key("nobody", Purpose.EDIT, "m1"),
        "a/b/c",
    )
    assert [key for key, _ in stranded(keys, board)] == [
        draft_key(asker, Purpose.ANSWER, "q9"),
        draft_key("old", Purpose.FOLLOW_UP),
        draft_key("nobody", Purpose.EDIT, "m1"),
    ]


async def test_words_to_a_session_that_is_gone_can_be_said_to_another(tmp_path: Path) -> None:
    path = tmp_path / "drafts.json"
    core = FakeCore(busy_board(1))
    async with dashboard(core, drafts=path) as pilot:
        app = app_of(pilot)
        app.selected = TARGET
        await press(pilot, "s")
        await press(pilot, "ctrl+t")
        await type_text(pilot, WORDS)
        await press(pilot, "escape")
        await core.move(TARGET, S.ARCHIVED)
        app.selected = next(name for name in core.board.sessions if name != TARGET)
        await press(pilot, "f")
        assert "ctrl+t brings unsent words to target here" in text_of(pilot)
        await type_text(pilot, "Beside: ")
        await press(pilot, "ctrl+t")
        assert pilot.app.screen.query_one(MessageField).text == f"Beside: \n{WORDS}"
        assert "unsent words" not in text_of(pilot)
        await press(pilot, "enter")
        assert [call.arguments for call in core.calls] == [{"text": f"Beside: \n{WORDS}"}]
        assert app.drafts.keys == ()
