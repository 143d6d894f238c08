"""A host that cannot be looked at is not a host without sessions."""

from __future__ import annotations

import pytest

from tests.core.conftest import Desk
from wuhu_tui.model.errors import JournalError, NotPossible
from wuhu_tui.model.states import SessionState


async def test_what_cannot_be_looked_at_is_neither_lost_nor_started_again(
    conducted: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The network blinked, every session was declared dead, and the work was done twice.

    Here "could not look" is told as that: nothing is lost, swept or resumed because of it.
    """
    session = await conducted.started()

    def unreachable(name: str) -> bool:
        raise JournalError("no route to host", where=name, remedy="look at the network")

    monkeypatch.setattr(conducted.host, "alive", unreachable)
    monkeypatch.setattr(conducted.core.project.follower, "_alive", unreachable)
    resumed = list(conducted.host.resumed)
    await conducted.until(
        lambda: any("no route" in told for told in conducted.core.board.project.warnings),
        "the lead was told",
    )
    await conducted.core.idle()
    assert conducted.view(session).state is SessionState.WORKING
    assert conducted.host.swept == []
    assert conducted.host.resumed == resumed


async def test_a_lock_nobody_can_look_at_while_a_message_is_sent(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sender heard "refused", said it again, and the session was told twice.

    Here the sender hears that it is kept, and is told not to say it again.
    """
    session = await desk.started()

    def fails(of: str) -> bool:
        raise JournalError("cannot lock: Input/output error", where=of)

    with monkeypatch.context() as broken:
        broken.setattr(desk.host, "alive", fails)
        with pytest.raises(NotPossible, match="it is kept, but nobody could look") as told:
            await desk.core.steer(session, "once")
        assert "no second time" in (told.value.remedy or "")
    await desk.until(
        lambda: [m.text for m in desk.view(session).waiting if m.text == "once"] == ["once"]
    )
