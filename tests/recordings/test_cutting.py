"""Wherever journals are cut, nothing in the recording refers to what was cut off."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.recordings.projects import BEGINNING, Journals, Written, play_run
from tests.sampling import sampled
from wuhu_tui.core.recordings.concerning import Concerning
from wuhu_tui.core.recordings.contents import CUT, without_contents
from wuhu_tui.core.recordings.cutting import plan_cut
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lines import decode_line
from wuhu_tui.model import events
from wuhu_tui.model.events import Event
from wuhu_tui.model.project_events import LetterPosted, SessionMoved
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.states import SessionState

ONE, TWO = "shop-impl-01", "shop-impl-02"


def told(folder: ProjectFolder, session: str, size: int) -> list[tuple[Cursor, Event]]:
    """The records in the first bytes of a journal."""
    path = folder.session(session).journal if session else folder.journal
    lines = path.read_bytes()[:size].splitlines()[1:]
    records = [decode_line(line, session) for line in lines]
    return [(record.cursor, record.event) for record in records]


def moved(written: Written, session: str) -> None:
    """The core decides something that rests on the session's newest record."""
    newest = written.tell(session, events.Noted(text="here")).cursor
    written.tell(
        "",
        SessionMoved(
            session=session,
            before=SessionState.REPORTED,
            after=SessionState.IN_REVIEW,
            cause="told",
            after_record=newest,
        ),
    )


@pytest.fixture(scope="module")
def skewed(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Written:
    """A run whose journals have clocks that differ by so many seconds."""
    written = Journals(tmp_path_factory.mktemp("cut") / "shop")
    for name, seconds in zip(("", ONE, TWO), request.param, strict=True):
        written.skew[name] = timedelta(seconds=seconds)
    play_run(written)
    for number in range(3):
        moved(written, ONE)
        written.letter(TWO, f"late-{number}")
        moved(written, TWO)
        written.letter(ONE, f"later-{number}")
    return written


SKEWS = [(0, 0, 0), (0, -30, 30), (-40, 0, 10), (25, -25, 0)]


@pytest.mark.parametrize("skewed", sampled(SKEWS, always=SKEWS[:2]), indirect=True)
def test_no_cut_breaks_a_cause(skewed: Written) -> None:
    kept = 0
    for second in range(-60, 240, 3):
        until = BEGINNING + timedelta(seconds=second)
        cut = plan_cut(skewed.folder, [ONE, TWO], None, until)
        project = [event for _, event in told(skewed.folder, "", cut.project.size)]
        posted = {event.letter.id for event in project if isinstance(event, LetterPosted)}
        for name, stretch in cut.sessions.items():
            mine = told(skewed.folder, name, stretch.size)
            taken = {one.command for _, one in mine if isinstance(one, events.CommandTaken)}
            assert taken <= posted
            rests = [
                event.after_record
                for event in project
                if isinstance(event, SessionMoved) and event.session == name
            ]
            last = max((cursor for cursor, _ in mine), default=Cursor())
            assert all(cursor <= last for cursor in rests)
            kept += len(mine)
    assert kept > 100


def test_contents_go_and_words_stay() -> None:
    line = b'{"epoch":1,"seq":1,"ts":"2026-01-01T00:00:00Z","type":"%s",%s}\n'
    for kind, fields, left in (
        ("tool.output", '"call":"c","text":"secret"', '"call":"c"'),
        ("tool.ended", '"call":"c","ok":true,"output":"secret","diff":""', '"diff":""'),
        ("screen.changed", '"columns":1,"rows":1,"lines":{"0":"secret"}', '"0":"[cut]"'),
        ("comment.made", '"session":"s","comment":{"anchor":{"lines":["secret"]}}', '"s"'),
        ("check.ended", '"session":"s","head":"h","check":{"output":"secret"}', '"head":"h"'),
        ("something.new", '"any":{"thing":"secret"}', '"cut":true'),
    ):
        cut = without_contents(kind, line % (kind.encode(), fields.encode()))
        assert b"secret" not in cut
        assert left.encode() in cut
    said = line % (b"agent.said", b'"text":"I wrote output"')
    assert without_contents("agent.said", said) == said
    assert CUT == "[cut]"


def test_what_goes_on_about_a_letter_that_was_kept_out_is_kept_out() -> None:
    concerning = Concerning([ONE], [ONE, TWO])
    for kind, line, passes in (
        ("project.opened", b'{"project":"shop"}', True),
        ("session.instantiated", b'{"spec":{"id":"shop-impl-03"}}', False),
        ("session.moved", b'{"session":"shop-impl-03"}', False),
        ("letter.posted", b'{"letter":{"id":"l1","recipient":"shop-impl-02"}}', False),
        ("letter.posted", b'{"letter":{"id":"l2","recipient":"shop-impl-01"}}', True),
        ("letter.moved", b'{"letter":"l1"}', False),
        ("letter.moved", b'{"letter":"l2"}', True),
        ("join.opened", b'{"join":{"id":"j","sessions":["shop-impl-01","shop-impl-02"]}}', True),
        ("join.woken", b'{"join":"j"}', True),
    ):
        assert concerning.passes(kind, line) is passes
