"""Commits, worktrees and merges as they stood at a moment, and a clear word where they are gone."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.replay.journals import at
from tests.replay.past_shop import ONE, PastShop, git
from wuhu_tui.core.door_replay import ReplayDoor
from wuhu_tui.core.replay.past_journals import PastJournals, offset_after
from wuhu_tui.core.replay.past_objects import PREFIX, PastObjects
from wuhu_tui.core.replay.replay_core import ReplayCore
from wuhu_tui.model.errors import NotFound, NotPossible
from wuhu_tui.model.origins import OriginKind
from wuhu_tui.model.states import SessionState


async def test_a_review_is_read_from_the_commits_of_then(core: ReplayDoor, shop: PastShop) -> None:
    await core.seek(shop.indexes["reported"])
    with pytest.raises(NotPossible, match="nothing to review yet"):
        await core.diff_listing(ONE)
    await core.seek(shop.indexes["commented"])
    whole = await core.diff(ONE)
    assert (whole.base, whole.head) == (shop.base, shop.head)
    listing = await core.diff_listing(ONE)
    assert [(file.path, file.added, file.hunks) for file in listing.files] == [
        ("a.py", 1, ()),
        ("b.py", 1, ()),
    ]
    lines = await core.diff_of(ONE, ["a.py"])
    assert [line.text for line in lines.files[0].hunks[0].lines] == ["one", "two", "2"]
    (placed,) = await core.place_comments(ONE)
    assert (placed.comment.text, placed.line) == ("why?", 2)
    assert (await core.anchor_at(ONE, "a.py", 2)).lines == ("2",)
    assert (await core.evidence(ONE)).questions[0].question.text == "Digits?"


async def test_a_line_is_traced_by_the_journal_up_to_the_moment(
    core: ReplayDoor, shop: PastShop
) -> None:
    await core.seek(shop.indexes["in review"])
    origin = await core.hunk_origin(ONE, "a.py", 2)
    assert (origin.kind, origin.call, origin.commit) == (OriginKind.WRITTEN, "c", shop.head)
    journal = shop.recording.folder.session(ONE).journal
    found: list[object] = []
    PastJournals({ONE: 3}).walk(journal, ONE, ("tool.started", "turn.started"), found.append)
    assert len(found) == 1


@pytest.mark.parametrize(
    ("moment", "files", "exact"),
    [
        ("made", {"a.py": "one\ntwo\n"}, True),
        ("edited", {"a.py": "one\ntwo\n"}, False),
        ("answered", {"a.py": "one\n2\n", "notes": "to do\n"}, True),
        ("committing", {"a.py": "one\n2\n", "notes": "to do\n"}, False),
        ("committed", {"a.py": "one\n2\n", "b.py": "new\n"}, False),
        ("ended", {"a.py": "one\n2\n", "b.py": "new\n"}, True),
    ],
)
async def test_the_worktree_is_the_newest_that_was_recorded(
    core: ReplayDoor, shop: PastShop, moment: str, files: dict[str, str], exact: bool
) -> None:
    await core.seek(shop.indexes[moment])
    then = await core.worktree(ONE)
    assert then.exact is exact
    assert bool(then.note) is not exact
    assert list(await core.files(ONE)) == sorted(files)
    for path, content in files.items():
        assert (await core.file(ONE, path)).decode() == content
    with pytest.raises(NotFound, match="there was no file"):
        await core.file(ONE, "nowhere.py")


async def test_what_a_worktree_had_changed_is_told_from_its_base(
    core: ReplayDoor, shop: PastShop
) -> None:
    await core.seek(shop.indexes["answered"])
    listing = await core.worktree_diff(ONE)
    assert [file.path for file in listing.files] == ["a.py", "notes"]
    (notes,) = (await core.worktree_diff(ONE, paths=["notes"])).files
    assert [line.text for line in notes.hunks[0].lines] == ["to do"]


async def test_two_moments_are_compared_in_state_and_files(
    core: ReplayDoor, shop: PastShop
) -> None:
    found = await core.compare(shop.indexes["committed"], shop.indexes["turn"])
    assert (found.first.index, found.second.index) == (
        shop.indexes["turn"],
        shop.indexes["committed"],
    )
    (one,) = found.sessions
    assert one.files is not None
    assert [file.path for file in one.files.files] == ["a.py", "b.py"]
    assert one.files_note == (
        "before: nothing of it was recorded by then: as it began; "
        "after: as committed: what was not committed is not recorded"
    )
    assert [(one.what, one.before, one.after) for one in one.changes if one.what == "head"] == [
        ("head", "", shop.head[:12])
    ]
    before_it = await core.compare(1, shop.indexes["answered"])
    assert before_it.sessions[0].before is None
    assert before_it.sessions[0].files_note == ""


async def test_an_outlook_is_as_of_then(core: ReplayDoor, shop: PastShop) -> None:
    await core.seek(shop.indexes["approved"])
    outlook = await core.merge_outlook(ONE)
    assert (outlook.base_tip, outlook.head) == (shop.base, shop.head)
    assert [file.path for file in outlook.files] == ["a.py", "b.py"]
    assert (outlook.possible, outlook.blocks) == (True, ())
    with pytest.raises(NotPossible, match="nothing of it collides"):
        await core.conflict_brief(ONE)
    await core.seek(shop.indexes["merged"])
    assert (await core.merge_outlook(ONE)).base_tip == shop.landed
    assert git(shop.root, "rev-parse", "main") == shop.landed


async def test_the_trash_is_as_it_was(core: ReplayDoor, shop: PastShop) -> None:
    await core.seek(shop.indexes["approved"])
    assert list(await core.rescues()) == []
    await core.seek(shop.indexes["rescued"])
    (rescue,) = await core.rescues()
    assert [file.path for file in (await core.rescue_diff(ONE)).files] == ["a.py", "b.py"]
    assert (await core.rescue_diff(rescue.ref)).head == rescue.commit
    with pytest.raises(NotFound):
        await core.rescue_diff("nothing")
    assert (await core.remote_state()).trouble


async def test_commits_that_are_gone_are_named(shop: PastShop, tmp_path: Path) -> None:
    """As after a pruning, or in a recording that was made without them."""
    copy = tmp_path / "copy"
    shutil.copytree(shop.root, copy)
    loose = copy / ".git" / "objects" / shop.head[:2] / shop.head[2:]
    loose.unlink()
    core = await ReplayCore.open(copy)
    await core.idle()
    await core.seek(shop.indexes["approved"])
    for work in (core.diff(ONE), core.diff_listing(ONE), core.merge_outlook(ONE)):
        with pytest.raises(NotPossible, match=shop.head[:12]) as told:
            await work
        assert told.value.remedy
    assert shop.head[:12] in (await core.worktree(ONE)).note
    with pytest.raises(NotFound, match=shop.head[:12]):
        await core.file(ONE, "a.py")
    assert (await core.compare(1, shop.indexes["approved"])).sessions[0].files is None
    await core.aclose()


async def test_journals_alone_are_a_recording_too(shop: PastShop, tmp_path: Path) -> None:
    """Inside another repository, whose commits are none of it."""
    git(tmp_path, "init", "-q", "-b", "main")
    copy = tmp_path / "copy"
    shutil.copytree(shop.root / ".wuhu", copy / ".wuhu")
    core = await ReplayCore.open(copy, source="copy.wuhu")
    await core.idle()
    await core.seek(shop.indexes["asked"])
    assert (core.source, core.board.sessions[ONE].state) == ("copy.wuhu", SessionState.ASKING)
    assert (await core.worktree(ONE)).note == (
        "there are no git objects here: files and diffs cannot be shown"
    )
    await core.seek(shop.indexes["in review"])
    with pytest.raises(NotPossible, match="there are no git objects here"):
        await core.diff(ONE)
    await core.aclose()


async def test_what_a_killed_replay_left_is_removed_by_the_next(
    shop: PastShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / f"{PREFIX}left" / "objects.git").mkdir(parents=True)
    first, second = PastObjects(shop.root), PastObjects(shop.root)
    theirs = (await first.repository()).root
    mine = (await second.repository()).root
    assert sorted(tmp_path.iterdir()) == sorted((theirs.parent, mine.parent))
    await first.aclose()
    await second.aclose()
    assert list(tmp_path.iterdir()) == []


async def test_without_room_for_a_folder_the_rest_is_shown(
    shop: PastShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    core = await ReplayCore.open(shop.root)
    async with asyncio.timeout(20):
        await core.idle()
        with pytest.raises(NotPossible, match="git objects cannot be read"):
            await core.diff(ONE)
        assert "git objects cannot be read" in (await core.worktree(ONE)).note
    await core.aclose()


def test_a_place_in_a_journal_is_found_by_halving_it(shop: PastShop) -> None:
    journal = shop.recording.folder.session(ONE).journal
    lines = journal.read_bytes().splitlines(keepends=True)
    for seq in range(len(lines)):
        assert offset_after(journal, seq) == (0 if not seq else len(b"".join(lines[: seq + 1])))
    assert offset_after(journal, 999) == len(b"".join(lines))
    assert offset_after(journal.with_name("nothing"), 3) == 0
    last = PastJournals({ONE: 4}).last(journal, ONE)
    assert [record.seq for record in last] == [1, 2, 3, 4]
    assert last[0].ts <= at(5)


async def test_what_was_too_large_to_be_kept_is_told(
    core: ReplayDoor, shop: PastShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wuhu_tui.core.replay.past_worktrees.UNREAD", b"to do\n")
    await core.seek(shop.indexes["answered"])
    with pytest.raises(NotFound, match="notes was there, and too large to be kept"):
        await core.file(ONE, "notes")
