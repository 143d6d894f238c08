"""Sessions are made: instantiate and new, and what the linter says of their tasks."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from wuhu_tui.cli.exits import NOT_COMPLETE, OK
from wuhu_tui.cli.naming import find_session
from wuhu_tui.cli.options import Json, Text, text_of
from wuhu_tui.cli.output import Painted, hint, say, say_json
from wuhu_tui.cli.place import with_core
from wuhu_tui.core.door import CoreDoor, NewSession
from wuhu_tui.core.orchestration import Orchestrator, parent_in
from wuhu_tui.model.budgets import Budget
from wuhu_tui.model.errors import UsageError, WuhuError
from wuhu_tui.model.reviews import ReviewPolicy
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.spending import amount
from wuhu_tui.worker.lint import Assignment, LintFinding, lint, lint_summary

Title = Annotated[str, typer.Option("--title", help="A short name for lists.")]
Role = Annotated[str, typer.Option("--role", help="Becomes part of its id, and picks its skill.")]
AgentName = Annotated[str, typer.Option("--agent", help="Which agent; see: wuhu agents.")]
Base = Annotated[str, typer.Option("--base", help="Branch to start from.")]
Branch = Annotated[str, typer.Option("--branch", help="Name of its own branch.")]
Scope = Annotated[list[str] | None, typer.Option("--scope", help="A path it may change.")]
Accept = Annotated[
    list[str] | None, typer.Option("--accept", help="What must be true when it is done.")
]
Rule = Annotated[list[str] | None, typer.Option("--rule", help="A rule that applies to it.")]
Focus = Annotated[str, typer.Option("--focus", help="Extra words, given to it verbatim.")]
Turns = Annotated[int, typer.Option("--turns", help="How many turns it has; 0: no limit.")]
Brief = Annotated[
    list[Path] | None, typer.Option("--brief", help="A file or folder it is to read; copied in.")
]
Limit = Annotated[
    str, typer.Option("--budget", help="What it may use before it asks: 2.50, or 200k tokens.")
]
Key = Annotated[str, typer.Option("--key", help="The same key adopts the session it made before.")]
Policy = Annotated[
    str,
    typer.Option("--review", help="Whose approval counts: human, reviewer, council."),
]
After = Annotated[
    list[str] | None, typer.Option("--after", help="A session whose work must land before its own.")
]
OnlyLint = Annotated[bool, typer.Option("--lint", help="Only say what the task lacks.")]


def _making(*, start: bool, sentence: str) -> Callable[..., int]:
    """A command that makes a session, and starts it or not."""

    def make(
        task: Text,
        *,
        title: Title = "",
        role: Role = "impl",
        agent: AgentName = "",
        base: Base = "",
        branch: Branch = "",
        scope: Scope = None,
        accept: Accept = None,
        rule: Rule = None,
        focus: Focus = "",
        turns: Turns = 0,
        brief: Brief = None,
        budget: Limit = "",
        key: Key = "",
        review: Policy = "",
        after: After = None,
        only_lint: OnlyLint = False,
        json: Json = False,
    ) -> int:
        wish = NewSession(
            task=text_of(task),
            title=title,
            role=role,
            agent=agent,
            base=base,
            branch=branch,
            scope=tuple(scope or ()),
            acceptance=tuple(accept or ()),
            rules=tuple(rule or ()),
            focus=focus,
            turn_limit=turns,
            brief=tuple(str(path.absolute()) for path in brief or ()),
            budget=_budget(budget),
            key=key,
            review=_policy(review),
            after=tuple(after or ()),
        )
        if only_lint:
            return _say_findings(_findings_here(wish), as_json=json)
        _make(wish, start=start, as_json=json)
        return OK

    make.__doc__ = sentence
    return make


instantiate = _making(
    start=False, sentence="Make a session's branch, worktree and folder; nothing runs yet."
)
new = _making(start=True, sentence="Make a session and start it: instantiate and start in one.")


def lint_task(
    task: Text,
    *,
    scope: Scope = None,
    accept: Accept = None,
    focus: Focus = "",
    turns: Turns = 0,
    json: Json = False,
) -> int:
    """Say what a task lacks, or holds that does not belong; makes nothing."""
    wish = NewSession(
        task=text_of(task),
        scope=tuple(scope or ()),
        acceptance=tuple(accept or ()),
        focus=focus,
        turn_limit=turns,
    )
    return _say_findings(_findings_here(wish), as_json=json)


def _budget(words: str) -> Budget:
    """The limit meant; none said: the project's."""
    found = amount(words) if words else Budget()
    if isinstance(found, str):
        raise UsageError(f'"{words}": {found}', remedy="--budget 2.50")
    return found


