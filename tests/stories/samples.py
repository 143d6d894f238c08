"""Makes the bundled recordings: `python -m tests.stories.samples [NAME…]` (`make samples`).

Each is a real run of the sample agent on a real repository, driven through the core as a lead drives
it. The run is held to its witness; then what only this machine knows is scrubbed, and the live
board's hashes are taken anew from the scrubbed records, in the order in which the live core took
them. `--hashes` does that last step alone, for recordings that are there: after a change of the fold
that is meant to change boards of old.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from tests.projects import SAMPLES
from tests.recorded import recorded
from tests.stories.scrubbing import Scrubber
from wuhu_tui.core.config_errors import read_settings
from wuhu_tui.core.core import Core
from wuhu_tui.core.door import NewSession
from wuhu_tui.core.initialise import initialise
from wuhu_tui.core.ledger import Ledger
from wuhu_tui.core.recordings.exporting import export
from wuhu_tui.core.recordings.unpacking import unpack
from wuhu_tui.core.recordings.wishes import SUFFIX, ExportWish
from wuhu_tui.core.samples import SESSIONS_FILE, SampleSessions
from wuhu_tui.core.witness import FILE, WANTED, Sworn, Witness
from wuhu_tui.core.witness_proof import sworn
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.records import Record
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.states import SessionState as S
from wuhu_tui.repo.git import Git

RECORDINGS = SAMPLES / "recordings"
HASHES = Path(__file__).parents[1] / "witness" / "recordings"
PACE = 0.6
PATIENCE = 120.0
CIRCLES = Path(__file__).with_name("circles.toml")
_NOT_RECORDED = shutil.ignore_patterns("mailbox", "worktrees", "scratch", "jobs", "joins", "radar")
_AGENT = """
[agents.circles]
extends = "sample"
command = ["{python}", "-m", "wuhu_tui.sample_agent", "--script", "sessions/circles.toml", "--delay", "1"]
"""


class Hand:
    """A lead without a screen."""

    def __init__(self, core: Core) -> None:
        self.core = core

    def session(self, title: str) -> SessionView:
        """The session with that title."""
        return next(one for one in self.core.board.sessions.values() if one.spec.title == title)

    async def starts(self, *titles: str) -> None:
        """Start sessions, one after the other."""
        for title in titles:
            await self.core.start(self.session(title).id)

    async def waits(self, title: str, *states: S) -> None:
        """Until a session is in one of these states."""
        await self.until(lambda: self.session(title).state in states)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Until something holds; the run fails when it never does."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await self.core.changed(self.core.revision)

    async def answers(self, title: str, choice: str = "") -> None:
        """Answer what a session asks; without a choice, the first option."""
        await self.waits(title, S.ASKING)
        view = self.session(title)
        question = view.questions[0]
        await self.core.answer(view.id, question.id, choice=choice or question.options[0].key)

    async def merges(self, title: str) -> None:
        """Approve what is green, and merge it."""
        await self.until(lambda: bool((r := self.session(title).review) and r.checks_green))
        review = self.session(title).review
        assert review is not None
        name = self.session(title).id
        await self.core.verdict(name, VerdictKind.APPROVED, head=review.head)
        await self.core.merge(name)


async def demo(hand: Hand) -> None:
    """All four sessions, from start to merged, a crash and a conflict included."""
    await hand.starts("passwords", "discount", "rounding", "search")
    await hand.waits("discount", S.WORKING)
    await hand.core.steer(hand.session("discount").id, "keep the commits small")
    await hand.answers("passwords")
    await hand.answers("rounding")
    await hand.waits("search", S.FAILED)
    await hand.core.resume(hand.session("search").id)
    for title in ("discount", "passwords", "search"):
        await hand.merges(title)
    await _repairs(hand, "rounding")


async def conflict(hand: Hand) -> None:
    """Two sessions change one line; the second is sent back with the conflict and settles it."""
    await hand.starts("discount", "rounding")
    await hand.answers("rounding")
    await hand.merges("discount")
    await _repairs(hand, "rounding")


async def _repairs(hand: Hand, title: str) -> None:
    await hand.merges(title)
    await hand.waits(title, S.CONFLICT)
    words = "merge main and resolve the conflict"
    await hand.core.follow_up(hand.session(title).id, words)
    await hand.waits(title, S.WORKING, S.IDLE)
    await hand.waits(title, S.IN_REVIEW)
    await hand.merges(title)


async def spiral(hand: Hand) -> None:
    """A session pages through one file and runs one failing test, until the lead says a word."""
    await hand.starts("shipping")
    await hand.waits("shipping", S.IDLE)
    name = hand.session("shipping").id
    await hand.core.steer(name, "the total takes no shipping yet: begin there")
    await hand.merges("shipping")


async def lost(hand: Hand) -> None:
    """A runner is killed in the middle; the core finds it dead, the lead resumes the session."""
    await hand.starts("discount")
    await hand.until(lambda: bool(hand.session("discount").head))
    os.kill(hand.session("discount").runner_pid, signal.SIGKILL)
    await hand.waits("discount", S.LOST)
    await hand.core.resume(hand.session("discount").id)
    await hand.merges("discount")


Run = Callable[[Hand], Awaitable[None]]
RUNS: dict[str, tuple[Run, tuple[str, ...]]] = {
    "demo": (demo, ("passwords", "discount", "rounding", "search")),
    "spiral": (spiral, ("shipping",)),
    "lost": (lost, ("discount",)),
    "conflict": (conflict, ("discount", "rounding")),
}
"""Every bundled recording: its run, and the titles of its sessions."""

SHIPPING = NewSession(
    title="shipping", task="Take shipping into the total, taxed. Add tests.", agent="circles"
)


async def make(name: str, target: Path, hashes: Path) -> None:
    """Live through a run and bundle it."""
    run, titles = RUNS[name]
    with tempfile.TemporaryDirectory() as place:
        root = (Path(place) / "live" / "shop-api").resolve()
        await _prepare(root, titles)
        async with recorded(root, f"sample-{name}"):
            await _live(root, run)
        clean = Path(place) / "clean" / root.name
        shutil.copytree(root, clean, symlinks=True, ignore=_NOT_RECORDED)
        steps = main_witness(sworn(root / ".wuhu" / FILE))
        Scrubber(root).project(ProjectFolder(clean))
        await export(ProjectFolder(clean), ExportWish(with_secrets=True, force=True), target)
        target.chmod(0o644)
        hash_anew(target, steps, hashes)


async def _prepare(root: Path, titles: Sequence[str]) -> None:
    shutil.copytree(SAMPLES / "shop-api", root)
    shutil.copy(CIRCLES, root / "sessions")
    config = root / "wuhu.toml"
    text = config.read_text(encoding="utf-8") + _AGENT
    config.write_text(text.replace('"--delay", "1"', f'"--delay", "{PACE}"'), encoding="utf-8")
    git = Git(root)
    for words in (
        ("init", "--quiet", "--initial-branch=main"),
        ("config", "user.name", "A Lead"),
        ("config", "user.email", "lead@example.invalid"),
        ("add", "--all"),
        ("commit", "--quiet", "--message", "Start"),
    ):
        await git.run(*words)
    await initialise(root)
    core = await Core.open(root, conduct=False)
    try:
        sample = read_settings(root / SESSIONS_FILE, SampleSessions).sessions
        for wish in (*(one.as_wish() for one in sample), SHIPPING):
            if wish.title in titles:
                await core.instantiate(wish)
    finally:
        await core.aclose()


async def _live(root: Path, run: Run) -> None:
    core = await Core.open(root, by="dashboard")
    try:
        await run(Hand(core))
        await core.idle()
    finally:
        for name in list(core.board.sessions):
            if core.runner_alive(name):
                await core.stop(name)
        await core.aclose()


def main_witness(lines: Sequence[tuple[int, Sworn]]) -> list[Sworn]:
    """The steps of the witness that saw most."""
    names = [line.by for _, line in lines]
    longest = max(names, key=names.count)
    return [line for _, line in lines if line.by == longest]


def hash_anew(recording: Path, steps: Sequence[Sworn], target: Path) -> None:
    """Write a live ledger's hashes of a recording's records, taken in as the steps say."""
    with tempfile.TemporaryDirectory() as place:
        folder = ProjectFolder(unpack(recording, into=Path(place) / "unpacked").root)
        waiting = {name: list(records) for name, records in _journals(folder).items()}
        written = Path(place) / FILE
        ledger = Ledger()
        ledger.listeners.append(Witness(written, ledger, by="live"))
        for step in steps:
            ledger.apply(_taken(waiting, step.seen))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(written, target)


def _journals(folder: ProjectFolder) -> dict[str, tuple[Record, ...]]:
    names = [path.name for path in folder.sessions.iterdir()]
    journals = {name: read_from(folder.session(name).journal, name).records for name in names}
    return {"": read_from(folder.journal, "").records, **journals}


def _taken(waiting: dict[str, list[Record]], seen: dict[str, int]) -> list[Record]:
    """What one step took in; the project's own records first, as a reader tells them."""
    taken: list[Record] = []
    for name in sorted(seen):
        records = waiting[name]
        while records and records[0].seq <= seen[name]:
            taken.append(records.pop(0))
    return taken


def main(words: list[str]) -> None:
    """Make all, or those that are named."""
    os.environ[WANTED] = "1"
    names = [word for word in words if not word.startswith("-")] or list(RUNS)
    for name in names:
        recording, hashes = RECORDINGS / f"{name}{SUFFIX}", HASHES / f"{name}.jsonl"
        if "--hashes" in words:
            hash_anew(recording, main_witness(sworn(hashes)), hashes)
        else:
            asyncio.run(make(name, recording, hashes))
        sys.stdout.write(f"{recording}: {recording.stat().st_size // 1000} kB\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
