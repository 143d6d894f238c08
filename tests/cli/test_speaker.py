from __future__ import annotations

import pytest

from tests.tui.boards import session
from wuhu_tui.cli.speaker import refuse_own, speaker
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.states import SessionState

VIEW = session("auth", SessionState.IN_REVIEW)


def test_outside_a_session_the_lead_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WUHU_SESSION", raising=False)
    assert speaker("lead") == "lead"
    assert speaker("ada") == "ada"
    refuse_own(VIEW, "judge its own work")


def test_inside_a_session_the_session_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUHU_SESSION", "shop-lead-01")
    assert speaker("lead") == "shop-lead-01"
    assert speaker("ada") == "ada"
    refuse_own(VIEW, "judge its own work")


def test_a_session_does_not_decide_about_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUHU_SESSION", VIEW.id)
    with pytest.raises(NotPossible, match="a session cannot judge its own work"):
        refuse_own(VIEW, "judge its own work")
