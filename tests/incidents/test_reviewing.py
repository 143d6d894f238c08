"""Reviews that nobody could carry, remarks that came in pieces, marks that outlived what was seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.core.conftest import Desk
from tests.core.radar_steps import Watch, write
from tests.core.repositories import NAME_OF_FIRST as NAME
from tests.core.repositories import make_project
from tests.repo.gitbox import Box
from wuhu_tui.core import reading
from wuhu_tui.core.reviews import open_review
from wuhu_tui.journal.clock import now
from wuhu_tui.model.hunk_digest import is_file_viewed, marks_of
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.git import Git
from wuhu_tui.tui.presentation.collisions import collision_rows

LINES = [f"line {number}" for number in range(1, 31)]


def text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Every git call from here on, as it was made."""
    made: list[tuple[str, ...]] = []
    spawn = Git._spawn

    async def counted(git: Git, arguments: tuple[str, ...]) -> Any:
        made.append(arguments)
        return await spawn(git, arguments)

    monkeypatch.setattr(Git, "_spawn", counted)
    return made


async def changed(path: Path, files: int) -> Any:
    """A review of so many changed files."""
    project = await make_project(path)
    worktree = await project.session()
    worktree.commit({f"src/file_{number:03}.txt": text(LINES) for number in range(files)})
    project.reports()
    return project.port


async def test_a_review_of_three_hundred_files_could_not_be_opened(
    tmp_path: Path, calls: list[tuple[str, ...]]
) -> None:
    """Every file was read when the review opened, one call each: the view froze or stayed empty.

    Here a review of 300 files costs as many git calls as one of 3; the files are listed first, and
    lines are read of those alone that are looked at.
    """
    counts = {}
    for files in (3, 300):
        port = await changed(tmp_path / str(files), files)
        calls.clear()
        await open_review(port, port.view(NAME))
        opened = len(calls)
        listing = await reading.diff_listing(port, NAME)
        listed = len(calls) - opened
        assert len(listing.files) == files
        assert not any(file.hunks for file in listing.files)
        assert not any("--patch" in words or "-p" in words for words in calls)
        (read,) = (await reading.diff_of(port, NAME, ["src/file_002.txt"])).files
        assert len(read.hunks[0].lines) == len(LINES)
        counts[files] = (opened, listed, len(calls) - opened - listed)
    assert counts[300] == counts[3]
    assert counts[300][1] <= 3


async def test_remarks_came_one_by_one_and_on_other_lines_than_they_meant(
    desk: Desk, box: Box
) -> None:
    """Each remark was sent as it was made: the session began on the first, and by the third its
    lines had moved, so the rest was done in the wrong place; a reviewed file stayed "viewed".

    Here they wait until the review is sent, as one message that quotes what each is about. What
    moved is followed, what changed is called stale, and only hunks that are as they were seen
    stay viewed.
    """
    session = await desk.started()
    worker, place = desk.host.workers[session], Box(Path(desk.view(session).spec.worktree))
    place.commit({"one.py": text(LINES), "two.py": text(LINES)}, "Work")
    worker.works()
    worker.rests()
    await desk.reaches(session, SessionState.IDLE)
    await desk.core.open_review(session)
    seen = (await desk.core.diff_of(session, ["one.py", "two.py"])).files
    await desk.core.mark_hunks(session, viewed=[mark for file in seen for mark in marks_of(file)])
    for line in (5, 20):
        anchor = await desk.core.anchor_at(session, "one.py", line)
        await desk.core.comment(session, anchor, f"why {line}?")
    assert worker.heard == []
    changed = ["new", *LINES[:19], "twenty", *LINES[20:]]
    place.commit({"one.py": text(changed)}, "Meanwhile")
    worker.works()
    worker.rests()
    await desk.core.project.catch_up()
    await desk.core.open_review(session)
    moved, stale = await desk.core.place_comments(session)
    assert (moved.line, moved.is_stale, stale.is_stale) == (6, False, True)
    await desk.core.send_comments(session)
    (heard,) = worker.heard
    assert all(words in heard for words in ("> line 5\nwhy 5?", "> line 20\nwhy 20?"))
    viewed = desk.view(session).viewed
    one, two = (await desk.core.diff_of(session, ["one.py", "two.py"])).files
    assert (is_file_viewed(one, viewed), is_file_viewed(two, viewed)) == (False, True)


async def test_two_sessions_edited_the_same_lines_until_the_second_was_merged(
    desk: Desk, box: Box
) -> None:
    """Two sessions worked for hours on the same function; the second's merge told of it first.

    Here it is seen while both still work, with nothing committed: the lead sees which lines, and
    with one word both sessions know of each other. Once one of them gives way it is gone.
    """
    box.commit({"shared.py": text(LINES)}, "Shared")
    one, two = await desk.started(title="one"), await desk.started(title="two")
    for session, word in ((one, "ONE"), (two, "TWO")):
        write(desk, session, text([*LINES[:11], word, *LINES[12:]]), "shared.py")
    watch = Watch(desk)
    await watch.round()
    (found,) = watch.collisions()
    assert ({found.first, found.second}, found.uncommitted) == ({one, two}, True)
    assert [(file.path, file.lines) for file in found.files] == [("shared.py", ((12, 12),))]
    rows = collision_rows(desk.core.board, found, one, now(), 80)
    assert any("shared.py" in row.plain and "12" in row.plain for row in rows)
    for session in (one, two):
        desk.host.workers[session].rests()
    await desk.core.tell_collision(one, two)
    for session, other in ((one, two), (two, one)):
        said = desk.host.workers[session].heard[-1]
        assert other in said
        assert "shared.py" in said
    write(desk, two, text(LINES), "shared.py")
    await watch.round()
    assert watch.collisions() == []
