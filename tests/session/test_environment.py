"""What an agent's process inherits and what it must not."""

from __future__ import annotations

from pathlib import Path

from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.sessions import AgentLaunch, SessionSpec
from wuhu_tui.session.environment import QUIET, agent_environment, runner_environment

FOLDER = ProjectFolder(Path("/shop")).session("shop-impl-01")


def of(inherited: dict[str, str], **own: str) -> dict[str, str]:
    launch = AgentLaunch(name="fake", environment=own)
    spec = SessionSpec(id="shop-impl-01", project="shop", worktree="/shop/wt", agent=launch)
    return agent_environment(spec, FOLDER, 3, inherited)


def test_nothing_waits_for_a_human() -> None:
    environment = of({"TERM": "xterm", "PAGER": "less"})
    assert QUIET.items() <= environment.items()


def test_git_is_never_sent_elsewhere() -> None:
    environment = of({"GIT_DIR": "/x", "GIT_INDEX_FILE": "/y", "GIT_AUTHOR_NAME": "me"})
    git = {name for name in environment if name.startswith("GIT_")}
    assert git == {"GIT_PAGER", "GIT_TERMINAL_PROMPT"}


def test_sandbox_is_passed_on_only_when_it_is_one() -> None:
    assert "IS_SANDBOX" not in of({"IS_SANDBOX": "0"})
    assert "IS_SANDBOX" not in of({"IS_SANDBOX": "true"})
    assert of({"IS_SANDBOX": "1"})["IS_SANDBOX"] == "1"


def test_the_reporting_command_comes_first_on_the_path() -> None:
    assert of({"PATH": "/usr/bin"})["PATH"] == "/shop/.wuhu/bin:/usr/bin"
    assert of({"PATH": "/usr/bin"}, PATH="/opt")["PATH"] == "/shop/.wuhu/bin:/opt"
    assert of({})["PATH"].startswith("/shop/.wuhu/bin:/")


def test_the_markers_are_this_lifes_whatever_anybody_says() -> None:
    environment = of({"WUHU_LIFE": "other:1", "WUHU_RUNNER": "/x"}, WUHU_SESSION="liar")
    assert environment["WUHU_LIFE"] == "shop-impl-01:3"
    assert environment["WUHU_SESSION"] == "shop-impl-01"
    assert environment["WUHU_SESSION_FOLDER"] == str(FOLDER.path)
    assert "WUHU_RUNNER" not in environment


def test_the_definition_has_the_last_word() -> None:
    environment = of({"KEY": "a", "HOME": "/root"}, KEY="b", TERM="xterm")
    assert (environment["KEY"], environment["TERM"], environment["HOME"]) == ("b", "xterm", "/root")


def test_a_runner_belongs_to_no_life() -> None:
    environment = runner_environment(FOLDER, {"WUHU_LIFE": "other:1", "HOME": "/root"})
    assert environment == {"HOME": "/root", "WUHU_RUNNER": str(FOLDER.path)}
