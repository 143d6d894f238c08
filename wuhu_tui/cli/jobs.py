"""Commands in places: `wuhu exec` runs one, `wuhu jobs` shows, follows and stops them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wuhu_tui.cli.exits import OK, exit_of_job
from wuhu_tui.cli.naming import find_session
from wuhu_tui.cli.options import By, Json
from wuhu_tui.cli.output import Painted, Part, ago, hint, say, say_columns, say_json, say_result
from wuhu_tui.cli.place import settle, with_core
from wuhu_tui.cli.speaker import LEAD, check_place, speaker
from wuhu_tui.model.errors import NotFound, UsageError
from wuhu_tui.model.jobs import Job, JobOutcome
from wuhu_tui.model.safe import safe_text
from wuhu_tui.worker.durations import duration_of

if TYPE_CHECKING:
    from datetime import timedelta

    from wuhu_tui.core.door import CommandResult, CoreDoor
    from wuhu_tui.model.board import Board

SHORT = 6
"""How many of an id's last characters name a job in lists."""

_MARKS = {
    JobOutcome.RUNNING: Painted("●", "cyan"),
    JobOutcome.ENDED: Painted("✔", "green"),
    JobOutcome.STOPPED: Painted("■", "dim"),
    JobOutcome.TIMED_OUT: Painted("✗", "red"),
    JobOutcome.LOST: Painted("?", "red"),
}


def execute(
    place: Annotated[
        str,
        typer.Argument(
            metavar="SESSION|PATH", help="Whose worktree, or which folder of the project."
        ),
    ],
    command: Annotated[list[str], typer.Argument(metavar="COMMAND", help="After a --.")],
    *,
    background: Annotated[
        bool, typer.Option("--background", help="Do not wait: its end comes as a message.")
    ] = False,
    timeout: Annotated[
        str, typer.Option("--timeout", help="90s, 10m, 1h, none. Default: 10m, in background none.")
    ] = "",
    by: By = "lead",
    json: Json = False,
) -> int:
    """Run a shell command in a session's worktree, with its environment; its exit code is this one's.

    ctrl+c ends the command and everything it began.
    """
    import shlex

    line = command[0] if len(command) == 1 else shlex.join(command)
    limit = duration_of(timeout or ("none" if background else "10m"))
    if background:
        return _begin(place, line, by, limit, as_json=json)
    printer = _Printer()

    async def work(core: CoreDoor) -> CommandResult:
        where = named_place(core.board, place)
        check_place(core.board, where)
        hear = None if json else printer.hear
        return await core.run_in(where, line, by=speaker(by), timeout=limit, hear=hear)

    done = with_core(work)
    if json:
        say_json(done)
    else:
        printer.close(done.note)
    return done.exit_code


def _begin(place: str, line: str, by: str, limit: timedelta | None, *, as_json: bool) -> int:
    async def work(core: CoreDoor) -> Job:
        where = named_place(core.board, place)
        check_place(core.board, where)
        return await core.begin_job(where, line, by=speaker(by), timeout=limit)

    job = with_core(work)
    say_result(_shape(job), job.id, as_json=as_json)
    return OK


def jobs(
    job: Annotated[
        str, typer.Argument(metavar="JOB", help="One of them: its id, or the end of it.")
    ] = "",
    *,
    follow: Annotated[
        bool, typer.Option("--follow", help="Show what it prints until it ends; its exit code too.")
    ] = False,
    stop: Annotated[bool, typer.Option("--stop", help="End it and all that it began.")] = False,
    by: By = "lead",
    json: Json = False,
) -> int:
    """List the commands that run and ran in places; show, follow or stop one of them."""
    if (follow or stop) and not job:
        raise UsageError("say which job", remedy="see them: wuhu jobs")
    if follow and stop:
        raise UsageError("--follow and --stop do not go together")
    if follow:
        return _follow(job, as_json=json)
    if stop:
        return _stop(job, speaker(by), as_json=json)
    return _show(job, as_json=json) if job else _list(as_json=json)


def _list(*, as_json: bool) -> int:
    from wuhu_tui.journal.clock import now

    async def work(core: CoreDoor) -> Board:
        await settle(core)
        return core.board

    found = list(with_core(work, conduct=True).jobs.values())
    if as_json:
        say_json([_shape(job) for job in found])
        return OK
    if not found:
        say("no command was run in a place yet: wuhu exec SESSION -- COMMAND")
    at = now()
    rows: list[list[Part]] = [
        [
            _mark(job),
            job.id[-SHORT:],
            _state(job),
            ago(job.begun_at, at),
            job.by,
            job.session or job.place,
            job.command,
        ]
        for job in found
    ]
    say_columns(rows)
    return OK


