"""Words on their way: what became of them elsewhere, and what becomes of them here."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from tests.core.conftest import Desk
from tests.core.letter_story import BOSS, CHILD, PACE, LetterStory
from tests.session.fake_agent import Turn
from tests.session.ruled import tell_policy
from tests.session.stage import Stage
from tests.session.test_steering import fates, in_step, receipt
from wuhu_tui.core.ladder import NOBODY_SAID, Recipient, next_step
from wuhu_tui.core.ledger import Ledger
from wuhu_tui.core.letters import command_of, post
from wuhu_tui.core.letters_known import known
from wuhu_tui.core.reports_back import owed
from wuhu_tui.journal.clock import now
from wuhu_tui.model import events
from wuhu_tui.model import project_events as project
from wuhu_tui.model.budgets import Policy
from wuhu_tui.model.letters import LEAD, Letter, LetterKind, LetterState
from wuhu_tui.model.letters_waiting import waiting_for
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.receipts import ReceiptStep
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.states import SessionState

CHILDREN = [f"shop-impl-{number:02}" for number in range(1, 19)]


async def at_work(stage: Stage) -> Turn:
    """A first turn whose prompt was read."""
    turn = await stage.first_turn()
    turn.say("I begin.")
    await in_step(stage, "task", ReceiptStep.ACTED_ON)
    return turn


def reports_of_eighteen() -> list[Letter]:
    """What a parent is owed when eighteen children are done, one after another."""
    story = LetterStory()
    story.working(BOSS)
    letters: list[Letter] = []
    for name in CHILDREN:
        story.child(name)
        story.done(name)
        letters += owed(story.view(name), story.now, nudges=True)
    return letters


async def test_eighteen_reports_to_a_busy_orchestrator_all_land_once_and_in_order(
    stage: Stage,
) -> None:
    """Eighteen workers were done while their orchestrator was in a long turn.

    Each delivery was tried a few times, called a failure because the target was busy, and dropped:
    eighteen reports were dead without a word. Here busy is no failure: they wait in the lane and
    land together at the next boundary, in the order in which they were made.
    """
    letters = reports_of_eighteen()
    assert [letter.sender for letter in letters] == CHILDREN
    turn = await at_work(stage)
    for letter in letters:
        stage.put(command_of(letter))
    await stage.until(lambda: len(stage.view.waiting) == len(letters))
    for letter in letters:  # a second hand brings them too
        stage.put(command_of(letter))
    await stage.until(lambda: stage.log.history.last_sequence == len(letters) + 1)
    turn.end()
    landed = await stage.agent.next_turn()
    places = [landed.text.index(f"[{name} says: done]") for name in CHILDREN]
    assert places == sorted(places)
    assert all(landed.text.count(f"[{name} says: done]") == 1 for name in CHILDREN)
    landed.say("I read them all.")
    await in_step(stage, letters[-1].id, ReceiptStep.ACTED_ON)
    assert all(fates(stage, letter.id).count("Landed") == 1 for letter in letters)


async def test_what_lies_at_a_recipient_that_is_killed_lands_in_its_next_life_once(
    stage: Stage,
) -> None:
    """The recipient died with reports in its queue, and the queue died with it.

    Here the queue is its mailbox and its journal: what was in a lane, and what was not taken yet,
    lands in the next life, each once.
    """
    await stage.first_turn()
    await stage.taken(stage.follow_up("in the lane", "taken"))
    await stage.kill()
    stage.follow_up("in the mailbox", "untaken")
    await stage.first_turn()  # what is told of the death, and the prompt that was cut
    stage.agent.turn.end()  # type: ignore[union-attr]
    seen = []
    for _ in range(2):
        turn = await stage.agent.next_turn()
        seen.append(turn.text)
        turn.end()
    texts = "\n".join(seen)
    for words, name in (("in the lane", "taken"), ("in the mailbox", "untaken")):
        await stage.until(lambda name=name: "Landed" in fates(stage, name))  # type: ignore[misc]
        assert fates(stage, name).count("Landed") == 1
        assert words in texts or name == "taken"


def test_who_cannot_be_reached_is_not_taken_for_gone() -> None:
    """A host did not answer for a night, and every report to it was declared dead.

    Here only what is known counts: a free lock and an end on record. A letter whose recipient
    nobody can look at waits, without a single failure, and lands when it is seen again.
    """
    story = LetterStory()
    story.working(BOSS)
    story.alive = None
    story.posted(kind=LetterKind.DONE, sender=CHILD)
    written = 0
    for _ in range(8 * 60):
        written += story.step() is not None and story.letter().state is LetterState.QUEUED
        story.climbs()
        story.passes(60)
    assert written == 1, "a deferral is written when its reason changes"
    assert (story.letter().state, story.letter().failures) == (LetterState.DEFERRED, 0)
    story.alive = True
    story.taken()
    story.lands()
    story.tell(BOSS, events.AgentSaid(text="there I am"))
    assert story.climbs() is LetterState.ACKED


async def test_a_lost_confirmation_is_told_and_the_message_not_sent_again(stage: Stage) -> None:
    """The pipe broke between handing a message over and the word that it was taken.

    Sent again, it was read twice (47 times in one case); forgotten, it was never read. Here nobody
    guesses: it is shown as unsure, the lead is told, and sends it again or lets it go.
    """
    stage.habits.steers_in_turn = True
    stage.habits.steer_fails = True
    turn = await stage.first_turn()
    stage.steer("rename it", "m1")
    turn.tool("c1")
    turn.tool_done("c1")
    await stage.until(lambda: any(m.id == "m1" for m in stage.view.unsure))
    turn.end()
    await stage.in_state(SessionState.IDLE)
    assert stage.agent.offers == ["m1"]
    ledger = Ledger()
    ledger.apply(stage.records)
    letter = Letter(
        id="m1",
        kind=LetterKind.STEER,
        sender=LEAD,
        recipient=stage.spec.id,
        text="rename it",
        posted_at=now(),
    )
    told = known(letter, stage.view, ledger)
    recipient = Recipient(view=stage.view, alive=True, known=told)
    step = next_step(letter, recipient, now(), PACE)
    assert step is not None
    assert (step.after, step.detail, step.bring) == (LetterState.ESCALATED, NOBODY_SAID, False)


async def test_a_message_that_begins_like_another_is_another(stage: Stage) -> None:
    """ "Fix it" was taken for a repetition of "Fix it now", which stood in the queue, and dropped.

    Here a message is its id, and its words are never compared.
    """
    turn = await at_work(stage)
    for name, words in (("a", "fix it now"), ("ab", "fix it"), ("abc", "fix it")):
        stage.steer(words, name)
    await stage.until(lambda: len(stage.view.waiting) == 3)
    await stage.taken(stage.cancel("ab"))
    assert [message.id for message in stage.view.waiting] == ["a", "abc"]
    turn.end()
    landed = await stage.agent.next_turn()
    assert landed.text == "fix it now\n\nfix it"


async def test_very_long_and_very_many_messages_all_land_in_order(stage: Stage) -> None:
    """A report of a megabyte was cut at the terminal's line, and a hundred at once overran a buffer.

    Here each is one file and one line of a journal, of whatever length, and the order is theirs.
    """
    long = "x" * (1 << 20)
    turn = await at_work(stage)
    stage.steer(long, "long")
    for number in range(100):
        stage.steer(f"message {number};", f"m{number}")
    await stage.until(lambda: len(stage.view.waiting) == 101)
    turn.end()
    landed = await stage.agent.next_turn()
    head, *rest = landed.text.split("\n\n")
    assert head == long
    assert rest == [f"message {number};" for number in range(100)]


async def test_a_report_in_the_moment_between_busy_and_idle_is_not_lost(stage: Stage) -> None:
    """Reports that came just as the turn ended fell between two checks: ten of ten were lost.

    Here there is no such moment: a message waits in its lane until a boundary takes it.
    """
    turn = await stage.first_turn()
    for number in range(10):
        if number % 2:
            stage.follow_up(f"report {number}")
            turn.end()
        else:
            turn.end()
            await asyncio.sleep(0)
            stage.follow_up(f"report {number}")
        turn = await stage.agent.next_turn()
        assert turn.text == f"report {number}"


async def test_a_first_prompt_that_the_agent_drops_is_seen(stage: Stage) -> None:
    """The program swallowed its first prompt while it drew its start screen, and idled for hours.

    Here the first prompt has receipts as any message: handed over is not accepted, and after a
    while without any sign the lead is told.
    """
    tell_policy(stage, Policy(sign_seconds=0.05))
    turn = await stage.first_turn()
    await stage.until(lambda: any("no sign" in told for told in stage.view.warnings))
    assert receipt(stage, "task").step is ReceiptStep.DELIVERED
    stage.interrupt()
    again = stage.steer("begin with the tests", "again")
    await stage.taken(again)
    landed = await stage.agent.next_turn()
    assert turn.over.done()
    assert landed.text == "begin with the tests"


async def test_a_prompt_that_works_raises_no_alarm(stage: Stage) -> None:
    """The other side of the same watch: whoever works is never called silent."""
    tell_policy(stage, Policy(sign_seconds=0.05))
    turn = await stage.first_turn()
    turn.say("I look at it.")
    await in_step(stage, "task", ReceiptStep.ACTED_ON)
    await asyncio.sleep(0.1)
    assert stage.view.warnings == ()


async def test_what_is_said_while_the_agent_is_still_set_up_waits_behind_its_task(
    stage: Stage,
) -> None:
    """The set-up was slower than the prompt: the words were typed into a shell that installed things.

    Here nothing is handed over before the agent said that it is ready, and the task is first.
    """
    gate = stage.habits.start_gate = asyncio.Event()
    stage.open()
    await stage.until(lambda: bool(stage.agents))
    await stage.taken(stage.follow_up("and the docs", "early"))
    assert fates(stage, "task") == fates(stage, "early") == []
    gate.set()
    turn = await stage.agent.next_turn()
    assert stage.spec.task in turn.text
    assert "and the docs" not in turn.text
    turn.end()
    assert (await stage.agent.next_turn()).text == "and the docs"


async def test_a_steer_right_after_stop_lands_in_the_next_life(desk: Desk) -> None:
    """A word sent while the session was being stopped went to a process that was not there any more.

    Here it is written down, shown as waiting for the resume, and lands in the next life.
    """
    session = await desk.started()
    await desk.core.stop(session)
    letter = Letter(
        id="late",
        kind=LetterKind.STEER,
        sender=LEAD,
        recipient=session,
        text="wait, not that one",
        posted_at=now() - timedelta(minutes=1),
        lane=Lane.STEER,
    )
    await post(desk.core.project, letter)
    await desk.host.send(session, command_of(letter))
    [item] = waiting_for(desk.core.board, session)
    assert (item.id, item.lands) == ("late", "as soon as it is up again")
    view, ledger = desk.view(session), desk.core.project.ledger
    recipient = Recipient(view=view, alive=False, known=known(letter, view, ledger))
    step = next_step(letter, recipient, now(), PACE)
    assert step is not None
    assert step.failures == 0
    assert "resumed" in step.detail
    await desk.core.resume(session)
    assert [message.id for message in desk.view(session).waiting] == ["late"]


async def test_taking_the_last_waiting_message_back_ends_nothing_but_itself(stage: Stage) -> None:
    """The last queued message was cancelled in a model call, and the session was called complete.

    Here the turn goes on, and what it comes to is told by its report.
    """
    turn = await at_work(stage)
    await stage.taken(stage.follow_up("never mind", "last"))
    await stage.taken(stage.cancel("last"))
    assert stage.view.waiting == ()
    assert stage.log.state is SessionState.WORKING
    turn.say("Still at it.")
    turn.end()
    await stage.in_state(SessionState.IDLE)
    assert stage.view.no_report
    assert stage.agent.turns.empty()


def test_an_old_final_message_is_not_told_again_after_a_stop() -> None:
    """A stopped worker was joined as done, because the last thing it had ever said was "done".

    Here its parent hears that report once, and of the stop that it was one.
    """
    story = LetterStory()
    story.working(BOSS)
    story.child()
    story.done(CHILD)
    [first] = owed(story.view(CHILD), story.now, nudges=True)
    story.tell("", project.LetterPosted(letter=first))
    story.working(CHILD)
    story.state(CHILD, SessionState.STOPPED, cause="stopped by lead")
    [second] = owed(story.view(CHILD), story.now, nudges=True)
    assert first.kind is LetterKind.DONE
    assert second.kind is LetterKind.IDLE
    assert "so it is" not in second.text


async def test_a_report_is_told_to_its_parent_once_however_often_it_is_brought(
    conducted: Desk,
) -> None:
    """At-least-once without an id: one report came 47 times, each time as a new turn.

    Here the letter's id is made of the report's place in its journal, and one id is one message.
    """
    parent = await conducted.started("orch")
    child = await conducted.started(parent=parent)
    boss = conducted.host.workers[parent]
    boss.reports(ReportKind.NOTE)
    await conducted.reaches(parent, SessionState.REPORTED)
    conducted.host.workers[child].reports(ReportKind.DONE)
    await conducted.until(lambda: len(boss.heard) == 1, "it is heard")
    [letter] = [one for one in conducted.core.board.letters.values() if one.sender == child]
    for _ in range(47):
        await conducted.host.send(parent, command_of(letter))
    await conducted.core.idle()
    assert len(boss.heard) == 1
