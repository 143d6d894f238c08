"""The checker is checked: every rule finds the journal that breaks it, and nothing in a good one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.fault.accounts import violations
from tests.fault.journals import Confirmed, Event, Journal, Records, read_confirmed, read_records


@dataclass
class Written:
    """A project's journals while a test writes them."""

    records: Records = field(
        default_factory=lambda: Records(
            Journal("project"),
            {"parent": Journal("parent"), "child": Journal("child")},
            {"parent": set(), "child": set()},
        )
    )
    confirmed: Confirmed = field(default_factory=Confirmed)

    def write(self, where: str, kind: str, **facts: Any) -> Event:
        records = self.records
        journal = records.project if where == "project" else records.sessions[where]
        event = {"epoch": 1, "seq": len(journal.events) + 1, "type": kind, **facts}
        journal.events.append(event)
        return event

    def queued(self, where: str, name: str) -> None:
        self.write(where, "message.queued", message={"id": name})

    def landed(self, where: str, name: str) -> None:
        self.write(where, "message.offered", id=name)
        self.write(where, "message.landed", id=name)

    def posted(self, name: str, recipient: str, sender: str = "lead", **facts: Any) -> None:
        letter = {"id": name, "recipient": recipient, "sender": sender, **facts}
        self.write("project", "letter.posted", letter=letter)

    def moved(self, name: str, after: str, by: str = "core") -> None:
        self.write("project", "letter.moved", letter=name, after=after, by=by)

    def drop(self, where: str, kind: str) -> None:
        records = self.records
        journal = records.project if where == "project" else records.sessions[where]
        journal.events = [event for event in journal.events if event["type"] != kind]


def good() -> Written:
    """A message, a report carried to the parent, an answer, a join and a job: all accounted for."""
    written = Written()
    for name, parent in (("parent", ""), ("child", "parent")):
        written.write("project", "session.instantiated", spec={"id": name, "parent": parent})
        written.write(name, "runner.started")
    written.posted("m1", "child")
    written.queued("child", "m1")
    written.landed("child", "m1")
    written.moved("m1", "accepted")
    written.moved("m1", "acked")
    written.write("child", "question.answered", answer={"question": "q1", "by": "first"})
    written.write("child", "answer.delivered", question="q1")
    report = written.write("child", "report.made", report={"kind": "done"})
    place = {"epoch": report["epoch"], "seq": report["seq"]}
    written.posted("r1", "parent", sender="child", reported_at=place)
    written.queued("parent", "r1")
    written.landed("parent", "r1")
    written.moved("r1", "acked")
    written.write("project", "join.opened", join={"id": "j1"})
    written.write("project", "join.woken", join="j1", wake={"reason": "reached"})
    written.write("project", "job.begun", job={"id": "b1"})
    written.write("project", "job.ended", job="b1")
    written.confirmed.rows += [
        {"kind": "message", "id": "m1", "session": "child"},
        {"kind": "answer", "session": "child", "question": "q1", "by": "first"},
        {"kind": "join", "id": "j1"},
        {"kind": "wake", "id": "j1", "reason": "reached"},
        {"kind": "job", "id": "b1"},
    ]
    return written


def _confirm(written: Written, kind: str, **facts: Any) -> None:
    written.confirmed.rows.append({"kind": kind, **facts})


def _unreadable(written: Written) -> None:
    written.records.sessions["child"].unreadable.append(7)


def _seq_again(written: Written) -> None:
    written.write("child", "noted", seq=2)


def _older_life(written: Written) -> None:
    written.write("child", "runner.started", epoch=2)
    written.write("child", "noted")


def _epoch_twice(written: Written) -> None:
    written.write("child", "runner.started")


def _after_the_end(written: Written) -> None:
    written.write("child", "runner.ended")
    written.write("child", "noted")


def _queued_twice(written: Written) -> None:
    written.queued("child", "m1")


def _landed_twice(written: Written) -> None:
    written.landed("child", "m1")


