"""Where the rows of a transcript stand: from the bottom up, and put while the lead reads back."""

from __future__ import annotations

import time

import pytest

from tests.tui.boards import NOW
from wuhu_tui.model import events
from wuhu_tui.model.records import Record
from wuhu_tui.model.transcript import Item, Transcript
from wuhu_tui.tui.presentation import transcript_layout
from wuhu_tui.tui.presentation.transcript import item_rows, said_rows
from wuhu_tui.tui.presentation.transcript_layout import GrowingText, TranscriptLayout
from wuhu_tui.tui.presentation.transcript_row import Row


class Story:
    """A transcript that grows, and its layout."""

    def __init__(self, width: int = 40, height: int = 5, **limits: int) -> None:
        self.transcript = Transcript(**limits)
        self.seq = 0
        self.layout = TranscriptLayout()
        self.layout.show(self.transcript)
        self.layout.resize(width, height)

    def following(self) -> bool:
        return self.layout.following

    def happens(self, event: events.Event) -> None:
        self.seq += 1
        self.transcript.apply(Record(session="s", epoch=1, seq=self.seq, ts=NOW, event=event))

    def says(self, text: str, message: str = "m") -> None:
        self.happens(events.AgentSaid(text=text, message=message))

    def lines(self, start: int, stop: int) -> None:
        for number in range(start, stop):
            self.says(f"line {number}\n")

    def tool(self, call: str, output: str = "", *, end: bool = True) -> None:
        self.happens(events.ToolStarted(call=call, title=f"Tool {call}"))
        if output:
            self.happens(events.ToolOutput(call=call, text=output))
        if end:
            self.happens(events.ToolEnded(call=call, output=output))

    @property
    def seen(self) -> list[str]:
        return [row.text.strip() for _, row in self.layout.visible()]


def test_the_newest_row_is_followed() -> None:
    story = Story()
    story.lines(0, 20)
    assert story.seen == [f"line {number}" for number in range(15, 20)]
    story.lines(20, 21)
    assert story.seen[-1] == "line 20"


def test_a_short_transcript_begins_at_the_top() -> None:
    story = Story()
    story.lines(0, 2)
    assert story.seen == ["line 0", "line 1"]
    story.layout.scroll(-3)
    assert story.following()


def test_scroll_back_stays_put_while_rows_arrive() -> None:
    story = Story()
    story.lines(0, 20)
    story.layout.scroll(-4)
    before = story.seen
    assert before == [f"line {number}" for number in range(11, 16)]
    story.lines(20, 32)
    assert story.seen == before
    assert story.layout.unseen() == 12
    assert not story.following()


def test_scrolling_to_the_end_follows_again() -> None:
    story = Story()
    story.lines(0, 20)
    story.layout.scroll(-4)
    story.layout.scroll(3)
    assert not story.following()
    story.layout.scroll(1)
    assert story.following()
    story.lines(20, 21)
    assert story.seen[-1] == "line 20"


def test_the_top_is_the_top() -> None:
    story = Story()
    story.lines(0, 20)
    story.layout.scroll(-1000)
    assert story.seen[0] == "line 0"
    story.layout.follow()
    story.layout.to_top()
    assert story.seen[0] == "line 0"
    assert story.layout.unseen() == 0


def test_scrolling_moves_by_rows_across_items() -> None:
    story = Story()
    for number in range(10):
        story.says(f"a{number}\nb{number}", message=str(number))
    assert story.seen == ["a8", "b8", "", "a9", "b9"]
    all_rows: list[str] = []
    story.layout.to_top()
    for _ in range(40):
        all_rows.append(story.seen[0])
        story.layout.scroll(1)
    expected = [row for number in range(10) for row in ("", f"a{number}", f"b{number}")][1:]
    assert all_rows[:24] == expected[:24]


def test_a_tool_call_that_folds_its_output_does_not_move_the_reader() -> None:
    story = Story(height=4)
    story.lines(0, 10)
    story.tool("t", "1\n2\n3\n", end=False)
    story.layout.scroll(-6)
    before = story.seen
    story.happens(events.ToolEnded(call="t", output="1\n2\n3\n"))
    assert story.seen == before


