"""A project that lives through anything: sessions, approvals, queueing, crashes, humans on base."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from msgspec.structs import replace

from tests.checker.humans import Humans
from tests.checker.reading import HUMAN
from tests.core.merging_child import FilePort
from tests.core.repositories import Crash, Project
from tests.repo.gitbox import Box, make_box
from wuhu_tui.core import queue
from wuhu_tui.core.ports import ProjectCheck
from wuhu_tui.core.queue_work import work_queue
from wuhu_tui.core.remotes import attend_remote, push_base, sync_base
from wuhu_tui.core.reviews import check_review, give_verdict, open_review, refresh_review
from wuhu_tui.core.settling import begin_settling, leave_settling, settle_conflict
from wuhu_tui.core.undo import undo_merge
from wuhu_tui.model.errors import NotFound, WuhuError
from wuhu_tui.model.events import Event
from wuhu_tui.model.merge_rules import MergeRules, Together
from wuhu_tui.model.merges import MergeManner
from wuhu_tui.model.project_events import ProjectOpened
from wuhu_tui.model.remotes import Push, RemoteRules
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.landing import move_base
from wuhu_tui.repo.refs import required_tip
from wuhu_tui.repo.repository import open_repository

CHECK = ProjectCheck(name="tests", command="! { test -e left.txt && test -e right.txt; }")
"""Left and right are green alone and red together."""

SMOKE = ProjectCheck(
    name="smoke",
    command='! { test -e smoky.txt && test "$(git rev-parse HEAD)" = "$(git rev-parse main)"; }',
)
"""What is smoky is green until it is on base."""

KINDS = ("own", "shared", "left", "right", "readme", "both ends", "smoky", "merges inside")
ROUNDS = 6


def passes(files: frozenset[str]) -> bool:
    """The sample's check, as the checker reckons it."""
    return not {"left.txt", "right.txt"} <= files


def stays(files: frozenset[str]) -> bool:
    """The check that runs once base has moved, as the checker reckons it."""
    return "smoky.txt" not in files


@dataclass(frozen=True)
class Ground:
    """What a history is played on."""

    after: bool = False
    """Whether a check runs once more when base has moved."""
    remote: bool = False
    """Whether base is pushed after each merge, where others push too."""

    @property
    def checks(self) -> tuple[str, ...]:
        """The names of the checks that run then."""
        return (SMOKE.name,) if self.after else ()

    @property
    def words(self) -> tuple[str, str]:
        """The same, for a process of its own."""
        return ("after" if self.after else "", "remote" if self.remote else "")


