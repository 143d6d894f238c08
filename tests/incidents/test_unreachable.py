"""A host that cannot be looked at is not a host without sessions."""

from __future__ import annotations

import pytest

from tests.core.conftest import Desk
from wuhu_tui.model.errors import JournalError
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
