"""Style sheets parsed once in a test process: hundreds of apps read the same ones."""

from __future__ import annotations

from typing import Any

from textual.css.stylesheet import Stylesheet

_parse_anew = Stylesheet._parse_rules
_parsed: dict[tuple[Any, ...], Any] = {}


def parse_once(sheet: Stylesheet, css: str, *place: Any, **options: Any) -> Any:
    """What the sheet would make of this text with its variables; kept for all sheets to come."""
    variables = frozenset(sheet._variables.items())
    key = (css, variables, place, tuple(sorted(options.items())))
    if key not in _parsed:
        _parsed[key] = _parse_anew(sheet, css, *place, **options)
    return _parsed[key]
