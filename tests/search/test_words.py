"""Words, lines and tellings: the pure part of the search."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuhu_tui.model import events
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.project_events import ALL_EVENTS
from wuhu_tui.model.records import Record
from wuhu_tui.model.search_line import kinds_of, line_of, moment_of, read_line
from wuhu_tui.model.search_words import Finder, Word, plain, words_of
from wuhu_tui.model.searches import SearchQuery, Told
from wuhu_tui.model.telling import LONGEST, OPEN, OVERLAP, Memory, Passage, Teller, tellings

NOW = datetime(2026, 1, 15, 14, 30, tzinfo=UTC).astimezone()


def taken(*told: Any, memory: Memory | None = None) -> list[Passage]:
    """All passages of these events, those that may go on too."""
    teller = Teller(memory)
    found: list[Passage] = []
    for seq, event in enumerate(told, 1):
        record = Record(
            session="s", epoch=1, seq=seq, ts=NOW + timedelta(seconds=10 * seq), event=event
        )
        found += teller.take(record)
    return [*found, *teller.growing()]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("one  two one", [Word(text="one"), Word(text="two")]),
        ('"one two" three', [Word(text="one two"), Word(text="three")]),
        ('say "open end', [Word(text="say"), Word(text="open end")]),
        ('foo"(bar', [Word(text='foo"(bar')]),
        ('"', [Word(text='"')]),
        ('""', [Word(text='"')]),
        ("get_*", [Word(text="get_", begins=True)]),
        ("* ** a*b", [Word(text="*"), Word(text="**"), Word(text="a*b")]),
        ("a AND NOT", [Word(text="a"), Word(text="AND"), Word(text="NOT")]),
        ("\x1b[31mred", [Word(text="red")]),
        ("  ", []),
    ],
)
def test_words(line: str, words: list[Word]) -> None:
    assert list(words_of(line)) == words


@given(st.text(max_size=40))
def test_any_line_is_found_in_a_text_that_holds_it(line: str) -> None:
    words = words_of(line)
    finder = Finder(words)
    text = f"before {plain(line)} after"
    assert finder.sight(text) is not None
    shown, found = finder.excerpt(text, 0)
    assert all(0 <= start < end <= len(shown) for start, end in found)


def test_a_beginning_stands_behind_nothing_that_is_a_letter() -> None:
    finder = Finder(words_of("user*"))
    assert finder.sight("get_users")
    assert finder.sight("Users")
    assert not finder.sight("superuser")


def test_what_only_repeats_the_passage_before_is_not_found_twice() -> None:
    finder = Finder(words_of("needle"))
    assert finder.sight("a needle", behind=8) is None
    assert finder.sight("a needle needle", behind=8) is not None


def test_an_excerpt_shows_the_words_wherever_they_are() -> None:
    text = "word " * 500 + "needle " + "word " * 500
    sight = Finder(words_of("needle")).sight(text)
    assert sight is not None
    shown, found = Finder(words_of("needle")).excerpt(text, sight.start)
    assert (shown[0], shown[-1]) == ("…", "…")
    assert [shown[start:end] for start, end in found] == ["needle"]


def test_a_line_of_words_and_filters() -> None:
    query = read_line(
        'rate session:auth,cart kind:rep "a kind:b" tool:"pytest -q" path:src/*.py since:-2h limit',
        NOW,
    )
    assert query == SearchQuery(
        words='rate "a kind:b" limit',
        sessions=("auth", "cart"),
        kinds=(Told.REPORT,),
        tool="pytest -q",
        path="src/*.py",
        since=NOW - timedelta(hours=2),
    )
    told = list(line_of(query))
    assert told[:3] == ["session auth", "session cart", "kind report"]


def test_a_word_with_a_colon_is_a_word() -> None:
    assert read_line("xkind:said http://x", NOW).words == "xkind:said http://x"


@pytest.mark.parametrize("line", ["kind:", "kind:nonsense", "since:soon", "until:2026-99-01"])
def test_what_is_wrong_with_a_filter_is_told(line: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_line(line, NOW)
    assert caught.value.remedy


@given(st.text(max_size=40))
def test_any_line_is_read_or_told_about(line: str) -> None:
    with suppress(UsageError):
        assert read_line(line, NOW).limit == SearchQuery(words="").limit


def test_times() -> None:
    midnight = NOW.replace(hour=0, minute=0, second=0, microsecond=0)
    assert moment_of("today", NOW) == midnight
    assert moment_of("yesterday", NOW) == midnight - timedelta(days=1)
    assert moment_of("yesterday", NOW, ends=True) == midnight - timedelta(microseconds=1)
    assert moment_of("30m", NOW) == NOW - timedelta(minutes=30)
    earlier, later = NOW - timedelta(minutes=1), NOW + timedelta(minutes=1)
    assert moment_of(f"{earlier:%H:%M}", NOW) == earlier.replace(second=0)
    assert moment_of(f"{later:%H:%M}", NOW) == later.replace(second=0) - timedelta(days=1)
    assert moment_of("2026-01-02T03:04:05Z", NOW) == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_kinds_by_their_beginnings() -> None:
    assert kinds_of("re") == (Told.REPORT, Told.REVIEW)
    assert kinds_of("said,diff") == (Told.SAID, Told.DIFF)


def test_pieces_are_joined_by_message_and_by_tool() -> None:
    found = taken(
        events.AgentThought(text="hm"),
        events.AgentSaid(text="a", message="1"),
        events.AgentSaid(text="x", message="9", parent="sub"),
        events.AgentSaid(text="b", message="1"),
        events.AgentSaid(text="c", message="2"),
        events.ToolStarted(call="t", title="ls", kind="execute", paths=("src",)),
        events.ToolOutput(call="t", text="one "),
        events.ToolOutput(call="t", text=" two"),
        events.ToolEnded(call="t", diff="--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-a\n+b"),
        events.AgentSaid(text="d"),
        events.ToolStarted(call="u", title="ls"),
        events.AgentSaid(text="e"),
        events.TurnEnded(turn=1, stop_reason="end"),
    )
    told = {(one.kind, one.text) for one in found}
    said = {text for kind, text in told if kind is Told.SAID}
    assert said == {"ab", "x", "c", "d", "e"}
    assert {(Told.THOUGHT, "hm"), (Told.OUTPUT, "one two")} <= told
    [diff] = [one for one in found if one.kind is Told.DIFF]
    assert (diff.tool, diff.paths) == ("execute: ls", ("x.py", "src"))


def test_a_long_text_goes_on_where_it_was_cut() -> None:
    found = taken(events.AgentSaid(text="ab " * LONGEST))
    assert all(len(one.text) <= LONGEST for one in found)
    for before, after in pairwise(found):
        assert after.text[: after.lead] == before.text[-OVERLAP:]
    assert "".join(one.text[one.lead :] for one in found) == "ab " * LONGEST


def test_what_a_teller_remembers_is_bounded() -> None:
    memory = Memory()
    found = taken(
        *(events.ToolOutput(call=f"c{number}", text="x") for number in range(OPEN * 3)),
        memory=memory,
    )
    assert len(memory.growing) <= OPEN
    assert len(found) == OPEN * 3


def test_the_place_of_a_character_is_its_record() -> None:
    found = taken(*(events.AgentSaid(text=f"{number:03} ", message="m") for number in range(50)))
    [passage] = found
    for number in (0, 7, 49):
        end = passage.text.index(f"{number:03}") + 3
        assert passage.cursor_at(end)[0].seq == number + 1


def test_unknown_events_are_searched_too() -> None:
    event = events.UnknownEvent(type="report.future", body={"a": [{"b": "words"}], "n": 3})
    [telling] = tellings(event)
    assert (telling.kind, telling.text) == (Told.REPORT, "words")


def test_every_kind_has_a_beginning_of_its_own_events() -> None:
    streamed = {Told.SAID, Told.THOUGHT, Told.TOOL, Told.OUTPUT, Told.DIFF, Told.SCREEN}
    kinds = {
        telling.kind
        for name in ALL_EVENTS
        for telling in tellings(events.UnknownEvent(type=name, body={"text": "x"}))
    }
    assert kinds | streamed == set(Told)
