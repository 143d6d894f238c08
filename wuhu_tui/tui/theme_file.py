"""What a theme file may say, and the colours of everything it leaves out."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict
from textual.color import Color, ColorParseError
from textual.theme import Theme


def _colour(value: str) -> str:
    try:
        colour = Color.parse(value)
    except ColorParseError as error:
        raise ValueError(f"`{value}` is not a colour; write it like #7aa2f7") from error
    if colour.ansi is not None or colour.auto or colour.a < 1:
        raise ValueError(f"`{value}` has no shade of its own; write it like #7aa2f7")
    return value


def _name(value: str) -> str:
    if not re.fullmatch("[a-z][a-z0-9-]*", value):
        raise ValueError(f"`{value}` is not a theme's name; use small letters, digits and -")
    return value


Colour = Annotated[str, AfterValidator(_colour)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    def variables(self, prefix: str) -> dict[str, str]:
        """The section's colours by the name stylesheets know them by; unset ones are left out."""
        names = {name: name.replace("_", "-") for name in type(self).model_fields}
        values = self.model_dump(exclude_none=True)
        return {f"{prefix}{names[name]}": value for name, value in values.items()}


class Colors(_Section):
    """The colours every widget is made of."""

    primary: Colour
    secondary: Colour | None = None
    accent: Colour | None = None
    foreground: Colour | None = None
    background: Colour | None = None
    surface: Colour | None = None
    panel: Colour | None = None
    success: Colour | None = None
    warning: Colour | None = None
    error: Colour | None = None


class States(_Section):
    """The colour of each group of session states: `$state-working` and so on."""

    working: Colour | None = None
    asking: Colour | None = None
    failed: Colour | None = None
    review: Colour | None = None
    ready: Colour | None = None
    idle: Colour | None = None
    merged: Colour | None = None


class DiffColors(_Section):
    """Text and background of a diff's lines: `$diff-added`, `$diff-added-background`."""

    added: Colour | None = None
    added_background: Colour | None = None
    removed: Colour | None = None
    removed_background: Colour | None = None
    hunk: Colour | None = None
    number: Colour | None = None


class TranscriptColors(_Section):
    """What is said in a pane, by whom: `$transcript-lead` and so on."""

    lead: Colour | None = None
    lead_background: Colour | None = None
    thought: Colour | None = None
    tool: Colour | None = None


class PaneColors(_Section):
    """The title bars of live panes: `$pane-title-background`, `$pane-focused-background`; and borders."""

    title_background: Colour | None = None
    focused_background: Colour | None = None
    border: Colour | None = None


class ThemeFile(_Section):
    """One theme as a file says it; only `name` and `colors.primary` must be there."""

    name: Annotated[str, AfterValidator(_name)]
    title: str = ""
    dark: bool = True
    colors: Colors
    states: States = States()
    diff: DiffColors = DiffColors()
    transcript: TranscriptColors = TranscriptColors()
    panes: PaneColors = PaneColors()

    def theme(self) -> Theme:
        """The theme as Textual takes it."""
        variables = {
            **self.states.variables("state-"),
            **self.diff.variables("diff-"),
            **self.transcript.variables("transcript-"),
            **self.panes.variables("pane-"),
        }
        colours = self.colors.model_dump(exclude_none=True)
        return Theme(name=self.name, dark=self.dark, variables=variables, **colours)


SECTIONS: dict[str, type[_Section]] = {
    "colors": Colors,
    "states": States,
    "diff": DiffColors,
    "transcript": TranscriptColors,
    "panes": PaneColors,
}
"""The tables of a theme file."""

DARK = {
    "state-working": "#7aa2f7",
    "state-asking": "#e5b567",
    "state-failed": "#ee7d7a",
    "state-review": "#c39af2",
    "state-ready": "#8cc98a",
    "state-idle": "#969eae",
    "state-merged": "#7cafa1",
    "diff-added": "#a9dba5",
    "diff-added-background": "#18281f",
    "diff-removed": "#f2a9a6",
    "diff-removed-background": "#33201f",
    "diff-hunk": "#8fa3d8",
    "diff-number": "#727a8a",
    "transcript-lead": "#9fd8df",
    "transcript-lead-background": "#1b2a31",
    "transcript-thought": "#828a9a",
    "transcript-tool": "#a9b2c6",
    "pane-title-background": "#1f232c",
    "pane-focused-background": "#253250",
    "pane-border": "#343b49",
}
"""wuhu's own variables for a dark theme that does not set them."""

LIGHT = {
    "state-working": "#1f5fbf",
    "state-asking": "#845200",
    "state-failed": "#b3261e",
    "state-review": "#7a3db3",
    "state-ready": "#1f6f38",
    "state-idle": "#5a626e",
    "state-merged": "#35695f",
    "diff-added": "#14542a",
    "diff-added-background": "#dff2e1",
    "diff-removed": "#8a1c15",
    "diff-removed-background": "#fae2df",
    "diff-hunk": "#3b559c",
    "diff-number": "#6e7480",
    "transcript-lead": "#0a5a66",
    "transcript-lead-background": "#e0eff0",
    "transcript-thought": "#687080",
    "transcript-tool": "#49536a",
    "pane-title-background": "#ecebe5",
    "pane-focused-background": "#d9e5f8",
    "pane-border": "#c6c5bc",
}
"""The same for a light theme."""
