"""Keys as help shows them: by topic, with what each does, and why it cannot just now."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from wuhu_tui.tui.action import Action, Situation
from wuhu_tui.tui.actions import actions_of
from wuhu_tui.tui.keymap import Keys
from wuhu_tui.tui.presentation.rows import MUTED

_KEY_WIDTH = 14
_TITLE_WIDTH = 24


def help_content(situation: Situation, keys: Keys, wanted: str = "") -> Content:
    """Every action of the context that contains the wanted text."""
    rows: list[Content] = []
    topic = ""
    for action in folded(actions_of(situation.context)):
        if not _matches(action, keys, wanted):
            continue
        if action.topic != topic:
            topic = action.topic
            rows += ([Content("")] if rows else []) + [Content.styled(topic, "bold $primary")]
        rows.append(_row(action, keys, action.possible(situation)))
    return Content("\n").join(rows) if rows else Content.styled("no such action here", MUTED)


def folded(actions: Iterable[Action]) -> list[Action]:
    """Numbered actions (pick option 1 … 9) are one line, not nine."""
    seen: set[tuple[str, str]] = set()
    found = []
    for action in actions:
        kind = (action.topic, action.handler)
        if action.argument and kind in seen:
            continue
        seen.add(kind)
        found.append(action)
    return found


def keys_of(action: Action, keys: Keys) -> str:
    """The keys of an action; of a numbered one, its whole range."""
    return "1–9" if action.argument == "1" else keys.labels(action) or "palette"


def _matches(action: Action, keys: Keys, wanted: str) -> bool:
    text = f"{action.title} {action.tooltip} {keys.labels(action)}"
    return wanted.lower() in text.lower()


def _row(action: Action, keys: Keys, why: str) -> Content:
    title = action.title.removesuffix(" 1") if action.argument else action.title
    key_style = f"bold {MUTED}" if why else "bold $accent"
    parts = [
        (f"  {keys_of(action, keys):<{_KEY_WIDTH}}", key_style),
        (f"{title:<{_TITLE_WIDTH}}", MUTED if why else ""),
        (action.tooltip, MUTED),
    ]
    if why:
        parts.append((f"  · not now: {why}", "$text-warning"))
    return Content.assemble(*parts)
