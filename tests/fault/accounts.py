"""Are all words accounted for? Reads only journals, and what verbs confirmed; knows no wuhu.

`violations(records, confirmed)` names everything that was lost, done twice, or said wrongly. With
`settled`, nobody is at work any more and nothing may be on its way without being shown.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator

from tests.fault.journals import Confirmed, Event, Journal, Records

ENDED = {"acked", "cancelled", "discarded"}
LOUD = {"escalated", "dead"}
TAKEN = {"accepted", "acked"}
LET_GO = {"cancelled", "discarded"}


def violations(records: Records, confirmed: Confirmed, *, settled: bool) -> list[str]:
    """Every broken promise, in words."""
    found: list[str] = []
    for journal in (records.project, *records.sessions.values()):
        found += _order(journal)
    for journal in records.sessions.values():
        for rule in (_epochs, _messages, _answers):
            found += rule(journal)
    found += _confirmed_messages(records, confirmed)
    found += _confirmed_answers(records, confirmed)
    found += _letters(records)
    found += _reports(records, settled=settled)
    found += _joins(records, confirmed, settled=settled)
    found += _jobs(records, confirmed, settled=settled)
    return found


def _order(journal: Journal) -> Iterator[str]:
    for number in journal.unreadable:
        yield f"{journal.name}: line {number} cannot be read"
    numbers = [event["seq"] for event in journal.events]
    for before, after in itertools.pairwise(numbers):
        if after <= before:
            yield f"{journal.name}: seq {after} comes after {before}"


def _epochs(journal: Journal) -> Iterator[str]:
    """A life is fenced: it begins once, ends once, and nothing of it comes after the next one."""
    epochs = [event["epoch"] for event in journal.events]
    if epochs != sorted(epochs):
        yield f"{journal.name}: an older life wrote after a newer one"
    for kind in ("runner.started", "runner.ended"):
        yield from _repeated(journal, "epoch", kind, lambda event: str(event["epoch"]))
    ended: set[int] = set()
    for event in journal.events:
        if event["epoch"] in ended:
            yield f"{journal.name}: epoch {event['epoch']} wrote {event['type']} after its end"
        if event["type"] == "runner.ended":
            ended.add(event["epoch"])


def _repeated(journal: Journal, what: str, kind: str, key: Callable[[Event], str]) -> Iterator[str]:
    counted = Counter(key(event) for event in journal.of(kind))
    for name, times in counted.items():
        if times > 1:
            yield f"{journal.name}: {what} {name} has {kind} {times} times"


def _messages(journal: Journal) -> Iterator[str]:
    """In a lane once, out of it once."""
    yield from _repeated(journal, "message", "message.queued", lambda e: e["message"]["id"])
    for kind in ("message.landed", "message.cancelled"):
        yield from _repeated(journal, "message", kind, lambda e: e["id"])
    queued: set[str] = set()
    gone: dict[str, str] = {}
    for event in journal.of(
        "message.queued", "message.offered", "message.landed", "message.cancelled"
    ):
        name = event["message"]["id"] if "message" in event else event["id"]
        if event["type"] == "message.queued":
            queued.add(name)
        elif name not in queued:
            yield f"{journal.name}: message {name} has {event['type']} and never waited"
        elif name in gone:
            yield f"{journal.name}: message {name} has {event['type']} after {gone[name]}"
        if event["type"] in ("message.landed", "message.cancelled"):
            gone[name] = event["type"]


def _answers(journal: Journal) -> Iterator[str]:
    """The first answer counts, and is heard once: by who asked, or as a message, not as both."""
    yield from _repeated(
        journal, "question", "question.answered", lambda e: e["answer"]["question"]
    )
    yield from _repeated(journal, "question", "answer.delivered", lambda e: e["question"])
    delivered = {event["question"] for event in journal.of("answer.delivered")}
    landed = {event["id"] for event in journal.of("message.landed")}
    for question in sorted(delivered):
        if f"answer-{question}" in landed:
            yield f"{journal.name}: the answer to {question} was heard twice"


def _confirmed_messages(records: Records, confirmed: Confirmed) -> Iterator[str]:
    letters = _letter_states(records)
    uses_letters = bool(letters)
    for row in confirmed.of("message"):
        name, session = row["id"], row["session"]
        if uses_letters and name not in letters:
            yield f"{session}: message {name} was confirmed and no letter was posted"
        places = _places(records, session, name, letters.get(name, ""))
        if not places:
            yield f"{session}: message {name} was confirmed and is lost"
        if len(places) > 1:
            yield f"{session}: message {name} is in {len(places)} places: {', '.join(places)}"
        for other, journal in records.sessions.items():
            if other != session and _has(journal, "message.landed", name):
                yield f"{other}: message {name} landed, and was for {session}"


def _places(records: Records, session: str, name: str, letter: str) -> list[str]:
    """Where a message is; the one right number of places is one."""
    journal = records.sessions.get(session, Journal(session))
    last = _last_word(journal, name)
    if last in ("message.landed", "message.cancelled", "message.unsure"):
        return [last]
    refused = any(e["command"] == name for e in journal.of("command.refused"))
    if letter in LOUD or letter in ENDED - TAKEN or refused:
        return ["shown or let go"]
    if last:
        return ["lane"]
    return ["mailbox"] if name in records.spooled.get(session, set()) else []


def _last_word(journal: Journal, name: str) -> str:
    kinds = ("message.queued", "message.landed", "message.cancelled", "message.unsure")
    last = ""
    for event in journal.of(*kinds):
        if name == (event["message"]["id"] if "message" in event else event["id"]):
            last = event["type"]
    return last


def _has(journal: Journal, kind: str, name: str) -> bool:
    return any(event["id"] == name for event in journal.of(kind))


def _confirmed_answers(records: Records, confirmed: Confirmed) -> Iterator[str]:
    for row in confirmed.of("answer"):
        journal = records.sessions.get(row["session"], Journal(row["session"]))
        won = [
            event["answer"]["by"]
            for event in journal.of("question.answered")
            if event["answer"]["question"] == row["question"]
        ]
        waits = row["session"] in records.spooled and bool(records.spooled[row["session"]])
        if not won and not waits:
            yield f"{row['session']}: the answer to {row['question']} was confirmed and is lost"
        if won and row["by"] not in won:
            yield (
                f"{row['session']}: {row['by']} was told that its answer to {row['question']} "
                f"counts, and {won[0]}'s does"
            )


def _letter_states(records: Records) -> dict[str, str]:
    states: dict[str, str] = {}
    for event in records.project.of("letter.posted", "letter.deferred", "letter.moved"):
        match event["type"]:
            case "letter.posted":
                states.setdefault(event["letter"]["id"], "queued")
            case "letter.deferred":
                states[event["letter"]] = "deferred"
            case _:
                states[event["letter"]] = event["after"]
    return states


def _letters(records: Records) -> Iterator[str]:
    """Posted once, ended once, and what its state says is what its recipient's journal says."""
    project = records.project
    yield from _repeated(project, "letter", "letter.posted", lambda e: e["letter"]["id"])
    posted = {event["letter"]["id"]: event["letter"] for event in project.of("letter.posted")}
    ended: dict[str, Event] = {}
    for event in project.of("letter.deferred", "letter.moved"):
        name = event["letter"]
        if name not in posted:
            yield f"project: letter {name} has {event['type']} and was never posted"
        elif name in ended:
            yield f"project: letter {name} has {event['type']} after {ended[name]['after']}"
        if event.get("after") in ENDED:
            ended[name] = event
    for name, letter in posted.items():
        yield from _letter_and_landing(records, letter, ended.get(name))


