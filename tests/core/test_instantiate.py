from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.core.conftest import Desk, open_desk
from tests.core.fake_host import git
from wuhu_tui.core import instantiate as module
from wuhu_tui.core.door import NewSession
from wuhu_tui.core.naming import check_wish, next_id
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model.errors import ConfigError, GitError, JournalError, UsageError
from wuhu_tui.model.project_events import SessionInstantiated
from wuhu_tui.model.states import SessionState

MAKER = """
import asyncio, sys
from pathlib import Path
from wuhu_tui.core import instantiate as module
from wuhu_tui.core.core import Core
from wuhu_tui.core.door import NewSession
from wuhu_tui.model.sessions import AgentLaunch

module.launch_of = lambda *_: AgentLaunch(name="fake", command=("true",))

async def main():
    core = await Core.open(Path(sys.argv[1]), conduct=False)
    for number in range(int(sys.argv[2])):
        key = sys.argv[3] and f"{sys.argv[3]}{number}"
        print((await core.instantiate(NewSession(task="t", key=key))).id, flush=True)
    await core.aclose()

asyncio.run(main())
"""


def branches(root: Path) -> set[str]:
    return set(git(root, "branch", "--format=%(refname:short)").split())


def worktrees(root: Path) -> int:
    return git(root, "worktree", "list", "--porcelain").count("worktree ")


def instantiated(root: Path) -> list[str]:
    records = read_from(ProjectFolder(root).journal, "").records
    return [r.event.spec.id for r in records if isinstance(r.event, SessionInstantiated)]


def assert_nothing_but(root: Path, *sessions: str) -> None:
    """No branch, worktree or folder is there of any session but these."""
    folder = ProjectFolder(root)
    assert {path.name for path in folder.sessions.iterdir()} == set(sessions)
    assert {path.name for path in folder.worktrees.iterdir()} == set(sessions)
    assert branches(root) - {"main"} == {f"wuhu/{name}" for name in sessions}
    assert instantiated(root) == list(sessions)


async def test_branch_worktree_and_folder_exist_and_nothing_runs(desk: Desk, root: Path) -> None:
    wish = NewSession(task="do it", title=" hashing ", role="core", scope=("src",), key="k")
    spec = await desk.core.instantiate(wish)
    assert spec.id == "shop-core-01"
    assert (spec.title, spec.task, spec.scope, spec.key) == ("hashing", "do it", ("src",), "k")
    assert (spec.branch, spec.base_branch) == ("wuhu/shop-core-01", "main")
    assert spec.base_commit == git(root, "rev-parse", "main")
    assert git(Path(spec.worktree), "rev-parse", "--abbrev-ref", "HEAD") == spec.branch
    assert desk.view(spec.id).spec == spec
    assert desk.view(spec.id).state is SessionState.INSTANTIATED
    assert not desk.core.runner_alive(spec.id)
    assert desk.folder.session(spec.id).brief.is_dir()
    assert_nothing_but(root, spec.id)


async def test_numbers_are_counted_by_role_and_never_used_twice(desk: Desk, root: Path) -> None:
    assert [await desk.made("a"), await desk.made("b"), await desk.made("a")] == [
        "shop-a-01",
        "shop-b-01",
        "shop-a-02",
    ]
    await desk.core.archive("shop-a-02")
    assert await desk.made("a") == "shop-a-03"
    git(root, "branch", "wuhu/shop-a-07")
    assert await desk.made("a") == "shop-a-08"


async def test_the_same_key_adopts(desk: Desk) -> None:
    first = await desk.made(key="once")
    assert await desk.made(key="once") == first
    assert await desk.made(key="twice") != first
    assert await desk.made() != await desk.made()


async def test_a_base_and_a_branch_of_ones_own(desk: Desk, root: Path) -> None:
    git(root, "branch", "release", "HEAD~1")
    spec = await desk.core.instantiate(NewSession(task="t", base="release", branch="feature/x"))
    assert spec.base_commit == git(root, "rev-parse", "HEAD~1")
    assert "feature/x" in branches(root)


