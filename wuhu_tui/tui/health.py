"""What only the dashboard can judge of its own settings: themes and keys."""

from __future__ import annotations

from pathlib import Path

from wuhu_tui.core.user_settings import load_user_settings
from wuhu_tui.model.errors import ConfigError
from wuhu_tui.model.health import Level, Observation
from wuhu_tui.tui import themes
from wuhu_tui.tui.keymap import read_keymap
from wuhu_tui.tui.settings import DashboardSettings

THEMES = "themes"
KEYS = "keys"


def examine_screen(folder: Path | None = None) -> tuple[Observation, ...]:
    """Whether the lead's themes and keys are as the dashboard can use them."""
    try:
        settings = load_user_settings()
    except ConfigError:
        why = "could not look: your config.toml is not valid"
        return tuple(_told(check, Level.UNKNOWN, why) for check in (THEMES, KEYS))
    return (
        *judge_themes(themes.load_all(folder), settings.ui.theme),
        *judge_keys(settings.keys),
    )


def judge_screen(settings: DashboardSettings) -> tuple[Observation, ...]:
    """The same, of the settings that a running dashboard has."""
    return (
        *judge_themes(themes.load_all(settings.themes), settings.theme),
        *judge_keys(settings.keymap),
    )


def judge_themes(loaded: themes.LoadedThemes, wanted: str) -> tuple[Observation, ...]:
    """Broken theme files, and a chosen theme that is not there."""
    found = [
        _told(THEMES, Level.TROUBLE, f"{error.where}: {error.message}", error.remedy, str(number))
        for number, error in enumerate(loaded.errors)
    ]
    if wanted and wanted not in loaded.themes:
        known = ", ".join(sorted(loaded.themes))
        text = f"there is no theme {wanted!r}"
        found.append(_told(THEMES, Level.TROUBLE, text, f"choose one of: {known}", "wanted"))
    return tuple(found) or (_told(THEMES, Level.OK, "every theme can be read"),)


def judge_keys(written: dict[str, tuple[str, ...]]) -> tuple[Observation, ...]:
    """Keys that cannot be bound as the lead wrote them."""
    problems = read_keymap(written).problems
    remedy = "docs/keys.md lists every action"
    return tuple(
        _told(KEYS, Level.TROUBLE, f"{problem}; the default stays", remedy, str(number))
        for number, problem in enumerate(problems)
    ) or (_told(KEYS, Level.OK, "every key does what it says"),)


def _told(check: str, level: Level, text: str, repair: str = "", of: str = "") -> Observation:
    name = ":".join(filter(None, (check, of)))
    return Observation(id=name, check=check, level=level, text=text, repair=repair)