def _letter_and_landing(records: Records, letter: Event, end: Event | None) -> Iterator[str]:
    journal = records.sessions.get(letter["recipient"])
    if journal is None or end is None:
        return
    has_landed = _has(journal, "message.landed", letter["id"])
    by_core = end.get("by", "core") == "core"
    if end["after"] == "acked" and by_core and not has_landed and not _is_heard(journal, letter):
        yield f"{journal.name}: letter {letter['id']} is acked and never landed"
    if end["after"] in LET_GO and has_landed:
        yield f"{journal.name}: letter {letter['id']} is {end['after']} and landed"


def _is_heard(journal: Journal, letter: Event) -> bool:
    """Whether the answer it carries counts, or its command was taken without being a message."""
    answered = {event["answer"]["question"] for event in journal.of("question.answered")}
    return letter.get("about", "") in answered


def _reports(records: Records, *, settled: bool) -> Iterator[str]:
    """What a child says goes to its parent, once."""
    parents = {
        event["spec"]["id"]: event["spec"].get("parent", "")
        for event in records.project.of("session.instantiated")
    }
    states = _letter_states(records)
    carried: dict[tuple[str, int, int], list[Event]] = {}
    for event in records.project.of("letter.posted"):
        letter = event["letter"]
        place = letter.get("reported_at") or {}
        key = (letter["sender"], place.get("epoch", 0), place.get("seq", 0))
        if any(key[1:]) and letter["recipient"] != "lead":
            carried.setdefault(key, []).append(letter)
    for child, journal in records.sessions.items():
        if not parents.get(child):
            continue
        for report in journal.of("report.made"):
            letters = carried.get((child, report["epoch"], report["seq"]), [])
            yield from _report(records, child, report, letters, states, settled=settled)


