from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from wuhu_tui.core.config import ProjectConfig, load_config, project_name
from wuhu_tui.core.config_errors import dotted
from wuhu_tui.core.config_file import ConfigFile
from wuhu_tui.core.ports import ProjectCheck
from wuhu_tui.core.user_settings import load_user_settings
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.errors import ConfigError


def written(folder: Path, text: str) -> Path:
    (folder / "wuhu.toml").write_text(text, encoding="utf-8")
    return folder


def refusal(folder: Path, text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load_config(written(folder, text))
    return caught.value


def test_a_project_without_a_file_has_the_defaults(tmp_path: Path) -> None:
    assert load_config(tmp_path) == ProjectConfig()


def test_everything_a_file_may_say_is_read(tmp_path: Path) -> None:
    config = load_config(
        written(
            tmp_path,
            """
            [project]
            name = "shop-api"
            base = "main"
            goal = "sell"
            agent = "sample"
            [limits]
            sessions = 3
            memory_percent = 0
            [policies]
            nudge = false
            [[checks]]
            name = "tests"
            command = ["{python}", "-m", "pytest"]
            timeout = 30
            [[checks]]
            name = "lint"
            command = "ruff check . && true"
            [agents.mine]
            command = ["my-agent", "--acp"]
            """,
        )
    )
    assert config.project.name == "shop-api"
    assert config.limits.sessions == 3
    assert not config.policies.nudge
    assert config.agents == {"mine": {"command": ["my-agent", "--acp"]}}
    assert config.project_checks == (
        ProjectCheck(name="tests", command=("{python}", "-m", "pytest"), timeout=30.0),
        ProjectCheck(name="lint", command="ruff check . && true", timeout=600.0),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[project]\nnmae = 'x'", ["project.nmae", "unknown key", '"project.name"']),
        ("[projet]\nname = 'x'", ["projet", "unknown key", '"project"']),
        ("[[checks]]\nname='a'\ncomand='x'", ["checks[0].comand", '"checks[0].command"']),
        ("[[checks]]\nname='a'", ["checks[0].command", "required"]),
        ("[[checks]]\nname='a'\ncommand=[]", ["checks[0].command", "must name a program"]),
        ("[[checks]]\nname='a'\ncommand=' '", ["checks[0].command", "must name a program"]),
        ("[[checks]]\nname='a'\ncommand='x'\ntimeout=0", ["checks[0].timeout", "0"]),
        ("[[checks]]\nname='a'\ncommand='x'\ntimeout=inf", ["checks[0].timeout", "60000000"]),
        ("[[checks]]\nname='a'\ncommand=3", ["checks[0].command: must be text, or a list"]),
        ("[[checks]]\nname='a'\ncommand=['x', 3]", ["checks[0].command: must be text, or a"]),
        (
            "[[checks]]\nname='a'\ncommand='x'\n[[checks]]\nname='a'\ncommand='y'",
            ["checks", 'two checks are called "a"'],
        ),
        ("[limits]\nsessions = 0", ["limits.sessions", "(it is 0)"]),
        ("[limits]\nsessions = 'many'", ["limits.sessions", "'many'"]),
        ("[limits]\nsessions = true", ["limits.sessions"]),
        ("[budget]\nsession_cost = inf", ["budget.session_cost", "1000000000000"]),
        ("[budget]\nproject_tokens = 9999999999999999", ["budget.project_tokens"]),
        ("[policies]\npermission_minutes = 1e9", ["policies.permission_minutes", "1000000"]),
        ("[project]\nname = 'Shop API'", ["project.name", "lower-case", "'Shop API'"]),
        ("[project]\nzzzzzz = 1", ["project.zzzzzz", "agent, base, goal, name"]),
        ("checks = 3", ["checks"]),
        ("project = 3", ["project"]),
        ("[project\nname = 'x'", ["not valid TOML", "line 1", "column"]),
    ],
)
def test_an_error_names_file_key_and_remedy(tmp_path: Path, text: str, words: list[str]) -> None:
    error = str(refusal(tmp_path, text))
    assert str(tmp_path / "wuhu.toml") in error
    for word in words:
        assert word in error
    assert "pydantic" not in error


def test_all_troubles_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    error = refusal(tmp_path, "[limits]\nsessions = 0\n[project]\nnmae = 'x'")
    assert "limits.sessions" in error.message
    assert "project.nmae" in error.message
    assert "project.name" in error.remedy


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "wuhu.toml").write_bytes(b"[project]\nname = '\xff'")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_config(tmp_path)


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "wuhu.toml").mkdir()
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path)


@pytest.mark.parametrize(
    ("folder", "name"),
    [("Shop API", "shop-api"), ("shop_api.git", "shop-api-git"), ("___", "project")],
)
def test_a_project_is_named_after_its_folder(tmp_path: Path, folder: str, name: str) -> None:
    assert project_name(ProjectConfig(), ProjectFolder(tmp_path / folder)) == name


def test_a_very_long_folder_name_still_gives_a_fit_name(tmp_path: Path) -> None:
    name = project_name(ProjectConfig(), ProjectFolder(tmp_path / ("ab " * 60)))
    assert ProjectConfig.model_validate({"project": {"name": name}})


def test_the_leads_settings_are_read(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[ui]\ntheme = "light"\npanes = 4\n[keys]\nsteer = "s, f2"\nstop = ["X"]\n')
    settings = load_user_settings(path)
    assert (settings.ui.theme, settings.ui.panes) == ("light", 4)
    assert settings.keys == {"steer": ("s", "f2"), "stop": ("X",)}


def test_the_leads_settings_are_optional(tmp_path: Path) -> None:
    assert load_user_settings(tmp_path / "config.toml").keys == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[ui]\npanes = 3", ["ui.panes", "1, 2, 4 or 6"]),
        ("[ui]\nthem = 'x'", ['"ui.theme"']),
        ("[keys]\nsteer = 3", ["keys.steer"]),
        ("keys = 'x'", ["keys"]),
    ],
)
def test_a_mistake_in_the_leads_settings_is_named(
    tmp_path: Path, text: str, words: list[str]
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_user_settings(path)
    for word in words:
        assert word in str(caught.value)


def test_a_changed_file_is_read_again_and_an_unchanged_one_is_not(tmp_path: Path) -> None:
    file = ConfigFile(written(tmp_path, "[limits]\nsessions = 3\n"))
    before = file.config
    assert file.look() is before
    written(tmp_path, "[limits]\nsessions = 4\n")
    assert file.look().limits.sessions == 4


def test_a_mistake_is_told_at_every_look_and_what_was_read_stays(tmp_path: Path) -> None:
    file = ConfigFile(written(tmp_path, "[limits]\nsessions = 3\n"))
    written(tmp_path, "[limits]\nsessions = 0\n")
    for _ in range(2):
        with pytest.raises(ConfigError):
            file.look()
    assert file.config.limits.sessions == 3


def test_a_file_that_is_being_saved_is_not_read_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = ConfigFile(written(tmp_path, "[limits]\nsessions = 3\n"))
    saving = iter(["[limits]\n", "[limits]\nsessions = 4\n"])
    monkeypatch.setattr(
        "wuhu_tui.core.config_file.time.sleep", lambda _: save_more(tmp_path, saving)
    )
    written(tmp_path, "")
    assert file.look().limits.sessions == 4


def save_more(folder: Path, saving: Iterator[str]) -> None:
    """An editor writes on while somebody waits for the file to be quiet."""
    text = next(saving, None)
    if text is not None:
        written(folder, text)


def test_places_read_as_a_person_writes_them() -> None:
    assert dotted(("checks", 0, "command")) == "checks[0].command"