class History(Humans):
    """One project; every step is tried, and a refusal is an answer like any other."""

    def __init__(self, box: Box, port: FilePort, ground: Ground) -> None:
        super().__init__(box)
        self.port = port
        self.ground = ground
        self.settled: dict[str, dict[str, bytes]] = {}
        """What the lead made of conflicts, by the commit that was to land."""
        self.told: list[str] = []
        self._rules = MergeRules(after=ground.checks)

    @property
    def journal(self) -> Path:
        """Where all of it is written."""
        return self.port.file

    @property
    def names(self) -> list[str]:
        """The sessions there are."""
        return list(self.port.board.sessions)

    async def step(self, what: str, first: int = 0, second: int = 0) -> None:
        """One step; what is refused changes nothing."""
        act = getattr(self, what)
        self.told.append(f"{what} {first} {second}")
        try:
            await act(first, second)
        except WuhuError as error:
            self.told[-1] += f": {error.message}"
        except Crash:
            self.told[-1] += ": crashed"
            await self.reopen()

    async def reopen(self) -> None:
        """Another process opens the project."""
        self.port = await opened(self.box.path, self._rules, self.ground)

    def _session(self, number: int, *states: SessionState) -> str:
        """One of the sessions that stand so; of all, if none does."""
        views = self.port.board.sessions.values()
        names = [view.id for view in views if view.state in states] or self.names
        if not names:
            raise NotFound("nobody is there yet")
        return names[number % len(names)]

    # sessions and the lead's word

    async def works(self, kind: int, number: int) -> None:
        """A session does something and is put before the lead."""
        name = f"shop-impl-{len(self.names) + 1:02}"
        project = Project(self.box, self.port)
        worktree = await project.session(name, f"wuhu/{name}")
        self._write(worktree, name, KINDS[kind % len(KINDS)])
        worktree.commit(message=f"Work of {name}")
        project.reports(name)
        await open_review(self.port, self.port.view(name))
        await check_review(self.port, self.port.view(name))

    def _write(self, box: Box, name: str, kind: str) -> None:
        if kind in ("left", "right"):
            box.write(f"{kind}.txt", "there\n")
        elif kind == "shared":
            box.write("shared.txt", f"{name}\n")
        elif kind == "readme":
            box.write("readme.txt", f"one\ntwo\nthree, says {name}\n")
        elif kind == "both ends":
            box.write("long.txt", f"{name}\n" + "middle\n" * 9)
        elif kind == "smoky":
            box.write("smoky.txt", "there\n")
        elif kind == "merges inside":
            self._merges_inside(box, name)
        else:
            box.write(f"{name}.txt", f"{name}\n")

    def _merges_inside(self, box: Box, name: str) -> None:
        box.git("checkout", "-q", "--detach")
        side = box.commit({f"{name}-side.txt": "side\n"}, "On the side")
        box.git("checkout", "-q", "-")
        box.commit({f"{name}.txt": "mine\n"}, "In line")
        box.git("merge", "-q", "--no-ff", "-m", "Take the side in", side)

    async def approves(self, number: int, _: int) -> None:
        """The lead approves what lies there."""
        view = self.port.view(self._session(number, SessionState.IN_REVIEW))
        head = view.review.head if view.review else "nothing"
        await give_verdict(self.port, view, VerdictKind.APPROVED, head=head)

    async def works_and_is_wanted(self, kind: int, number: int) -> None:
        """The usual way: work, approval, queue."""
        await self.works(kind, number)
        await self.approves(-1, 0)
        await self.queues(-1, 0)

    async def clashes_and_is_settled(self, kind: int, how: int) -> None:
        """Two that cannot both land as they are; the lead settles it."""
        clashing = [KINDS.index(name) for name in ("shared", "readme", "both ends")]
        for _ in range(2):
            await self.works_and_is_wanted(clashing[kind % len(clashing)], 0)
        await self.lands(0, 0)
        await self.settles(-1, how)

    async def commits_more(self, number: int, noticed: int) -> None:
        """A new commit after whatever was said; `noticed`: somebody looks."""
        live = (SessionState.APPROVED, SessionState.IN_REVIEW, SessionState.CONFLICT)
        view = self.port.view(self._session(number, *live))
        worktree = self.box.at(Path(view.spec.worktree))
        if not worktree.path.is_dir():
            return
        more = next(self._numbers)
        worktree.commit({f"more-{more}.txt": "more\n"}, "More")
        if noticed % 2:
            await refresh_review(self.port, self.port.view(view.id))
            await check_review(self.port, self.port.view(view.id))

    async def takes_base_in(self, number: int, _: int) -> None:
        """A session merges base into its branch; whoever looks, looks again."""
        live = (SessionState.APPROVED, SessionState.IN_REVIEW, SessionState.CONFLICT)
        view = self.port.view(self._session(number, *live))
        worktree = self.box.at(Path(view.spec.worktree))
        if worktree.path.is_dir():
            worktree.git("merge", "-q", "--no-edit", "main", check=False)
            worktree.git("merge", "--abort", check=False)
            await refresh_review(self.port, self.port.view(view.id))
            await check_review(self.port, self.port.view(view.id))

    async def is_fixed(self, number: int, approve: int) -> None:
        """Another session fixes it: the core moves its branch on, and it is reviewed again."""
        live = (SessionState.APPROVED, SessionState.IN_REVIEW, SessionState.CONFLICT)
        view = self.port.view(self._session(number, *live))
        if view.state not in live:
            raise NotFound("nobody needs it")
        git, branch = self.port.repository.git, view.spec.branch
        tip = await required_tip(git, branch)
        number = next(self._numbers)
        place = self.port.folder.worktrees / f"fix-{number}"
        self.box.git("worktree", "add", "-q", "-b", f"wuhu/fix-{number}", str(place), branch)
        head = self.box.at(place).commit({f"fix-{number}.txt": "fixed\n"}, "Fix it")
        await move_base(self.port.repository, branch, tip, head, "wuhu: fixed")
        await open_review(self.port, self.port.view(view.id))
        await check_review(self.port, self.port.view(view.id))
        if approve % 2:
            await give_verdict(self.port, self.port.view(view.id), VerdictKind.APPROVED, head=head)

    async def settles(self, number: int, how: int) -> None:
        """The lead settles a conflict by hand, and it is queued again; or leaves it half-done."""
        view = self.port.view(self._session(number, SessionState.CONFLICT))
        place = self.box.at(Path(await begin_settling(self.port, view)))
        clashing = place.git("diff", "--name-only", "--diff-filter=U").splitlines()
        content = f"settled by the lead, {next(self._numbers)}\n"
        for name in clashing:
            place.write(name, content)
        if how % 5 == 0:
            await leave_settling(self.port, self.port.view(view.id))
            return
        place.git("add", "--all")
        files = place.git("diff", "--name-only", "HEAD").splitlines()
        told = {name: (place.path / name).read_bytes() for name in clashing if name in files}
        head = self.box.head(view.spec.branch)
        before, self.settled[head] = self.settled.get(head), told
        try:
            await settle_conflict(self.port, self.port.view(view.id))
        except WuhuError:
            self.settled.pop(head)
            if before is not None:
                self.settled[head] = before
            raise
        await queue.queue_merge(self.port, self.port.view(view.id))

    # the queue

    async def queues(self, number: int, _: int) -> None:
        """It is to land."""
        wanted = self._session(number, SessionState.APPROVED)
        await queue.queue_merge(self.port, self.port.view(wanted))

    async def holds(self, number: int, release: int) -> None:
        """It is kept back, or let go on."""
        act = queue.release_merge if release % 2 else queue.hold_merge
        await act(self.port, self._session(number))

    async def drops(self, number: int, _: int) -> None:
        """It is not to land any more."""
        await queue.drop_merge(self.port, self._session(number), reason="not now")

    async def places(self, number: int, before: int) -> None:
        """It is moved ahead of another."""
        other = self._session(before)
        await queue.place_merge(self.port, self._session(number), before=other)

    async def pauses(self, resume: int, _: int) -> None:
        """Nothing begins to land, or everything may again."""
        await (queue.resume_queue if resume % 2 else queue.pause_queue)(self.port)

    async def rules(self, manner: int, together: int) -> None:
        """The project wants it another way from now on."""
        self._rules = MergeRules(
            manner=list(MergeManner)[manner % len(MergeManner)],
            together=list(Together)[together % len(Together)],
            after=self._rules.after,
        )
        self.port.merge_rules = self._rules

    async def lands(self, crash_at: int, often: int) -> None:
        """The queue is worked; at some event the process may die."""
        self._crash_at(crash_at * (often % 4))
        await work_queue(self.port)
        self.port.trap = lambda event, moment: None

    async def is_killed(self, moments: int, often: int) -> None:
        """A process of its own works the queue and is killed with -9 in the midst of it."""
        rules = (self._rules.manner.value, self._rules.together.value)
        words = (str(self.box.path), *rules, *self.ground.words)
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.checker.child", *words, stdout=asyncio.subprocess.PIPE
        )
        assert child.stdout is not None
        try:
            async with asyncio.timeout(40):
                for _ in range(moments * (1 + often % 3)):
                    if not await child.stdout.readline():
                        break
        finally:
            if child.returncode is None:
                child.kill()
            await child.wait()
        await self.reopen()

    async def undoes(self, number: int, crash_at: int) -> None:
        """A merge is taken back; the process may die over it."""
        self._crash_at(max(0, crash_at - 20))
        taken = self._session(number, SessionState.MERGED)
        await undo_merge(self.port, self.port.view(taken))
        self.port.trap = lambda event, moment: None

    def _crash_at(self, number: int) -> None:
        """At that many moments from now, before or after an event is written; 0: never."""
        moments = count(1)

        def trap(event: Event, moment: str) -> None:
            if next(moments) == number:
                raise Crash

        self.port.trap = trap

    # the end

    async def finish(self) -> None:
        """Whatever was begun comes to its end."""
        self.port.trap = lambda event, moment: None
        for _ in range(ROUNDS):
            await work_queue(self.port)
            if self.ground.remote:
                await attend_remote(self.port)
            self.port.pass_time(600)

    # what the lead does with the remote

    async def syncs(self, _: int, __: int) -> None:
        """The lead brings in what others pushed."""
        self._there()
        await sync_base(self.port)

    async def pushes(self, _: int, __: int) -> None:
        """The lead pushes base as it is."""
        self._there()
        await push_base(self.port)