def _report(
    records: Records,
    child: str,
    report: Event,
    letters: list[Event],
    states: dict[str, str],
    *,
    settled: bool,
) -> Iterator[str]:
    name = f"{child}: report {report['epoch']}/{report['seq']} ({report['report']['kind']})"
    if len(letters) > 1:
        yield f"{name} was posted to its parent {len(letters)} times"
    if not letters:
        if settled:
            yield f"{name} was never posted to its parent"
        return
    letter = letters[0]
    landed = sum(
        event["id"] == letter["id"]
        for journal in records.sessions.values()
        for event in journal.of("message.landed")
    )
    if landed > 1:
        yield f"{name} landed {landed} times"
    state = states[letter["id"]]
    if settled and not landed and state not in LOUD | LET_GO:
        yield f"{name} did not reach its parent: its letter is {state}"


def _joins(records: Records, confirmed: Confirmed, *, settled: bool) -> Iterator[str]:
    project = records.project
    yield from _repeated(project, "join", "join.opened", lambda e: e["join"]["id"])
    yield from _repeated(project, "join", "join.woken", lambda e: e["join"])
    opened = {event["join"]["id"] for event in project.of("join.opened")}
    reasons = {event["join"]: event["wake"].get("reason", "") for event in project.of("join.woken")}
    yield from (
        f"project: join {one} woke without being opened" for one in reasons if one not in opened
    )
    yield from (
        f"project: join {one} woke without a reason" for one, why in reasons.items() if not why
    )
    for row in confirmed.of("join"):
        if row["id"] not in opened:
            yield f"project: join {row['id']} was confirmed and is lost"
    for row in confirmed.of("wake"):
        if reasons.get(row["id"]) != row["reason"]:
            told = reasons.get(row["id"], "nothing")
            yield f"project: join {row['id']} told {row['reason']}, and the journal says {told}"
    if settled:
        yield from (f"project: join {one} never woke" for one in sorted(opened - set(reasons)))


def _jobs(records: Records, confirmed: Confirmed, *, settled: bool) -> Iterator[str]:
    project = records.project
    yield from _repeated(project, "job", "job.begun", lambda e: e["job"]["id"])
    yield from _repeated(project, "job", "job.ended", lambda e: e["job"])
    begun = {event["job"]["id"] for event in project.of("job.begun")}
    ended = {event["job"] for event in project.of("job.ended")}
    yield from (f"project: job {one} ended without beginning" for one in sorted(ended - begun))
    for row in confirmed.of("job"):
        if row["id"] not in begun:
            yield f"project: job {row['id']} was confirmed and is lost"
    if settled:
        yield from (f"project: job {one} never ended" for one in sorted(begun - ended))
