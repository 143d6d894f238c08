from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.core.fake_host import git
from wuhu_tui.core.config_errors import read_settings
from wuhu_tui.core.core import Core
from wuhu_tui.core.samples import (
    DEFAULT_SAMPLE,
    SampleSessions,
    prepare_sample,
    sample_names,
    samples_folder,
)
from wuhu_tui.model.errors import ConfigError, NotFound, NotPossible
from wuhu_tui.model.states import SessionState


def test_there_are_two_samples() -> None:
    assert sample_names() == ["notes-web", "shop-api"]


@pytest.mark.parametrize("name", sample_names())
async def test_a_sample_is_a_project_with_its_sessions(name: str, tmp_path: Path) -> None:
    prepared = await prepare_sample(name, root=tmp_path / "here", pace=0.25)
    assert prepared.root == tmp_path / "here"
    assert git(prepared.root, "status", "--porcelain") == ""
    assert '"--delay", "0.25"' in (prepared.root / "wuhu.toml").read_text()
    core = await Core.open(prepared.root, conduct=False)
    views = [core.board.sessions[session] for session in prepared.sessions]
    assert len(views) == 4
    assert all(view.state is SessionState.INSTANTIATED for view in views)
    assert {view.spec.title for view in views} == {
        session.title
        for session in read_settings(
            samples_folder() / name / "sessions.toml", SampleSessions
        ).sessions
    }
    await core.aclose()


@pytest.mark.parametrize("name", sample_names())
async def test_a_samples_own_tests_are_green(name: str, tmp_path: Path) -> None:
    prepared = await prepare_sample(name, root=tmp_path / "here")
    done = subprocess.run(
        [sys.executable, "-m", "unittest", "-q"],
        cwd=prepared.root,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()


async def test_a_git_that_names_nobody_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = tmp_path / "gitconfig"
    nobody.write_text("[user]\n\tuseConfigOnly = true\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(nobody))
    prepared = await prepare_sample(root=tmp_path / "here")
    assert git(prepared.root, "log", "--format=%an", "-1") == "A Lead"


async def test_without_a_place_it_makes_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    prepared = await prepare_sample()
    assert prepared.root.name == DEFAULT_SAMPLE
    assert prepared.root.is_relative_to(tmp_path.resolve())


async def test_it_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(NotPossible, match="something lies there"):
        await prepare_sample(root=tmp_path)
    with pytest.raises(NotFound, match="shop-api"):
        await prepare_sample("shop-app", root=tmp_path / "x")


def test_a_mistake_in_a_samples_sessions_is_named(tmp_path: Path) -> None:
    path = tmp_path / "sessions.toml"
    path.write_text('[[sessions]]\ntitle = "a"\ntask = "t"\nagnet = "x"\n')
    with pytest.raises(ConfigError, match=r"sessions\[0\]\.agnet.*sessions\[0\]\.agent"):
        read_settings(path, SampleSessions)
