"""The one place that runs git: environment, deadlines, words."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psutil
import pytest

from tests.repo.gitbox import Box, make_box
from wuhu_tui.model.errors import GitError
from wuhu_tui.repo.git import Git, scrubbed
from wuhu_tui.repo.refusals import held_lock, refused


async def test_git_from_a_hook_does_not_lead_elsewhere(
    box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_box(tmp_path / "other")
    other.commit({"a": "b"}, "Elsewhere")
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.path))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.path / ".git/index"))
    assert await Git(box.path).read("log", "-1", "--format=%s") == "Start"


def test_the_environment_never_asks_and_keeps_the_rest() -> None:
    environment = scrubbed(
        {"GIT_COMMON_DIR": "x", "GIT_TRACE_SETUP": "1", "GIT_AUTHOR_NAME": "Ada", "PATH": "/bin"}
    )
    assert "GIT_COMMON_DIR" not in environment
    assert "GIT_TRACE_SETUP" not in environment
    assert environment["GIT_AUTHOR_NAME"] == "Ada"
    assert environment["GIT_TERMINAL_PROMPT"] == "0"


async def test_git_speaks_english_whatever_the_lead_speaks(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("LANGUAGE", "de")
    box.git("config", "alias.words", "!echo $LC_ALL-$LANGUAGE")
    assert await Git(box.path).read("words") == "C-"


async def test_reads_take_no_optional_locks(box: Box) -> None:
    git = Git(box.path)
    box.git("config", "alias.locks", "!echo $GIT_OPTIONAL_LOCKS")
    assert await git.read("locks") == "0"
    assert await git.run("locks") == ""


async def test_a_call_that_hangs_is_ended_with_all_it_started(box: Box) -> None:
    pids = box.path / "pids"
    box.git("config", "alias.hang", f"!echo $$ >> {pids}; sleep 600 & echo $! >> {pids}; wait")
    with pytest.raises(GitError, match="did not end within"):
        await Git(box.path).run("hang", deadline=0.5)
    started = [int(line) for line in pids.read_text().split()]
    assert len(started) == 2
    await _gone(*started)


async def _gone(*pids: int) -> None:
    """Pass when all of these have ended; a kill takes effect later than it is sent."""
    async with asyncio.timeout(30):
        while any(_runs(pid) for pid in pids):
            await asyncio.sleep(0.01)


def _runs(pid: int) -> bool:
    return bool(psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)


async def test_a_cancelled_call_is_ended(box: Box) -> None:
    pids = box.path / "pids"
    box.git("config", "alias.hang", f"!echo $$ > {pids}.new; mv {pids}.new {pids}; sleep 600")
    task = asyncio.create_task(Git(box.path).run("hang"))
    async with asyncio.timeout(30):
        while not pids.exists():
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await _gone(int(pids.read_text()))


async def test_a_missing_folder_and_a_missing_git(
    box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(GitError, match="does not exist"):
        await Git(tmp_path / "nowhere").read("version")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitError, match="not on PATH") as caught:
        await Git(box.path).read("version")
    assert "install git" in caught.value.remedy


async def test_a_held_index_lock_is_named_and_waited_for(box: Box) -> None:
    lock = box.path / ".git" / "index.lock"
    lock.touch()
    box.write("new.txt", "x")
    git = Git(box.path)
    with pytest.raises(GitError, match=r"index\.lock exists") as caught:
        await git.run("add", "new.txt")
    assert "wait" in caught.value.remedy
    waiting = asyncio.create_task(git.run("add", "new.txt", patience=20))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    lock.unlink()
    async with asyncio.timeout(30):
        await waiting
    assert "new.txt" in box.git("diff", "--cached", "--name-only")


async def test_output_that_is_no_text_survives(box: Box) -> None:
    box.commit({"odd": b"\xff\x00\n"})
    assert await Git(box.path).read_bytes("show", "HEAD:odd") == b"\xff\x00\n"
    assert "\\xff" in await Git(box.path).read("show", "HEAD:odd")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("fatal: not a git repository (or any parent)", "not a git repository"),
        ("fatal: detected dubious ownership in repository at '/x'", "does not trust"),
        ("*** Please tell me who you are.\nfatal: unable", "who commits"),
        ("fatal: refusing to merge unrelated histories", "no commit in common"),
        ("fatal: a branch named 'x' already exists", "branch x exists"),
        ("fatal: 'x' is already checked out at '/y'", "checked out in /y"),
        ("fatal: bad object HEAD", "damaged"),
        ("fatal: ambiguous argument 'x': unknown revision", "no such commit"),
        ("error: unable to write: No space left on device", "disk is full"),
        ("error: cannot open: Permission denied", "cannot be written"),
        ("fatal: something new", "something new"),
        ("", "without a word"),
    ],
)
def test_every_refusal_says_what_where_and_what_next(words: str, message: str) -> None:
    error = refused(("merge", "x"), words, Path("/repo"))
    assert message in error.message
    assert error.where == "/repo"
    assert error.remedy


def test_a_lock_is_told_from_other_trouble() -> None:
    words = "fatal: Unable to create '/a b/.git/index.lock': File exists.\n\nAnother git"
    assert held_lock(words) == "/a b/.git/index.lock"
    assert held_lock("fatal: Unable to create '/a/.git/index.lock': Permission denied") == ""
