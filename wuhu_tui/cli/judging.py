"""Sessions that judge and fix others' work: assign-reviewer, fix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from wuhu_tui.cli.naming import find_session
from wuhu_tui.cli.options import By, Json, Session, text_of
from wuhu_tui.cli.output import say_result
from wuhu_tui.cli.place import with_core
from wuhu_tui.cli.speaker import check_leave, speaker
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.reviews import Judge
from wuhu_tui.model.sessions import SessionSpec

if TYPE_CHECKING:
    from wuhu_tui.core.door import CoreDoor

_PARTS = (Judge.REVIEWER, Judge.PEER, Judge.ARBITER)


def assign_reviewer(
    session: Session,
    judge: Annotated[
        str, typer.Option("--as", metavar="PART", help="reviewer, peer or arbiter.")
    ] = Judge.REVIEWER.value,
    agent: Annotated[str, typer.Option("--agent", help="Which agent; see: wuhu agents.")] = "",
    by: By = "lead",
    json: Json = False,
) -> None:
    """Let a session of its own judge exactly the commit under review; it only reads."""

    async def work(core: CoreDoor) -> tuple[str, SessionSpec]:
        view = find_session(core.board, session)
        check_leave(core.board, view, "assign who judges it", "request_review")
        part = _part(judge)
        made = await core.assign_reviewer(view.id, judge=part, agent=agent, by=speaker(by))
        return view.id, made

    name, spec = with_core(work)
    head = spec.judges.head if spec.judges else ""
    say_result(
        {"session": name, "reviewer": spec.id, "head": head, "spec": spec},
        f"{spec.id}  judges {head[:12]} of {name}; see what it says: wuhu review {name}",
        as_json=json,
    )


def fix(
    session: Session,
    note: Annotated[
        str, typer.Option("--note", "-n", help="What is to be fixed besides; - reads stdin.")
    ] = "",
    by: By = "lead",
    json: Json = False,
) -> None:
    """Start a session that fixes what was found in another's work, or its conflict with base."""

    async def work(core: CoreDoor) -> tuple[str, SessionSpec]:
        view = find_session(core.board, session)
        check_leave(core.board, view, "have its own work fixed", "request_changes")
        words = text_of(note) if note else ""
        return view.id, await core.fix_session(view.id, note=words, by=speaker(by))

    name, spec = with_core(work)
    say_result(
        {"session": name, "fix": spec.id, "branch": spec.branch, "spec": spec},
        f"{spec.id}  fixes {name}; what it reports done goes onto {spec.base_branch}",
        as_json=json,
    )


def _part(word: str) -> Judge:
    if word not in _PARTS:
        raise UsageError(f'"{word}" is no part of a judge', remedy="--as reviewer, peer or arbiter")
    return Judge(word)
