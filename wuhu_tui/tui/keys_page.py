"""Writes `docs/keys.md` from the registry: `python -m wuhu_tui.tui.keys_page > docs/keys.md`."""

from __future__ import annotations

import sys

from wuhu_tui.tui.action import Action, Context
from wuhu_tui.tui.actions import actions_of
from wuhu_tui.tui.keymap import DEFAULT_KEYS, unbound
from wuhu_tui.tui.presentation.keys import folded, keys_of

_HEAD = """# Keys

This page is made of the registry of actions (`python -m wuhu_tui.tui.keys_page > docs/keys.md`);
a test keeps it current. The same registry gives the footer, the help screen (`?`) and the palette
(`:` or `ctrl+p`).

Change keys in your own `config.toml` by the action's id; what is wrong there is named when the
dashboard opens, and keeps its default:

```toml
[keys]
"session.merge" = "M"
"go.next_need" = ["w", "ctrl+n"]
```

A key is a character (`w`, `G`, `?`), a name (`enter`, `space`, `tab`, `escape`, `pageup`, `f5`), or
either with `ctrl+` or `alt+`. Two actions cannot share a key on one screen.
"""


def keys_page() -> str:
    """The whole page."""
    parts = [_HEAD]
    for context in Context:
        parts.append(f"## {context.value.capitalize()}\n")
        parts.append(_table(context))
    names = ", ".join(f"{action.title} (`{action.id}`)" for action in unbound())
    parts.append(f"## Without a key\n\nIn the palette only: {names}.\n")
    return "\n".join(parts)


def _table(context: Context) -> str:
    rows = ["| key | action | what it does | id |", "|---|---|---|---|"]
    rows += [_row(action) for action in folded(actions_of(context)) if action.keys]
    return "\n".join(rows) + "\n"


def _row(action: Action) -> str:
    name, title = action.id, action.title
    if action.argument:
        name, title = f"{name[:-1]}1` … `{name[:-1]}9", title.removesuffix(" 1")
    keys = " ".join(f"`{label}`" for label in keys_of(action, DEFAULT_KEYS).split(" "))
    return f"| {keys} | {title} | {action.tooltip} | `{name}` |"


if __name__ == "__main__":
    sys.stdout.write(keys_page())
