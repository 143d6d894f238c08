"""Tools of waiting and answering: join, questions, answers, messages, commands in places."""

from __future__ import annotations

from typing import Any

from wuhu_tui.core.orchestration_commands import leave_to_run
from wuhu_tui.core.orchestration_joins import join_or_adopt, joinable
from wuhu_tui.core.orchestration_leave import Wanted
from wuhu_tui.mcp import orchestrator_arguments as arguments
from wuhu_tui.mcp import orchestrator_shapes as shapes
from wuhu_tui.mcp.orchestrator_hands import Hands
from wuhu_tui.mcp.signs import Signs
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.deeds import LEADS_KINDS
from wuhu_tui.model.errors import NotFound, NotPossible, UsageError
from wuhu_tui.model.joins import JoinMode, JoinUntil
from wuhu_tui.model.questions import Question
from wuhu_tui.model.states import SessionState
from wuhu_tui.worker.durations import duration_of

_SETTLED = frozenset({SessionState.ARCHIVED, SessionState.MERGED})


async def join(hands: Hands, wish: arguments.JoinArguments, signs: Signs) -> Any:
    """Wait, and say why the waiting is over."""
    limit = duration_of(wish.timeout)
    await hands.project.catch_up()
    named = [hands.view(name).id for name in wish.sessions]
    found, adopted = await join_or_adopt(
        hands.project,
        hands.who,
        named or joinable(hands.board, hands.who),
        mode=JoinMode(wish.mode),
        until=JoinUntil(wish.until),
        timeout=limit,
    )
    names = ", ".join(found.sessions)
    wake = await signs.during(hands.core.wait_join(found.id), f"waiting for {names}")
    shape = shapes.wake_shape(hands.board, hands.who, found, wake, adopted=adopted)
    await hands.core.take_wake(found.id)
    return shape


async def questions(hands: Hands, wish: arguments.NothingArguments, signs: Signs) -> Any:
    """What is asked, and which of it is its to answer."""
    board = await hands.project.catch_up()
    asked = [
        (view, one)
        for view in board.sessions.values()
        if view.state not in _SETTLED
        for one in view.questions
    ]
    asked.sort(key=lambda pair: pair[1].asked_at)
    return {
        "questions": [
            shapes.question(view, one, may_answer=hands.may_answer(view, one))
            for view, one in asked[: shapes.MOST_SESSIONS]
        ]
    }


async def answer(hands: Hands, wish: arguments.AnswerArguments, signs: Signs) -> Any:
    """Answer; the first answer wins."""
    view = await hands.fresh(wish.session)
    hands.refuse_own(view, "answer its own questions")
    asked = _asked(view, wish.question)
    if asked is None:
        # The core knows how it was closed, and says who won.
        await hands.core.answer(
            view.id, wish.question, choice=wish.choice, text=wish.text, by=hands.who.name
        )
        raise NotFound(f"there is no open question {wish.question}", where=view.id)
    await _leave_to_answer(hands, view, asked, wish, signs)
    choice = _choice(asked, wish.choice)
    given = hands.core.answer(
        view.id, asked.id, choice=choice, text=wish.text, note=wish.note, by=hands.who.name
    )
    await signs.unbroken(given, "the answer is being delivered")
    return {"session": view.id, "question": asked.id, "choice": choice, "text": wish.text}


def _asked(view: SessionView, wanted: str) -> Question | None:
    """The open question meant; None for one that is not open.

    Raises:
        NotFound: none was named, and none is open.
    """
    found = [one for one in view.questions if one.id.startswith(wanted)]
    if not found and not wanted:
        raise NotFound(f"{view.id} has no open question", remedy="see: questions")
    return found[0] if found else None


def _said(wish: arguments.AnswerArguments) -> str:
    return " — ".join(filter(None, (wish.choice, wish.text, wish.note)))


