"""The one order of all journals: causes first, each record once, the same from every place."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.replay.journals import BEGINNING, Recording, at
from wuhu_tui.core.replay.clocks import shift_of
from wuhu_tui.core.replay.journals import Journals
from wuhu_tui.core.replay.lines import Line
from wuhu_tui.core.replay.order import Order
from wuhu_tui.core.replay.strand import Reached
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model import events
from wuhu_tui.model.letters import Letter, LetterKind
from wuhu_tui.model.messages import Lane, Message
from wuhu_tui.model.project_events import LetterPosted, SessionMoved
from wuhu_tui.model.records import Cursor, Record
from wuhu_tui.model.review_events import OpinionGiven
from wuhu_tui.model.reviews import Verdict, VerdictKind
from wuhu_tui.model.states import SessionState

SESSIONS = ("one", "two", "three")
Place = tuple[str, int]


def letter(name: str, sender: str = "lead", reported: int = 0) -> LetterPosted:
    posted = Letter(
        id=name,
        kind=LetterKind.STEER,
        sender=sender,
        recipient="one",
        text="go on",
        posted_at=BEGINNING,
        reported_at=Cursor(epoch=1, seq=reported),
    )
    return LetterPosted(letter=posted)


def taken(name: str) -> events.CommandTaken:
    return events.CommandTaken(command=name, kind="steer", by="lead")


def moved(session: str, seq: int) -> SessionMoved:
    return SessionMoved(
        session=session,
        before=SessionState.WORKING,
        after=SessionState.IN_REVIEW,
        cause="",
        after_record=Cursor(epoch=1, seq=seq),
    )


def told(recording: Recording, reached: dict[str, Reached] | None = None) -> list[Record]:
    return [line.decoded() for line, _, _ in steps(recording, reached or {})]


def steps(
    recording: Recording, reached: dict[str, Reached]
) -> Iterator[tuple[Line, datetime, dict[str, Reached]]]:
    journals = Journals(recording.folder)
    journals.look()
    order = Order(journals, reached)
    while (found := order.next()) is not None:
        yield *found, order.reached()


def places(records: list[Record]) -> list[Place]:
    return [(record.session, record.seq) for record in records]


class Story:
    """What really happened, written by clocks that may be off, with what was caused by what."""

    def __init__(self, recording: Recording, chance: random.Random, hours: dict[str, int]) -> None:
        self.recording = recording
        self.chance = chance
        self.hours = hours
        self.now = 0.0
        self.causes: dict[Place, list[Place]] = {}
        self.letters: dict[str, Place] = {}
        self.newest: dict[str, int] = {}
        for name in SESSIONS:
            self.now += 1
            born = recording.born(name, self.now)
            self.newest[name] = 0
            self.causes[name, 1] = [("", born.seq)]

    def go_on(self) -> None:
        self.now += self.chance.choice((0, 0.001, 1, 60))
        session = self.chance.choice(SESSIONS)
        self.chance.choice((self.says, self.says, self.posts, self.takes, self.moves))(session)

    def write(self, session: str, event: events.Event, causes: list[Place]) -> None:
        off = 3600 * self.hours.get(session, 0)
        record = self.recording.tell(session, self.now + off, event)
        self.newest[session] = record.seq
        self.causes.setdefault((session, record.seq), []).extend(causes)

    def says(self, session: str) -> None:
        self.write(session, events.AgentSaid(text="hm"), [])

    def posts(self, session: str) -> None:
        name, seq = f"letter-{len(self.letters)}", self.newest[session]
        self.write("", letter(name, session, seq), [(session, seq)] if seq else [])
        self.letters[name] = ("", self.newest[""])

    def takes(self, session: str) -> None:
        name = self.chance.choice([*self.letters, "nobody's"])
        cause = self.letters.get(name)
        self.write(session, taken(name), [cause] if cause else [])

    def moves(self, session: str) -> None:
        seq = self.newest[session]
        self.write("", moved(session, seq), [(session, seq)] if seq else [])


stories = st.tuples(
    st.integers(0, 2**32), st.integers(1, 60), st.tuples(*[st.sampled_from((0, 0, -5, 3))] * 3)
)


def write_story(folder: str, story: tuple[int, int, tuple[int, ...]]) -> Story:
    seed, length, hours = story
    clocks = dict(zip(SESSIONS, hours, strict=True))
    written = Story(Recording(Path(folder)), random.Random(seed), clocks)
    for _ in range(length):
        written.go_on()
    return written


@settings(max_examples=40, deadline=None)
@given(stories)
def test_whatever_clocks_say_causes_come_first(story: tuple[int, int, tuple[int, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        written = write_story(folder, story)
        order = places(told(written.recording))
    number = {place: count for count, place in enumerate(order)}
    assert len(number) == len(order)
    for session, newest in written.newest.items():
        assert [seq for name, seq in order if name == session][-newest:] == [
            seq for name, seq in sorted(number) if name == session
        ][-newest:]
    for place, causes in written.causes.items():
        for cause in causes:
            if place in number:
                assert number[cause] < number[place], (cause, place)


def damage(recording: Recording, chance: random.Random) -> None:
    """Cut, doubled, spoiled and shuffled, as a disk or a bad copy would."""
    for name in ("", *SESSIONS):
        path = recording.path(name)
        if not path.exists():
            continue
        lines = path.read_bytes().splitlines(keepends=True)
        for _ in range(chance.randrange(4)):
            place = chance.randrange(len(lines))
            spoiled = lines[place][: chance.randrange(1, 40)] + b"\xff\n"
            line = chance.choice((spoiled, b"", lines[place] * 2, b"\n"))
            lines[place] = line
            lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
        content = b"".join(lines)
        path.write_bytes(content[: chance.choice((len(content), len(content) // 2))])


@settings(max_examples=40, deadline=None)
@given(stories, st.booleans())
def test_the_order_is_the_same_from_every_place(
    story: tuple[int, int, tuple[int, ...]], spoil: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        written = write_story(folder, story)
        chance = random.Random(story[0])
        if spoil:
            seq = written.newest["one"] + 1
            written.write("", moved("one", seq), [])  # a circle: the record rests on a later letter
            written.write("", letter("circle"), [])
            written.write("one", taken("circle"), [])
            damage(written.recording, chance)
        whole = list(steps(written.recording, {}))
        order = places([line.decoded() for line, _, _ in whole])
        for name in ("", *SESSIONS):
            own = [seq for session, seq in order if session == name]
            assert own == fresh(written.recording, name)
        for place in chance.sample(range(len(order)), min(8, len(order))):
            assert places(told(written.recording, whole[place][2])) == order[place + 1 :]


def fresh(recording: Recording, session: str) -> list[int]:
    """What a live reader takes of a journal: what comes later than all before it."""
    newest, taken_in = 0, []
    for record in read_from(recording.path(session), session).records:
        if record.seq > newest:
            newest = record.seq
            taken_in.append(newest)
    return taken_in


def test_equal_times_go_project_first_and_then_by_name(tmp_path: Path) -> None:
    recording = Recording(tmp_path)
    for name in ("two", "one"):
        recording.born(name, 0)
        recording.tell(name, 0, events.AgentSaid(text="hm"))
    assert places(told(recording)) == [("", 1), ("", 2), ("", 3), ("one", 1), ("two", 1)]


def test_a_session_without_its_instantiation_holds_nobody(tmp_path: Path) -> None:
    recording = Recording(tmp_path)
    recording.tell("stray", 5, taken("a letter that was cut off"))
    recording.tell("", 9, moved("nobody", 7))
    assert places(told(recording)) == [("", 1), ("stray", 1), ("", 2)]


def test_an_opinion_comes_after_its_judgement(tmp_path: Path) -> None:
    recording = Recording(tmp_path)
    recording.born("judge", 1)
    verdict = Verdict(kind=VerdictKind.APPROVED, head="abc", by="judge", at=at(0))
    recording.tell("judge", 7200, events.AgentSaid(text="so"))
    judged = recording.tell("judge", 7201, events.JudgementMade(verdict=verdict))
    opinion = recording.tell("", 60, OpinionGiven(session="one", verdict=verdict))
    order = places(told(recording))
    assert order.index(("judge", judged.seq)) < order.index(("", opinion.seq))


def test_an_unknown_message_holds_nobody_and_a_letters_is_held(tmp_path: Path) -> None:
    recording = Recording(tmp_path)
    recording.born("one", 0)
    message = Message(
        id="told", lane=Lane.STEER, text="", by="lead", sequence=1, queued_at=BEGINNING
    )
    recording.tell("one", 1, events.AgentSaid(text="hm"))
    recording.tell("one", 2, events.MessageQueued(message=message))
    recording.tell("", 3, letter("told"))
    assert places(told(recording))[2:] == [("one", 1), ("", 3), ("one", 2)]


@pytest.mark.parametrize(
    ("first", "known", "shift"),
    [
        (5, [], 0),
        (-3600, [], 3600),
        (7200, [(7205, 60)], -7145),
        (7200, [(7205, 60), (7300, 70)], -7230),
        (5, [(6, 7)], 0),
    ],
)
def test_a_clock_is_shifted_by_no_more_than_is_proven(
    first: int, known: list[tuple[int, int]], shift: int
) -> None:
    proofs = [(at(session), at(project)) for session, project in known]
    assert shift_of(at(0), at(first), proofs) == timedelta(seconds=shift)


def test_times_by_the_one_clock_are_plausible(tmp_path: Path) -> None:
    recording = Recording(tmp_path)
    recording.born("one", 10)
    recording.tell("one", -7200, events.AgentSaid(text="two hours behind"))
    recording.tell("one", -7190, events.AgentSaid(text="ten seconds later"))
    times = [time for _, time, _ in steps(recording, {})]
    assert times[-2:] == [at(10), at(20)]
    assert all(earlier <= later for earlier, later in pairwise(times))
