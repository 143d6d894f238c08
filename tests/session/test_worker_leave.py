"""Leave that wuhu's own tool asks for one deed: it waits, it is withdrawn, nothing lasts."""

from __future__ import annotations

import pytest

from tests.session.stage import Stage
from tests.session.test_worker_questions import asked
from wuhu_tui.journal.clock import new_id, now
from wuhu_tui.model import commands, events
from wuhu_tui.model.permissions import ALLOW, ALLOW_SESSION, DENY
from wuhu_tui.model.questions import OnTimeout, Option, QuestionKind
from wuhu_tui.model.states import SessionState

ONCE = tuple(Option(key=key, label=key) for key in (ALLOW, DENY))
PERMISSION = QuestionKind.PERMISSION


def withdraw(stage: Stage, name: str = "w1") -> commands.WithdrawQuestion:
    command = commands.WithdrawQuestion(
        id=new_id(), by="shop-impl-01", at=now(), question=name, reason="merged by the lead"
    )
    stage.put(command)
    return command


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        ((ALLOW, DENY), PERMISSION),
        ((ALLOW, ALLOW_SESSION, DENY), QuestionKind.CHOICE),
        ((ALLOW, "other"), QuestionKind.CHOICE),
        ((), QuestionKind.OPEN),
    ],
)
async def test_only_leave_for_one_deed_is_asked_as_such(
    stage: Stage, keys: tuple[str, ...], kind: QuestionKind
) -> None:
    await stage.first_turn()
    options = tuple(Option(key=key, label=key) for key in keys)
    await asked(stage, kind=PERMISSION, options=options, on_timeout=OnTimeout.DEFAULT)
    (question,) = stage.view.questions
    assert question.kind is kind
    if kind is PERMISSION:
        assert question.on_timeout is OnTimeout.BLOCK


async def test_who_asked_may_withdraw_and_ask_again(stage: Stage) -> None:
    await stage.first_turn()
    await asked(stage, kind=PERMISSION, options=ONCE)
    await stage.in_state(SessionState.ASKING)
    await stage.taken(withdraw(stage))
    assert stage.view.questions == ()
    (gone,) = stage.events(events.QuestionWithdrawn)
    assert gone.reason == "merged by the lead"
    await stage.taken(withdraw(stage))
    assert len(stage.events(events.QuestionWithdrawn)) == 1
    await asked(stage, kind=PERMISSION, options=ONCE)
    assert len(stage.view.questions) == 1


async def test_what_was_answered_is_not_withdrawn(stage: Stage) -> None:
    await stage.first_turn()
    await asked(stage, kind=PERMISSION, options=ONCE)
    await stage.taken(stage.answer("w1", ALLOW))
    await stage.taken(withdraw(stage))
    assert stage.events(events.QuestionWithdrawn) == []


async def test_leave_is_never_taken_for_other_leave_in_the_same_words(stage: Stage) -> None:
    await stage.first_turn()
    for name in ("w1", "w2", "w2"):
        await asked(stage, name, kind=PERMISSION, options=ONCE)
    assert [event.question.id for event in stage.events(events.QuestionAsked)] == ["w1", "w2"]
    assert stage.events(events.QuestionAdopted) == []
