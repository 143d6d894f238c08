"""Whatever order the journals are read in, the board is the same: what makes a replay equal to live."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.boards import Story
from tests.model.strategies import interleavings
from wuhu_tui.model import events, project_events
from wuhu_tui.model.board import Board
from wuhu_tui.model.board_hash import hash_of
from wuhu_tui.model.fold import fold_all
from wuhu_tui.model.letters import Letter, LetterKind, LetterState
from wuhu_tui.model.records import Record
from wuhu_tui.model.reviews import Assignment
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState as S

WORKERS = ("shop-impl-01", "shop-impl-02")
JUDGES = {"shop-impl-01": "shop-review-01", "shop-impl-02": "shop-review-02"}

Act = Callable[[Story, str], None]


def _judged(story: Story, session: str) -> None:
    """The session's judge looks at its work, once more if it did before."""
    assignment = Assignment(session=session, head="head", base="base", round=1)
    spec = SessionSpec(id=JUDGES[session], project="shop", judges=assignment)
    if spec.id not in story.board.sessions:
        story.tell("", project_events.SessionInstantiated(spec=spec))
    story.working(spec.id)


def _rests(story: Story, session: str) -> None:
    if story.view(session).turn:
        story.turn_over(session)


def _letter(story: Story, session: str) -> None:
    view = story.view(session)
    letter = Letter(
        id=f"l{view.cursor.seq}",
        sender=session,
        recipient="lead",
        text="look",
        posted_at=story.now,
        kind=LetterKind.REQUEST,
        about="q1",
        reported_at=view.cursor,
    )
    story.tell("", project_events.LetterPosted(letter=letter))
    story.tell("", project_events.LetterMoved(letter=letter.id, after=LetterState.ACKED))


def _merged(story: Story, session: str) -> None:
    story.in_review(session)
    story.judged(session)
    story.merged(session)


ACTS: dict[str, Act] = {
    "works": Story.working,
    "reports": lambda story, session: story.report(session, head="head"),
    "rests": _rests,
    "asks": Story.asks,
    "is answered": Story.answered,
    "is queued a message": Story.queued,
    "gets it": Story.landed,
    "dies": Story.lost,
    "is in review": Story.in_review,
    "is merged": _merged,
    "is stopped": lambda story, session: story.state(session, S.STOPPED),
    "is archived": lambda story, session: story.moved(session, S.ARCHIVED),
    "is brought back": lambda story, session: story.moved(session, S.STOPPED),
    "is judged": _judged,
    "writes a letter": _letter,
}


@st.composite
def stories(draw: st.DrawFn) -> list[list[Record]]:
    """The journals of a project that could have been: the project's own, then each session's."""
    story = Story()
    story.instantiated(*WORKERS)
    for name, session in draw(
        st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from(WORKERS)), max_size=10)
    ):
        ACTS[name](story, session)
    names = ("", *WORKERS, *JUDGES.values())
    return [[record for record in story.records if record.session == name] for name in names]


def _value(records: list[Record]) -> str:
    return hash_of(fold_all(Board(), records)).value


@settings(max_examples=25)
@given(stories(), st.data())
def test_any_two_interleavings_give_one_board(
    journals: list[list[Record]], data: st.DataObject
) -> None:
    one = data.draw(interleavings(journals))
    other = data.draw(interleavings(journals))
    assert _value(one) == _value(other)


@settings(max_examples=25)
@given(stories(), st.data())
def test_so_they_do_when_lines_are_missing_and_batches_differ(
    journals: list[list[Record]], data: st.DataObject
) -> None:
    left = [[one for one in journal if data.draw(st.integers(0, 9))] for journal in journals]
    one = data.draw(interleavings(left))
    other = data.draw(interleavings(left))
    cut = data.draw(st.integers(0, len(one)))
    board = fold_all(fold_all(Board(), one[:cut]), one[cut:])
    assert hash_of(board).value == _value(other)


def test_a_judge_that_is_read_before_whom_it_judges_is_told_of_all_the_same() -> None:
    story = Story()
    _judged(story, WORKERS[0])
    story.tell(WORKERS[0], events.RunnerStarted(pid=1))
    judging, judged = story.records[:-1], story.records[-1:]
    late, early = fold_all(Board(), [*judging, *judged]), fold_all(Board(), [*judged, *judging])
    assert [one.session for one in late.sessions[WORKERS[0]].judges] == ["shop-review-01"]
    assert late == early
    assert story.board == late
