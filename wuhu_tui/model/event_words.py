"""Events in plain words, a line each, for whoever asks what led to a state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wuhu_tui.model import agent_events as agent
from wuhu_tui.model import events, project_events, review_events, settling_events
from wuhu_tui.model.queue_event_words import QUEUE_WORDS
from wuhu_tui.model.remote_events import MergeWaits
from wuhu_tui.model.transcript_notes import Notes
from wuhu_tui.model.value import Value

LONGEST = 160
"""Characters of an event's words that are kept."""


def event_words(event: object) -> str:
    """What happened, in one line; empty for an event that tells nothing about a state."""
    words = _WORDS.get(type(event))
    if words is not None:
        return short(words(event))
    note = Notes().of(event) if isinstance(event, Value) else None
    return short(f"{note[0]}: {note[1]}") if note else ""


def short(text: str) -> str:
    """The text in one line, cut to a length that can be read at a glance."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _spaced(word: str) -> str:
    return word.replace("_", " ")


def _agent_started(event: events.AgentStarted) -> str:
    version = f" {event.version}" if event.version else ""
    how = ", its conversation loaded" if event.resumed else ""
    return f"the agent {event.agent}{version} started{how}"


def _agent_exited(event: events.AgentExited) -> str:
    if event.expected:
        return "the agent's process ended as it was told"
    code = "" if event.code is None else f" with code {event.code}"
    last = event.last_words.strip().rsplit("\n", 1)[-1]
    return f"the agent's process ended{code}" + (f": {last}" if last else "")


def _answered(event: events.QuestionAnswered) -> str:
    answer = event.answer
    said = answer.choice or answer.text
    return f"nobody answered in time: {said}" if event.expired else f"{answer.by} answered: {said}"


def _turn_ended(event: events.TurnEnded) -> str:
    return f"turn {event.turn} ended ({_spaced(event.stop_reason)})"


def _queued(event: events.MessageQueued) -> str:
    message = event.message
    return f"a message of {message.by} waits ({_spaced(message.lane.value)}): {message.text}"


def _runner_ended(event: events.RunnerEnded) -> str:
    detail = f": {event.exit.detail}" if event.exit.detail else ""
    return f"its runner ended, {event.exit.reason.value}{detail}"


def _moved(event: project_events.SessionMoved) -> str:
    return f"the core: {_spaced(event.before)} → {_spaced(event.after)}, {event.cause}"


def _merge_ended(event: project_events.MergeEnded) -> str:
    detail = f": {event.detail}" if event.detail else ""
    return f"the merge ended: {_spaced(event.outcome.value)}{detail}"


def _phase(event: events.PhaseChanged) -> str:
    return " ".join(filter(None, (f"phase: {event.kind.value}", event.detail)))


_WORDS: dict[type[Any], Callable[[Any], str]] = {
    events.RunnerStarted: lambda event: f"its runner began (process {event.pid})",
    events.StateChanged: lambda event: (
        f"{_spaced(event.before)} → {_spaced(event.after)}: {event.cause}"
    ),
    events.PhaseChanged: _phase,
    events.AgentStarted: _agent_started,
    events.AgentExited: _agent_exited,
    events.TurnStarted: lambda event: f"turn {event.turn} began",
    events.TurnEnded: _turn_ended,
    events.ToolStarted: lambda event: f"tool began: {event.title}",
    events.ToolEnded: lambda event: f"tool {'ended' if event.ok else 'failed'}",
    events.MessageQueued: _queued,
    events.MessageLanded: lambda event: f"a message landed ({_spaced(event.boundary.value)})",
    events.MessageUnsure: lambda event: "nobody can say whether a message arrived",
    events.QuestionAsked: lambda event: f"it asked: {event.question.text}",
    events.QuestionAnswered: _answered,
    events.QuestionWithdrawn: lambda event: f"its question was withdrawn: {event.reason}",
    events.QuestionDetached: lambda event: "its agent is gone, the question stays",
    events.ReportMade: lambda event: f"it reported {event.report.kind}: {event.report.summary}",
    events.JudgementMade: lambda event: (
        f"it judged {event.verdict.head[:8]}: {_spaced(event.verdict.kind.value)}"
    ),
    events.CommentReplied: lambda event: f"it replied to a comment: {event.text}",
    events.CommitSeen: lambda event: f"commit {event.sha[:8]} {event.subject}",
    events.CommandRefused: lambda event: f"a command was refused: {event.reason}",
    events.JournalRepaired: lambda event: "a torn last line of its journal was cut off",
    events.RunnerEnded: _runner_ended,
    agent.BackgroundEnded: lambda event: (
        f"work beside the turn {'ended' if event.ok else 'failed'}: {event.summary or event.task}"
    ),
    project_events.SessionInstantiated: lambda event: "branch, worktree and folder were made",
    project_events.SessionMoved: _moved,
    project_events.ReviewOpened: lambda event: f"put before the lead at {event.review.head[:8]}",
    project_events.ReviewVoided: lambda event: f"new commit {event.new_head[:8]}: verdict void",
    project_events.CheckEnded: lambda event: (
        f"check {event.check.name}: {_spaced(event.check.state.value)}"
    ),
    project_events.ConflictsFound: lambda event: (
        f"would conflict: {', '.join(event.files)}" if event.files else "would merge cleanly"
    ),
    project_events.VerdictGiven: lambda event: (
        f"{event.verdict.by} judged {event.verdict.head[:8]}: {_spaced(event.verdict.kind.value)}"
    ),
    review_events.OpinionGiven: lambda event: (
        f"{event.verdict.by} says of {event.verdict.head[:8]}: {_spaced(event.verdict.kind.value)}"
    ),
    review_events.OpinionRefused: lambda event: (
        f"what {event.verdict.by} says does not count: {event.reason}"
    ),
    project_events.MergeStarted: lambda event: "its merge began",
    project_events.MergeStepped: lambda event: f"merge: {_spaced(event.step.value)}",
    project_events.MergeChecked: lambda event: (
        f"check {event.check.name} on the merged result: {_spaced(event.check.state.value)}"
    ),
    project_events.MergeEnded: _merge_ended,
    MergeWaits: lambda event: f"its merge waits: {event.reason}" if event.reason else "",
    settling_events.SettlingBegan: lambda event: (
        f"{event.by} settles its conflict by hand in {event.place}"
    ),
    settling_events.ConflictSettled: lambda event: (
        f"{event.by} settled its conflict as {event.resolution[:8]}"
    ),
    settling_events.SettlingLeft: lambda event: f"{event.by} left settling its conflict",
    **QUEUE_WORDS,
}
