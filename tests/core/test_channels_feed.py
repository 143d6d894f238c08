from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from tests.core.boards import Story
from tests.core.conftest import Desk
from wuhu_tui.core.channels.feed import Feed, Told
from wuhu_tui.core.channels.places import PROJECT, WHOLE, cursor_of, is_cursor, places_of
from wuhu_tui.core.core import Core
from wuhu_tui.core.opening import open_project
from wuhu_tui.journal.clock import new_id, now
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.events import Noted
from wuhu_tui.model.states import SessionState


def feed_of(desk: Desk) -> Feed:
    return Feed(desk.core.project.folder, desk.core.project.ledger)


async def note(desk: Desk, *texts: str) -> None:
    for text in texts:
        await desk.core.project.append(Noted(text=text, level="error"))


def texts(told: list[Told]) -> list[str]:
    return [one.entry.text for one in told]


async def everything(desk: Desk) -> list[Told]:
    """Every entry there ever was, in the order of time."""
    feed = feed_of(desk)
    await feed.begin_at({})
    told = list(feed.take())
    feed.close()
    return told


async def busy(desk: Desk) -> None:
    """Two sessions that did something each, and one that is archived."""
    over = await desk.made()
    await desk.core.archive(over, discard=True)
    first, second = await desk.started(), await desk.started()
    desk.host.workers[first].asks("q1")
    desk.host.workers[second].commits()
    await note(desk, "one", "two")
    desk.host.workers[second].reports()
    await desk.core.project.catch_up()


async def test_whoever_takes_up_a_cursor_misses_nothing_and_hears_nothing_twice(
    desk: Desk,
) -> None:
    await busy(desk)
    whole = await everything(desk)
    assert len(whole) >= 8
    board = desk.core.board
    feed = feed_of(desk)
    await feed.begin_at({})
    for number, _ in enumerate(feed.take(), 1):
        again = feed_of(desk)
        await again.begin_at(places_of(board, cursor_of(board, feed.places)))
        left = [one.entry.id for one in again.take()]
        again.close()
        told_of_archived = {one.entry.id for one in whole if one.session not in live(desk)}
        expected = [one.entry.id for one in whole[number:]]
        assert [name for name in expected if name not in told_of_archived] == left
    feed.close()


def live(desk: Desk) -> set[str]:
    """Journals that are not an archived session's; a cursor only counts those."""
    archived = SessionState.ARCHIVED
    sessions = desk.core.board.sessions
    return {PROJECT, *(name for name, view in sessions.items() if view.state is not archived)}


async def test_what_comes_meanwhile_is_told_after_what_was(desk: Desk) -> None:
    await note(desk, "before")
    feed = feed_of(desk)
    places = desk.core.project.ledger.seen()
    await note(desk, "between")
    await feed.begin_at(places)
    await note(desk, "after")
    assert texts(list(feed.take())) == ["between", "after"]
    assert list(feed.take()) == []
    feed.close()
    await note(desk, "too late")
    assert list(feed.take()) == []


async def test_from_now_on_means_nothing_of_before(desk: Desk) -> None:
    await note(desk, "before")
    feed = feed_of(desk)
    feed.begin_now()
    session = await desk.made()
    assert [one.entry.kind for one in feed.take()] == ["instantiated"]
    assert feed.places[PROJECT] == desk.core.board.project.cursor.seq
    assert session
    feed.close()


async def test_since_a_time_tells_what_was_written_since(desk: Desk) -> None:
    await busy(desk)
    since = now()
    await note(desk, "three")
    feed = feed_of(desk)
    await feed.begin_since(since)
    assert texts(list(feed.take())) == ["three"]
    feed.close()
    feed = feed_of(desk)
    await feed.begin_since(since - timedelta(hours=1))
    assert len(list(feed.take())) == len(await everything(desk))
    feed.close()


async def test_journals_that_begin_anew_are_not_told_again(desk: Desk) -> None:
    """A journal that was repaired or replaced behind our back is read from its beginning."""
    await note(desk, "before")
    feed = feed_of(desk)
    feed.begin_now()
    ledger = desk.core.project.ledger
    ledger.begin_anew()
    ledger.apply(read_from(desk.folder.journal, "").records)
    await note(desk, "after")
    assert texts(list(feed.take())) == ["after"]
    feed.close()


