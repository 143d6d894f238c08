"""Which keys count on a screen of a replay: the replay's own first, then what they leave."""

from __future__ import annotations

from wuhu_tui.tui.action import Action, Context, Situation
from wuhu_tui.tui.actions import actions_of
from wuhu_tui.tui.keymap import Keys
from wuhu_tui.tui.replay_actions import OPEN

_kept: dict[tuple[int, Context], tuple[Keys, Keys]] = {}


def keys_on(context: Context, keys: Keys) -> Keys:
    """The keys in force on a screen of a replay, of its own actions and of the replay's."""
    known = _kept.get((id(keys), context))
    if known is None or known[0] is not keys:
        known = (keys, _layered(context, keys))
        _kept[id(keys), context] = known
    return known[1]


def _layered(context: Context, keys: Keys) -> Keys:
    own = [action for action in actions_of(context) if action.id != OPEN.id]
    needed = {key for action in own if not action.live_only for key in keys.of(action)}
    of_replay = {
        action.id: _claimed(keys.of(action), needed) for action in actions_of(Context.REPLAY)
    }
    taken = {key for claimed in of_replay.values() for key in claimed}
    left = {action.id: tuple(key for key in keys.of(action) if key not in taken) for action in own}
    return Keys(changed={**left, **of_replay, OPEN.id: ()}, problems=keys.problems)


def _claimed(keys: tuple[str, ...], needed: set[str]) -> tuple[str, ...]:
    """The first key always; a further one gives way to what the screen needs to be read."""
    return (*keys[:1], *(key for key in keys[1:] if key not in needed))


def action_on(key: str, context: Context, keys: Keys) -> str:
    """The replay's action behind a key on a screen; empty when the key is the screen's own."""
    layered = keys_on(context, keys)
    found = (one.id for one in actions_of(Context.REPLAY) if key in layered.of(one))
    return next(found, "")


def actions_for(situation: Situation) -> tuple[Action, ...]:
    """What a screen offers; in a replay its own actions come after the replay's."""
    own = actions_of(situation.context)
    if not situation.replay:
        return own
    rest = tuple(action for action in own if action.id != OPEN.id)
    return (*actions_of(Context.REPLAY), *rest) if situation.layered else rest