@pytest.mark.parametrize(
    ("wish", "error", "words"),
    [
        (NewSession(role="No Good"), UsageError, "lower-case"),
        (NewSession(scope=("../x",)), UsageError, "inside the repository"),
        (NewSession(scope=("/x",)), UsageError, "inside the repository"),
        (NewSession(base="nowhere"), GitError, "nowhere"),
        (NewSession(branch="main"), GitError, "exists already"),
        (NewSession(branch="a..b"), GitError, "not a valid branch"),
    ],
)
async def test_a_wish_that_cannot_be_met_leaves_nothing(
    desk: Desk, root: Path, wish: NewSession, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        await desk.core.instantiate(wish)
    assert_nothing_but(root)
    assert await desk.made() == "shop-impl-01"


async def test_a_foreign_branch_at_the_same_commit_survives_a_refusal(
    desk: Desk, root: Path
) -> None:
    git(root, "branch", "theirs")
    with pytest.raises(GitError, match="exists already"):
        await desk.core.instantiate(NewSession(branch="theirs"))
    assert "theirs" in branches(root)


async def test_settings_are_read_anew(desk: Desk, root: Path) -> None:
    (root / "wuhu.toml").write_text("[project]\nbasis = 'x'\n")
    with pytest.raises(ConfigError, match="basis"):
        await desk.made()
    assert_nothing_but(root)


async def test_a_journal_that_cannot_be_written_leaves_nothing(
    desk: Desk, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:

        async def full(*_: object) -> None:
            raise JournalError("no space left")

        broken.setattr(desk.core.project.journal, "decide", full)
        with pytest.raises(JournalError, match="no space"):
            await desk.made()
    assert_nothing_but(root)


@pytest.mark.parametrize("moment", ["place", "add_worktree", "decide"])
async def test_what_a_crash_left_is_taken_back_by_the_next(
    root: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    await crash_after(root, monkeypatch, moment, key="")
    desk = await open_desk(root)
    made = await desk.made("other")
    survivors = ["shop-impl-01", made] if moment == "decide" else [made]
    assert_nothing_but(root, *survivors)
    await desk.core.aclose()


@pytest.mark.parametrize("moment", ["place", "add_worktree", "decide"])
async def test_what_a_crash_left_is_finished_by_the_same_key(
    root: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    await crash_after(root, monkeypatch, moment, key="mine")
    desk = await open_desk(root)
    made = await desk.made(key="mine")
    assert made == "shop-impl-01"
    assert_nothing_but(root, made)
    await desk.core.aclose()


class Killed(BaseException):
    """The process died here: nothing after it runs."""


async def crash_after(
    root: Path, monkeypatch: pytest.MonkeyPatch, moment: str, *, key: str
) -> None:
    """Instantiate with a process that dies right after one of its steps."""
    desk = await open_desk(root)
    owner = {
        "place": desk.host,
        "add_worktree": module,
        "decide": desk.core.project.journal,
    }[moment]
    step = getattr(owner, moment)

    async def die_after(*arguments: object) -> None:
        await step(*arguments)
        raise Killed

    async def never(*_: object) -> None:
        """A dead process takes nothing back."""

    with monkeypatch.context() as patched:
        patched.setattr(owner, moment, die_after)
        patched.setattr(module, "_undo", never)
        with pytest.raises(Killed):
            await desk.made(key=key)
    await desk.core.aclose()


async def test_work_in_a_namesakes_branch_is_never_taken_back(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await crash_after(root, monkeypatch, "add_worktree", key="")
    place = ProjectFolder(root).worktrees / "shop-impl-01"
    (place / "found").write_text("somebody worked here")
    git(place, "add", "-A")
    git(place, "commit", "-q", "-m", "work")
    desk = await open_desk(root)
    await desk.made("other")
    assert git(root, "show", "wuhu/shop-impl-01:found") == "somebody worked here"
    await desk.core.aclose()


async def test_cancelling_leaves_all_or_nothing(desk: Desk, root: Path) -> None:
    for pause in (0.0, 0.02, 0.05, 0.1):
        task = asyncio.create_task(desk.made())
        await asyncio.sleep(pause)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    made = await desk.made()
    assert made in instantiated(root)
    assert_nothing_but(root, *instantiated(root))


async def test_many_at_once_in_one_process(desk: Desk, root: Path) -> None:
    made = await asyncio.gather(*(desk.made() for _ in range(8)))
    assert sorted(made) == [f"shop-impl-{number:02}" for number in range(1, 9)]
    assert worktrees(root) == 9


def test_many_processes_never_collide(root: Path) -> None:
    command = [sys.executable, "-c", MAKER, str(root), "4", ""]
    makers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    outputs = [maker.communicate(timeout=50)[0].split() for maker in makers]
    made = sorted(name for output in outputs for name in output)
    assert made == [f"shop-impl-{number:02}" for number in range(1, 13)]
    assert sorted(instantiated(root)) == made
    assert worktrees(root) == 13


@pytest.mark.crash
def test_a_killed_process_leaves_nothing_that_the_same_keys_do_not_mend(root: Path) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-c", MAKER, str(root), "6", "key"]
    for delay in (0.35, 0.5, 0.6, 0.7, 0.85):
        maker = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, env=environment, start_new_session=True
        )
        try:
            maker.wait(delay)
        except subprocess.TimeoutExpired:
            os.killpg(maker.pid, signal.SIGKILL)
            maker.wait()
    done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=True)
    made = done.stdout.split()
    assert sorted(made) == sorted(instantiated(root))
    assert len(set(made)) == 6
    assert_nothing_but(root, *instantiated(root))


def test_names_are_counted_on_from_the_highest() -> None:
    taken = ["p-a-01", "p-a-09", "p-a-x", "p-a-b-44", "q-a-50"]
    assert next_id("p", "a", taken) == "p-a-10"
    assert next_id("p", "a-b", taken) == "p-a-b-45"
    assert next_id("p", "a", ["p-a-99"]) == "p-a-100"


def test_a_fit_wish_passes() -> None:
    check_wish(NewSession(role="impl-core", scope=("src/", "tests/test_a.py", "**/*.md")))


def test_a_title_is_a_name_and_no_text() -> None:
    check_wish(NewSession(title="x" * 200))
    with pytest.raises(UsageError, match="at most 200 characters"):
        check_wish(NewSession(title="x" * 201))
