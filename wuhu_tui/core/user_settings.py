"""The lead's own settings, the same in every project: theme, keys, panes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import field_validator

from wuhu_tui.core.config_base import Settings
from wuhu_tui.core.config_channels import NotifySettings
from wuhu_tui.core.config_errors import read_settings

FILE = "config.toml"


class ScreenSettings(Settings):
    """`[ui]`: how the dashboard looks; an empty theme means the dashboard's default."""

    theme: str = ""
    panes: Literal[1, 2, 4, 6] = 2
    bell: Literal["off", "bell"] = "bell"
    """Whether the terminal's bell rings for what cannot wait: never while the lead types."""


class UserSettings(Settings):
    """All of the lead's `config.toml`; `keys` maps an action's id to the keys that do it."""

    ui: ScreenSettings = ScreenSettings()
    keys: dict[str, tuple[str, ...]] = {}
    notify: NotifySettings = NotifySettings()
    """Channels of the lead's own, for every project."""

    @field_validator("keys", mode="before")
    @classmethod
    def _one_key_or_many(cls, keys: Any) -> Any:
        if not isinstance(keys, dict):
            return keys
        return {action: _as_tuple(value) for action, value in keys.items()}


def _as_tuple(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(key.strip() for key in value.split(",") if key.strip())
    return tuple(value) if isinstance(value, list) else value


def user_folder() -> Path:
    """Where a user's own settings and themes lie."""
    from platformdirs import user_config_path

    return user_config_path("wuhu", appauthor=False)


def load_user_settings(path: Path | None = None) -> UserSettings:
    """The lead's settings; a missing file gives the defaults.

    Raises:
        ConfigError: names file, key, what is wrong and the nearest valid key.
    """
    return read_settings(path or user_folder() / FILE, UserSettings)