async def opened(root: Path, rules: MergeRules, ground: Ground) -> FilePort:
    """The project as its files have it; later than everything in them, with ids of its own."""
    port = FilePort(await open_repository(root, base="main"))
    port.checks = [CHECK, SMOKE] if ground.after else [CHECK]
    port.merge_rules = replace(rules, after=ground.checks)
    if ground.remote:
        port.remote_rules = RemoteRules(push=Push.EACH)
    port.pass_time(10_000 + len(port.records))
    port._ids = count(1000 * (1 + len(port.records)))
    return port


async def begin(folder: Path, ground: Ground) -> History:
    """A fresh one."""
    box = make_box(folder / "shop")
    box.write("long.txt", "first\n" + "middle\n" * 9)
    box.git("add", "long.txt")
    box.git("-c", f"user.email={HUMAN}", "commit", "-q", "-m", "Begin")
    (box.path / ".wuhu").mkdir()
    history = History(box, FilePort(await open_repository(box.path)), ground)
    if ground.remote:
        history.publish()
    await history.reopen()
    opened = ProjectOpened(project="shop", root=str(box.path), base_branch="main")
    history.port.write("", opened)
    return history


ACTS = (
    *("works_and_is_wanted",) * 7,
    *("works", "approves", "commits_more", "queues", "holds", "drops", "places", "pauses"),
    *("rules", "rules", "lands", "lands", "lands", "lands", "undoes", "undoes", "undoes"),
    *("clashes_and_is_settled", "clashes_and_is_settled", "settles", "takes_base_in", "is_fixed"),
    *("human", "edits", "tidies", "tidies", "walks_away", "moves_desk"),
    *("another_pushes", "syncs", "syncs", "brings_together", "pushes"),
)
"""What may happen, the usual more often."""

KILLS = ("is_killed", "is_killed")
"""What takes too long for the ordinary suite."""
