"""`wuhu detect`: what the detectors find in a session, a project or a recording, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wuhu_tui.cli.options import Json
from wuhu_tui.cli.output import Painted, hint, say, say_json
from wuhu_tui.cli.place import project_here, with_core
from wuhu_tui.core.recordings.wishes import SUFFIX
from wuhu_tui.model.detectors.detections import Concern, Detection, Thresholds
from wuhu_tui.model.errors import UsageError

if TYPE_CHECKING:
    from wuhu_tui.core.door import CoreDoor

What = Annotated[
    str, typer.Argument(metavar="[SESSION|FILE]", help="A session, or a recording; else all.")
]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=NUMBER", help="Another threshold: repeated-keys=4."),
]

_COLOURS = {
    Concern.WARNING: "yellow",
    Concern.STAGNANT: "yellow",
    Concern.SPIRAL: "red",
    Concern.FAILED: "red",
    Concern.HOLD: "red",
}


def detect(what: What = "", changes: Changes = None, json: Json = False) -> None:
    """Tell which sessions went in circles, were silent, lost or cost too much: when, and from what.

    Looks at the journals as they are, or at a recording, and changes nothing. With --set the same
    journals are judged by other thresholds; those of the project stand in wuhu.toml, [detectors].
    """
    wanted = _pairs(changes or ())
    file = _recording(what)
    found = _in_recording(file, wanted) if file else _in_project(what, wanted)
    source = what if file else ""
    if json:
        say_json([detection_shape(one, source) for one in found])
        return
    for one in found:
        _say(one, source)
    if not found:
        hint("the detectors find nothing")


def _recording(what: str) -> Path | None:
    """The recording that is meant: a file, or a bundled one by its name; None: none is."""
    from wuhu_tui.cli.replay import bundled_recording

    if what.endswith(SUFFIX) or (what and Path(what).is_file()):
        return Path(what)
    return bundled_recording(what) if what else None


def _in_recording(file: Path, changes: Mapping[str, str]) -> Sequence[Detection]:
    from wuhu_tui.core.detecting import detect_in, with_changes
    from wuhu_tui.core.recordings.unpacking import unpack
    from wuhu_tui.journal.layout import ProjectFolder

    unpacked = unpack(file)
    if not unpacked.manifest.scope.files:
        hint("what tools were asked and answered is not in this recording: circles are not judged")
    thresholds = with_changes(Thresholds(), changes)
    return detect_in(
        ProjectFolder(unpacked.root), thresholds=thresholds, until=unpacked.manifest.last
    )


def _in_project(session: str, changes: Mapping[str, str]) -> Sequence[Detection]:
    from wuhu_tui.cli.naming import find_session
    from wuhu_tui.core.config import load_config
    from wuhu_tui.core.detecting import with_changes

    configured = load_config(project_here().root).detectors.thresholds
    thresholds = with_changes(configured, changes)

    async def work(core: CoreDoor) -> Sequence[Detection]:
        name = find_session(core.board, session).id if session else ""
        return await core.detections(session=name, thresholds=thresholds)

    return with_core(work)


def _pairs(changes: Sequence[str]) -> dict[str, str]:
    for change in changes:
        if "=" not in change:
            raise UsageError(f"--set {change} has no number", remedy="--set repeated-keys=4")
    return {name.strip(): value for name, _, value in (one.partition("=") for one in changes)}


def detection_shape(one: Detection, source: str = "") -> dict[str, Any]:
    """One firing as `wuhu detect --json` prints it."""
    return {
        "detector": one.kind.value,
        "concern": one.concern.value,
        "session": one.session,
        "turn": one.turn,
        "at": one.at,
        "record": _place(one.cursor),
        "text": one.text,
        "error": one.error.value if one.error else None,
        "evidence": [_place(cursor) for cursor in one.evidence],
        "replay": _jump(one, source),
    }


def _place(cursor: Any) -> dict[str, int]:
    return {"epoch": cursor.epoch, "seq": cursor.seq}


def _jump(one: Detection, source: str) -> str:
    """The command that shows the moment."""
    at = one.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return f"wuhu replay {source or one.session} --at {at}"


def _say(one: Detection, source: str) -> None:
    time = one.at.astimezone().strftime("%H:%M:%S")
    say(
        Painted(time, "dim"),
        "  ",
        Painted(f"{one.concern.value:<9}", _COLOURS[one.concern]),
        f" {one.session}  turn {one.turn}  ",
        Painted(one.kind.value, "bold"),
        f": {one.text}",
    )
    places = ", ".join(f"{cursor.epoch}.{cursor.seq}" for cursor in one.evidence[:_MOST])
    more = f" and {len(one.evidence) - _MOST} more" if len(one.evidence) > _MOST else ""
    say(Painted(f"          records {places}{more}   {_jump(one, source)}", "dim"))


_MOST = 6
"""Records of evidence that are named."""
