"""Letters in a real project: found, posted as somebody who died would have, and dead."""

from __future__ import annotations

from datetime import timedelta

from tests.core.conftest import Desk
from wuhu_tui.core.letters import post
from wuhu_tui.journal.clock import now
from wuhu_tui.model.letters import LEAD, Letter, LetterKind, LetterState
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.project_events import LetterMoved


def letter_of(desk: Desk, name: str) -> Letter:
    return desk.core.board.letters[name]


def old_letter(recipient: str, name: str = "l1", kind: LetterKind = LetterKind.STEER) -> Letter:
    """A letter that was posted a while ago, by somebody who died before it was laid down."""
    return Letter(
        id=name,
        kind=kind,
        sender=LEAD,
        recipient=recipient,
        text=f"text of {name}",
        posted_at=now() - timedelta(minutes=1),
        lane=Lane.STEER,
    )


async def dead(desk: Desk, name: str, kind: LetterKind = LetterKind.NOTE) -> str:
    """A letter that died on its way to a session that never ran."""
    session = await desk.made()
    await post(desk.core.project, old_letter(session, name, kind))
    await desk.core.project.append(LetterMoved(letter=name, after=LetterState.DEAD, detail="gone"))
    return session
