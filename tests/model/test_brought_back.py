"""A session brought back from the archive is told by its runner again."""

from __future__ import annotations

from tests.core.boards import Story
from wuhu_tui.model.entries import needs
from wuhu_tui.model.states import SessionState as S


def test_what_was_brought_back_and_resumed_is_as_its_runner_says() -> None:
    story = Story()
    story.working("a")
    story.state("a", S.STOPPED)
    story.moved("a", S.ARCHIVED)
    story.moved("a", S.STOPPED)
    assert story.view("a").state is S.STOPPED
    story.state("a", S.STARTING)
    assert story.view("a").state is S.STARTING
    story.state("a", S.IDLE)
    assert story.view("a").state is S.IDLE


def test_its_runner_s_death_needs_the_lead() -> None:
    story = Story()
    story.working("a")
    story.state("a", S.STOPPED)
    story.moved("a", S.ARCHIVED)
    story.moved("a", S.STOPPED)
    story.state("a", S.STARTING)
    story.state("a", S.IDLE)
    story.lost("a")
    assert story.view("a").state is S.LOST
    assert [entry.kind for entry in needs(story.board)] == ["lost"]
