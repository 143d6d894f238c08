"""Themes are files: read, checked colour by colour, registered, and read anew when they change."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs
from pydantic import ValidationError
from textual.theme import Theme

from wuhu_tui.model.errors import ConfigError
from wuhu_tui.tui.theme_file import DARK, LIGHT, SECTIONS, ThemeFile

if TYPE_CHECKING:
    from textual.app import App

DEFAULT_THEME = "wuhu-dark"
"""The theme of a dashboard nobody chose another for."""

WITHOUT_FILES = "textual-dark"
"""The theme where no file of wuhu's own can be found."""

Tell = Callable[[ConfigError], None]


@dataclass
class LoadedThemes:
    """What a folder of themes gave: the good ones by name, and one error for each broken file."""

    themes: dict[str, Theme] = field(default_factory=dict)
    errors: list[ConfigError] = field(default_factory=list)


def built_in_folder() -> Path:
    """Where the themes that come with wuhu lie: in the package, or beside it in a source tree."""
    packaged = Path(__file__).parents[1] / "themes"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "themes"


def user_folder() -> Path:
    """Where a user's own themes lie; need not exist."""
    return platformdirs.user_config_path("wuhu") / "themes"


def load_theme(path: Path) -> Theme:
    """Read one theme file.

    Raises:
        ConfigError: naming the file, the key and what would be right.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"not valid TOML: {error}", where=str(path)) from error
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", where=str(path)) from error
    try:
        return ThemeFile.model_validate(values).theme()
    except ValidationError as error:
        raise _named(error, path) from error


def load_folder(folder: Path) -> LoadedThemes:
    """Read every theme of a folder; a broken one is told, never fatal."""
    loaded = LoadedThemes()
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
        try:
            theme = load_theme(path)
        except ConfigError as error:
            loaded.errors.append(error)
        else:
            loaded.themes[theme.name] = theme
    return loaded


def load_all(user: Path | None = None) -> LoadedThemes:
    """Read wuhu's own themes and the user's; a user's theme may replace one of wuhu's."""
    own = load_folder(built_in_folder())
    users = load_folder(user_folder() if user is None else user)
    return LoadedThemes({**own.themes, **users.themes}, own.errors + users.errors)


def variable_defaults(dark: bool) -> dict[str, str]:
    """Values of wuhu's own variables for a theme that does not set them."""
    return dict(DARK if dark else LIGHT)


def register(app: App[Any], loaded: LoadedThemes) -> None:
    """Make themes known to the app; repaints when the theme in use is among the changed ones."""
    active = app.theme
    changed = loaded.themes.get(active)
    repaint = changed is not None and changed != app.get_theme(active)
    for theme in loaded.themes.values():
        app.register_theme(theme)
    if repaint:  # the same name again would not be seen as a change
        app.theme = "textual-dark" if active != "textual-dark" else "textual-light"
        app.theme = active


async def follow_user_themes(app: App[Any], tell: Tell, folder: Path | None = None) -> None:
    """Read the user's themes anew whenever one is written; run it as a worker, for ever."""
    from watchfiles import awatch

    place = user_folder() if folder is None else folder
    await _appears(place)
    async for _ in awatch(place, debounce=50, step=5, recursive=False):
        loaded = await asyncio.to_thread(load_folder, place)
        register(app, loaded)
        for error in loaded.errors:
            tell(error)


async def _appears(place: Path) -> None:
    while not await asyncio.to_thread(place.is_dir):  # noqa: ASYNC110 (nothing to listen to yet)
        await asyncio.sleep(5)


def _named(error: ValidationError, path: Path) -> ConfigError:
    problems = [
        _problem(problem["loc"], problem["type"], problem["msg"]) for problem in error.errors()
    ]
    messages = "; ".join(message for message, _ in problems)
    remedy = next((remedy for _, remedy in problems if remedy), "")
    return ConfigError(messages, where=str(path), remedy=remedy)


def _problem(place: tuple[int | str, ...], kind: str, message: str) -> tuple[str, str]:
    key = ".".join(str(part) for part in place)
    if kind == "extra_forbidden":
        return f"unknown key `{key}`", _nearest(place)
    return f"`{key}`: {message.removeprefix('Value error, ')}", ""


def _nearest(place: tuple[int | str, ...]) -> str:
    known = list(_keys_beside(place))
    close = get_close_matches(str(place[-1]), known, n=1)
    return f"did you mean `{close[0]}`?" if close else f"known keys: {', '.join(known)}"


def _keys_beside(place: tuple[int | str, ...]) -> Iterator[str]:
    section = SECTIONS.get(str(place[0])) if len(place) > 1 else ThemeFile
    return iter(section.model_fields if section else ())