def _policy(word: str) -> str:
    """A review policy by its name; none said: the project's."""
    known = [policy.value for policy in ReviewPolicy]
    if word and word not in known:
        raise UsageError(f'"{word}" is no review policy', remedy=f"known: {', '.join(known)}")
    return word


def _make(wish: NewSession, *, start: bool, as_json: bool) -> None:
    async def work(core: CoreDoor) -> tuple[SessionSpec, tuple[LintFinding, ...]]:
        others = tuple(name for view in core.board.sessions.values() for name in _names(view.spec))
        after = tuple(find_session(core.board, name).id for name in wish.after)
        spec = await core.instantiate(_as_child(core, replace(wish, after=after)))
        if start:
            await _start(core, spec.id)
        return spec, _findings(wish, spec.checks, others)

    spec, findings = with_core(work)
    _say_made(spec, started=start, as_json=as_json)
    if findings and not as_json:
        hint(f"hint: {lint_summary(findings)} (more: wuhu lint)")


def _as_child(core: CoreDoor, wish: NewSession) -> NewSession:
    """Made inside a session, it is that session's child; a key is one of that session's own."""
    parent = parent_in(core.board, os.environ)
    if not parent:
        return wish
    key = Orchestrator(name=parent).key(wish.key) if wish.key else ""
    return replace(wish, parent=parent, key=key)


async def _start(core: CoreDoor, session: str) -> None:
    """Start what was just made; where that is refused, it is there all the same."""
    try:
        await core.start(session)
    except WuhuError as error:
        error.remedy = "; ".join(
            filter(None, (error.remedy, f"{session} is made: then wuhu start {session}"))
        )
        raise


def _findings_here(wish: NewSession) -> tuple[LintFinding, ...]:
    """What is to say of a task, with the checks of the project one stands in, if it is one."""
    from wuhu_tui.core.briefs import check_lines
    from wuhu_tui.core.config import load_config
    from wuhu_tui.journal.layout import find_project

    project = find_project(Path.cwd())
    checks = check_lines(load_config(project.root).project_checks) if project else ()
    return _findings(wish, checks, ())


def _findings(
    wish: NewSession, checks: tuple[str, ...], others: tuple[str, ...]
) -> tuple[LintFinding, ...]:
    return lint(
        Assignment(
            task=wish.task,
            scope=wish.scope,
            acceptance=wish.acceptance,
            checks=checks,
            focus=wish.focus,
            turn_limit=wish.turn_limit,
            others=others,
        )
    )


def _names(spec: SessionSpec) -> tuple[str, ...]:
    """What another task could call it; a title of one plain word may just be a word."""
    return (spec.id, spec.title) if "-" in spec.title else (spec.id,)


def _say_findings(findings: tuple[LintFinding, ...], *, as_json: bool) -> int:
    if as_json:
        say_json(list(findings))
    for finding in () if as_json else findings:
        say(Painted(finding.text, "yellow"))
        say(Painted(f"  → {finding.remedy}", "dim"))
    if not findings and not as_json:
        say("nothing is missing")
    return NOT_COMPLETE if findings else OK


def _say_made(spec: SessionSpec, *, started: bool, as_json: bool) -> None:
    if as_json:
        say_json(
            {"session": spec.id, "branch": spec.branch, "worktree": spec.worktree, "spec": spec}
        )
        return
    begin = f"instantiated; begin with: wuhu start {spec.id}"
    look = f"started; look with: wuhu status {spec.id}"
    say(Painted(spec.id, "bold"), f"  {look if started else begin}")
    say(Painted(f"  worktree  {spec.worktree}\n  branch    {spec.branch}", "dim"))
