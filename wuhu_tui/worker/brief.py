"""Everything a worker may want to know again of its session: what it is to do, and what waits."""

from __future__ import annotations

from pathlib import Path

from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.events import (
    AnswerDelivered,
    MessageCancelled,
    MessageEdited,
    MessageLanded,
    MessageQueued,
    QuestionAnswered,
    QuestionAsked,
    QuestionWithdrawn,
)
from wuhu_tui.model.messages import Message
from wuhu_tui.model.questions import Question, spoken
from wuhu_tui.model.records import Record
from wuhu_tui.model.value import Value
from wuhu_tui.worker.place import spec_of
from wuhu_tui.worker.watch import Watch


class BriefFile(Value, frozen=True):
    """A file that belongs to the task."""

    path: str
    size: int


class OpenQuestion(Value, frozen=True):
    """A question nobody answered, or whose answer (`words`) its asker has not read."""

    id: str
    text: str
    answered: bool = False
    words: str = ""


class WaitingMessage(Value, frozen=True):
    """A message that will land at one of the next boundaries."""

    id: str
    lane: str
    text: str
    by: str


class Brief(Value, frozen=True):
    """The session as its worker sees it."""

    session: str
    role: str
    task: str
    branch: str
    base_branch: str
    worktree: str
    scope: tuple[str, ...] = ()
    acceptance: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    focus: str = ""
    turn_limit: int = 0
    files: tuple[BriefFile, ...] = ()
    skills: tuple[str, ...] = ()
    questions: tuple[OpenQuestion, ...] = ()
    messages: tuple[WaitingMessage, ...] = ()


def read_brief(folder: SessionFolder) -> Brief:
    """Read it as it is now.

    Raises:
        NotFound: there is no session here.
        JournalError: spec, brief or journal cannot be read.
    """
    spec = spec_of(folder)
    open_ends = _OpenEnds()
    for record in Watch(folder).read():
        open_ends.apply(record)
    return Brief(
        session=spec.id,
        role=spec.role,
        task=spec.task,
        branch=spec.branch,
        base_branch=spec.base_branch,
        worktree=spec.worktree,
        scope=spec.scope,
        acceptance=spec.acceptance,
        checks=spec.checks,
        rules=spec.rules,
        focus=spec.focus,
        turn_limit=spec.turn_limit,
        files=_files(folder.brief),
        skills=tuple(file.path for file in _files(folder.skills)),
        questions=open_ends.told_questions,
        messages=open_ends.told_messages,
    )


def brief_text(brief: Brief) -> str:
    """The same in words; what there is nothing of is left out."""
    facts = f"Session {brief.session} ({brief.role}), branch {brief.branch}"
    where = f"Worktree: {brief.worktree}"
    limit = f"Turn limit: {brief.turn_limit}" if brief.turn_limit else ""
    parts = [
        "\n".join(filter(None, (facts, where, limit))),
        _titled("Task", brief.task.strip()),
        _titled("Priority Focus (from the lead)", brief.focus.strip()),
        _listed("Scope: change nothing outside", brief.scope),
        _numbered("Acceptance criteria", brief.acceptance),
        _listed("Checks to run", brief.checks),
        _listed("Rules", brief.rules),
        _listed("Files of the brief", [f"{file.path} ({file.size} bytes)" for file in brief.files]),
        _listed("How you work here", brief.skills),
        _listed("Questions you asked", [_question_line(question) for question in brief.questions]),
        _listed("Messages on their way to you", [_message_line(m) for m in brief.messages]),
    ]
    return "\n\n".join(part for part in parts if part)


class _OpenEnds:
    """Folds the journal into what is open."""

    def __init__(self) -> None:
        self._questions: dict[str, Question] = {}
        self._answers: dict[str, str] = {}
        self._messages: dict[str, Message] = {}
        self._texts: dict[str, str] = {}

    @property
    def told_questions(self) -> tuple[OpenQuestion, ...]:
        return tuple(
            OpenQuestion(
                id=name,
                text=question.text,
                answered=name in self._answers,
                words=self._answers.get(name, ""),
            )
            for name, question in self._questions.items()
        )

    @property
    def told_messages(self) -> tuple[WaitingMessage, ...]:
        return tuple(
            WaitingMessage(
                id=name,
                lane=message.lane.value,
                text=self._texts.get(name, message.text),
                by=message.by,
            )
            for name, message in self._messages.items()
        )

    def apply(self, record: Record) -> None:
        match record.event:
            case QuestionAsked(question=question):
                self._questions[question.id] = question
            case QuestionAnswered(answer=answer) if answer.question in self._questions:
                self._answers[answer.question] = spoken(self._questions[answer.question], answer)
            case QuestionWithdrawn(id=name) | AnswerDelivered(question=name):
                self._questions.pop(name, None)
                self._answers.pop(name, None)
            case MessageQueued(message=message):
                self._messages[message.id] = message
            case MessageEdited(id=name, text=text):
                self._texts[name] = text
            case MessageLanded(id=name) | MessageCancelled(id=name):
                self._messages.pop(name, None)
            case _:
                pass


def _files(folder: Path) -> tuple[BriefFile, ...]:
    try:
        found = sorted(path for path in folder.rglob("*") if path.is_file())
        return tuple(BriefFile(path=str(path), size=path.stat().st_size) for path in found)
    except OSError as error:
        raise JournalError(
            f"cannot be listed: {error.strerror or error}",
            where=str(folder),
            remedy="check the rights of the session's folder",
        ) from error


def _numbered(title: str, lines: tuple[str, ...]) -> str:
    """With the numbers by which a report or a verdict answers them."""
    counted = (f"{number}. {line}" for number, line in enumerate(lines, 1))
    return "\n".join((f"{title}:", *counted)) if lines else ""


def _titled(title: str, text: str) -> str:
    return f"{title}:\n{text}" if text else ""


def _listed(title: str, lines: tuple[str, ...] | list[str]) -> str:
    return "\n".join((f"{title}:", *(f"- {line}" for line in lines))) if lines else ""


def _question_line(question: OpenQuestion) -> str:
    state = f"answered: {question.words}" if question.answered else "not answered yet"
    return f"{question.id}: {question.text} ({state})"


def _message_line(message: WaitingMessage) -> str:
    return f"{message.lane} from {message.by}: {message.text}"
