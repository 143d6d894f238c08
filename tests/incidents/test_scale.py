"""Many sessions, and many hands at once: nothing gets slow, lost or doubled by numbers."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.core.conftest import open_desk
from tests.core.fake_host import git
from wuhu_tui.core.channels.feed import Feed
from wuhu_tui.core.door import NewSession
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lines import encode_header, encode_record
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model import events
from wuhu_tui.model import project_events as project
from wuhu_tui.model.errors import Conflict, WuhuError
from wuhu_tui.model.events import Event
from wuhu_tui.model.records import FORMAT_VERSION, Cursor, Header, Record
from wuhu_tui.model.reports import Usage
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.spending import project_usage
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import EPOCH_START

MANY = 10_000
LIMIT = 60

_opened: list[str] | None = None


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if _opened is not None and event == "open":
        _opened.append(str(arguments[0]))


@contextmanager
def opened() -> Iterator[list[str]]:
    """Every file that this process opens meanwhile."""
    global _opened  # noqa: PLW0603 - an audit hook cannot be taken back
    _opened = []
    if not getattr(_hear, "hooked", False):
        sys.addaudithook(_hear)
        _hear.hooked = True  # type: ignore[attr-defined]
    try:
        yield _opened
    finally:
        _opened = None


def lines(session: str, *happened: Event, after: int = 0) -> bytes:
    """Events as they stand in a journal."""
    records = (
        Record(session=session, epoch=1, seq=number, ts=EPOCH_START, event=event)
        for number, event in enumerate(happened, after + 1)
    )
    return b"".join(map(encode_record, records))


def archived(folder: ProjectFolder, number: int) -> tuple[Event, ...]:
    """A session that worked, was archived, and left its folder."""
    name = f"shop-old-{number:05d}"
    header = Header(format=FORMAT_VERSION, kind="session", name=name, created_at=EPOCH_START)
    place = folder.session(name)
    place.path.mkdir()
    begun = lines(name, events.RunnerStarted(pid=1), events.TurnStarted(turn=1))
    place.journal.write_bytes(encode_header(header) + begun)
    moved = project.SessionMoved(
        session=name,
        before=SessionState.STOPPED,
        after=SessionState.ARCHIVED,
        cause="it is done",
        after_record=Cursor(epoch=1, seq=2),
        usage=Usage(cost=0.5),
    )
    return project.SessionInstantiated(spec=SessionSpec(id=name, project="shop")), moved


@pytest.fixture
def old(root: Path) -> ProjectFolder:
    """A project with many archived sessions."""
    folder = ProjectFolder(root)
    folder.sessions.mkdir(exist_ok=True)
    last = read_from(folder.journal, "").records[-1]
    with folder.journal.open("ab") as journal:
        for number in range(MANY):
            journal.write(lines("", *archived(folder, number), after=last.seq + 2 * number))
    return folder


async def test_ten_thousand_archived_sessions_cost_one_journal(old: ProjectFolder) -> None:
    """After a year of work every command took a minute: it read what ten thousand sessions said.

    An archived session's journal is not opened; what it used is in the project's own. One that is
    brought back is read again.
    """
    with opened() as files:
        desk = await open_desk(old.root)
        sessions = [name for name in files if "/sessions/" in name]
    assert len(desk.core.board.sessions) == MANY
    assert sessions == []
    assert len([name for name in files if ".wuhu" in name]) < 20
    assert project_usage(desk.core.board).cost == MANY * 0.5
    fresh = await desk.started()
    with opened() as files:
        await desk.core.project.catch_up()
    assert {Path(name).parent.name for name in files if "/sessions/" in name} <= {fresh}
    back = "shop-old-00007"
    assert desk.view(back).cursor.seq == 0
    await desk.core.project.append(
        project.SessionMoved(
            session=back,
            before=SessionState.ARCHIVED,
            after=SessionState.INSTANTIATED,
            cause="brought back",
            after_record=Cursor(epoch=1, seq=2),
        )
    )
    await desk.until(lambda: desk.view(back).cursor.seq == 2, "it was read")
    await desk.core.aclose()
    desk.host.end_all()


async def test_two_dispatches_at_once_are_two_sessions(root: Path) -> None:
    """Two dispatches in one second wrote one roster file; the second overwrote the first's entry.

    Each gets a name, a branch, a worktree and an entry of its own, whoever dispatched it; the same
    idempotency key is the same session.
    """
    desks = [await open_desk(root) for _ in range(3)]
    async with asyncio.timeout(LIMIT):
        made = await asyncio.gather(
            *(desk.core.instantiate(NewSession(task="do it")) for desk in desks for _ in range(3)),
            *(desk.core.instantiate(NewSession(task="once", key="k")) for desk in desks),
            return_exceptions=True,
        )
    specs = [spec for spec in made if isinstance(spec, SessionSpec)]
    refused = [error for error in made if not isinstance(error, SessionSpec)]
    assert all(isinstance(error, WuhuError) for error in refused), refused
    assert refused == []
    board = await desks[0].core.project.catch_up()
    own = {spec.id for spec in specs if not spec.key}
    assert len(own) == 9
    assert len({spec.id for spec in specs if spec.key}) == 1
    assert {spec.id for spec in specs} == set(board.sessions)
    assert len({spec.branch for spec in specs}) == len(board.sessions)
    assert all(Path(spec.worktree).is_dir() for spec in specs)
    listed = git(root, "worktree", "list", "--porcelain")
    assert all(spec.worktree in listed for spec in specs)
    for desk in desks:
        await desk.core.aclose()


async def test_two_dashboards_and_a_command_see_and_do_the_same(root: Path) -> None:
    """Two windows showed two truths: each had its own state file, and the last to save won.

    All read the same journals. Exactly one conducts; of two answers the first counts and the
    other is told who won; every one hears the same entries in the end.
    """
    first, second = await open_desk(root, conduct=True), await open_desk(root, conduct=True)
    command = await open_desk(root)
    desks = (first, second, command)
    feeds = [Feed(desk.folder, desk.core.project.ledger) for desk in desks]
    for feed in feeds:
        feed.begin_now()
    session = await command.started()
    worker = command.host.workers[session]
    worker.asks("q1", "red", "blue")
    for desk in desks:
        await desk.until(lambda desk=desk: bool(desk.core.board.sessions[session].questions))  # type: ignore[misc]
    assert [desk.core.conducting for desk in desks] == [True, False, False]

    async def hears() -> None:
        while True:
            worker.listen()
            await asyncio.sleep(0.01)

    hearing = asyncio.create_task(hears())
    async with asyncio.timeout(LIMIT):
        answers = await asyncio.gather(
            first.core.answer(session, "q1", choice="red", by="lead"),
            second.core.answer(session, "q1", choice="blue", by="other"),
            return_exceptions=True,
        )
        lost = [error for error in answers if error is not None]
        assert len(lost) == 1
        assert isinstance(lost[0], Conflict)
        await command.core.steer(session, "and quickly")
        boards = [await desk.core.project.catch_up() for desk in desks]
    hearing.cancel()
    views = [board.sessions[session] for board in boards]
    assert views[0] == views[1] == views[2]
    await asyncio.gather(*(desk.core.project.catch_up() for desk in desks))
    told = [{one.entry.id for one in feed.take()} for feed in feeds]
    assert told[0] == told[1] == told[2]
    assert f"{session}:answer:q1" in told[0]
    for desk in desks:
        await desk.core.aclose()
    command.host.end_all()
