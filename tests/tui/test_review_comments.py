"""Comments of a review: made in place, sent as one, replied to, settled; what is typed survives."""

from __future__ import annotations

from tests.tui.boards import NOW
from tests.tui.conftest import Shot
from tests.tui.dashboard_app import NARROW, toasts, type_text
from tests.tui.fake_core import FakeCore
from tests.tui.reviewing import (
    GREEN,
    Driver,
    a_core,
    press,
    reviewing,
    settled,
    text,
    to_line,
    with_proof,
)
from wuhu_tui.model.comments import CommentKind, Reply, Side
from wuhu_tui.model.errors import JournalError, NotPossible


async def test_comments_are_collected_and_sent_as_one() -> None:
    core = a_core()
    async with reviewing(core) as pilot:
        await press(pilot, "J", "J", "o")
        await type_text(pilot, "why here?")
        await press(pilot, "enter")
        await to_line(pilot, "raise TooManyRequests")
        await press(pilot, "O")
        await type_text(pilot, "is one second enough?")
        await press(pilot, "enter")
        first, second = core.asked("comment")
        assert first.arguments["anchor"].lines[0] == "from shop.limits import TokenBucket"
        assert second.arguments["anchor"].lines == ("        raise TooManyRequests(retry_after=1)",)
        assert second.arguments["kind"] is CommentKind.QUESTION
        assert second.arguments["head"] == core.diffs[GREEN].head
        shown = text(pilot)
        assert "✎ question · not sent" in shown
        assert "is one second enough?" in shown
        assert "2 comments not sent: S sends" in shown
        await press(pilot, "S")
        assert "1 comment, 1 question" in text(pilot)
        await type_text(pilot, "both before noon")
        await press(pilot, "enter")
        (sent,) = core.asked("send_comments")
        assert sent.arguments["note"] == "both before noon"
        assert "➤ question · sent" in text(pilot)


async def test_a_draft_is_changed_dropped_and_its_words_come_back() -> None:
    core = a_core()
    async with reviewing(core) as pilot:
        await press(pilot, "J", "J")
        await to_line(pilot, "return pay")
        await press(pilot, "o")
        await type_text(pilot, "hm")
        await press(pilot, "enter")
        anchor = core.asked("comment")[0].arguments["anchor"]
        assert (anchor.side, anchor.line) == (Side.OLD, 17), "what is gone has a side of its own"
        await press(pilot, "j", "o")
        await type_text(pilot, "!")
        await press(pilot, "enter")
        assert core.asked("edit_comment")[0].arguments["text"] == "hm!"
        await press(pilot, "x")
        assert len(core.asked("drop_comment")) == 1
        assert "✎" not in text(pilot)
        await press(pilot, "K")
        await to_line(pilot, "return pay")
        await press(pilot, "o")
        assert "hm!" in text(pilot)


async def test_replies_stand_beside_and_stale_ones_say_so() -> None:
    core = a_core()
    async with reviewing(core) as pilot:
        await press(pilot, "J", "J", "o")
        await type_text(pilot, "why?")
        await press(pilot, "enter", "S", "enter")
        await core.change(GREEN, replies=(Reply(comment="c1", text="because", at=NOW),))
        await settled(pilot)
        assert "↳ it replied" in text(pilot)
        assert "because" in text(pilot)
        await press(pilot, "full_stop", "j", "c")
        assert core.asked("resolve_comment")[0].arguments["again"] is False
        assert "✔ comment · resolved" in text(pilot)
        core.stale.add("c1")
        await press(pilot, "c")
        assert core.asked("resolve_comment")[1].arguments["again"] is True
        assert "stale · its lines were changed or removed" in text(pilot)


async def test_typed_words_survive_a_closed_dialog_and_a_refusal() -> None:
    core = a_core()
    core.refuse("comment", NotPossible("the disk is full"))
    async with reviewing(core) as pilot:
        await press(pilot, "J", "J", "o")
        await type_text(pilot, "long thoughts")
        await press(pilot, "escape", "o", "enter")
        assert "the disk is full" in toasts(pilot)[-1]
        await press(pilot, "o")
        assert "long thoughts" in text(pilot)
        core.refuse("evidence", JournalError("the journal is torn"))
        await press(pilot, "escape", "g", "home")
        assert "could not look at the evidence: the journal is torn" in text(pilot)


async def with_comments(core: FakeCore, pilot: Driver) -> None:
    await press(pilot, "J", "J", "o")
    await type_text(pilot, "Why not in the middleware, where every route passes?")
    await press(pilot, "enter", "S", "enter")
    text_of_reply = "Only checkout is limited so far; the middleware would limit all routes."
    await core.change(GREEN, replies=(Reply(comment="c1", text=text_of_reply, at=NOW),))
    await to_line(pilot, "raise TooManyRequests")
    await press(pilot, "O")
    await type_text(pilot, "is one second enough?")
    await press(pilot, "enter")


async def test_pictures_of_work(shot: Shot) -> None:
    core = a_core()
    await with_proof(core)
    async with reviewing(core) as pilot:
        assert await shot(pilot, "evidence")
        await with_comments(core, pilot)
        assert await shot(pilot, "comments")
        await press(pilot, "t")
        assert await shot(pilot, "side-by-side")


async def test_pictures_of_work_on_a_small_terminal(shot: Shot) -> None:
    core = a_core()
    async with reviewing(core, size=NARROW) as pilot:
        await with_comments(core, pilot)
        assert await shot(pilot, "comments-80")
