"""What the orchestrator's tools answer with: short, bounded, the same words everywhere. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from wuhu_tui.core.joins import words_for
from wuhu_tui.core.orchestration import Orchestrator
from wuhu_tui.model.attention import next_action
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.collision_words import collision_word, collisions_of
from wuhu_tui.model.findings import severity_of
from wuhu_tui.model.jobs import Job
from wuhu_tui.model.joins import Join, Wake
from wuhu_tui.model.letters import Letter
from wuhu_tui.model.merges import Merge
from wuhu_tui.model.messages import Message
from wuhu_tui.model.questions import Question
from wuhu_tui.model.reviews import Review, Verdict
from wuhu_tui.model.spending import short_usage
from wuhu_tui.model.transcript import Item, ItemKind

MOST_SESSIONS = 200
"""Sessions a list shows; more are counted."""

LONG_TEXT = 4_000
"""Characters of one text; the rest is left out and said to be."""

LONG_OUTPUT = 24_000
"""Characters of a command's output: the end of it."""

MOST_ITEMS = 200
"""Transcript items that are given at once."""

MOST_COLLISIONS = 5
"""Collisions that are told of one session; more are counted."""

Shape = dict[str, Any]


def cut(text: str, limit: int = LONG_TEXT) -> str:
    """The beginning of a long text, and how much is missing."""
    left = len(text) - limit
    return text if left <= 0 else f"{text[:limit]}… [{left} characters left out]"


def cut_front(text: str, limit: int = LONG_OUTPUT) -> str:
    """The end of a long text, and how much is missing."""
    left = len(text) - limit
    return text if left <= 0 else f"[{left} characters left out] …{text[-limit:]}"


def filled(shape: Shape) -> Shape:
    """Without what says nothing: empty texts, lists and unknown things."""
    return {key: value for key, value in shape.items() if value not in ("", None, [], {}, ())}


def row(view: SessionView, board: Board, who: Orchestrator, *, alive: bool) -> Shape:
    """One session in a list."""
    report = view.report
    return filled(
        {
            "session": view.id,
            "title": cut(view.spec.title, 300),
            "role": view.spec.role,
            "agent": view.spec.agent.name,
            "state": view.state.value,
            "since": view.since,
            "own": who.owns(board, view.id),
            "you": view.id == who.name or None,
            "parent": view.spec.parent,
            "runner_alive": alive,
            "next": next_action(view, board).text,
            "no_report": view.no_report or None,
            "questions": len(view.questions) or None,
            "report": f"{report.kind.value}: {cut(report.summary, 300)}" if report else "",
            "branch": view.spec.branch,
            "head": view.head,
            "collides": collisions(board, view.id),
            "not_looked_at": board.unseen.get(view.id, ""),
        }
    )


def collisions(board: Board, session: str) -> list[str]:
    """With whom its branch collides, and where; base first."""
    found = collisions_of(board, session)
    told = [cut(collision_word(board, one, session), 300) for one in found[:MOST_COLLISIONS]]
    more = len(found) - MOST_COLLISIONS
    return [*told, f"and {more} more"] if more > 0 else told


def rows(board: Board, who: Orchestrator, views: Sequence[SessionView], alive: Any) -> Shape:
    """A bounded list, the orchestrator's own first."""
    ordered = sorted(views, key=lambda view: not who.owns(board, view.id))
    shown = [row(view, board, who, alive=alive(view.id)) for view in ordered[:MOST_SESSIONS]]
    return filled({"sessions": shown, "left_out": max(0, len(ordered) - MOST_SESSIONS) or None})


def whole(view: SessionView, board: Board, who: Orchestrator, *, alive: bool) -> Shape:
    """Everything about one session but its transcript."""
    spec, review = view.spec, view.review
    return row(view, board, who, alive=alive) | filled(
        {
            "task": cut(spec.task),
            "cause": view.standing.cause,
            "phase": f"{view.phase.kind.value} {view.phase.detail}".strip(),
            "turn": view.turn,
            "last_event_at": view.last_event_at,
            "worktree": spec.worktree,
            "base": f"{spec.base_branch} at {spec.base_commit[:12]}",
            "scope": spec.scope,
            "acceptance": spec.acceptance,
            "open_questions": [question(view, asked) for asked in view.questions],
            "waiting_messages": [waiting(one) for one in view.waiting],
            "report": filled(
                {
                    "kind": view.report.kind.value,
                    "summary": cut(view.report.summary),
                    "evidence": cut(view.report.evidence),
                    "at": view.report.at,
                }
            )
            if view.report
            else None,
            "plan": [f"[{step.status}] {step.text}" for step in view.plan],
            "usage": short_usage(view.usage),
            "review": review_shape(review) if review else None,
            "merge": merge_shape(view.merge) if view.merge else None,
            "exit": cut(view.exit.detail or view.exit.last_words) if view.exit else "",
            "warnings": [cut(warning, 500) for warning in view.warnings[-5:]],
        }
    )