async def left(desk: Desk, session: str) -> None:
    """A session says something and is archived."""
    desk.host.workers[session].reports()
    desk.host.workers[session].ends(SessionState.STOPPED)
    await desk.reaches(session, SessionState.STOPPED)
    await desk.core.archive(session, discard=True)


async def told_by_another(desk: Desk, begin: Callable[[Feed], Awaitable[None]]) -> list[str]:
    """What a process tells that opened the project later."""
    project = await open_project(desk.folder.root, clock=now, new_id=new_id)
    feed = Feed(project.folder, project.ledger)
    try:
        await begin(feed)
        return [one.entry.kind for one in feed.take() if one.session != PROJECT]
    finally:
        feed.close()
        await project.aclose()


async def test_the_last_words_of_who_was_archived_since_are_told(desk: Desk) -> None:
    session = await desk.started()
    board, seen = desk.core.board, desk.core.project.ledger.seen()
    cursor, before = cursor_of(board, seen), now()
    await left(desk, session)

    async def at(feed: Feed) -> None:
        await feed.begin_at(places_of(board, cursor))

    async def since(feed: Feed) -> None:
        await feed.begin_since(before)

    for begin in (at, since):
        assert "report_done" in await told_by_another(desk, begin)

    async def after(feed: Feed) -> None:
        await feed.begin_at(desk.core.project.ledger.seen())

    assert await told_by_another(desk, after) == []


@pytest.mark.parametrize("place", [{}, {"archived": WHOLE}], ids=["dropped", "counted"])
async def test_who_is_brought_back_is_not_told_from_the_beginning(
    desk: Desk, place: dict[str, int]
) -> None:
    """A channel and a cursor forget how far they came in what was archived."""
    session = await desk.started()
    await left(desk, session)
    places = {PROJECT: desk.core.project.ledger.seen()[PROJECT]}
    places |= dict.fromkeys([session] if place else [], WHOLE)
    other = await Core.open(desk.folder.root, conduct=False)
    heard = Feed(other.project.folder, other.project.ledger)
    await heard.begin_at(dict(places))
    await other.restore(session)
    await other.project.catch_up()
    assert [one for one in heard.take() if one.session == session] == []
    heard.close()
    assert other.board.sessions[session].state is SessionState.STOPPED
    await other.aclose()

    async def at(feed: Feed) -> None:
        await feed.begin_at(dict(places))

    assert await told_by_another(desk, at) == []
    await desk.core.project.catch_up()
    await desk.core.resume(session)
    desk.host.workers[session].reports()
    assert "report_done" in await told_by_another(desk, at)


def test_a_cursor_is_short_and_says_every_place() -> None:
    story = Story()
    story.instantiated(*(f"s{number}" for number in range(1000)))
    for number in range(990):
        story.moved(f"s{number}", SessionState.ARCHIVED)
    places = {PROJECT: 2000, **{f"s{number}": number for number in range(1000)}}
    cursor = cursor_of(story.board, places)
    assert is_cursor(cursor)
    assert len(cursor) < 60
    found = places_of(story.board, cursor)
    assert found[PROJECT] == 2000
    assert found["s0"] == found["s989"] == WHOLE
    assert {name: found[name] for name in places if name >= "s990"} == {
        name: places[name] for name in places if name >= "s990"
    }


def test_a_session_made_after_a_cursor_is_told_from_its_beginning() -> None:
    story = Story()
    story.instantiated("a")
    cursor = cursor_of(story.board, {PROJECT: 1, "a": 5})
    story.instantiated("b")
    assert places_of(story.board, cursor) == {PROJECT: 1, "a": 5}


@pytest.mark.parametrize("word", ["c1:", "c1:..", "c1:~", "c1:1.-2", "c1:ä", "c1:~~1"])
def test_what_is_no_cursor_is_refused(word: str) -> None:
    with pytest.raises(UsageError, match="no cursor"):
        places_of(Story().board, word)
