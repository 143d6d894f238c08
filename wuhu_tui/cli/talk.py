"""Words to a session: steer, follow-up, interrupt, mode, model and answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from wuhu_tui.cli.naming import find_session
from wuhu_tui.cli.options import By, Json, Session, Text, text_of
from wuhu_tui.cli.output import say_result
from wuhu_tui.cli.place import with_core
from wuhu_tui.cli.speaker import check_leave, speaker
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.deeds import LEADS_KINDS
from wuhu_tui.model.errors import NotFound, UsageError
from wuhu_tui.model.letters_waiting import when_it_lands
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.permissions import ALLOW, ALLOW_SESSION, DENY
from wuhu_tui.model.questions import Question, QuestionKind

if TYPE_CHECKING:
    from wuhu_tui.core.door import CoreDoor

_PERMISSION = QuestionKind.PERMISSION

_SHORT = {"session": ALLOW_SESSION, "yes": ALLOW, "y": ALLOW, "no": DENY, "n": DENY}
"""What a lead may say of a permission besides an option's own name."""


def steer(session: Session, text: Text, by: By = "lead", json: Json = False) -> None:
    """Say something that lands when the running tool ends; it never kills a tool."""

    async def work(core: CoreDoor) -> tuple[SessionView, str]:
        view = find_session(core.board, session)
        return view, await core.steer(view.id, text_of(text), by=speaker(by))

    _say_queued(*with_core(work), Lane.STEER, as_json=json)


def follow_up(session: Session, text: Text, by: By = "lead", json: Json = False) -> None:
    """Say something that lands when the turn ends."""

    async def work(core: CoreDoor) -> tuple[SessionView, str]:
        view = find_session(core.board, session)
        return view, await core.follow_up(view.id, text_of(text), by=speaker(by))

    _say_queued(*with_core(work), Lane.FOLLOW_UP, as_json=json)


def interrupt(session: Session, by: By = "lead", json: Json = False) -> None:
    """End the running turn and its tools; queued messages stay."""

    async def work(core: CoreDoor) -> str:
        view = find_session(core.board, session)
        check_leave(core.board, view, "interrupt itself", "interrupt")
        await core.interrupt(view.id, by=speaker(by))
        return view.id

    name = with_core(work)
    say_result({"session": name}, f"{name}  asked to end its turn", as_json=json)


def mode(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="MODE", help="As its agent calls it.")],
    by: By = "lead",
    json: Json = False,
) -> None:
    """Change how a living agent works and asks for leave; the next life begins with its own."""

    async def work(core: CoreDoor) -> str:
        view = find_session(core.board, session)
        check_leave(core.board, view, "change its own mode", "answer_permission")
        await core.set_mode(view.id, name, by=speaker(by))
        return view.id

    found = with_core(work)
    say_result({"session": found, "mode": name}, f"{found}  mode: {name}", as_json=json)


def model(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="MODEL", help="As its agent calls it.")],
    by: By = "lead",
    json: Json = False,
) -> None:
    """Change the model of a living agent; the next life begins with its own."""

    async def work(core: CoreDoor) -> str:
        view = find_session(core.board, session)
        check_leave(core.board, view, "change its own model", "stop_session")
        await core.set_model(view.id, name, by=speaker(by))
        return view.id

    found = with_core(work)
    say_result({"session": found, "model": name}, f"{found}  model: {name}", as_json=json)


def answer(
    session: Session,
    reply: Annotated[
        str,
        typer.Argument(metavar="ANSWER", help="An option's number or name, or text."),
    ],
    why: Annotated[
        str, typer.Argument(metavar="[WORDS]", help="Go with an option: why, or what else.")
    ] = "",
    *,
    question: Annotated[
        str, typer.Option("--question", "-q", help="Which, if it asked several; default: first.")
    ] = "",
    text: Annotated[
        bool, typer.Option("--text", help="ANSWER is text even if it looks like an option.")
    ] = False,
    by: By = "lead",
    json: Json = False,
) -> None:
    """Answer a question; the first answer wins, a later one is told who won."""

    async def work(core: CoreDoor) -> tuple[str, str, str, str]:
        view = find_session(core.board, session)
        asked = asked_question(view, question)
        check_leave(core.board, view, "answer its own questions", _deed_of(asked))
        if asked is None:
            words = " ".join(filter(None, (reply, why)))
            await core.answer(view.id, question, text=words, by=speaker(by))
            return view.id, question, "", words
        choice, words = choose(asked, reply, why, as_text=text)
        await core.answer(view.id, asked.id, choice=choice, text=words, by=speaker(by))
        return view.id, asked.id, choice, words

    name, asked, choice, words = with_core(work)
    shape = {"session": name, "question": asked, "choice": choice, "text": words}
    said = " — ".join(filter(None, (choice, words)))
    say_result(shape, f"{name}  answered: {said}", as_json=json)


def choose(
    question: Question, reply: str, why: str = "", *, as_text: bool = False
) -> tuple[str, str]:
    """The option's key that `reply` means with the words that go with it, or else text alone.

    Raises:
        UsageError: the question wants one of its options; names them.
    """
    if not as_text:
        meant = _SHORT.get(reply.lower(), reply) if question.kind is _PERMISSION else reply
        for number, option in enumerate(question.options, start=1):
            if not _is_amount(question, reply) and meant in (str(number), option.key, option.label):
                return option.key, text_of(why) if why else ""
        if question.options and question.kind not in (QuestionKind.OPEN, QuestionKind.BUDGET):
            known = ", ".join(
                f"{number} {option.label}"
                for number, option in enumerate(question.options, start=1)
            )
            raise UsageError(
                f'"{reply}" is none of its options: {known}',
                remedy="say a number or a name, or --text to answer in words",
            )
    return "", text_of(" ".join(filter(None, (reply, why))))


def _is_amount(question: Question, reply: str) -> bool:
    """A number answers a question about a budget as what it says, not as an option's place."""
    return question.kind is QuestionKind.BUDGET and reply.isdecimal()


def _deed_of(asked: Question | None) -> str:
    """What answering it is, of all that an agent may do or not."""
    return "answer_permission" if asked is not None and asked.kind in LEADS_KINDS else "answer"


def asked_question(view: SessionView, wanted: str) -> Question | None:
    """The open question meant; None for one named that is not open: the core knows who won it.

    Raises:
        NotFound: none was named and none is open, or the name may mean several.
    """
    found = [question for question in view.questions if question.id == wanted]
    found = found or [question for question in view.questions if question.id.startswith(wanted)]
    if wanted and len(found) > 1:
        raise NotFound(
            f"several open questions begin so: {wanted}", remedy="the whole ids: wuhu questions"
        )
    if not found and not wanted:
        raise NotFound(
            f"{view.id} has no open question", remedy="the open questions: wuhu questions"
        )
    return found[0] if found else None


def _say_queued(view: SessionView, message: str, lane: Lane, *, as_json: bool) -> None:
    shape = {"session": view.id, "message": message, "lane": lane.value}
    say_result(shape, f"{view.id}  queued; lands {when_it_lands(view, lane)}", as_json=as_json)
