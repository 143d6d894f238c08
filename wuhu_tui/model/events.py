"""What a session's runner writes into the session's journal."""

from __future__ import annotations

from typing import Any

from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.messages import Boundary, Lane, Message
from wuhu_tui.model.questions import Answer, Question
from wuhu_tui.model.reports import Exit, PlanStep, Report, Usage
from wuhu_tui.model.reviews import Verdict
from wuhu_tui.model.states import PhaseKind, SessionState
from wuhu_tui.model.value import Value


class Event(Value, frozen=True, tag_field="type"):
    """Base of every journal event; its `type` is its tag on disk."""


class UnknownEvent(Value, frozen=True):
    """An event of a type this version does not know: kept and shown, never dropped."""

    type: str
    body: dict[str, Any]


class RunnerStarted(Event, frozen=True, tag="runner.started"):
    """First event of an epoch; pid, its start time and host are for forensics only."""

    pid: int
    pid_started: float = 0.0
    host: str = ""
    version: str = ""


class StateChanged(Event, frozen=True, tag="state.changed"):
    """A state the runner owns was entered."""

    before: SessionState
    after: SessionState
    cause: str


class PhaseChanged(Event, frozen=True, tag="phase.changed"):
    """What the agent does right now; `detail` names the tool."""

    kind: PhaseKind
    detail: str = ""


class AgentStarted(Event, frozen=True, tag="agent.started"):
    """`reference` is the agent's own session id, with which it can be loaded again."""

    agent: str
    pid: int
    reference: str = ""
    version: str = ""
    resumed: bool = False
    steers_in_turn: bool = False
    queues_steers: bool = False
    """Whether the agent keeps messages itself until its next boundary."""
    capabilities: tuple[Capability, ...] = ()
    usage_continues: bool = False
    """Whether its totals go on from the life before; else they begin at nothing."""
    model: str = ""


class AgentExited(Event, frozen=True, tag="agent.exited"):
    """The agent process is gone; `last_words` is the tail of its stderr."""

    code: int | None = None
    expected: bool = False
    last_words: str = ""


class TurnStarted(Event, frozen=True, tag="turn.started"):
    """A prompt went to the agent."""

    turn: int
    messages: tuple[str, ...] = ()


class TurnEnded(Event, frozen=True, tag="turn.ended"):
    """The agent gave the word back; `head` is the branch's commit then."""

    turn: int
    stop_reason: str
    head: str = ""


class AgentSaid(Event, frozen=True, tag="agent.said"):
    """A piece of the agent's answer; pieces of one `message` belong together."""

    text: str
    message: str = ""
    parent: str = ""
    """The tool call of the sub-agent that speaks; empty: the agent itself."""


class AgentThought(Event, frozen=True, tag="agent.thought"):
    """A piece of the agent's thinking."""

    text: str


class ToolStarted(Event, frozen=True, tag="tool.started"):
    """A tool call began; `kind` is the protocol's word (read, edit, execute, …)."""

    call: str
    title: str
    kind: str = "other"
    arguments: str = ""
    paths: tuple[str, ...] = ()
    parent: str = ""
    """The tool call of the sub-agent that works; empty: the agent itself."""


class ToolOutput(Event, frozen=True, tag="tool.output"):
    """Output of a running tool; replaces nothing, is appended."""

    call: str
    text: str


class ToolEnded(Event, frozen=True, tag="tool.ended"):
    """A tool call ended: a `tool_end` boundary. `diff` is a unified diff of an edit."""

    call: str
    ok: bool = True
    output: str = ""
    diff: str = ""


class PlanChanged(Event, frozen=True, tag="plan.changed"):
    """The agent's own plan, whole."""

    steps: tuple[PlanStep, ...]


class UsageChanged(Event, frozen=True, tag="usage.changed"):
    """Totals so far, not differences."""

    usage: Usage


class CommandTaken(Event, frozen=True, tag="command.taken"):
    """A mailbox command was taken; `repeated` when its id had been taken before."""

    command: str
    kind: str
    by: str
    repeated: bool = False


class CommandRefused(Event, frozen=True, tag="command.refused"):
    """A command could not be carried out, and why."""

    command: str
    reason: str


class MessageQueued(Event, frozen=True, tag="message.queued"):
    """A message waits in its lane."""

    message: Message


class MessageEdited(Event, frozen=True, tag="message.edited"):
    """A waiting message has another text."""

    id: str
    text: str


class MessageMoved(Event, frozen=True, tag="message.moved"):
    """A waiting message waits in another lane now."""

    id: str
    lane: Lane
    sequence: int


class MessageCancelled(Event, frozen=True, tag="message.cancelled"):
    """A waiting message was taken back."""

    id: str
    by: str = ""


class MessageOffered(Event, frozen=True, tag="message.offered"):
    """Written before the message is handed to the agent: without `landed` after it, the outcome is unsure."""

    id: str
    boundary: Boundary


class MessageDelivered(Event, frozen=True, tag="message.delivered"):
    """The message is with the agent's process, which has not said yet that it takes it."""

    id: str


class MessageDeferred(Event, frozen=True, tag="message.deferred"):
    """The agent did not take an offered message; it waits again, and why."""

    id: str
    reason: str = ""
    not_supported: bool = False
    """It can never take one within a turn; else: not at this moment."""


class MessageLanded(Event, frozen=True, tag="message.landed"):
    """The agent took the message."""

    id: str
    boundary: Boundary


class MessageUnsure(Event, frozen=True, tag="message.unsure"):
    """Handed to an agent that died, or ended its turn, before it said whether it took it."""

    id: str


class QuestionAsked(Event, frozen=True, tag="question.asked"):
    """The agent waits for the lead."""

    question: Question


class QuestionAdopted(Event, frozen=True, tag="question.adopted"):
    """The worker asked again, as `again`, what it had asked before: `question` is the one that counts."""

    question: str
    again: str


class QuestionAnswered(Event, frozen=True, tag="question.answered"):
    """The first answer, which counts; `expired` when the deadline applied the default."""

    answer: Answer
    expired: bool = False


class AnswerDelivered(Event, frozen=True, tag="answer.delivered"):
    """The answer is with whoever asked."""

    question: str


class QuestionDetached(Event, frozen=True, tag="question.detached"):
    """The asking agent is gone, the question stays; its answer becomes a message."""

    id: str


class QuestionWithdrawn(Event, frozen=True, tag="question.withdrawn"):
    """The agent no longer wants to know."""

    id: str
    reason: str


class AnswerRefused(Event, frozen=True, tag="answer.refused"):
    """Somebody answered a question that was answered already."""

    question: str
    by: str
    won_by: str
    reason: str = ""


class ReportMade(Event, frozen=True, tag="report.made"):
    """The session's explicit word on its work."""

    report: Report


class JudgementMade(Event, frozen=True, tag="judgement.made"):
    """A reviewer session's verdict on what it was made to judge."""

    verdict: Verdict


class CommentReplied(Event, frozen=True, tag="comment.replied"):
    """The session's word on one of the lead's comments."""

    comment: str
    text: str


class CommitSeen(Event, frozen=True, tag="commit.seen"):
    """The branch's head moved."""

    sha: str
    subject: str = ""


class JournalRepaired(Event, frozen=True, tag="journal.repaired"):
    """A torn last line of `cut` bytes was cut off before this life began to write."""

    cut: int


class Noted(Event, frozen=True, tag="noted"):
    """Something worth reading that changes no state; `level` is info, warning or error."""

    text: str
    level: str = "info"


class RunnerEnded(Event, frozen=True, tag="runner.ended"):
    """Last event of an epoch; a life without it was lost."""

    exit: Exit