def _show(name: str, *, as_json: bool) -> int:
    async def work(core: CoreDoor) -> tuple[Job, str]:
        await settle(core)
        job = find_job(core.board, name)
        output = await core.job_output(job.id)
        await _seen(core, job)
        return job, output

    job, output = with_core(work, conduct=True)
    if as_json:
        say_json({**_shape(job), "output": output})
        return OK
    from wuhu_tui.core.jobs_end import how_it_ended

    say(Painted(job.id, "bold"), f"  {job.command}")
    background = "in the background" if job.background else "waited for"
    say(f"  in {job.session or job.place}, by {job.by}, {background}")
    say(f"  it {how_it_ended(job)}")
    if output:
        say(output.removesuffix("\n"))
    return OK


def _follow(name: str, *, as_json: bool) -> int:
    """Show what it prints; ctrl+c ends the looking, not the job."""
    printer = _Printer()

    async def work(core: CoreDoor) -> tuple[Job, str]:
        job = find_job(core.board, name)
        async for piece in core.follow_job(job.id):
            if not as_json:
                printer.hear(piece)
        ended, output = await core.wait_job(job.id), await core.job_output(job.id)
        await _seen(core, ended)
        return ended, output

    job, output = with_core(work)
    if as_json:
        say_json({**_shape(job), "output": output})
    else:
        from wuhu_tui.core.jobs_end import how_it_ended

        printer.close()
        hint(f"it {how_it_ended(job)}")
    return exit_of_job(job)


async def _seen(core: CoreDoor, job: Job) -> None:
    """The lead has read how it ended: the message that says so has done its work."""
    letter = core.board.letters.get(f"job-{job.id}")
    is_mine = letter is not None and letter.recipient == LEAD == speaker(LEAD)
    if letter is not None and is_mine and not letter.is_ended:
        await core.acknowledge_letter(letter.id)


def _stop(name: str, by: str, *, as_json: bool) -> int:
    from wuhu_tui.core.jobs_end import how_it_ended

    async def work(core: CoreDoor) -> Job:
        return await core.stop_job(find_job(core.board, name).id, by=by)

    job = with_core(work)
    say_result(_shape(job), f"{job.id}  {how_it_ended(job)}", as_json=as_json)
    return OK


def named_place(board: Board, name: str) -> str:
    """The place as the core is told it: a session's id, or an absolute path.

    Raises:
        UsageError: it could be a session or a folder.
        NotFound: it is neither; names the nearest session.
    """
    there = Path.cwd() / name
    if name.startswith((".", "/")) or "/" in name:
        return str(there)
    try:
        view = find_session(board, name)
    except NotFound:
        if name and there.is_dir():
            return str(there)
        raise
    if name not in (view.id, view.spec.title) and there.is_dir():
        raise UsageError(
            f'"{name}" could be the session {view.id} or the folder ./{name}',
            remedy="say the whole id, or ./ before the folder",
        )
    return view.id


def find_job(board: Board, name: str) -> Job:
    """The job of this id, or whose id alone ends so.

    Raises:
        NotFound: there is none.
        UsageError: several could be meant.
    """
    found = [job for job in board.jobs.values() if name and job.id.endswith(name)]
    if not found:
        raise NotFound(f"there is no job {name}", remedy="see them: wuhu jobs")
    if len(found) > 1:
        raise UsageError(f"several jobs end in {name}", remedy="say more of the id")
    return found[0]


class _Printer:
    """Prints pieces as they come; on a terminal as data, into a pipe or file as they are."""

    def __init__(self) -> None:
        self._safely = sys.stdout.isatty()
        self._last = "\n"

    def hear(self, piece: str) -> None:
        """Print one more."""
        sys.stdout.write(safe_text(piece) if self._safely else piece)
        sys.stdout.flush()
        self._last = piece[-1:] or self._last

    def close(self, note: str = "") -> None:
        """End the line on a terminal, and say what is to say beside the output."""
        if self._safely and self._last != "\n":
            sys.stdout.write("\n")
        if note:
            hint(f"wuhu: the command {note}")


def _mark(job: Job) -> Painted:
    failed = job.outcome is JobOutcome.ENDED and job.exit_code
    return Painted("✗", "red") if failed else _MARKS[job.outcome]


def _state(job: Job) -> str:
    if job.outcome is JobOutcome.ENDED:
        return f"exit {job.exit_code}"
    return job.outcome.value.replace("_", " ")


def _shape(job: Job) -> dict[str, Any]:
    return {
        "job": job.id,
        "state": job.outcome.value,
        "exit_code": job.exit_code,
        "command": job.command,
        "place": job.place,
        "session": job.session,
        "by": job.by,
        "background": job.background,
        "begun_at": job.begun_at,
        "ended_at": job.ended_at,
        "detail": job.detail,
    }
