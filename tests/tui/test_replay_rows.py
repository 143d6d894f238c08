"""The scrubber, its marks, times as they are written, and two moments side by side: as rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.tui.boards import NOW
from wuhu_tui.model.diff import Diff, DiffFile, DiffLine, FileChange, Hunk, LineKind
from wuhu_tui.model.differences import Difference, Differences, SessionDifference
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.marks import Mark, MarkKind, Moment
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.presentation import scrubber
from wuhu_tui.tui.presentation.compare import MOST_LINES, compare_rows, heading
from wuhu_tui.tui.presentation.marks import STYLES, SYMBOLS, mark_after, mark_before
from wuhu_tui.tui.presentation.replay import absent_words, replay_badge, worktree_banner
from wuhu_tui.tui.presentation.replay_time import read_time
from wuhu_tui.tui.presentation.scrubber import Axis, Place, Standing, scrubber_rows
from wuhu_tui.tui.presentation.transcript_palette import NAMES
from wuhu_tui.tui.presentation.transcript_wrap import width_of

BEGIN = NOW - timedelta(hours=2)
AXIS = Axis(
    begin=BEGIN,
    end=NOW,
    density=tuple(n % 9 for n in range(100)),
    marks=(
        Place(3, MarkKind.QUESTION, own=True),
        Place(7, MarkKind.ANSWER, own=False),
        Place(50, MarkKind.FAULT, own=False),
    ),
    here=20,
)
STANDING = Standing(
    at=NOW - timedelta(minutes=30),
    index=1234,
    last=5678,
    speed=1.0,
    idle_cap=3.0,
    told="auth-api asks: which hash?",
    kind=MarkKind.QUESTION,
)


def texts(width: int, height: int = 3, **changes: object) -> list[str]:
    standing = Standing(**{**STANDING.__dict__, **changes})
    return [row.text for row in scrubber_rows(AXIS, standing, width, height)]


def test_the_scrubber_shows_marks_blocks_and_words() -> None:
    marks, blocks, words = texts(114)
    assert (marks[7 + 3], marks[7 + 7], marks[7 + 50], marks[7 + 20]) == ("?", "a", "✗", "▼")
    assert blocks.startswith(" 10:00 ·▃▅▅▆▇▇██·")
    assert blocks.endswith(" 12:00 ")
    assert words.startswith(" ‖ PAUSED 1×  11:30:00  30m before the end ")
    assert "? question · auth-api asks: which ha…" in words


@pytest.mark.parametrize("width", [3, 10, 20, 30, 44, 60, 80, 140, 200])
@pytest.mark.parametrize("height", [1, 2, 3])
def test_no_row_is_wider_than_the_terminal(width: int, height: int) -> None:
    axis = Axis(BEGIN, NOW, (1,) * scrubber.columns_in(BEGIN, NOW, width)[1], AXIS.marks, here=2)
    rows = scrubber_rows(axis, STANDING, width, height)
    assert len(rows) == height
    bars = rows if width >= 24 else rows[:-1]
    assert [row.text for row in bars if width_of(row.text) > width] == []


def test_every_style_of_a_row_is_in_the_palette() -> None:
    kinds = tuple(Place(n, kind, own=n % 2 == 0) for n, kind in enumerate(MarkKind))
    other = tuple(Place(n + 20, kind, own=n % 2 == 1) for n, kind in enumerate(MarkKind))
    axis = Axis(BEGIN, NOW, (1,) * 90, (*kinds, *other), here=3, held=5)
    for height in (2, 3):
        for standing in (STANDING, Standing(playing=True, last=9, read=0.4, held=NOW)):
            rows = scrubber_rows(axis, standing, 100, height)
            assert {style for row in rows for style, _ in row.spans} <= NAMES


def test_every_kind_has_a_symbol_of_its_own() -> None:
    assert set(SYMBOLS) == set(STYLES) == set(MarkKind)
    assert len(set(SYMBOLS.values())) == len(SYMBOLS)
    assert all(width_of(symbol) == 1 for symbol in SYMBOLS.values())


def test_the_selected_session_s_marks_are_brighter_and_come_first() -> None:
    marks = [mark(1, MarkKind.FAULT, "b"), mark(2, MarkKind.ANSWER, "a"), mark(3, "steer", "b")]
    [first, second] = scrubber.places(marks, [0, 0, 5], "a")
    assert (first.kind, first.own) == (MarkKind.ANSWER, True)
    assert (second.kind, second.own) == (MarkKind.STEER, False)
    [pressing, _] = scrubber.places(marks, [0, 0, 5], "")
    assert (pressing.kind, pressing.own) == (MarkKind.FAULT, False)
    row = scrubber_rows(Axis(BEGIN, NOW, (1,) * 80, (first, second), here=70), STANDING, 94, 3)[0]
    assert ("mark_answer", "a") in row.spans
    assert ("mark_answer_dim", "»") in row.spans


def test_many_marks_are_sorted_into_columns_by_where_these_begin() -> None:
    assert scrubber.columns_by([0, 3, 7, 7, 9], [0, 2, 3, 6, 7, 8, 9, 500]) == [
        0,
        0,
        1,
        1,
        3,
        3,
        4,
        4,
    ]
    assert scrubber.columns_by([5, 6], [1]) == [0]


def test_one_event_is_seen_beside_a_thousand() -> None:
    axis = Axis(BEGIN, NOW, (0, 1, 1000), here=-1)
    assert scrubber_rows(axis, STANDING, 40, 3)[1].text.startswith("·▁█")


def test_what_is_said_of_a_recording_that_is_empty_or_still_read() -> None:
    empty = scrubber_rows(Axis(), Standing(), 80, 3)
    assert [row.text for row in empty] == [" nothing was recorded yet"]
    assert "reading 43 %" in texts(80, read=0.431)[-1]
    assert "▶ PLAYING 64×" in texts(80, playing=True, speed=64.0)[-1]
    assert "the end" in texts(80, index=5678)[-1]
    assert "H 10:00:00" in texts(140, held=BEGIN)[-1]
    assert "2026-01-03 11:30:00" in texts(140, at=STANDING.at - timedelta(days=2))[-1]


def test_hostile_words_stay_words() -> None:
    told = "\x1b]2;OWNED\x07[/b]\x9b31m line\nline"
    words = texts(200, told=told)[-1]
    assert "\x1b" not in words
    assert "\x9b" not in words
    assert "\n" not in words
    assert "[/b]" in words


# marks


def mark(index: int, kind: str, session: str) -> Mark:
    at = NOW + timedelta(seconds=index)
    return Mark(
        moment=Moment(index, at), kind=MarkKind(kind), session=session, cursor=Cursor(1, index)
    )


MARKS = [
    mark(2, "question", "a"),
    mark(5, "merge", "b"),
    mark(5, "fault", "a"),
    mark(9, "merge", "a"),
]


@pytest.mark.parametrize(
    ("index", "wanted", "after", "before"),
    [
        (0, {}, 2, None),
        (2, {}, 5, None),
        (5, {}, 9, 2),
        (9, {}, None, 5),
        (3, {"session": "b"}, 5, None),
        (5, {"session": "b"}, None, None),
        (2, {"kind": MarkKind.MERGE}, 5, None),
        (9, {"kind": MarkKind.MERGE, "session": "b"}, None, 5),
    ],
)
def test_the_next_mark_and_the_one_before(
    index: int, wanted: dict[str, str], after: int | None, before: int | None
) -> None:
    found = mark_after(MARKS, index, **wanted), mark_before(MARKS, index, **wanted)  # type: ignore[arg-type]
    assert tuple(one and one.moment.index for one in found) == (after, before)


# times


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("11:05", "2026-01-05 11:05:00"),
        (" 11:05:09 ", "2026-01-05 11:05:09"),
        ("23:30", "2026-01-04 23:30:00"),
        ("-10m", "2026-01-05 11:50:00"),
        ("+30s", "2026-01-05 12:00:30"),
        ("-1h 30m", "2026-01-05 10:30:00"),
        ("-1.5h", "2026-01-05 10:30:00"),
        ("2026-01-04", "2026-01-04 00:00:00"),
        ("2026-01-04 22:10", "2026-01-04 22:10:00"),
        ("2026-01-04T22:10:05", "2026-01-04 22:10:05"),
        ("end", "2026-01-05 12:20:00"),
    ],
)
def test_a_time_is_read_as_it_is_written(written: str, meant: str) -> None:
    first, last = NOW - timedelta(hours=14), NOW + timedelta(minutes=20)
    assert str(read_time(written, NOW, first, last))[:19] == meant


@pytest.mark.parametrize(
    "written",
    [
        "",
        "soon",
        "25:00",
        "12",
        "12:",
        "-",
        "-10",
        "+5x",
        "-1m junk",
        "1:2:3:4",
        "2026-13-01",
        "²:³",
        "-99999999999999d",
        "2026-01-04 x",
        "²m",
        "-²m",
    ],
)
def test_what_is_no_time_is_refused_in_words(written: str) -> None:
    with pytest.raises(UsageError, match="is no time") as told:
        read_time(written, NOW, BEGIN, NOW)
    assert "14:05" in (told.value.remedy or "")


# two moments


def differences() -> Differences:
    lines = (
        DiffLine(LineKind.CONTEXT, "def total():", 1, 1),
        DiffLine(LineKind.REMOVED, "    return 1", 2, 0),
        DiffLine(LineKind.ADDED, "    return 2", 0, 2),
    )
    file = DiffFile(
        path="shop/total.py",
        change=FileChange.MODIFIED,
        added=1,
        removed=1,
        hunks=(Hunk("@@ -1,2 +1,2 @@", lines),),
    )
    one = SessionDifference(
        session="shop-api-impl-01",
        title="auth-api",
        before=SessionState.WORKING,
        after=SessionState.ASKING,
        changes=(Difference("question", "", "Which hash? [/b]"), Difference("turn", "1", "2")),
        files=Diff(base="a", head="b", files=(file,)),
    )
    other = SessionDifference(
        session="shop-api-impl-02",
        title="",
        before=None,
        after=SessionState.WORKING,
        files_note="nothing of its worktree was recorded",
    )
    return Differences(
        first=Moment(10, BEGIN),
        second=Moment(250, NOW),
        project=(Difference("base", "3f2c1d", "9ab8c7"),),
        sessions=(one, other),
    )


@pytest.mark.parametrize("width", [40, 80, 110])
def test_two_moments_are_told_in_state_and_in_files(width: int) -> None:
    assert heading(differences()) == "10:00:00 → 12:00:00 · 2h00 · 240 events"
    rows, places = compare_rows(differences(), width)
    told = "\n".join(row.text for row in rows)
    assert "working → asking" in rows[places[0]].text
    assert "not there → working" in rows[places[1]].text
    for words in ("3f2c1d", "9ab8c7", "Which hash? [/b]", "shop/total.py", "return 2", "recorded"):
        assert words in told
    assert [row.text for row in rows if width_of(row.text) > width] == []
    assert {style for row in rows for style, _ in row.spans} <= NAMES


def test_nothing_that_differs_is_said_and_much_is_cut_with_a_word() -> None:
    nothing = Differences(first=Moment(1, BEGIN), second=Moment(2, BEGIN))
    [row] = compare_rows(nothing, 80)[0]
    assert "nothing differs" in row.text
    lines = tuple(DiffLine(LineKind.ADDED, "x", 0, n) for n in range(1, MOST_LINES + 500))
    file = DiffFile(path="a", change=FileChange.ADDED, hunks=(Hunk("@@", lines),))
    first = differences().sessions[0]
    much = replace(nothing, sessions=(replace(first, files=Diff("", "", (file, file))),))
    rows, _ = compare_rows(much, 80)
    assert len(rows) < MOST_LINES + 50
    assert "more rows of this file are not shown here" in rows[-2].text


# words on every screen


def test_the_badge_says_what_it_is_what_waits_and_the_way_back() -> None:
    assert replay_badge(2, "shop", "L", 140).plain == " ◀◀ REPLAY  ? 2 need you now  L goes live "
    assert replay_badge(1, "shop", "L", 80).plain == " ◀◀ REPLAY  ? 1 needs you now "
    assert replay_badge(0, "run.wuhu", "", 140).plain == " ◀◀ REPLAY  run.wuhu "
    assert replay_badge(3, "shop", "L", 30).plain == " ◀◀ REPLAY  ? 3 now "


def test_what_was_not_there_is_said_with_what_is_known_of_it() -> None:
    from tests.tui.boards import session

    view = session("auth-api", SessionState.WORKING)
    early = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
    assert absent_words(view.id, view, early) == (
        "auth-api was not there yet at 10:00:00: it was made at 11:01:00"
    )
    assert absent_words(view.id, view, NOW) == "auth-api was not on the board at 12:00:00"
    assert "not made yet, or archived by then" in absent_words("x", None, NOW)
    told = worktree_banner(view, "as of its last tool call", NOW)
    assert told is not None
    assert "as it stood at 12:00:00 · as of its last tool call" in told.plain
