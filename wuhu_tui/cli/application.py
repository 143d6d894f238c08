"""The table of verbs: each command's name, function and place in the help."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from wuhu_tui.cli import (
    commenting,
    evidence,
    history,
    jobs,
    judging,
    lives,
    making,
    merging,
    overview,
    queue,
    remote,
    reviewing,
    settling,
    setup,
    talk,
    waiting,
)
from wuhu_tui.cli.agents import agents
from wuhu_tui.cli.away import away
from wuhu_tui.cli.conduct import conduct
from wuhu_tui.cli.dashboard import open_dashboard
from wuhu_tui.cli.demo import demo
from wuhu_tui.cli.detect import detect
from wuhu_tui.cli.doctor import doctor
from wuhu_tui.cli.events import events
from wuhu_tui.cli.exits import OK
from wuhu_tui.cli.export import export
from wuhu_tui.cli.inside import inside
from wuhu_tui.cli.mcp import mcp
from wuhu_tui.cli.messages import messages
from wuhu_tui.cli.notify import notify
from wuhu_tui.cli.radar import radar
from wuhu_tui.cli.replay import replay
from wuhu_tui.cli.search import search
from wuhu_tui.cli.skills import skills
from wuhu_tui.cli.syncing import sync
from wuhu_tui.cli.timeline import timeline
from wuhu_tui.cli.trash import trash
from wuhu_tui.cli.why import why
from wuhu_tui.model.errors import UsageError

BEGIN = "Begin"
SESSIONS = "Sessions"
TALK = "Talk"
LOOK = "Look"
LAND = "Review and merge"

COMMANDS: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    (BEGIN, "init", setup.init),
    (BEGIN, "demo", demo),
    (BEGIN, "agents", agents),
    (BEGIN, "skills", skills),
    (BEGIN, "mcp", mcp),
    (SESSIONS, "new", making.new),
    (SESSIONS, "instantiate", making.instantiate),
    (SESSIONS, "lint", making.lint_task),
    (SESSIONS, "start", lives.start),
    (SESSIONS, "stop", lives.stop),
    (SESSIONS, "resume", lives.resume),
    (SESSIONS, "hibernate", lives.hibernate),
    (SESSIONS, "archive", lives.archive),
    (SESSIONS, "trash", trash),
    (SESSIONS, "sync", sync),
    (SESSIONS, "exec", jobs.execute),
    (SESSIONS, "jobs", jobs.jobs),
    (TALK, "steer", talk.steer),
    (TALK, "follow-up", talk.follow_up),
    (TALK, "interrupt", talk.interrupt),
    (TALK, "mode", talk.mode),
    (TALK, "model", talk.model),
    (TALK, "answer", talk.answer),
    (TALK, "messages", messages),
    (LOOK, "status", overview.status),
    (LOOK, "sessions", overview.sessions),
    (LOOK, "questions", overview.questions),
    (LOOK, "why", why),
    (LOOK, "detect", detect),
    (LOOK, "doctor", doctor),
    (LOOK, "log", history.log),
    (LOOK, "events", events),
    (LOOK, "replay", replay),
    (LOOK, "away", away),
    (LOOK, "timeline", timeline),
    (LOOK, "search", search),
    (LOOK, "export", export),
    (LOOK, "notify", notify),
    (LOOK, "conduct", conduct),
    (LOOK, "join", waiting.join),
    (LAND, "review", reviewing.review),
    (LAND, "evidence", evidence.evidence),
    (LAND, "origin", evidence.origin),
    (LAND, "comment", commenting.comment),
    (LAND, "comments", commenting.comments),
    (LAND, "approve", reviewing.approve),
    (LAND, "request-changes", reviewing.request_changes),
    (LAND, "assign-reviewer", judging.assign_reviewer),
    (LAND, "fix", judging.fix),
    (LAND, "radar", radar),
    (LAND, "merge", merging.merge),
    (LAND, "queue", queue.queue),
    (LAND, "conflict", settling.conflict),
    (LAND, "settle", settling.settle),
    (LAND, "undo-merge", merging.undo_merge),
    (LAND, "remote", remote.remote),
    (LAND, "push", remote.push),
    (LAND, "sync-base", remote.sync_base),
)

WORKER_COMMANDS = {
    "report": "Say how your work stands: done, blocked, failed, note.",
    "ask": "Ask the lead and wait for the answer.",
    "progress": "Tell how far you are.",
    "judge": "Say your verdict on the commit you were made to judge.",
    "reply": "Answer one of the lead's comments.",
    "read-brief": "Your task again, and what waits for you.",
}


def application() -> typer.Typer:
    """The whole command line."""
    app = typer.Typer(
        help="Mission control for many coding agents at once. "
        "Without a command: open the dashboard of the repository you stand in.",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(_root)
    for panel, name, function in COMMANDS:
        app.command(name, rich_help_panel=panel)(function)
    for name, sentence in WORKER_COMMANDS.items():
        app.command(
            name,
            help=sentence,
            rich_help_panel="Inside a session",
            add_help_option=False,
            context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
        )(_inside)
    return app


def _root(
    context: typer.Context,
    project: Annotated[
        Path | None, typer.Option("-C", "--project", metavar="FOLDER", help="As if started there.")
    ] = None,
    version: Annotated[bool, typer.Option("--version", help="Say the version.")] = False,
) -> int:
    if version:
        _say_version()
        raise typer.Exit(OK)
    if project is not None:
        _enter(project)
    if context.invoked_subcommand is None:
        return open_dashboard(Path.cwd())
    return OK


def _enter(folder: Path) -> None:
    try:
        os.chdir(folder)
    except OSError as error:
        raise UsageError(f"cannot go there: {error.strerror}", where=str(folder)) from error


def _say_version() -> None:
    from importlib.metadata import version

    typer.echo(f"wuhu {version('wuhu-tui')}")


def _inside(context: typer.Context) -> int:
    return inside(str(context.info_name))(context.args)
