"""Themes: every one can be read and lived with, a broken one breaks nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from textual.app import App
from textual.color import Color
from textual.pilot import Pilot

from tests.tui.pane_app import PaneApp, sample
from wuhu_tui.model.errors import ConfigError
from wuhu_tui.tui import themes
from wuhu_tui.tui.presentation.transcript_palette import palette_of
from wuhu_tui.tui.theme_file import DARK, LIGHT

NAMES = ["wuhu-colour-blind", "wuhu-dark", "wuhu-high-contrast", "wuhu-light"]

MINIMAL = """
name = "mine"
[colors]
primary = "#336699"
"""


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_wuhu_brings_four_themes(tmp_path: Path) -> None:
    loaded = themes.load_all(tmp_path)
    assert sorted(loaded.themes) == NAMES
    assert loaded.errors == []
    assert themes.DEFAULT_THEME in loaded.themes


def test_defaults_are_those_of_dark_and_light() -> None:
    loaded = themes.load_folder(themes.built_in_folder()).themes
    assert loaded["wuhu-dark"].variables == DARK == themes.variable_defaults(True)
    assert loaded["wuhu-light"].variables == LIGHT == themes.variable_defaults(False)


@pytest.mark.parametrize("name", NAMES)
def test_everything_can_be_read(name: str) -> None:
    """Text against its background: 4.5 to 1, and 7 to 1 where that is the point."""
    theme = themes.load_folder(themes.built_in_folder()).themes[name]
    variables = {**theme.to_color_system().generate(), **theme.variables}
    least = 7.0 if name == "wuhu-high-contrast" else 4.5
    faint = {"dim", "thought", "output", "number", "added_number", "removed_number", "lead_dim"}
    for style_name, style in palette_of(variables).items():
        assert style.color is not None
        assert style.bgcolor is not None
        front, back = style.color.get_truecolor(), style.bgcolor.get_truecolor()
        ratio = contrast(Color(*front), Color(*back))
        wanted = least if style_name not in faint else least * 0.62
        assert ratio >= wanted, f"{name}: {style_name} has {ratio:.1f}:1"


def contrast(one: Color, other: Color) -> float:
    """WCAG contrast ratio."""

    def luminance(colour: Color) -> float:
        parts = [
            part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
            for part in colour.normalized
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def seen_by(kind: str, colour: Color) -> tuple[float, float, float]:
    """A colour as a dichromat sees it (Viénot, linear light left out: relative use only)."""
    matrix = {
        "deutan": ((0.625, 0.375, 0.0), (0.70, 0.30, 0.0), (0.0, 0.30, 0.70)),
        "protan": ((0.567, 0.433, 0.0), (0.558, 0.442, 0.0), (0.0, 0.242, 0.758)),
        "tritan": ((0.95, 0.05, 0.0), (0.0, 0.433, 0.567), (0.0, 0.475, 0.525)),
    }[kind]
    red, green, blue = colour.rgb
    made = [row[0] * red + row[1] * green + row[2] * blue for row in matrix]
    return made[0], made[1], made[2]


@pytest.mark.parametrize("kind", ["deutan", "protan"])
@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("diff-added-background", "diff-removed-background", 40),
        ("diff-added", "diff-removed", 60),
        ("state-ready", "state-failed", 60),
        ("state-asking", "state-failed", 45),
        ("state-working", "state-failed", 60),
    ],
)
def test_the_colour_blind_theme_keeps_opposites_apart(
    kind: str, one: str, other: str, least: float
) -> None:
    theme = themes.load_folder(themes.built_in_folder()).themes["wuhu-colour-blind"]
    colours = [seen_by(kind, Color.parse(theme.variables[name])) for name in (one, other)]
    distance = sum((a - b) ** 2 for a, b in zip(*colours, strict=True)) ** 0.5
    assert distance >= least


def test_a_small_theme_is_enough(tmp_path: Path) -> None:
    theme = themes.load_theme(write(tmp_path, "mine.toml", MINIMAL))
    assert theme.name == "mine"
    assert theme.dark
    assert theme.variables == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('name = "x"\n[colors]\nprimary = "#zzz"\n', "`colors.primary`: `#zzz` is not a colour"),
        ('name = "x"\n[colors]\nprimary = "ansi_red"\n', "`ansi_red` has no shade of its own"),
        ('name = "x"\n[colors]\nprimary = "#11223344"\n', "has no shade of its own"),
        ('name = "x"\n', "`colors`: Field required"),
        ('name = "Not A Name"\n[colors]\nprimary = "red"\n', "is not a theme's name"),
        (f'{MINIMAL}[states]\nworkin = "red"\n', "unknown key `states.workin`"),
        (f'{MINIMAL}[states]\nworkin = "red"\n', "did you mean `working`?"),
        (f'{MINIMAL}[diffs]\nadded = "red"\n', "did you mean `diff`?"),
        ('dark = "yes"\nname = "x"\n[colors]\nprimary = "red"\n', "`dark`"),
        ("name = ", "not valid TOML"),
    ],
)
def test_a_broken_theme_is_named(tmp_path: Path, text: str, told: str) -> None:
    path = write(tmp_path, "broken.toml", text)
    with pytest.raises(ConfigError) as caught:
        themes.load_theme(path)
    assert told in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_theme_that_is_not_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bytes.toml"
    path.write_bytes(b"name = '\xff'")
    with pytest.raises(ConfigError, match="not valid TOML"):
        themes.load_theme(path)


def test_a_broken_theme_does_not_hide_the_others(tmp_path: Path) -> None:
    write(tmp_path, "a.toml", "nonsense")
    write(tmp_path, "b.toml", MINIMAL)
    loaded = themes.load_all(tmp_path)
    assert sorted(loaded.themes) == sorted([*NAMES, "mine"])
    assert len(loaded.errors) == 1


def test_no_folder_is_no_error(tmp_path: Path) -> None:
    assert themes.load_folder(tmp_path / "none").errors == []


async def test_any_theme_of_textual_works(tmp_path: Path) -> None:
    app = PaneApp(sample(1))
    async with app.run_test(size=(60, 12)) as pilot:
        for name in list(app.available_themes):
            app.theme = name
            await pilot.pause()
            assert "auth-api" in app.export_screenshot(simplify=True)


def background(app: App[None]) -> str:
    style = app.screen._compositor.render_strips()[-1]._segments[-1].style
    assert style is not None
    assert style.bgcolor is not None
    return style.bgcolor.get_truecolor().hex


async def until(holds: Callable[[], bool], do: Callable[[], object], pilot: Pilot[None]) -> None:
    """Do something until it has its effect: nobody tells when a folder began to be watched."""
    async with asyncio.timeout(20):
        while not holds():
            do()
            await pilot.pause(0.05)


async def test_a_theme_in_use_is_repainted_when_its_file_changes(tmp_path: Path) -> None:
    text = 'name = "mine"\n[colors]\nprimary = "#336699"\nbackground = "{}"\n'
    path = write(tmp_path, "mine.toml", text.format("#102030"))
    app = PaneApp(sample(1))
    errors: list[ConfigError] = []
    async with app.run_test(size=(60, 12)) as pilot:
        themes.register(app, themes.load_folder(tmp_path))
        app.theme = "mine"
        await pilot.pause()
        assert background(app) == "#102030"
        app.run_worker(themes.follow_user_themes(app, errors.append, tmp_path))
        again = partial(path.write_text, text.format("#405060"), encoding="utf-8")
        await until(lambda: background(app) == "#405060", again, pilot)
        assert app.theme == "mine"
        await until(lambda: bool(errors), partial(write, tmp_path, "other.toml", "broken"), pilot)
        assert "other.toml" in errors[0].where
        assert background(app) == "#405060"