def question(view: SessionView, asked: Question, **more: Any) -> Shape:
    """An open question with its options."""
    return filled(
        {
            "session": view.id,
            "question": asked.id,
            "kind": asked.kind.value,
            "text": cut(asked.text),
            "context": cut(asked.context),
            "command": cut(asked.request.command) if asked.request else "",
            "options": [
                filled(
                    {
                        "key": option.key,
                        "label": option.label,
                        "detail": option.detail,
                        "recommended": option.recommended or None,
                    }
                )
                for option in asked.options
            ],
            "asked_at": asked.asked_at,
            "deadline": asked.deadline,
            "default": asked.default,
            **more,
        }
    )


def waiting(word: Message | Letter, known: Letter | None = None) -> Shape:
    """A message that has not landed; its letter, where there is one, says what it is about."""
    one = word if isinstance(word, Letter) else known
    sender = word.sender if isinstance(word, Letter) else word.by
    kind = one.kind.value if one else word.lane.value
    return {"id": word.id, "from": sender, "kind": kind, "text": cut(word.text)}


def letter(one: Letter) -> Shape:
    """A letter with how far it has come."""
    return filled(
        waiting(one)
        | {
            "to": one.recipient,
            "state": one.state.value,
            "since": one.since,
            "why": " ".join(filter(None, (one.reason.value if one.reason else "", one.detail))),
            "about": one.about,
        }
    )


def last_words(items: Iterable[Item]) -> str:
    """The last thing an agent said in a transcript."""
    said = [item.text for item in items if item.kind is ItemKind.SAID and not item.nested]
    return cut_front(said[-1], LONG_TEXT) if said else ""


def item(one: Item) -> Shape:
    """One transcript item."""
    return filled(
        {
            "at": one.at,
            "kind": one.kind.value,
            "title": cut(one.title, 300),
            "text": cut(one.text, 1_500),
            "state": one.state.value if one.state.value != "plain" else "",
        }
    )


def review_shape(review: Review) -> Shape:
    """What lies before whoever judges."""
    verdict = review.verdict
    return filled(
        {
            "head": review.head,
            "merge_base": review.merge_base,
            "files": review.files,
            "added": review.added,
            "removed": review.removed,
            "checks": [
                filled(
                    {
                        "name": check.name,
                        "state": check.state.value,
                        "output": cut_front(check.output, 2_000)
                        if check.state.value in ("failed", "broken")
                        else "",
                    }
                )
                for check in review.checks
            ],
            "conflicts_with_base": review.conflicts,
            "uncommitted": review.uncommitted,
            "verdict": f"{verdict.kind.value} by {verdict.by}" if verdict else "",
            "opinions": [_opinion_shape(said) for said in review.opinions],
            "not_counted": [f"{one.verdict.by}: {one.reason}" for one in review.refused],
        }
    )


def _opinion_shape(said: Verdict) -> Shape:
    """What a judge said of the commit; what follows from it the review policy says."""
    return filled(
        {
            "by": said.by,
            "as": said.judge.value,
            "verdict": said.kind.value,
            "note": cut_front(said.note, 2_000),
            "findings": [
                f"{severity_of(one.severity).value} {one.path}:{one.line} {one.text}"
                for one in said.findings[:50]
            ],
        }
    )


def merge_shape(merge: Merge) -> Shape:
    """How a merge ended."""
    return filled(
        {
            "outcome": merge.outcome.value,
            "by": merge.by,
            "head": merge.head,
            "result": merge.result,
            "base": merge.base_branch,
            "detail": cut(merge.detail),
            "conflicts": merge.files,
            "checks": [f"{check.name}: {check.state.value}" for check in merge.checks],
        }
    )


def job(one: Job, output: str = "") -> Shape:
    """A command and how it ended."""
    return filled(
        {
            "job": one.id,
            "command": cut(one.command, 500),
            "place": one.place,
            "outcome": one.outcome.value,
            "exit_code": one.exit_code,
            "detail": one.detail,
            "output": cut_front(output or one.output),
        }
    )


def wake_shape(board: Board, who: Orchestrator, join: Join, wake: Wake, *, adopted: bool) -> Shape:
    """Why a join returned, how each session stands, and what was said meanwhile."""
    views = [view for name in join.sessions if (view := board.session(name)) is not None]
    return filled(
        {
            "reason": wake.reason.value,
            "session": wake.session,
            "about": wake.about,
            "join": join.id,
            "adopted": adopted or None,
            "outcomes": {name: one.value for name, one in wake.outcomes.items()},
            "reports": {
                view.id: f"{view.report.kind.value}: {cut(view.report.summary, 600)}"
                for view in views
                if view.report
            },
            "questions": [question(view, asked) for view in views for asked in view.questions],
            "arrived": arrived(board, who, join.sessions),
        }
    )


def arrived(board: Board, who: Orchestrator, joined: Collection[str] = ()) -> list[Shape]:
    """What is on its way to the orchestrator; it lands as messages of its session too."""
    view = board.session(who.name)
    words = words_for(view, board, joined) if view is not None else ()
    return [waiting(word, board.letters.get(word.id)) for word in words]
