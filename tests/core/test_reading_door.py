"""Comments sent as one letter, verdicts as looks, and what is let go, through the door."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.core.conftest import Desk, open_desk
from tests.core.fake_host import git
from wuhu_tui.model.comments import CommentState
from wuhu_tui.model.errors import JournalError, NotPossible
from wuhu_tui.model.letters import LetterState
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.states import SessionState


async def reviewed(desk: Desk) -> str:
    """A session whose work, the file work.txt, is under review."""
    session = await desk.started()
    worker = desk.host.workers[session]
    worker.works()
    worker.commits(content="one\ntwo\n")
    worker.rests()
    await desk.reaches(session, SessionState.IDLE)
    await desk.core.open_review(session)
    return session


def head(desk: Desk, session: str) -> str:
    review = desk.view(session).review
    assert review is not None
    return review.head


async def comment(desk: Desk, session: str, line: int, text: str, by: str = "lead") -> str:
    anchor = await desk.core.anchor_at(session, "work.txt", line)
    return (await desk.core.comment(session, anchor, text, by=by)).id


def states(desk: Desk, session: str) -> list[CommentState]:
    return [one.state for one in desk.view(session).comments]


async def test_all_drafts_are_one_message(desk: Desk) -> None:
    session = await reviewed(desk)
    await comment(desk, session, 1, "why one?")
    await comment(desk, session, 2, "why two?")
    letter = await desk.core.send_comments(session, note="Nearly.")
    sent = desk.core.board.letters[letter]
    assert (sent.lane, sent.recipient) == (Lane.FOLLOW_UP, session)
    (heard,) = desk.host.workers[session].heard
    assert "work.txt:1\n> one\nwhy one?" in heard
    assert "work.txt:2\n> two\nwhy two?" in heard
    assert states(desk, session) == [CommentState.SENT] * 2
    assert {one.letter for one in desk.view(session).comments} == {letter}
    with pytest.raises(NotPossible, match="no comments to send"):
        await desk.core.send_comments(session)


async def test_sent_again_after_a_crash_it_is_one_message(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await reviewed(desk)
    await comment(desk, session, 1, "why one?")
    with monkeypatch.context() as patch:
        patch.setattr("wuhu_tui.core.comments._sent", lambda *_: lambda board: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await desk.core.send_comments(session)
    assert states(desk, session) == [CommentState.DRAFT]
    await desk.core.send_comments(session)
    assert len(desk.host.workers[session].heard) == 1
    assert states(desk, session) == [CommentState.SENT]


async def test_what_could_not_be_laid_down_stays_a_draft_and_goes_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await reviewed(desk)
    await comment(desk, session, 1, "why one?")

    async def full(*_: object) -> None:
        raise JournalError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(desk.host, "send", full)
        with pytest.raises(JournalError):
            await desk.core.send_comments(session)
    assert states(desk, session) == [CommentState.DRAFT]
    letter = await desk.core.send_comments(session)
    told = [one.state for one in desk.core.board.letters.values() if one.recipient == session]
    assert told[0] is LetterState.DISCARDED
    assert desk.core.board.letters[letter].state is not LetterState.DISCARDED
    assert len(desk.host.workers[session].heard) == 1


async def test_sent_to_a_session_that_cannot_be_woken_they_are_sent(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise NotPossible("its agent is not installed")

    session = await reviewed(desk)
    await comment(desk, session, 1, "why one?")
    monkeypatch.setattr("wuhu_tui.core.letters.wake_for", refuse)
    with pytest.raises(NotPossible, match="not installed"):
        await desk.core.send_comments(session)
    assert states(desk, session) == [CommentState.SENT]
    assert len(desk.host.workers[session].heard) == 1


async def test_two_who_comment_and_send_at_once(desk: Desk, root: Path) -> None:
    session = await reviewed(desk)
    other = await open_desk(root)
    try:
        anchor = await desk.core.anchor_at(session, "work.txt", 1)
        made = await asyncio.gather(
            *(one.core.comment(session, anchor, "why?") for one in (desk, other) for _ in range(3))
        )
        assert sorted(one.id for one in made) == [f"c{number}" for number in range(1, 7)]
        await desk.core.project.catch_up()
        sent = await asyncio.gather(
            *(one.core.send_comments(session) for one in (desk, desk)), return_exceptions=True
        )
    finally:
        await other.core.aclose()
    letters = {one for one in sent if isinstance(one, str)}
    assert len(letters) == 1
    assert all(isinstance(one, str | NotPossible) for one in sent)
    assert len(desk.host.workers[session].heard) == 1
    assert states(desk, session) == [CommentState.SENT] * 6


async def test_others_send_only_their_own_drafts(desk: Desk) -> None:
    session = await reviewed(desk)
    await comment(desk, session, 1, "the lead's own")
    with pytest.raises(NotPossible, match="no comments to send"):
        await desk.core.send_comments(session, by="shop-orchestrator-01")
    await comment(desk, session, 2, "another's", by="shop-orchestrator-01")
    await desk.core.send_comments(session, by="shop-orchestrator-01")
    assert states(desk, session) == [CommentState.DRAFT, CommentState.SENT]


async def test_the_lead_s_verdict_is_a_look_and_others_are_none(desk: Desk) -> None:
    session = await reviewed(desk)
    wanted = head(desk, session)
    await desk.core.verdict(session, VerdictKind.BLOCKED, head=wanted, by="shop-review-01")
    assert desk.view(session).looked is None
    await desk.core.verdict(session, VerdictKind.BLOCKED, head=wanted)
    looked = desk.view(session).looked
    assert looked is not None
    assert looked.head == wanted
    listing = await desk.core.diff_listing(session, since_look=True)
    assert (listing.files, listing.note) == ((), "")


async def test_a_look_that_cannot_be_kept_spoils_no_verdict(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wuhu_tui.model.errors import GitError

    async def refuse(*_: object) -> None:
        raise GitError("the ref is locked")

    session = await reviewed(desk)
    monkeypatch.setattr("wuhu_tui.core.looks.keep_looked", refuse)
    await desk.core.verdict(session, VerdictKind.BLOCKED, head=head(desk, session))
    review = desk.view(session).review
    assert review is not None
    assert review.verdict is not None
    assert any("was not kept: the ref is locked" in one for one in desk.core.board.project.warnings)


async def test_archiving_lets_go_of_what_was_seen(desk: Desk) -> None:
    session = await reviewed(desk)
    await desk.core.record_look(session, head=head(desk, session))
    ref = f"refs/wuhu/looked/{session}"
    assert git(desk.folder.root, "for-each-ref", ref)
    await desk.core.stop(session)
    await desk.reaches(session, SessionState.IN_REVIEW)
    await desk.core.archive(session, discard=True)
    assert not git(desk.folder.root, "for-each-ref", ref)


async def test_the_turn_that_wrote_a_line_by_the_real_journal(desk: Desk) -> None:
    session = await reviewed(desk)
    found = await desk.core.hunk_origin(session, "work.txt", 1)
    turn = desk.host.workers[session].turn
    assert (found.session, found.turn, found.commit) == (session, turn, head(desk, session))


async def test_evidence_through_the_door(desk: Desk) -> None:
    session = await reviewed(desk)
    found = await desk.core.evidence(session)
    assert (found.head, found.scope.inside) == (head(desk, session), ("work.txt",))
