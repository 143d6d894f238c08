"""Which keys do what: the defaults of the registry, changed by the lead's own keymap.

Textual accepts unknown ids and nonsense keys silently and drops the loser of a clash, so a keymap
is judged here first: what is wrong is named, and left at its default.
"""

from __future__ import annotations

import difflib
import re
import string
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from textual.binding import Binding, BindingType

from wuhu_tui.model.errors import ConfigError
from wuhu_tui.tui.action import Action, Context
from wuhu_tui.tui.actions import ACTIONS, BY_ID, actions_of

_NAMED = {"solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at"}
_NAMED |= {"hyphen_minus": "minus", "plus_sign": "plus", "low_line": "underscore"}
_SHOWN = {"escape": "Esc", "enter": "Enter", "space": "Space", "tab": "Tab", "up": "↑", "down": "↓"}
_SHOWN |= {"pageup": "PgUp", "pagedown": "PgDn", "shift+tab": "Shift+Tab", "home": "Home"}
_SHOWN |= {"end": "End", "shift+enter": "Shift+Enter", "left": "←", "right": "→"}
_SPECIAL = frozenset(
    {"escape", "enter", "space", "tab", "up", "down", "left", "right", "pageup", "pagedown"}
    | {"home", "end", "insert", "delete", "backspace"}
    | {f"f{number}" for number in range(1, 13)}
)
_TAKEN_BY_TERMINALS = {
    "ctrl+m": "terminals send Enter for it",
    "ctrl+i": "terminals send Tab for it",
    "ctrl+h": "terminals send Backspace for it",
    "ctrl+left_square_bracket": "terminals send Esc for it",
    "ctrl+z": "terminals suspend with it",
    "ctrl+s": "terminals stop their output with it",
    "ctrl+q": "terminals resume their output with it",
    "ctrl+c": "it copies",
}


def key_name(written: str) -> str:
    """A key as Textual calls it: `?` is `question_mark`."""
    *modifiers, last = written.split("+") if written != "+" else ["+"]
    if len(last) == 1 and not last.isalnum():
        name = re.sub(r"\W+", "_", unicodedata.name(last, last).lower())
        last = _NAMED.get(name, name)
    return "+".join((*modifiers, last))


_CHARACTERS = {key_name(character): character for character in string.punctuation}


def key_label(key: str) -> str:
    """A key as the lead reads it: `question_mark` is `?`."""
    if key in _SHOWN:
        return _SHOWN[key]
    *modifiers, last = key.split("+")
    if len(last) > 1 and last not in _SPECIAL:
        last = _character(last)
    return "+".join((*modifiers, _SHOWN.get(last, last)))


def _character(name: str) -> str:
    """The character behind a name such as `less_than_sign`; the name itself if there is none."""
    return _CHARACTERS.get(name, name)


def prints(key: str) -> bool:
    """Whether a key is text where text is typed."""
    return key == "space" or len(_character(key)) == 1


def wrong_with(key: str) -> str:
    """Why a key cannot be bound; empty when it can."""
    if key in _TAKEN_BY_TERMINALS:
        return _TAKEN_BY_TERMINALS[key]
    *modifiers, last = key.split("+")
    if unknown := [modifier for modifier in modifiers if modifier not in ("ctrl", "shift", "alt")]:
        return f"{unknown[0]!r} is no modifier (ctrl, shift, alt)"
    if modifiers == ["shift"] and len(last) == 1 and last.isalpha():
        return f"write {last.upper()} instead"
    if last in _SPECIAL or (len(last) == 1 and last.isalnum()) or len(_character(last)) == 1:
        return ""
    return "there is no such key"


@dataclass(frozen=True)
class Keys:
    """The keys in force, by action id, and what was wrong with the lead's own."""

    changed: Mapping[str, tuple[str, ...]]
    problems: tuple[str, ...] = ()

    def of(self, action: Action) -> tuple[str, ...]:
        """The keys of one action."""
        return self.changed.get(action.id, action.keys)

    def label(self, action: Action) -> str:
        """An action's first key as the lead reads it; empty when it has none."""
        keys = self.of(action)
        return key_label(keys[0]) if keys else ""

    def labels(self, action: Action) -> str:
        """All keys of an action as the lead reads them."""
        return " ".join(key_label(key) for key in self.of(action))

    def for_textual(self) -> dict[str, str]:
        """The changed keys in the form `App.set_keymap` takes."""
        return {name: ",".join(keys) for name, keys in self.changed.items()}


DEFAULT_KEYS = Keys(changed={})
"""The registry's own keys."""


def read_keymap(written: Mapping[str, tuple[str, ...]]) -> Keys:
    """Judge a keymap as written in a configuration: `{"session.merge": ("M", "ctrl+g")}`."""
    problems: list[str] = []
    changed: dict[str, tuple[str, ...]] = {}
    for name, written_keys in written.items():
        keys = tuple(key_name(key.strip()) for key in written_keys)
        why = _wrong_entry(name, keys)
        if why:
            problems.append(why)
        else:
            changed[name] = keys
    for clash in _clashes(changed):
        problems.append(clash.told)
        for name in clash.between:
            changed.pop(name, None)
    return Keys(changed=changed, problems=tuple(problems))


def checked_keymap(written: Mapping[str, tuple[str, ...]], *, where: str = "keymap") -> Keys:
    """Like `read_keymap`, for those who want to stop at a wrong keymap.

    Raises:
        ConfigError: naming every wrong entry.
    """
    keys = read_keymap(written)
    if keys.problems:
        raise ConfigError(
            "; ".join(keys.problems), where=where, remedy="docs/keys.md lists every action"
        )
    return keys


def _wrong_entry(name: str, keys: Iterable[str]) -> str:
    if name not in BY_ID:
        near = difflib.get_close_matches(name, BY_ID, n=1)
        hint = f": did you mean {near[0]}?" if near else ""
        return f"there is no action {name!r}{hint}"
    for key in keys:
        if why := wrong_with(key):
            return f"{name}: {key!r} cannot be bound: {why}"
    return ""


@dataclass(frozen=True)
class Clash:
    """Two actions on one key, and where."""

    key: str
    between: tuple[str, str]
    context: Context

    @property
    def told(self) -> str:
        """The clash in words."""
        first, second = self.between
        return f"{key_label(self.key)} would be both {first} and {second}"


def _clashes(changed: Mapping[str, tuple[str, ...]]) -> list[Clash]:
    """Clashes the changes bring, each pair of actions once."""
    pairs = {
        (clash.key, clash.between): clash
        for context in Context
        for clash in clashes_in(context, Keys(changed=changed))
        if any(name in changed for name in clash.between)
    }
    return list(pairs.values())


def clashes_in(context: Context, keys: Keys) -> list[Clash]:
    """Every pair of actions that would share a key in a context."""
    found: list[Clash] = []
    holder: dict[str, str] = {}
    for action in actions_of(context):
        for key in keys.of(action):
            other = holder.setdefault(key, action.id)
            if other != action.id:
                found.append(Clash(key=key, between=(other, action.id), context=context))
    return found


def bindings_for(context: Context) -> list[BindingType]:
    """The bindings of a screen or dialog, made of the registry."""
    return [_binding(action) for action in actions_of(context) if action.keys]


def _binding(action: Action) -> Binding:
    return Binding(
        key=",".join(action.keys),
        action=f"act('{action.id}')",
        description=action.title,
        tooltip=action.tooltip,
        id=action.id,
        show=action.rank > 0,
        priority=action.priority,
    )


def unbound() -> tuple[Action, ...]:
    """Actions that only the palette reaches."""
    return tuple(action for action in ACTIONS if not action.keys)
