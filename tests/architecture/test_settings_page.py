"""The settings page and the README tell settings that are really accepted, and all of them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from tests.architecture.source import ROOT
from wuhu_tui.agents.definitions import AgentDefinition, QuirkSettings, load_definitions
from wuhu_tui.core.config import CheckSettings, ProjectConfig, load_config
from wuhu_tui.core.user_settings import ScreenSettings, load_user_settings
from wuhu_tui.tui.actions import BY_ID
from wuhu_tui.tui.theme_file import SECTIONS, ThemeFile

PAGE = (ROOT / "docs" / "config.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _blocks(text: str) -> list[str]:
    return re.findall(r"^```toml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


PROJECT, AGENTS, USER, THEME = _blocks(PAGE)


@pytest.mark.parametrize("text", [PROJECT, AGENTS, *_blocks(README)])
def test_examples_of_wuhu_toml_are_valid(text: str, tmp_path: Path) -> None:
    (tmp_path / "wuhu.toml").write_text(text, encoding="utf-8")
    load_definitions(load_config(tmp_path).agents)


def test_the_example_of_config_toml_is_valid(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(USER, encoding="utf-8")
    assert set(load_user_settings(path).keys) <= set(BY_ID)


def test_the_example_of_a_theme_is_valid() -> None:
    ThemeFile.model_validate(tomllib.loads(THEME))


@pytest.mark.parametrize(
    "model",
    [
        *(field.annotation for field in ProjectConfig.model_fields.values()),
        CheckSettings,
        AgentDefinition,
        QuirkSettings,
        ScreenSettings,
        *SECTIONS.values(),
    ],
)
def test_every_key_is_told(model: object) -> None:
    if isinstance(model, type) and issubclass(model, BaseModel):
        untold = [name for name in model.model_fields if not re.search(rf"\b{name}\b", PAGE)]
        assert untold == []


def test_every_built_in_agent_is_told() -> None:
    assert [name for name in load_definitions() if f"`{name}`" not in PAGE] == []


def test_every_theme_is_told() -> None:
    names = [path.stem for path in (ROOT / "themes").glob("*.toml")]
    assert names
    assert [name for name in names if name not in PAGE] == []
