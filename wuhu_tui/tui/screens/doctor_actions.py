"""The actions that only the doctor's screen has; part of the one registry in `actions.py`."""

from __future__ import annotations

from wuhu_tui.tui import possible_health
from wuhu_tui.tui.action import Action, Context

_DOCTOR = frozenset({Context.DOCTOR})

DOCTOR_ACTIONS: tuple[Action, ...] = (
    Action(
        id="doctor.mend",
        keys=("m",),
        title="mend",
        tooltip="Mend what is under the cursor, if that is safe; it is looked at again first",
        contexts=_DOCTOR,
        handler="mend",
        live_only=True,
        possible=possible_health.can_mend,
        rank=1,
    ),
    Action(
        id="doctor.mend_all",
        keys=("A",),
        title="mend all",
        tooltip="Mend everything that is safe to mend; first shows what that is",
        contexts=_DOCTOR,
        handler="mend_all",
        live_only=True,
        possible=possible_health.can_mend_any,
        rank=2,
    ),
    Action(
        id="doctor.look",
        keys=("r",),
        title="look again",
        tooltip="Look at everything again",
        contexts=_DOCTOR,
        handler="look",
        live_only=True,
        rank=3,
    ),
    Action(
        id="doctor.look_deep",
        keys=("d",),
        title="look deep",
        tooltip="Also read whole journals and every object of the repository; may take minutes",
        contexts=_DOCTOR,
        handler="look_deep",
        live_only=True,
        rank=5,
    ),
    Action(
        id="doctor.open",
        keys=("enter",),
        title="open",
        tooltip="Go to the session, or to the letters, that this is about",
        contexts=_DOCTOR,
        handler="open",
        possible=possible_health.can_follow,
        rank=4,
    ),
)