async def _leave_to_answer(
    hands: Hands,
    view: SessionView,
    asked: Question,
    wish: arguments.AnswerArguments,
    signs: Signs,
) -> None:
    if asked.kind in LEADS_KINDS and hands.leave.lacking(("answer_permission",)):
        raise NotPossible(
            f"a {asked.kind.value} is the lead's to answer, and lies before the lead already",
            where=view.id,
            remedy="leave it open and join again; the project may say otherwise: "
            '"answer_permission" in alone under [orchestrator] in wuhu.toml',
        )
    await hands.want(
        signs,
        Wanted(
            deeds=hands.also(view, "answer"),
            session=view.id,
            text=f"May {hands.who.name} answer a question of {view.spec.shown_name}?",
            context=f"{asked.text}\nit would say: {_said(wish)}",
            exactly=f"{asked.id}\n{_said(wish)}",
            remedy=f"answer it yourself: wuhu answer {view.id}",
        ),
        lambda: "" if _is_open(hands, view.id, asked.id) else "the question is not open any more",
    )


def _is_open(hands: Hands, session: str, question: str) -> bool:
    view = hands.board.session(session)
    return view is not None and any(one.id == question for one in view.questions)


def _choice(asked: Question, said: str) -> str:
    """The key of the option meant by key, label or number.

    Raises:
        UsageError: it is none of them; names them.
    """
    if not said:
        return ""
    for number, option in enumerate(asked.options, start=1):
        if said in (option.key, option.label, str(number)):
            return option.key
    known = ", ".join(option.key for option in asked.options) or "none; answer with text"
    raise UsageError(f'"{said}" is none of its options', remedy=f"there are: {known}")


async def messages(hands: Hands, wish: arguments.NothingArguments, signs: Signs) -> Any:
    """What is on its way to and from it."""
    board = await hands.project.catch_up()
    letters = [one for one in board.letters.values() if not one.is_ended]
    mine = hands.who.name
    return {
        "to_you": shapes.arrived(board, hands.who),
        "from_you": [shapes.letter(one) for one in letters if one.sender == mine][-50:],
        "undelivered": [
            shapes.letter(one)
            for one in letters
            if one.is_loud and mine in (one.sender, one.recipient)
        ][-50:],
    }


async def run_in(hands: Hands, wish: arguments.RunArguments, signs: Signs) -> Any:
    """Run a command in a place."""
    limit = duration_of(wish.timeout)
    if limit is None and not wish.background:
        raise UsageError("a command that is waited for needs a time limit", remedy="such as 10m")
    await hands.project.catch_up()
    name = hands.meant(wish.place)
    asked = leave_to_run(hands.project, hands.who, hands.leave, name, wish.command)
    place = await signs.during(asked, "waiting for the lead's leave")
    by = hands.who.name
    if wish.background:
        begun = hands.core.begin_job(place.path, wish.command, by=by, timeout=limit)
        return shapes.job(await signs.unbroken(begun, "the command is being started"))
    done = await signs.during(
        hands.core.run_in(place.path, wish.command, by=by, timeout=limit), "the command runs"
    )
    return {"exit_code": done.exit_code, "output": shapes.cut_front(done.output)}


async def wait_job(hands: Hands, wish: arguments.JobArguments, signs: Signs) -> Any:
    """Wait for a command's end."""
    await hands.project.catch_up()
    done = await signs.during(hands.core.wait_job(wish.job), "the command runs")
    return shapes.job(done, await hands.core.job_output(wish.job))


async def stop_job(hands: Hands, wish: arguments.JobArguments, signs: Signs) -> Any:
    """End a command of its own."""
    board = await hands.project.catch_up()
    known = board.jobs.get(wish.job)
    if known is not None and known.by != hands.who.name:
        raise NotPossible(
            f"{known.by} began it, not you", where=wish.job, remedy="ask whoever began it"
        )
    stopped = hands.core.stop_job(wish.job, by=hands.who.name)
    return shapes.job(await signs.unbroken(stopped, "the command is being ended"))
