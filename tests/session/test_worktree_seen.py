"""When the worktree is looked at, and that the session never notices."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.repo.gitbox import make_box
from tests.session.ruled import tell_policy
from tests.session.stage import QUICK, Stage
from wuhu_tui.model.budgets import Policy
from wuhu_tui.model.errors import GitError
from wuhu_tui.model.events import Event, Noted, RunnerEnded, ToolEnded, TurnEnded
from wuhu_tui.model.history_events import WorktreeSeen
from wuhu_tui.model.states import SessionState
from wuhu_tui.session.worktree_look import ROOM, WorktreeLook


class Eye:
    """Sees something new with every look, unless a test says otherwise."""

    def __init__(self) -> None:
        self.looks = 0
        self.error: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.blind = False

    async def __call__(self) -> WorktreeSeen | None:
        self.looks += 1
        tree = f"tree-{self.looks}"
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return None if self.blind else WorktreeSeen(tree=tree, commit="c", head="h")


@pytest.fixture
def eye(stage: Stage) -> Eye:
    stage.look = eye = Eye()
    tell_policy(stage, Policy(tree_seconds=0.0))
    return eye


def seen(stage: Stage) -> list[WorktreeSeen]:
    return stage.events(WorktreeSeen)


def kinds_after(stage: Stage, kind: type[Event]) -> list[type[Event]]:
    kinds = [type(record.event) for record in stage.records]
    return kinds[kinds.index(kind) :]


async def test_it_is_seen_at_the_start_after_work_at_the_turns_end_and_last(
    stage: Stage, eye: Eye
) -> None:
    turn = await stage.first_turn()
    await stage.until(lambda: len(seen(stage)) == 1)
    turn.tool("r1", kind="read")
    turn.tool_done("r1")
    turn.tool("e1", kind="edit")
    turn.tool_done("e1")
    await stage.until(lambda: len(seen(stage)) == 2)
    turn.end()
    await stage.until(lambda: len(seen(stage)) == 3)
    assert WorktreeSeen in kinds_after(stage, TurnEnded)
    stage.stop()
    await stage.ended()
    assert [event.call for event in seen(stage)] == ["", "e1", "", ""]
    assert kinds_after(stage, WorktreeSeen)[-1] is RunnerEnded


async def test_a_busy_agent_is_looked_at_now_and_then(stage: Stage, eye: Eye) -> None:
    tell_policy(stage, Policy(tree_seconds=3600.0))
    turn = await stage.first_turn()
    await stage.until(lambda: eye.looks == 1)
    for name in ("e1", "e2", "e3"):
        turn.tool(name, kind="edit")
        turn.tool_done(name)
    await stage.until(lambda: len(stage.events(ToolEnded)) == 3)
    turn.end()  # does not wait for the hour to be over
    await stage.until(lambda: len(seen(stage)) == 2)
    assert eye.looks == 2


async def test_what_is_asked_for_while_one_looks_comes_after_it(stage: Stage, eye: Eye) -> None:
    eye.gate.clear()
    turn = await stage.first_turn()
    await stage.until(lambda: eye.looks == 1)
    turn.tool("e1", kind="execute")
    turn.tool_done("e1")
    turn.tool("e2", kind="edit")
    turn.tool_done("e2")
    turn.end()
    await stage.in_state(SessionState.IDLE)  # it waits for nobody who looks
    assert (eye.looks, seen(stage)) == (1, [])
    eye.gate.set()
    await stage.until(lambda: len(seen(stage)) == 2)
    assert [event.tree for event in seen(stage)] == ["tree-1", "tree-2"]


async def test_what_did_not_change_is_not_told(stage: Stage, eye: Eye) -> None:
    eye.blind = True
    await stage.idle()
    await stage.until(lambda: eye.looks == 2)
    assert seen(stage) == []


@pytest.mark.parametrize("error", [GitError("index is damaged"), OSError("disk full")])
async def test_trouble_is_told_once_and_harms_nobody(
    stage: Stage, eye: Eye, error: Exception
) -> None:
    eye.error = error
    await stage.idle()
    await stage.until(lambda: eye.looks == 2)
    told = [note.text for note in stage.events(Noted) if "is not recorded" in note.text]
    assert len(told) == 1
    eye.error = None
    stage.stop()
    await stage.ended()
    assert len(seen(stage)) == 1


async def test_a_look_that_hangs_holds_up_no_ending(stage: Stage, eye: Eye) -> None:
    eye.gate.clear()
    stage.open(patience=replace(QUICK, tree=0.1))
    await stage.until(lambda: eye.looks == 1)
    stage.stop()
    await stage.ended()
    assert seen(stage) == []
    assert stage.states[-1] == "stopped"


async def test_it_can_be_switched_off(stage: Stage, eye: Eye) -> None:
    tell_policy(stage, Policy(trees=False))
    await stage.idle()
    stage.stop()
    await stage.ended()
    assert eye.looks == 0


async def test_a_real_worktree_and_the_next_life(tmp_path: Path) -> None:
    box = make_box(tmp_path / "project")
    stage = Stage(box.path)
    place = box.path / ".wuhu" / "worktrees" / stage.spec.id
    box.git("worktree", "add", "--quiet", "-b", stage.spec.branch, str(place))
    stage.spec = replace(stage.spec, worktree=str(place))

    looks: list[WorktreeLook] = []

    async def look() -> WorktreeSeen | None:
        if not looks or looks[-1].log is not stage.log:
            looks.append(WorktreeLook(stage.log, place))
        return await looks[-1]()

    stage.look = look
    (place / "new.py").write_text("one\n")
    await stage.idle()
    stage.stop()
    await stage.ended()
    (first,) = seen(stage)
    assert box.git("show", f"{first.tree}:new.py") == "one"
    assert box.head(f"refs/wuhu/history/{stage.spec.id}") == first.commit
    assert box.git("--no-optional-locks", "-C", str(place), "status", "--short") == "?? new.py"
    stage.open()
    await stage.in_state(SessionState.IDLE)
    stage.stop()
    await stage.ended()
    assert seen(stage) == [first]
    assert len(looks) == 2
    assert (stage.folder.path / ROOM).is_dir()
    looks[-1].close()
    assert not (stage.folder.path / ROOM).exists()
