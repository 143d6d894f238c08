"""Why a message cannot be changed now: pure functions, one sentence each, empty when it can."""

from __future__ import annotations

from collections.abc import Callable

from wuhu_tui.model.letters import LEAD
from wuhu_tui.model.messages import Lane
from wuhu_tui.tui.action import Possible, Situation
from wuhu_tui.tui.presentation.mail import Mail, Stage
from wuhu_tui.tui.presentation.mail_words import outcome


def _of_mail(judge: Callable[[Mail], str]) -> Possible:
    """A reason that needs a message first."""

    def possible(situation: Situation) -> str:
        return judge(situation.mail) if situation.mail else "no message is selected"

    return possible


def _not_waiting(mail: Mail) -> str:
    """Why a message is not one that still waits in a lane."""
    match mail.stage:
        case Stage.UNSURE:
            return "it may have arrived already: r sends it again"
        case Stage.SENT:
            return f"it waits no longer: {outcome(mail)}"
        case Stage.LOUD:
            return "it waits nowhere: r sends it again, x discards it"
        case Stage.FOR_LEAD:
            return "it is for you: y says that you have seen it"
    return "it is on its way already" if mail.is_with_agent else ""


@_of_mail
def can_cancel(mail: Mail) -> str:
    """Only what waits can be taken back."""
    return _not_waiting(mail)


@_of_mail
def can_edit(mail: Mail) -> str:
    """What waits, and what did not arrive."""
    return "" if mail.stage is Stage.LOUD else _not_waiting(mail)


@_of_mail
def can_move(mail: Mail) -> str:
    """The system lane is the core's own."""
    return _not_waiting(mail) or _is_the_core_s(mail)


def _is_the_core_s(mail: Mail) -> str:
    return "the system lane is wuhu's own" if mail.lane is Lane.SYSTEM else ""


@_of_mail
def can_move_up(mail: Mail) -> str:
    """Only what is not the first."""
    if why := _not_waiting(mail):
        return why
    return "it is the first of its lane" if mail.place == 1 else ""


@_of_mail
def can_move_down(mail: Mail) -> str:
    """Only what is not the last."""
    if why := _not_waiting(mail):
        return why
    return "it is the last of its lane" if mail.last else ""


@_of_mail
def can_promote(mail: Mail) -> str:
    """Only what does not land first anyway."""
    if why := _not_waiting(mail) or _is_the_core_s(mail):
        return why
    first = mail.lane is Lane.STEER and mail.place == 1
    return "it is the first to land already" if first else ""


@_of_mail
def can_send_again(mail: Mail) -> str:
    """Only what may not have arrived, or did not."""
    if mail.stage in (Stage.LOUD, Stage.UNSURE):
        return ""
    return "only what did not surely arrive can be sent again"


@_of_mail
def can_discard(mail: Mail) -> str:
    """Only letters that lie before the lead are given up; what waits is taken back."""
    if mail.stage is Stage.LOUD:
        return ""
    if mail.stage is Stage.WAITING:
        return "it still waits: c takes it back"
    return "only what did not arrive can be discarded"


@_of_mail
def can_acknowledge(mail: Mail) -> str:
    """Only what the lead has to see."""
    if mail.stage is Stage.LOUD or mail.recipient == LEAD:
        return "" if mail.stage is not Stage.SENT else "it was seen already"
    return "only what lies before you has to be seen"


def has_messages(situation: Situation) -> str:
    """Something has to have been sent."""
    view = situation.session
    if view is None:
        return "no session is selected"
    letters = situation.board.letters.values()
    sent = any(view.id in (letter.recipient, letter.sender) for letter in letters)
    if sent or view.receipts or view.waiting or view.unsure:
        return ""
    return f"nothing was sent to {view.spec.shown_name} yet"
