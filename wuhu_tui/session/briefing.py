"""What wuhu itself says to an agent that goes on: what happened, and answers that came late."""

from __future__ import annotations

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.questions import Answer, Question, QuestionKind, spoken
from wuhu_tui.model.states import SessionState
from wuhu_tui.session.briefing_first import paragraphs
from wuhu_tui.session.history import History

ANSWERS = "Answers you were given in that turn, perhaps too late for you to read:"
OPEN = "You asked this and it is not answered yet; ask it in the same words to wait for the answer:"
UNSURE = "These messages were on their way when it ended; they may not have reached you:"


RESUMPTION = "resumption-"
"""How the ids of wuhu's own words about a new life begin."""


def resumption(
    view: SessionView, history: History, opening: str, *, ended: SessionState, remembers: bool
) -> str:
    """What an agent must be told before anything else in a new life; empty: nothing.

    `opening`: the session's first prompt; `ended`: what the session was before; `remembers`: the
    agent loaded its old conversation itself.
    """
    if view.turn == 0 or (remembers and not history.turn_was_cut):
        return ""
    return paragraphs(
        _what_happened(view, history, ended),
        "" if remembers else _what_was_said(history, opening),
        _open_questions(view),
        _unsure_messages(view, history),
        _late_answers(history),
        _what_now(history),
    )


def answer_as_message(question: Question, answer: Answer) -> str:
    """An answer to a question whose asker is gone."""
    return f"Earlier you asked: {question.text.strip()}\nThe answer is: {spoken(question, answer)}"


def _what_happened(view: SessionView, history: History, ended: SessionState) -> str:
    if history.turn_was_cut:
        return (
            f"You were interrupted: turn {view.turn} of this session ended in the middle because "
            "the agent or its runner died. Commands that ran then were ended with it."
        )
    return f"This session goes on in a new conversation; the one before is over ({ended.value})."


def _what_was_said(history: History, opening: str) -> str:
    said = history.said.strip()
    last_report = history.reports[-1] if history.reports else None
    return paragraphs(
        "The worktree holds everything done so far: look at `git log` and `git status` first.",
        f"The task of this session:\n{opening}",
        f"Your last report was {last_report.kind.value}: {last_report.summary}"
        if last_report
        else "",
        f"The last thing you said:\n{said}" if said else "",
    )


def _open_questions(view: SessionView) -> str:
    """Its own questions that nobody answered: what waited for their answers is gone."""
    texts = [
        f"- {question.text.strip()}"
        for question in view.questions
        if question.outlives_turn and question.kind is not QuestionKind.BUDGET
    ]
    return "\n".join((OPEN, *texts)) if texts else ""


def _unsure_messages(view: SessionView, history: History) -> str:
    texts = [
        message.text.strip()
        for message in view.unsure
        if message.id in history.unsure and not message.id.startswith(RESUMPTION)
    ]
    return paragraphs(UNSURE, *texts) if texts else ""


def _late_answers(history: History) -> str:
    if not history.turn_was_cut or not history.unheard_answers:
        return ""
    asked = history.questions
    lines = [
        answer_as_message(asked[answer.question], answer)
        for answer in history.unheard_answers
        if answer.question in asked
    ]
    return paragraphs(ANSWERS, *lines)


def _what_now(history: History) -> str:
    if history.turn_was_cut:
        return "Look at what is done already, then go on from there; do not start over."
    return ""
