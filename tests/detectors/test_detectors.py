"""Every detector has a stream on which it must fire, and one on which it must not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from tests.detectors.streams import NAME, Stream
from tests.model.strategies import journals
from wuhu_tui.model import events
from wuhu_tui.model.detectors.detections import (
    Concern,
    DetectorKind,
    ErrorClass,
)
from wuhu_tui.model.detectors.error_classes import error_class
from wuhu_tui.model.detectors.panel import DETECTORS, detect
from wuhu_tui.model.records import Record
from wuhu_tui.model.reports import Exit, ExitReason
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState

K = DetectorKind


def _pages(stream: Stream, *offsets: int) -> Stream:
    for offset in offsets:
        stream.read("shop/pricing.py", offset=offset, limit=100)
        stream.run("git status")
    return stream


def _silent(stream: Stream, minutes: float) -> Stream:
    return stream.waits(minutes=minutes).run("ls")


def _dies() -> Stream:
    stream = Stream().run("ls")
    stream.story.lost(NAME)
    return stream


def _dies_unseen() -> Stream:
    return Stream().run("ls").tell(events.RunnerStarted(pid=2))


def _ends_and_lives_again() -> Stream:
    stream = Stream().report().rests()
    stream.tell(events.RunnerEnded(exit=Exit(reason=ExitReason.STOPPED)))
    return stream.tell(events.RunnerStarted(pid=2))


def _fails(words: str, times: int) -> Stream:
    stream = Stream()
    for number in range(times):
        stream.run(f"make test-{number}", words.format(number), ok=False)
    return stream


def _limits(name: str, count: int) -> dict[str, Any]:
    return {name: count}


def _tries(stream: Stream, *outputs: str) -> Stream:
    for number, output in enumerate(outputs):
        stream.run("make test", output).run(f"git log -{number}")
    return stream


FIRES: list[tuple[DetectorKind, Concern, Callable[[], Stream]]] = [
    (K.PAGINATION_SPIRAL, Concern.STAGNANT, lambda: _pages(Stream(), 0, 100, 200)),
    (K.PAGINATION_SPIRAL, Concern.STAGNANT, lambda: _pages(Stream(), 0, 100, 0)),
    (
        K.PAGINATION_SPIRAL,
        Concern.STAGNANT,
        lambda: (
            Stream()
            .run("sed -n 1,80p shop/cart.py")
            .run("sed -n '80,160p' shop/cart.py")
            .run("sed -n 160,240p shop/cart.py")
        ),
    ),
    (
        K.TURN_KEY_REPETITION,
        Concern.SPIRAL,
        lambda: Stream().run("make").run("make").run("make"),
    ),
    (
        K.TURN_KEY_REPETITION,
        Concern.SPIRAL,
        lambda: (
            Stream()
            .tool("other", "find", {"query": "tax", "limit": 10})
            .tool("other", "find", {"limit": 20, "query": "tax"})
            .tool("other", "find", {"query": "tax", "limit": 30})
        ),
    ),
    (K.ERROR_ECHO, Concern.FAILED, lambda: _fails("pricing.py:{}: no such tax", 3)),
    (
        K.EDIT_REVERT,
        Concern.SPIRAL,
        lambda: Stream().edit("a.py", "1", "2").edit("a.py", "2", "1").edit("a.py", "1", "2"),
    ),
    (
        K.EDIT_REVERT,
        Concern.SPIRAL,
        lambda: (
            Stream()
            .edit("a.py", "1", "2")
            .edit("a.py", "2", "3")
            .edit("a.py", "3", "4")
            .run("cd . && git checkout -- a.py")
        ),
    ),
    (K.SAME_RESULT, Concern.WARNING, lambda: _tries(Stream(), "red", "red", "red")),
    (K.OVER_TURNS, Concern.WARNING, lambda: Stream(turn_limit=2).next_turn().next_turn()),
    (K.QUIET, Concern.WARNING, lambda: _silent(Stream(), 10)),
    (K.STALE, Concern.STAGNANT, lambda: _silent(Stream(), 60)),
    (K.LOST, Concern.FAILED, _dies),
    (K.LOST, Concern.FAILED, _dies_unseen),
    (K.NO_REPORT, Concern.WARNING, lambda: Stream().run("ls").rests()),
]

SILENT: list[tuple[DetectorKind, Callable[[], Stream]]] = [
    (K.PAGINATION_SPIRAL, lambda: _pages(Stream(), 0, 100)),
    (K.PAGINATION_SPIRAL, lambda: _pages(Stream(), 0, 0, 0)),
    (
        K.PAGINATION_SPIRAL,
        lambda: _pages(_pages(Stream(), 0, 100).edit("b.py", "1", "2"), 200),
    ),
    (K.PAGINATION_SPIRAL, lambda: Stream().read("a", offset=1).read("b", offset=2).read("c")),
    (K.TURN_KEY_REPETITION, lambda: Stream().run("make").run("make").run("ls").run("make")),
    (K.TURN_KEY_REPETITION, lambda: Stream().run("make").run("make").next_turn().run("make")),
    (
        K.TURN_KEY_REPETITION,
        lambda: Stream().edit("a", "1", "2").edit("a", "2", "3").edit("a", "3", "4"),
    ),
    (K.ERROR_ECHO, lambda: _fails("pricing.py:{}: no such tax", 2)),
    (
        K.ERROR_ECHO,
        lambda: (
            Stream()
            .run("make", "red", ok=False)
            .run("make", "red", ok=False)
            .run("make", "green")
            .run("make", "red", ok=False)
        ),
    ),
    (
        K.EDIT_REVERT,
        lambda: Stream().edit("a.py", "1", "2").edit("a.py", "2", "3").edit("a.py", "3", "4"),
    ),
    (K.EDIT_REVERT, lambda: Stream().edit("a.py", "1", "2").edit("a.py", "2", "1")),
    (K.SAME_RESULT, lambda: _tries(Stream(), "1 red", "2 red", "3 red")),
    (
        K.SAME_RESULT,
        lambda: _tries(_tries(Stream(), "red", "red").edit("a", "1", "2"), "red", "red"),
    ),
    (K.OVER_TURNS, lambda: Stream(turn_limit=2).next_turn()),
    (K.OVER_TURNS, lambda: Stream().next_turn().next_turn()),
    (K.OVER_BUDGET, lambda: Stream().used(1000.0)),
    (K.QUIET, lambda: _silent(Stream(), 9)),
    (K.QUIET, lambda: _silent(Stream().report().rests(), 600)),
    (K.QUIET, lambda: _silent(Stream().becomes(SessionState.ASKING), 600)),
    (K.STALE, lambda: _silent(Stream(), 59)),
    (K.LOST, _ends_and_lives_again),
    (K.NO_REPORT, lambda: Stream().report().rests()),
]


@pytest.mark.parametrize(("kind", "concern", "stream"), FIRES)
def test_it_fires_once_and_says_where(
    kind: DetectorKind, concern: Concern, stream: Callable[[], Stream]
) -> None:
    told = stream()
    (found,) = told.found(kind)
    assert found.concern is concern
    assert found.session == NAME
    places = {record.cursor for record in told.story.records if record.session == NAME}
    assert {found.cursor, *found.evidence} <= places
    assert list(found.evidence) == sorted(found.evidence)
    assert found.text


@pytest.mark.parametrize(("kind", "stream"), SILENT)
def test_it_does_not_fire(kind: DetectorKind, stream: Callable[[], Stream]) -> None:
    assert stream().found(kind) == []


def test_there_is_one_detector_for_each_kind() -> None:
    assert [detector.kind for detector in DETECTORS] == list(DetectorKind)
    assert {kind for kind, _ in SILENT} == set(DetectorKind)
    assert {kind for kind, _, _ in FIRES} == set(DetectorKind) - {K.OVER_BUDGET}  # below


def test_the_same_result_warns_at_three_and_holds_at_five() -> None:
    found = _tries(Stream(), *["red"] * 6).found(K.SAME_RESULT)
    calls = [one for one in found if "make test" in one.text]
    assert [(one.concern, len(one.evidence)) for one in calls] == [
        (Concern.WARNING, 3),
        (Concern.HOLD, 5),
    ]


def test_a_budget_is_its_own_or_the_threshold_s_and_counts_over_all_lives() -> None:
    stream = Stream().used(0.6).used(0.7)
    assert stream.found(K.OVER_BUDGET) == []
    assert len(stream.found(K.OVER_BUDGET, cost=0.65)) == 1
    stream.tell(events.AgentStarted(agent="sample", pid=3)).used(0.2, tokens=50)
    (found,) = stream.found(K.OVER_BUDGET, cost=0.85)
    assert found.text == "used $0.90 of $0.85"
    assert len(stream.found(K.OVER_BUDGET, tokens=50)) == 1


@pytest.mark.parametrize(
    ("kind", "limit"),
    [
        (K.PAGINATION_SPIRAL, "pagination_reads"),
        (K.TURN_KEY_REPETITION, "repeated_keys"),
        (K.ERROR_ECHO, "repeated_errors"),
    ],
)
def test_another_threshold_fires_elsewhere_and_nought_never(kind: DetectorKind, limit: str) -> None:
    stream = Stream()
    for number in range(5):
        stream.tool(
            "read", "Read a", {"path": "a", "offset": number}, ok=False, output=f"line {number}: no"
        )
    fired = [stream.found(kind, **_limits(limit, count)) for count in (3, 4, 6, 0)]
    assert [len(found) for found in fired] == [1, 1, 0, 0]
    assert fired[0][0].at < fired[1][0].at


def test_silence_that_goes_on_is_told_with_the_time_it_began_to_count() -> None:
    stream = Stream().run("ls")
    assert stream.found(K.QUIET) == []
    assert stream.found(K.QUIET, silent=timedelta(minutes=9)) == []
    (found,) = stream.found(K.QUIET, silent=timedelta(hours=5))
    assert found.at == stream.story.now + timedelta(minutes=10)
    assert len(stream.found(K.STALE, silent=timedelta(hours=5))) == 1


def test_who_was_found_lost_is_silent_only_up_to_then() -> None:
    stream = Stream().run("ls").waits(minutes=15)
    stream.story.lost(NAME)
    found = stream.found(silent=timedelta(hours=5))
    assert [one.kind for one in found] == [K.QUIET, K.LOST]
    stream.waits(hours=5).tell(events.RunnerStarted(pid=2))
    assert stream.found() == found
    stream.story.working(NAME)
    assert stream.found(K.STALE, silent=timedelta(hours=2)) != []


def test_sub_agents_that_work_side_by_side_repeat_nothing_of_each_other() -> None:
    stream = Stream()
    for parent in ("one", "two", "three"):
        stream.tool("read", "Read a", {"path": "a"}, output="a", parent=parent)
    assert stream.found() == []


def test_what_is_found_does_not_depend_on_repeated_records() -> None:
    stream = _pages(Stream(), 0, 100, 200)
    once = stream.found()
    stream.story.records = [one for record in stream.story.records for one in (record, record)]
    assert stream.found() == once


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (ErrorClass.EDIT_FORMAT_FRICTION, "String to replace not found in file."),
        (ErrorClass.EDIT_FORMAT_FRICTION, "error: patch failed: shop/cart.py:3"),
        (ErrorClass.EDIT_FORMAT_FRICTION, "the text to find stands 2 times in the file"),
        (ErrorClass.EDIT_FORMAT_FRICTION, "File has not been read yet. Read it first."),
        (ErrorClass.SCOPE_DENIED, "a.py lies outside the scope of this session (shop/)."),
        (ErrorClass.COMMAND_BLOCKED, "(declined)"),
        (ErrorClass.COMMAND_BLOCKED, "Permission to use Bash was denied by the project's rule"),
        (ErrorClass.OTHER, "AssertionError: 7 != 8"),
        (ErrorClass.OTHER, "permission denied: /etc/shadow"),
        (ErrorClass.OTHER, "command not found: pytest"),
    ],
)
def test_errors_have_classes(kind: ErrorClass, words: str) -> None:
    assert error_class(words) is kind


def test_an_echo_tells_its_class() -> None:
    stream = Stream()
    for number in range(3):
        stream.tool(
            "edit", f"Edit {number}", {"n": number}, ok=False, output="old_string not found"
        )
    (found,) = stream.found(K.ERROR_ECHO)
    assert found.error is ErrorClass.EDIT_FORMAT_FRICTION


@given(journals(NAME, max_size=20))
def test_whatever_a_journal_holds_the_detectors_bear_it(records: list[Record]) -> None:
    spec = SessionSpec(id=NAME, project="shop")
    until = max((record.ts for record in records), default=None)
    found = detect(spec, records, until=until)
    assert found == detect(spec, iter(records), until=until)
    assert {one.session for one in found} <= {NAME}


@pytest.mark.parametrize(
    "arguments",
    ["{", "{}", "[1]", '{"a": 1e999}', "{" * 5000, '{"a":' * 900 + "1" + "}" * 900, "\x00", "'"],
    ids=["torn", "empty", "list", "infinite", "too deep", "deep", "nul", "quote"],
)
def test_odd_arguments_are_compared_as_they_are(arguments: str) -> None:
    stream = Stream()
    for _ in range(3):
        stream.tool("read", "Read a", arguments).tool("execute", arguments, arguments)
    assert stream.found(K.TURN_KEY_REPETITION) == []
    for _ in range(3):
        stream.tool("other", "it", arguments)
    assert len(stream.found(K.TURN_KEY_REPETITION)) == 1