def _cancelled_and_landed(written: Written) -> None:
    written.queued("child", "x")
    written.write("child", "message.cancelled", id="x")
    written.landed("child", "x")


def _never_waited(written: Written) -> None:
    written.landed("child", "x")


def _answered_twice(written: Written) -> None:
    written.write("child", "question.answered", answer={"question": "q1", "by": "second"})


def _heard_twice(written: Written) -> None:
    written.queued("child", "answer-q1")
    written.landed("child", "answer-q1")


def _message_lost(written: Written) -> None:
    written.posted("x", "child")
    _confirm(written, "message", id="x", session="child")


def _message_without_letter(written: Written) -> None:
    written.queued("child", "x")
    _confirm(written, "message", id="x", session="child")


def _dead_and_landed(written: Written) -> None:
    written.posted("x", "child")
    written.moved("x", "dead")
    written.queued("child", "x")
    written.write("child", "command.refused", command="x")
    written.records.spooled["child"].add("x")
    written.confirmed.rows.append({"kind": "message", "id": "x", "session": "parent"})
    written.landed("child", "x")


def _answer_lost(written: Written) -> None:
    _confirm(written, "answer", session="child", question="q2", by="first")


def _both_won(written: Written) -> None:
    _confirm(written, "answer", session="child", question="q1", by="second")


def _posted_twice(written: Written) -> None:
    written.posted("m1", "child")


def _moved_after_end(written: Written) -> None:
    written.moved("m1", "dead")


def _moved_unposted(written: Written) -> None:
    written.moved("x", "acked")


def _acked_unheard(written: Written) -> None:
    written.posted("x", "child")
    written.moved("x", "acked")


def _discarded_landed(written: Written) -> None:
    written.posted("x", "child")
    written.queued("child", "x")
    written.landed("child", "x")
    written.moved("x", "discarded")


def _report_unposted(written: Written) -> None:
    written.write("child", "report.made", report={"kind": "blocked"})


def _report_posted_twice(written: Written) -> None:
    place = next(written.records.sessions["child"].of("report.made"))
    reported_at = {"epoch": place["epoch"], "seq": place["seq"]}
    written.posted("r2", "parent", sender="child", reported_at=reported_at)


def _report_stuck(written: Written) -> None:
    report = written.write("child", "report.made", report={"kind": "blocked"})
    place = {"epoch": report["epoch"], "seq": report["seq"]}
    written.posted("r2", "parent", sender="child", reported_at=place)
    written.moved("r2", "offered")


def _woken_twice(written: Written) -> None:
    written.write("project", "join.woken", join="j1", wake={"reason": "steer"})


def _woken_unopened(written: Written) -> None:
    written.write("project", "join.woken", join="x", wake={"reason": "steer"})


def _woken_without_reason(written: Written) -> None:
    written.write("project", "join.opened", join={"id": "x"})
    written.write("project", "join.woken", join="x", wake={})


def _never_woken(written: Written) -> None:
    written.write("project", "join.opened", join={"id": "x"})


def _join_lost(written: Written) -> None:
    _confirm(written, "join", id="x")


def _wake_lost(written: Written) -> None:
    _confirm(written, "wake", id="j1", reason="timeout")


def _job_ended_twice(written: Written) -> None:
    written.write("project", "job.ended", job="b1")


def _job_unended(written: Written) -> None:
    written.write("project", "job.begun", job={"id": "x"})


def _job_unbegun(written: Written) -> None:
    written.write("project", "job.ended", job="x")


def _job_lost(written: Written) -> None:
    _confirm(written, "job", id="x")


