"""Frames: what is folded quickly is what is folded slowly, and what is kept comes back as it was."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.model.strategies import SESSIONS, interleavings, journals
from tests.replay.journals import BEGINNING, at
from wuhu_tui.core.replay.folding import Folding
from wuhu_tui.core.replay.frames import DamagedFrame, Frame, FrameFile, FrameWriter, packed
from wuhu_tui.core.replay.lines import Line, parse
from wuhu_tui.core.replay.pieces import PieceReader, PieceWriter
from wuhu_tui.core.replay.state import State
from wuhu_tui.core.replay.strand import Reached
from wuhu_tui.core.replay.told import Teller
from wuhu_tui.journal.lines import encode_record
from wuhu_tui.model import events
from wuhu_tui.model.agent_events import AgentDelayed, DelayKind, ScreenChanged
from wuhu_tui.model.board import Board
from wuhu_tui.model.fold import fold, fold_all
from wuhu_tui.model.messages import Boundary
from wuhu_tui.model.records import Record
from wuhu_tui.model.screen import Screen

ONE, TWO = SESSIONS


def line_of(record: Record) -> Line:
    line = parse(encode_record(record).rstrip(b"\n"), record.session, 0)
    assert line is not None
    return line


streams = st.lists(
    st.tuples(
        st.sampled_from((ONE, TWO)),
        st.sampled_from(
            (
                events.AgentSaid(text="so"),
                events.AgentThought(text="hm"),
                events.ToolOutput(call="c", text="out"),
                events.TurnStarted(turn=1),
                events.RunnerStarted(pid=1),
                events.MessageLanded(id="m", boundary=Boundary.TURN_END),
                AgentDelayed(kind=DelayKind.RETRY),
                events.ToolStarted(call="c", title="pytest"),
                events.ToolEnded(call="c"),
            )
        ),
        st.integers(-5, 20),
        st.sampled_from((1, 1, 1, 2)),
    ),
    max_size=60,
)


def stream_records(drawn: Sequence[tuple[str, events.Event, int, int]]) -> list[Record]:
    return [
        Record(session=name, epoch=epoch, seq=count, ts=at(count + late), event=event)
        for count, (name, event, late, epoch) in enumerate(drawn, start=1)
    ]


def reread(records: Sequence[Record]) -> list[Record]:
    return [line_of(record).decoded() for record in records]


def same(one: Board, other: Board) -> bool:
    """Whether both are equal, and their tables in one order."""
    tables = (
        (one.sessions, other.sessions),
        (one.letters, other.letters),
        (one.sightings, other.sightings),
    )
    return one == other and all(list(mine) == list(yours) for mine, yours in tables)


@given(streams, st.sets(st.integers(0, 60), max_size=5))
def test_long_streams_are_folded_as_if_every_record_was(
    drawn: list[tuple[str, events.Event, int, int]], looks: set[int]
) -> None:
    records = reread(stream_records(drawn))
    folding, board = Folding(State()), Board()
    for count, record in enumerate(records):
        folding.take(line_of(record))
        board = fold(board, record)
        if count in looks:
            assert same(folding.state({}).board, board)
    assert same(folding.state({}).board, board)


@given(journals("", max_size=12), journals(ONE, max_size=12), journals(TWO, max_size=12), st.data())
def test_any_records_fold_alike_and_come_back_from_their_pieces(
    project: list[Record], first: list[Record], second: list[Record], data: st.DataObject
) -> None:
    order = reread(data.draw(interleavings([project, first, second])))
    folding, writer, pieces = Folding(State()), PieceWriter(), [b""]
    reader = PieceReader(lambda number: pieces[number])
    states: list[tuple[int, State]] = []
    for count, record in enumerate(order, start=1):
        folding.take(line_of(record))
        if count % 3 == 0 or count == len(order):
            state = folding.state({record.session: Reached(count * 7, count)})
            assert same(state.board, fold_all(Board(), order[:count]))
            pieces += writer.write(state)
            states.append((len(pieces) - 1, state))
    for root, state in states:
        found = reader.state(root)
        assert found == state
        assert same(found.board, state.board)


def many_states(count: int) -> list[State]:
    """Boards that share almost everything."""
    folding, states = Folding(State()), []
    for number in range(count):
        name = f"shop-{number % 50:02}"
        folding.take(
            line_of(
                Record(
                    session=name,
                    epoch=1,
                    seq=number + 1,
                    ts=at(number),
                    event=events.CommitSeen(sha=f"{number:040}"),
                )
            )
        )
        states.append(folding.state({name: Reached(number, number)}))
    return states


def test_what_did_not_change_is_not_written_again() -> None:
    writer = PieceWriter()
    sizes = [sum(map(len, writer.write(state))) for state in many_states(150)]
    assert max(sizes[100:]) < 2_000 < sum(sizes[:50])


@pytest.fixture
def file() -> Iterator[int]:
    with tempfile.TemporaryFile() as opened:
        yield opened.fileno()


def write_frames(file: int, states: Sequence[State], end: int = 0) -> FrameWriter:
    writer, pieces, check = FrameWriter(file, end), PieceWriter(), 0
    for count, state in enumerate(states, start=1):
        frame = Frame(count * 10, count * 1000, count / 2, count, 0, 0, 0, 0, 0)
        block, check = packed(frame, Teller().told([]), pieces.write(state), check)
        assert writer.append(block)
    return writer


def opened(file: int) -> FrameFile:
    frames = FrameFile(file, 0)
    for _ in frames.grow():
        pass
    return frames


def test_frames_come_back_in_any_order(file: int) -> None:
    states = many_states(40)
    write_frames(file, states)
    frames = opened(file)
    assert [frame.index for frame in frames.frames] == [10 * count for count in range(1, 41)]
    assert [frames.before(index) for index in (0, 9, 10, 19, 401)] == [-1, -1, 0, 0, 39]
    for place in (39, 0, 17, 3):
        assert frames.state(place) == states[place]
        assert frames.reached(place) == states[place].reached


def test_a_damaged_block_ends_what_can_be_used(file: int) -> None:
    states = many_states(12)
    write_frames(file, states)
    whole = opened(file)
    size = whole.end
    content = os.pread(file, size, 0)
    for place in range(0, size, 97):
        os.pwrite(file, bytes([content[place] ^ 0x55]), place)
        frames = opened(file)
        assert len(frames.frames) == sum(one.offset + one.size <= place for one in whole.frames)
        for good in range(len(frames.frames)):
            assert frames.state(good) == states[good]
        os.pwrite(file, content[place : place + 1], place)


def test_a_block_that_changes_behind_our_back_is_found_out(file: int) -> None:
    write_frames(file, many_states(5))
    frames = opened(file)
    os.pwrite(file, b"\0" * 64, frames.frames[2].offset)
    with pytest.raises(DamagedFrame):
        frames.state(2)
    assert frames.state(1).board.sessions


def test_a_torn_block_is_no_block(file: int) -> None:
    write_frames(file, many_states(3))
    end = opened(file).end
    os.ftruncate(file, end - 1)
    assert len(opened(file).frames) == 2


def test_frames_that_are_let_go_are_made_anew(file: int) -> None:
    states = many_states(6)
    write_frames(file, states)
    frames = opened(file)
    assert frames.state(5) == states[5]
    frames.keep(2)
    writer, pieces = FrameWriter(file, frames.end), PieceWriter(frames.next_number)
    writer.clear()
    again = Frame(25, 7, 0.0, 0, 0, 0, 0, 0, 0)
    other = replace(states[0], tools={"one": (b"line",)})
    block, _ = packed(again, Teller().told([]), pieces.write(other), frames.last_check)
    assert writer.append(block)
    assert len(list(frames.grow())) == 1
    assert frames.state(2) == other
    assert frames.state(1) == states[1]
    frames.keep(0)
    assert (frames.end, frames.before(99)) == (0, -1)


def test_a_block_counts_only_behind_the_one_it_was_written_behind(file: int) -> None:
    """Copied while another process cut the file and wrote it anew."""
    states = many_states(3)
    write_frames(file, states[:2])
    second = opened(file).frames[1]
    block = os.pread(file, second.size, second.offset)
    os.ftruncate(file, 0)
    write_frames(file, states[2:])
    os.pwrite(file, block, opened(file).end)
    frames = opened(file)
    assert [frames.state(place) for place in range(len(frames.frames))] == states[2:]


def test_a_full_disk_is_no_trouble(file: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    writer = FrameWriter(file, 0)
    monkeypatch.setattr(os, "pwrite", full)
    assert not writer.append(b"block")
    assert writer.failed


def test_screens_and_running_tools_are_part_of_a_state() -> None:
    folding = Folding(State())
    told = [
        ScreenChanged(columns=9, rows=2, lines={0: "one", 1: "two"}, whole=True),
        ScreenChanged(columns=9, rows=2, lines={1: "2"}),
        events.ToolStarted(call="a", title="first"),
        events.ToolStarted(call="b", title="second"),
        events.ToolEnded(call="a"),
    ]
    for seq, event in enumerate(told, start=1):
        folding.take(line_of(Record(session=ONE, epoch=1, seq=seq, ts=BEGINNING, event=event)))
    state = folding.state({})
    assert state.screens == {ONE: Screen(columns=9, rows=2, lines=("one", "2"))}
    (running,) = state.tools[ONE]
    assert b'"call":"b"' in running
    gone = events.AgentExited()
    folding.take(
        line_of(Record(session=ONE, epoch=1, seq=9, ts=BEGINNING + timedelta(1), event=gone))
    )
    assert folding.state({}).tools == {}
