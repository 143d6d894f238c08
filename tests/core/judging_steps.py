"""A conducted project whose work is judged by sessions: what tests of judging share."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.core.conftest import Desk
from tests.core.fake_host import Worker, git
from wuhu_tui.core import conductor as conductor_module
from wuhu_tui.core import due as due_module
from wuhu_tui.core import duties as duties_module
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.reviews import Judge, Review
from wuhu_tui.model.states import SessionState


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A conductor that looks often."""
    monkeypatch.setattr(conductor_module, "RETRY", 0.05)
    monkeypatch.setattr(conductor_module, "TICK", 0.1)
    monkeypatch.setattr(conductor_module, "BREATH", 0.01)
    monkeypatch.setattr(conductor_module, "SETTINGS", 0.05)
    monkeypatch.setattr(due_module, "NUDGE_AFTER", timedelta(milliseconds=50))
    monkeypatch.setattr(duties_module, "SETTLE", timedelta(milliseconds=50))


def settings(root: Path, policy: str, *lines: str, check: str = "true") -> None:
    """The project's `wuhu.toml` with a review policy and one check."""
    text = "\n".join(
        (
            "[review]",
            f'policy = "{policy}"',
            *lines,
            "[[checks]]",
            'name = "t"',
            f"command = '{check}'",
        )
    )
    tomllib.loads(text)
    (root / "wuhu.toml").write_text(text + "\n", encoding="utf-8")
    git(root, "commit", "-q", "-am", "policy")


class Court:
    """Sessions that work, and those that judge them."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def worker(self, session: str) -> Worker:
        return self.desk.host.workers[session]

    def view(self, session: str) -> SessionView:
        return self.desk.view(session)

    def review(self, session: str) -> Review:
        review = self.view(session).review
        assert review is not None
        return review

    async def works(self, file: str = "work.txt", **wish: Any) -> str:
        """A session that committed and reported."""
        session = await self.desk.started(**wish)
        self.done(session, file)
        await self.desk.reaches(session, SessionState.IN_REVIEW)
        return session

    def done(self, session: str, file: str = "work.txt", content: str = "done\n") -> str:
        head = self.worker(session).commits(file, content)
        self.worker(session).reports()
        return head

    def judges(self, session: str, judge: Judge | None = None) -> list[str]:
        """The sessions that judge it now, those that are over included."""
        review = self.view(session).review
        return [
            view.id
            for view in self.desk.core.board.sessions.values()
            if (to := view.spec.judges) is not None
            and review is not None
            and (to.session, to.head, to.round) == (session, review.head, review.round)
            and judge in (None, to.judge)
        ]

    async def assigned(self, session: str, number: int = 1, judge: Judge | None = None) -> Worker:
        """Wait for the session's judge of that number to work."""

        def there() -> bool:
            found = self.judges(session, judge)
            return len(found) >= number and found[number - 1] in self.desk.host.workers

        await self.desk.until(there, f"judge {number} of {session}")
        name = self.judges(session, judge)[number - 1]
        await self.desk.reaches(name, SessionState.WORKING)
        return self.worker(name)