def test_folding_one_and_all() -> None:
    story = Story(height=10)
    story.tool("a", "output a\n")
    story.tool("b", "output b\n")
    assert story.seen == ["▸ Tool a ✔", "▸ Tool b ✔"]
    newest = story.layout.newest_foldable()
    assert newest == 1
    story.layout.fold(newest)
    assert story.seen == ["▸ Tool a ✔", "▾ Tool b ✔", "output b"]
    story.layout.fold_all()
    assert story.seen == ["▾ Tool a ✔", "output a", "▾ Tool b ✔", "output b"]
    story.layout.fold(0)
    assert story.seen == ["▸ Tool a ✔", "▾ Tool b ✔", "output b"]
    story.layout.fold_all()
    assert story.seen == ["▸ Tool a ✔", "▸ Tool b ✔"]


def test_only_a_head_line_folds() -> None:
    story = Story(height=10)
    story.says("hello\n")
    story.tool("a", "x", end=False)
    heads = [row.text for place, row in story.layout.visible() if story.layout.folds_at(place)]
    assert heads == [" ▸ Tool a ●"]


def test_dropped_items_leave_a_reader_where_he_is() -> None:
    story = Story(max_items=50)
    for number in range(50):
        story.says(f"said {number}", message=str(number))
    story.layout.scroll(-4)
    before = story.seen
    for number in range(50, 110):
        story.says(f"said {number}", message=str(number))
    assert story.transcript.dropped > 0
    if story.transcript.dropped < 40:
        assert story.seen == before
    for number in range(110, 300):
        story.says(f"said {number}", message=str(number))
    first = story.transcript.items[0].text
    assert story.seen[0] == first


def test_another_width_lays_out_anew() -> None:
    story = Story(width=42)
    story.says("word " * 20)
    wide = len(story.seen)
    story.layout.resize(22, 20)
    assert len(story.seen) > wide
    assert all(len(row) <= 20 for row in story.seen)


def test_an_item_is_drawn_again_only_when_it_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    def counted(item: Item, width: int, *, unfolded: bool = False) -> list[Row]:
        drawn.append(item.title)
        return item_rows(item, width, unfolded=unfolded)

    monkeypatch.setattr(transcript_layout, "item_rows", counted)
    story = Story(height=10)
    story.tool("a")
    story.tool("b", end=False)
    assert story.seen
    drawn.clear()
    story.happens(events.ToolOutput(call="b", text="x"))
    assert story.seen
    assert drawn == ["Tool b"]


def test_growing_text_shapes_only_what_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    shaped: list[str] = []

    def counted(line: str, width: int, *, fenced: bool) -> list[Row]:
        shaped.append(line)
        return said_rows(line, width, fenced=fenced)

    monkeypatch.setattr(transcript_layout, "said_rows", counted)
    growing = GrowingText(40)
    growing.update("one\ntwo\nthr")
    shaped.clear()
    rows = growing.update("one\ntwo\nthree\nfour")
    assert [row.text.strip() for row in rows] == ["one", "two", "three", "four"]
    assert shaped == ["three", "four"]


def test_growing_text_is_what_it_would_be_at_once() -> None:
    text = "\n\n# Plan\n```\n# code\n```\nsome **bold** words that go on and on and on\n" * 3
    step, at_once = GrowingText(30), GrowingText(30)
    for end in range(len(text) + 1):
        step.update(text[:end])
    assert step.rows == at_once.update(text)


def test_text_that_was_replaced_is_laid_out_anew() -> None:
    growing = GrowingText(40)
    growing.update("one\ntwo\n")
    assert [row.text for row in growing.update("three")] == [" three"]


def test_a_long_transcript_opens_at_once() -> None:
    story = Story(width=100, height=50)
    for number in range(20_000):
        story.says(f"message {number} " + "word " * 30, message=str(number))
    began = time.process_time()
    assert "19999" in " ".join(story.seen)
    opened = time.process_time() - began
    for _ in range(20):
        story.layout.scroll(-50)
        assert story.seen
    story.layout.to_top()
    assert story.seen[0].startswith("message 0")
    assert opened < 0.2
    assert time.process_time() - began < 2


def test_a_megabyte_in_one_line_stays_quick_while_it_grows() -> None:
    story = Story(width=100, height=50)
    story.says("x" * 1_000_000)
    assert story.seen
    began = time.process_time()
    for _ in range(50):
        story.says("more and more ")
        assert story.seen
    assert time.process_time() - began < 2
