"""The `wuhu` command: runs one verb; whatever goes wrong is told in words, never as a traceback."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from wuhu_tui.cli.exits import BROKEN_PIPE, INTERRUPTED, OK
from wuhu_tui.cli.failures import tell, tell_crash
from wuhu_tui.cli.inside import INSIDE, inside
from wuhu_tui.model.errors import UsageError, WuhuError


def main() -> None:
    """Run the command line of this process and end it."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line; gives its exit code."""
    as_json = "--json" in arguments
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace", line_buffering=True)
    try:
        code = _dispatch([_readable(argument) for argument in arguments])
        sys.stdout.flush()
        return code
    except WuhuError as error:
        return tell(error, as_json=as_json)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 - the last resort: kept in a file, told in words
        return tell_crash(error, as_json=as_json)


def _readable(argument: str) -> str:
    """An argument as UTF-8, whatever the locale made of its bytes: agents' shells vary."""
    return os.fsencode(argument).decode(errors="replace")


def _dispatch(arguments: Sequence[str]) -> int:
    """Run one command; a worker's commands and the dashboard itself wait for no framework."""
    if arguments[:1] and arguments[0] in INSIDE:
        return inside(arguments[0])(arguments[1:])
    if not arguments:
        from wuhu_tui.cli.dashboard import open_dashboard

        return open_dashboard(Path.cwd())
    return _run_verb(arguments)


def _run_verb(arguments: Sequence[str]) -> int:
    from typer.exceptions import Abort, Exit, TyperException
    from typer.main import get_command

    from wuhu_tui.cli.application import application

    command = get_command(application())
    try:
        with command.make_context("wuhu", list(arguments)) as context:
            code = command.invoke(context)
    except Exit as leaving:
        return leaving.exit_code
    except Abort:
        return INTERRUPTED
    except TyperException as error:
        verb = getattr(getattr(error, "ctx", None), "command_path", "wuhu")
        raise UsageError(error.format_message(), remedy=f"how it is used: {verb} --help") from error
    return code if isinstance(code, int) else OK


if __name__ == "__main__":
    main()
