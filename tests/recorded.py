"""Runs that are recorded: a witness writes along, the replay is held to it, a failure leaves a recording.

The artefacts of a run that failed lie in `artefacts/` beside the tests, or where `WUHU_ARTEFACTS`
says: the recording, the witness, what differed, and the dashboard's screen.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from wuhu_tui.core.recordings.exporting import export
from wuhu_tui.core.recordings.wishes import SUFFIX, ExportWish
from wuhu_tui.core.witness import FILE
from wuhu_tui.core.witness_proof import Proof, prove_replay
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.errors import JournalError

PLACE = "WUHU_ARTEFACTS"


def artefacts() -> Path:
    """Where failing runs leave what they left."""
    place = os.environ.get(PLACE)
    return Path(place) if place else Path(__file__).parents[1] / "artefacts"


class Screen:
    """The dashboard's screen as it was when the run failed."""

    def __init__(self) -> None:
        self.svg = ""

    @asynccontextmanager
    async def kept(self, take: Callable[[], str]) -> AsyncIterator[None]:
        """Take it while the dashboard is still there."""
        try:
            yield
        except BaseException:
            self.svg = take()
            raise


@asynccontextmanager
async def recorded(root: Path, name: str, screen: Screen | None = None) -> AsyncIterator[None]:
    """Hold the replay to what was live once the run is over; whatever fails leaves a recording."""
    folder = ProjectFolder(root)
    try:
        yield
        proof = await prove_replay(folder)
        assert proof.steps, "no witness wrote along"
        assert not proof.mismatches, f"the replay is not what was live: {proof}"
    except BaseException as error:
        error.add_note(await _leave(folder, name, str(error), screen or Screen()))
        raise


async def held_to_witness(root: Path, name: str, *, failed: bool) -> str:
    """The same of a run that is over, if anybody watched it; what is wrong, empty: nothing is."""
    folder = ProjectFolder(root)
    if not (folder.path / FILE).is_file():
        return ""
    try:
        proof = await prove_replay(folder, stills=0)
    except JournalError:
        return ""  # what nobody can read, nobody can replay
    if not proof.mismatches:
        return await _leave(folder, name, "", Screen()) if failed else ""
    return f"{proof}\n{await _leave(folder, name, str(proof), Screen())}"


async def _leave(folder: ProjectFolder, name: str, words: str, screen: Screen) -> str:
    """Everything that is known of the run, in its own folder; says where."""
    place = artefacts() / re.sub(r"[^\w.-]+", "-", name)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    (place / "failure.txt").write_text(f"{words}\n\n{await _proof(folder)}\n", encoding="utf-8")
    if screen.svg:
        (place / "screen.svg").write_text(screen.svg, encoding="utf-8")
    if (folder.path / FILE).is_file():
        shutil.copyfile(folder.path / FILE, place / FILE)
    recording = place / f"{place.name}{SUFFIX}"
    try:
        await export(folder, ExportWish(with_secrets=True), recording)
    except Exception as error:  # noqa: BLE001 - the same; the journals themselves are left then
        shutil.copytree(folder.path, place / folder.path.name, symlinks=True, dirs_exist_ok=True)
        return f"left in {place}; no recording could be written ({error}), its journals are there"
    return f"recorded: wuhu replay {recording}\nbeside it: the witness, what differed, the screen"


async def _proof(folder: ProjectFolder) -> Proof | str:
    try:
        return await prove_replay(folder)
    except Exception as error:  # noqa: BLE001 - told beside the failure, which it must not hide
        return f"the replay could not be held to what was live: {type(error).__name__}: {error}"
