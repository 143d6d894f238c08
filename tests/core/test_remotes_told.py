"""The remote as it is told: by the conductor's look, the doctor, the entries, and on the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.core.conftest import Desk, open_desk
from tests.core.fake_host import git
from tests.core.repositories import START
from wuhu_tui.core.config import load_config
from wuhu_tui.core.doctor import remote as doctor_remote
from wuhu_tui.core.doctor.patient import patient_of
from wuhu_tui.model.attention import remote_action
from wuhu_tui.model.board import Board
from wuhu_tui.model.entries import entries_of, needs
from wuhu_tui.model.fold import fold_all
from wuhu_tui.model.health import Level
from wuhu_tui.model.records import Record
from wuhu_tui.model.remote_events import BasePushed, PushRefused, RemoteLooked
from wuhu_tui.model.remote_words import remote_need
from wuhu_tui.model.remotes import Push, RemoteRules, RemoteState

STATE = RemoteState(name="origin", base="main", push=Push.ASK, local="a", remote="b", ahead=3)


def board_of(*events: object) -> tuple[Board, list[Record]]:
    records = [
        Record(session="", epoch=1, seq=number, ts=START, event=event)
        for number, event in enumerate(events, 1)
    ]
    return fold_all(Board(), records), records


@pytest.fixture
async def watched(root: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    """A conducted project that is asked before base is pushed."""
    git(root, "init", "-q", "--bare", "-b", "main", str(tmp_path / "there.git"))
    git(root, "remote", "add", "origin", str(tmp_path / "there.git"))
    git(root, "push", "-q", "origin", "main")
    with (root / "wuhu.toml").open("a") as file:
        file.write('\n[remote]\npush = "ask"\n')
    git(root, "commit", "-q", "-a", "-m", "Publish when asked")
    desk = await open_desk(root, conduct=True)
    yield desk
    await desk.core.aclose()
    desk.host.end_all()


async def test_the_conductor_looks_and_the_lead_pushes(watched: Desk, tmp_path: Path) -> None:
    core = watched.core
    await watched.until(lambda: core.board.remote is not None, "the conductor looked")
    action = remote_action(core.board)
    assert action is not None
    assert action.text == "main is 1 ahead of origin/main: wuhu push"
    assert (await core.remote_state()).ahead == 1
    assert "1 commit pushed" in await core.push_base()
    assert (await core.remote_state(look=True)).ahead == 0
    assert remote_action(core.board) is None
    assert "already" in await core.sync_base()


async def test_the_doctor_looks_at_the_remote(
    watched: Desk, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = patient_of(watched.core.project)
    rules = load_config(root).remote.rules
    (found,) = await doctor_remote.look_at(patient, rules)
    assert (found.level, found.text) == (Level.OK, "main is 1 ahead of origin/main")
    (tmp_path / "there.git").rename(tmp_path / "gone.git")
    (found,) = await doctor_remote.look_at(patient, rules)
    assert found.level is Level.UNKNOWN
    assert "could not look at origin/main" in found.text
    (found,) = await doctor_remote.look_at(patient, replace(rules, name="upstream"))
    assert (found.level, found.repair) == (Level.TROUBLE, "git remote -v")
    monkeypatch.setattr("wuhu_tui.core.github.PROGRAM", "no-such-program")
    found, _ = await doctor_remote.look_at(patient, replace(rules, protected=True))
    assert (found.level, found.repair) == (Level.TROUBLE, "gh auth login")
    assert "gh is not installed" in found.text


@pytest.mark.parametrize(
    ("state", "kind", "repair"),
    [
        (replace(STATE, behind=2), "apart", "git pull --no-rebase"),
        (replace(STATE, ahead=0, behind=2), "behind", "wuhu sync-base"),
        (replace(STATE, lost="a"), "rewritten", "wuhu remote"),
        (replace(STATE, push=Push.EACH, refused="a", refusal="no"), "refused", "wuhu push"),
    ],
)
def test_what_the_doctor_says_of_base_and_its_remote(
    state: RemoteState, kind: str, repair: str
) -> None:
    (found,) = doctor_remote.judge(state, known=True)
    assert found.level is Level.TROUBLE
    assert (found.id.split(":")[1], repair in found.repair) == (kind, True)


def test_what_was_not_taken_is_told_until_it_is() -> None:
    looked = RemoteLooked(state=replace(STATE, push=Push.EACH))
    refused = PushRefused(remote="origin", branch="main", commit="a", reason="frozen")
    board, records = board_of(looked, refused)
    (entry,) = entries_of(board, records[-1])
    assert (entry.kind, entry.human_attention_needed) == ("push_refused", True)
    assert [one.id for one in needs(board)] == [entry.id]
    board, _ = board_of(looked, refused, looked)
    assert [one.id for one in needs(board)] == [entry.id]
    pushed = BasePushed(remote="origin", branch="main", commit="a", by="core")
    board, records = board_of(looked, refused, pushed)
    assert needs(board) == ()
    assert [one.kind for one in entries_of(board, records[-1])] == ["base_pushed"]


def test_what_others_put_on_top_of_a_push_stays_told() -> None:
    further = RemoteLooked(
        state=replace(STATE, ahead=0, remote="c", behind=1, missing=("c Theirs",))
    )
    board, _ = board_of(further, BasePushed(remote="origin", branch="main", commit="a", by="core"))
    assert board.remote is not None
    assert (board.remote.remote, board.remote.behind) == ("c", 1)
    assert "origin/main moved: 1 commit" in remote_need(board.remote)


def test_base_that_is_to_be_pushed_needs_the_lead() -> None:
    board, _ = board_of(RemoteLooked(state=STATE))
    (entry,) = needs(board)
    assert (entry.kind, entry.text) == ("remote", "main is 3 ahead of origin/main: wuhu push")


def test_nobody_is_asked_unless_it_is_wanted() -> None:
    assert not RemoteRules().wanted
    assert RemoteRules(protected=True).wanted
    assert RemoteRules(push=Push.ASK).wanted
