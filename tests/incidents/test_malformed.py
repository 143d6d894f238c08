"""Files that are not what they should be: told where and why, and never a dead end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.core.conftest import Desk, open_desk
from tests.session.stage import Stage
from wuhu_tui.core.config import load_config
from wuhu_tui.model.errors import ConfigError, GitError
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.drafts import Drafts

JUNK = {
    "empty": b"",
    "half": b'{"id": "shop-im',
    "binary": bytes(range(256)),
    "another shape": b'["not", "an", "object"]\n',
}


@pytest.mark.parametrize("kind", JUNK)
async def test_a_mailbox_with_a_file_that_is_no_command(stage: Stage, kind: str) -> None:
    """One unreadable file at the head of a queue stopped everything behind it for a weekend.

    Here it lies aside, the record says so, and the command behind it is taken.
    """
    turn = await stage.first_turn()
    (stage.mailbox.path / "new" / "00000000000000000001.bad.json").write_bytes(JUNK[kind])
    word = stage.follow_up("behind it")
    await stage.taken(word)
    assert len(list((stage.mailbox.path / "bad").iterdir())) == 1
    assert "bad" in stage.folder.journal.read_text(encoding="utf-8")
    turn.end()
    assert (await stage.agent.next_turn()).text == "behind it"


@pytest.mark.parametrize("kind", JUNK)
async def test_a_session_whose_spec_is_junk(desk: Desk, kind: str) -> None:
    """A half-written session.json made its session vanish from every list, running agent and all.

    Here the project's journal says what the session is, and its next life begins with it.
    """
    session = await desk.started()
    desk.host.workers[session].ends(SessionState.STOPPED)
    desk.folder.session(session).spec.write_bytes(JUNK[kind])
    again = await open_desk(desk.folder.root)
    try:
        assert again.view(session).spec.branch
        await again.core.resume(session)
        await again.reaches(session, SessionState.WORKING)
    finally:
        again.host.end_all()
        await again.core.aclose()


@pytest.mark.parametrize("kind", ["half", "binary", "another shape"])
async def test_a_project_journal_with_a_bad_line_in_the_middle(desk: Desk, kind: str) -> None:
    """One bad line, and every session made after it was gone.

    Here what is before and behind it counts, and the lead is told of the line.
    """
    first = await desk.made()
    with desk.folder.journal.open("ab") as journal:
        journal.write(JUNK[kind].replace(b"\n", b" ") + b"\n")
    second = await desk.made()
    again = await open_desk(desk.folder.root)
    try:
        assert {first, second} <= set(again.core.board.sessions)
        assert any("damaged" in told for told in again.core.board.project.warnings)
    finally:
        await again.core.aclose()


@pytest.mark.parametrize("kind", JUNK)
@pytest.mark.parametrize("name", ["state.json", "policy.json", "snapshot.json"])
async def test_a_view_that_is_junk(desk: Desk, name: str, kind: str) -> None:
    """A cache was damaged and believed: a session that had ended was shown as working for days.

    Here views are only written, or made anew from what they show; none decides anything.
    """
    session = await desk.started()
    places = {"state.json": desk.folder.session(session).state}
    path = places.get(name, desk.folder.path / name)
    path.write_bytes(JUNK[kind])
    again = await open_desk(desk.folder.root)
    try:
        assert again.view(session).state is SessionState.WORKING
        await again.core.project.reload()
        await again.made()
    finally:
        await again.core.aclose()


@pytest.mark.parametrize("kind", ["half", "binary", "another shape"])
async def test_drafts_that_are_junk(tmp_path: Path, kind: str) -> None:
    """A damaged file of drafts kept the dashboard from opening at all.

    Here it is told once, and what is written next is kept.
    """
    told: list[Exception] = []
    path = tmp_path / "drafts.json"
    path.write_bytes(JUNK[kind])
    drafts = Drafts(path, told.append)
    await drafts.load()
    assert len(told) == 1
    drafts.put("steer:a", "new words")
    await drafts.save()
    again = Drafts(path, told.append)
    await again.load()
    assert again.get("steer:a") == "new words"
    assert len(told) == 1


async def test_a_reviewer_sent_before_its_branch_exists(desk: Desk) -> None:
    """A reviewer was dispatched for a branch that was to come; it reviewed main and approved.

    Here nothing is made on a branch that is not there, nothing of it is left behind, and it is made
    on exactly that branch once there is one.
    """
    before = set(desk.core.board.sessions)
    with pytest.raises(GitError, match="wuhu/shop-impl-01"):
        await desk.made("reviewer", base="wuhu/shop-impl-01")
    assert set(desk.core.board.sessions) == before
    assert not list(desk.folder.worktrees.iterdir())
    worker = await desk.started()
    head = desk.host.workers[worker].commits()
    reviewer = await desk.made("reviewer", base=desk.view(worker).spec.branch)
    assert desk.view(reviewer).spec.base_commit == head


async def test_settings_that_nobody_can_read(tmp_path: Path) -> None:
    """A pipe of that name held every command up for ever; a thousand brackets ended them all.

    Here both are told as what they are, and so is a list that is none and a key without end.
    """
    path = tmp_path / "wuhu.toml"
    os.mkfifo(path)
    with pytest.raises(ConfigError, match="no plain file"):
        load_config(tmp_path)
    path.unlink()
    for words, told in {
        "a = " + "[" * 5000: "nested too deeply",
        '[orchestrator]\nalone = "merge"': "must be a list",
        f"{'k' * 100_000} = 1": "kkk…",
    }.items():
        path.write_text(words)
        with pytest.raises(ConfigError, match=told) as caught:
            load_config(tmp_path)
        assert len(caught.value.message) < 1000
