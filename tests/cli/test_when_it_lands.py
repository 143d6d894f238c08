"""What the command line says of a message that it has queued."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from wuhu_tui.model.board import SessionView, Standing
from wuhu_tui.model.letters_waiting import when_it_lands
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.questions import Question, QuestionKind
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState as S

AT = datetime(2026, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "lane", "told"),
    [
        (S.WORKING, Lane.STEER, "when the running tool ends"),
        (S.ASKING, Lane.FOLLOW_UP, "when its turn ends"),
        (S.IDLE, Lane.STEER, "at once"),
        (S.STOPPED, Lane.STEER, "as soon as it is up again"),
    ],
)
def test_a_queued_message_is_told_to_land_when_it_does(state: S, lane: Lane, told: str) -> None:
    own = Standing(state=state, since=AT)
    view = SessionView(spec=SessionSpec(id="s", project="p"), own=own, steers_in_turn=True)
    assert when_it_lands(view, lane) == told
    question = Question(id="b", kind=QuestionKind.BUDGET, text="used up", asked_at=AT)
    paused = replace(view, questions=(question,))
    assert when_it_lands(paused, lane) == "once its budget is raised"
