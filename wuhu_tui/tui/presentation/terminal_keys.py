"""Keys as a terminal in its plainest mode sends them; who reads them makes them fit its program."""

from __future__ import annotations

DETACH = "ctrl+right_square_bracket"
"""The one key an attached screen does not get."""

PASTE, PASTE_END = "\x1b[200~", "\x1b[201~"

_PLAIN = {
    "enter": "\r",
    "tab": "\t",
    "backspace": "\x7f",
    "escape": "\x1b",
    "space": " ",
    "shift+tab": "\x1b[Z",
    "backtab": "\x1b[Z",
    "shift+enter": "\x1b\r",
    "ctrl+enter": "\r",
    "ctrl+backspace": "\x08",
    "ctrl+at": "\x00",
    "ctrl+space": "\x00",
    "ctrl+backslash": "\x1c",
    "ctrl+circumflex_accent": "\x1e",
    "ctrl+underscore": "\x1f",
    "ctrl+slash": "\x1f",
    "ctrl+left_square_bracket": "\x1b",
    DETACH: "\x1d",
}

_LETTERS = {"up": "A", "down": "B", "right": "C", "left": "D", "home": "H", "end": "F"}
_FIRST_FOUR = {"f1": "P", "f2": "Q", "f3": "R", "f4": "S"}
_NUMBERS = {"insert": 2, "delete": 3, "pageup": 5, "pagedown": 6}
_NUMBERS |= {
    f"f{number}": code
    for number, code in zip(range(5, 13), (15, 17, 18, 19, 20, 21, 23, 24), strict=True)
}

_MODIFIERS = {"shift": 1, "alt": 2, "meta": 2, "ctrl": 4}


def sent_by(key: str, character: str | None = None) -> str:
    """What a terminal sends for a key, by its name and the text it makes; empty for none."""
    if key in _PLAIN:
        return _PLAIN[key]
    *modifiers, last = key.split("+")
    level = sum(_MODIFIERS.get(modifier, 0) for modifier in set(modifiers))
    if special := _special(last, level):
        return special
    if "alt" in modifiers or "meta" in modifiers:
        others = [modifier for modifier in modifiers if modifier not in ("alt", "meta")]
        inner = sent_by("+".join((*others, last)), character)
        return f"\x1b{inner}" if inner else ""
    if "ctrl" in modifiers and len(last) == 1 and last.isascii() and last.isalpha():
        return chr(ord(last.lower()) & 0x1F)
    if character and (character.isprintable() or len(character) == 1):
        return character
    return last if len(last) == 1 and "ctrl" not in modifiers else ""


def pasted(text: str) -> str:
    """Pasted text, marked as such: whoever does not want the marks takes them off."""
    plain = text.replace(PASTE_END, "").replace("\n", "\r")
    return f"{PASTE}{plain}{PASTE_END}"


def _special(name: str, level: int) -> str:
    letter = _LETTERS.get(name) or _FIRST_FOUR.get(name)
    if letter and level:
        return f"\x1b[1;{level + 1}{letter}"
    if letter:
        return f"\x1b{'O' if name in _FIRST_FOUR else '['}{letter}"
    if name in _NUMBERS:
        return f"\x1b[{_NUMBERS[name]}{f';{level + 1}' if level else ''}~"
    return ""
