"""Base and its remote on the command line, beside a real bare repository."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.core.fake_host import git
from wuhu_tui.cli import merge_waits
from wuhu_tui.cli.application import application
from wuhu_tui.cli.attention import reason
from wuhu_tui.cli.merge_waits import saying_why
from wuhu_tui.cli.speaker import check_deeds
from wuhu_tui.core.initialise import initialise
from wuhu_tui.model.board import Board, SessionView, Standing
from wuhu_tui.model.errors import Conflict, NotPossible, WuhuError
from wuhu_tui.model.merge_queue import MergeQueue, QueuedMerge
from wuhu_tui.model.merges import Merge
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that is published when asked, stood in; its remote is `there.git`."""
    root = tmp_path / "shop"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    git(root, "commit", "-q", "--allow-empty", "-m", "begin")
    asyncio.run(initialise(root))
    (root / "wuhu.toml").write_text('[remote]\npush = "ask"\n')
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "settings")
    git(root, "init", "-q", "--bare", "-b", "main", str(tmp_path / "there.git"))
    git(root, "remote", "add", "origin", str(tmp_path / "there.git"))
    git(root, "push", "-q", "origin", "main~1:refs/heads/main")
    monkeypatch.chdir(root)
    monkeypatch.delenv("WUHU_SESSION", raising=False)
    return root


def run(*words: str) -> None:
    """One command, as the program runs it."""
    application()(list(words), standalone_mode=False)


def test_looked_at_pushed_and_brought_in(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("remote")
    shown = capsys.readouterr().out
    assert "main is 1 ahead of origin/main" in shown
    assert "! main is 1 ahead of origin/main: wuhu push" in shown
    run("push")
    assert "1 commit pushed" in capsys.readouterr().out
    git(tmp_path, "clone", "-q", str(tmp_path / "there.git"), "other")
    git(tmp_path / "other", "commit", "-q", "--allow-empty", "-m", "Theirs")
    git(tmp_path / "other", "push", "-q")
    run("remote", "--no-look", "--json")
    assert json.loads(capsys.readouterr().out)["remote"]["behind"] == 0
    with pytest.raises(Conflict, match="Theirs"):
        run("push")
    run("sync-base", "--json")
    assert json.loads(capsys.readouterr().out)["outcome"] == "brought_in"
    assert git(root, "log", "-1", "--format=%s") == "Theirs"


def test_a_session_publishes_nothing_alone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_deeds("push base", "request_merge")
    monkeypatch.setenv("WUHU_SESSION", "shop-impl-01")
    for verb in ("push", "sync-base"):
        with pytest.raises(NotPossible, match="without the lead's leave"):
            run(verb)


def test_a_remote_out_of_reach_is_said_to_be_that(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "there.git").rename(tmp_path / "gone.git")
    run("remote")
    assert "could not look at origin/main" in capsys.readouterr().out
    with pytest.raises(WuhuError, match="could not look"):
        run("push")


MERGE = Merge(id="m", head="h", base_branch="main", waits="checks of #12 run: unit")
VIEW = SessionView(
    spec=SessionSpec(id="a", project="shop"),
    given=Standing(state=SessionState.MERGING),
    merge=MERGE,
)


def test_what_a_merge_waits_for_stands_in_its_line() -> None:
    assert reason(VIEW) == "its merge waits: checks of #12 run: unit"
    assert reason(replace(VIEW, merge=replace(MERGE, waits=""))) == ""


class Watched:
    """A core whose board changes twice."""

    def __init__(self) -> None:
        queue = MergeQueue(entries=(QueuedMerge(session="a", head="h", by="lead"),))
        self.board = Board(sessions={"a": VIEW}, queue=queue)
        self.seen = asyncio.Event()
        self._looks = 0

    async def changed(self, since: int) -> int:
        self._looks += 1
        if self._looks > 2:
            self.seen.set()
            await asyncio.Event().wait()
        return self._looks


async def test_whoever_waits_is_told_once_why(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(merge_waits, "hint", told.append)
    core = Watched()
    async with asyncio.timeout(10):
        await saying_why(core, "a", core.seen.wait())  # type: ignore[arg-type]
    assert told == ["it waits: checks of #12 run: unit"]
