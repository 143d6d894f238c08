"""How the command line says that something went wrong: title, what, where, what to do."""

from __future__ import annotations

import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from wuhu_tui.journal.layout import find_project
from wuhu_tui.model.errors import WuhuError
from wuhu_tui.model.safe import safe_text


def tell(error: WuhuError, *, as_json: bool) -> int:
    """Print an error to stderr and give its exit code."""
    print(_json(error) if as_json else safe_text(_text(error)), file=sys.stderr)
    return error.exit_code


def tell_crash(error: Exception, *, as_json: bool) -> int:
    """Keep the traceback of a defect of ours in a file and say which."""
    message = f"{type(error).__name__}: {error}"
    try:
        place = str(_keep(error))
        remedy = "sessions go on running; please report this with that file"
    except OSError as refusal:
        place, remedy = "", f"its details could not be kept either: {refusal}"
    return tell(WuhuError(message, where=place, remedy=remedy), as_json=as_json)


def _text(error: WuhuError) -> str:
    lines = [f"{error.title}: {error.message}"]
    if error.where:
        lines.append(f"  where:      {error.where}")
    if error.remedy:
        lines.append(f"  what to do: {error.remedy}")
    return "\n".join(lines)


def _json(error: WuhuError) -> str:
    from wuhu_tui.cli.output import as_json

    shape = {
        "kind": type(error).__name__,
        "title": error.title,
        "message": error.message,
        "where": error.where,
        "remedy": error.remedy,
        "exit_code": error.exit_code,
    }
    return as_json({"error": shape})


def _keep(error: Exception) -> Path:
    project = find_project(Path.cwd())
    folder = project.path if project else Path(tempfile.gettempdir())
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    with tempfile.NamedTemporaryFile(
        "w", dir=folder, prefix=f"crash-{moment}-", suffix=".log", delete=False, encoding="utf-8"
    ) as file:
        file.write("".join(traceback.format_exception(error)))
    return Path(file.name)
