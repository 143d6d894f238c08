"""Steps of stories that joins wait through, each as one short word."""

from __future__ import annotations

from collections.abc import Callable

from tests.core.boards import Story
from wuhu_tui.model import agent_events, events
from wuhu_tui.model import project_events as project
from wuhu_tui.model.jobs import Job, JobOutcome
from wuhu_tui.model.letters import Letter, LetterKind
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.messages import Boundary, Lane
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.states import SessionState

Step = Callable[[Story], object]


def do(story: Story, *steps: Step) -> None:
    for step in steps:
        step(story)


def works(name: str) -> Step:
    return lambda story: story.working(name)


def done(name: str, kind: ReportKind = ReportKind.DONE) -> Step:
    return lambda story: story.done(name, kind)


def turn_over(name: str) -> Step:
    return lambda story: story.turn_over(name)


def report(name: str, kind: ReportKind = ReportKind.DONE) -> Step:
    return lambda story: story.report(name, kind)


def ends(name: str, state: SessionState) -> Step:
    return lambda story: story.ended(name, state)


def lost(name: str) -> Step:
    return lambda story: story.lost(name)


def made(name: str) -> Step:
    return lambda story: story.instantiated(name)


def asks(name: str, question: str = "q1") -> Step:
    return lambda story: story.asks(name, question)


def in_review(name: str) -> Step:
    return lambda story: story.in_review(name)


def judged(name: str, kind: VerdictKind = VerdictKind.APPROVED) -> Step:
    return lambda story: story.judged(name, kind)


def merged(name: str, end: MergeOutcome = MergeOutcome.MERGED) -> Step:
    return lambda story: story.merged(name, end)


def queued(name: str) -> Step:
    return lambda story: story.queued(name)


def offered(name: str) -> Step:
    return lambda story: story.tell(
        name, events.MessageOffered(id="m1", boundary=Boundary.TURN_END)
    )


def cancelled_message(name: str) -> Step:
    return lambda story: story.tell(name, events.MessageCancelled(id="m1"))


def begins_beside(name: str) -> Step:
    begun = agent_events.BackgroundStarted(task="t1", title="make all", kind="command")
    return lambda story: story.tell(name, begun)


def ends_beside(name: str) -> Step:
    return lambda story: story.tell(name, agent_events.BackgroundEnded(task="t1"))


def begins_job(name: str, *, background: bool = True) -> Step:
    def step(story: Story) -> object:
        job = Job(
            id="j1", command="make", place="/p", by=name, begun_at=story.now, background=background
        )
        return story.tell("", project.JobBegun(job=job))

    return step


def ends_job(story: Story) -> object:
    return story.tell("", project.JobEnded(job="j1", outcome=JobOutcome.ENDED, exit_code=0))


def posted(name: str) -> Step:
    def step(story: Story) -> object:
        letter = Letter(
            id="m1",
            kind=LetterKind.FOLLOW_UP,
            sender="lead",
            recipient=name,
            text="more",
            posted_at=story.now,
            lane=Lane.FOLLOW_UP,
        )
        return story.tell("", project.LetterPosted(letter=letter))

    return step


def nudged(name: str) -> Step:
    return lambda story: story.nudged(name)


def archived(name: str) -> Step:
    return lambda story: story.moved(name, SessionState.ARCHIVED)
