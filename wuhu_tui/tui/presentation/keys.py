"""Keys as help shows them: by topic, with what each does, and why it cannot just now."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from wuhu_tui.tui.action import Action, Situation, why_not
from wuhu_tui.tui.keymap import Keys
from wuhu_tui.tui.presentation.rows import MUTED, wrapped
from wuhu_tui.tui.replay_keys import actions_for

_KEY_WIDTH = 13
_TITLE_WIDTH = 22


def help_content(situation: Situation, keys: Keys, wanted: str = "", width: int = 120) -> Content:
    """Every action of the context that contains the wanted text."""
    rows: list[Content] = []
    topic = ""
    for action in folded(actions_for(situation)):
        if not _matches(action, keys, wanted):
            continue
        if action.topic != topic:
            topic = action.topic
            rows += ([Content("")] if rows else []) + [Content.styled(topic, "bold $primary")]
        rows += _rows(action, keys, why_not(action, situation), width)
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


def _rows(action: Action, keys: Keys, why: str, width: int) -> list[Content]:
    title = action.title.removesuffix(" 1") if action.argument else action.title
    head = Content.assemble(
        (f"  {keys_of(action, keys):<{_KEY_WIDTH}}", f"bold {MUTED}" if why else "bold $accent"),
        (f"{title:<{_TITLE_WIDTH}}", MUTED if why else ""),
    )
    room = max(20, width - head.cell_length)
    told = wrapped(action.tooltip, room, 3, MUTED)
    told += wrapped(f"not now: {why}" if why else "", room, 2, "$text-warning")
    indent = " " * head.cell_length
    return [
        Content.assemble(head if not place else indent, part) for place, part in enumerate(told)
    ]