BROKEN: tuple[tuple[Callable[[Written], None], str], ...] = (
    (_unreadable, "line 7 cannot be read"),
    (_seq_again, "seq 2 comes after"),
    (_older_life, "an older life wrote"),
    (_epoch_twice, "epoch 1 has runner.started 2 times"),
    (_after_the_end, "wrote noted after its end"),
    (_queued_twice, "m1 has message.queued 2 times"),
    (_landed_twice, "m1 has message.landed 2 times"),
    (_cancelled_and_landed, "x has message.landed after message.cancelled"),
    (_never_waited, "x has message.landed and never waited"),
    (_answered_twice, "q1 has question.answered 2 times"),
    (_heard_twice, "the answer to q1 was heard twice"),
    (_message_lost, "message x was confirmed and is lost"),
    (_message_without_letter, "message x was confirmed and no letter was posted"),
    (_dead_and_landed, "message x landed, and was for parent"),
    (_answer_lost, "the answer to q2 was confirmed and is lost"),
    (_both_won, "second was told that its answer to q1 counts"),
    (_posted_twice, "m1 has letter.posted 2 times"),
    (_moved_after_end, "m1 has letter.moved after acked"),
    (_moved_unposted, "x has letter.moved and was never posted"),
    (_acked_unheard, "letter x is acked and never landed"),
    (_discarded_landed, "letter x is discarded and landed"),
    (_report_unposted, "(blocked) was never posted to its parent"),
    (_report_posted_twice, "(done) was posted to its parent 2 times"),
    (_report_stuck, "did not reach its parent: its letter is offered"),
    (_woken_twice, "j1 has join.woken 2 times"),
    (_woken_unopened, "join x woke without being opened"),
    (_woken_without_reason, "join x woke without a reason"),
    (_never_woken, "join x never woke"),
    (_join_lost, "join x was confirmed and is lost"),
    (_wake_lost, "join j1 told timeout, and the journal says reached"),
    (_job_ended_twice, "b1 has job.ended 2 times"),
    (_job_unended, "job x never ended"),
    (_job_unbegun, "job x ended without beginning"),
    (_job_lost, "job x was confirmed and is lost"),
)


def test_a_good_journal_breaks_nothing() -> None:
    written = good()
    assert violations(written.records, written.confirmed, settled=True) == []


@pytest.mark.parametrize(("harm", "words"), BROKEN, ids=[harm.__name__ for harm, _ in BROKEN])
def test_every_rule_finds_what_breaks_it(harm: Callable[[Written], None], words: str) -> None:
    written = good()
    harm(written)
    found = violations(written.records, written.confirmed, settled=True)
    assert any(words in one for one in found), found


def test_what_is_on_its_way_is_no_loss_before_all_is_settled() -> None:
    written = good()
    for harm in (_report_unposted, _never_woken, _job_unended):
        harm(written)
    written.posted("x", "child")
    written.records.spooled["child"].add("x")
    _confirm(written, "message", id="x", session="child")
    assert violations(written.records, written.confirmed, settled=False) == []


def test_journals_are_read_as_they_lie(tmp_path: Path) -> None:
    place = tmp_path / "sessions" / "one"
    (place / "mailbox" / "new").mkdir(parents=True)
    (tmp_path / "project.jsonl").write_bytes(b'{"format":1}\n{"seq":1,"type":"noted"}\n')
    (place / "events.jsonl").write_bytes(b'{"format":1}\nnothing\n{"seq":2,"type":"noted"}\n{"s')
    (place / "mailbox" / "new" / "1.c1.json").write_bytes(b'{"id":"c1","type":"steer"}')
    records = read_records(tmp_path)
    assert [event["seq"] for event in records.project.events] == [1]
    assert records.sessions["one"].unreadable == [2]
    assert [event["seq"] for event in records.sessions["one"].events] == [2]
    assert records.spooled == {"one": {"c1"}}


def test_a_confirmation_cut_short_was_none(tmp_path: Path) -> None:
    ledger = tmp_path / "first.ledger"
    ledger.write_bytes(b'{"kind":"job","id":"b1"}\n{"kind":"jo')
    assert [row["id"] for row in read_confirmed(ledger, tmp_path / "none").of("job")] == ["b1"]
