"""`wuhu messages`: what waits, what did not arrive, and every change of one of them."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.cli.conftest import Wuhu
from wuhu_tui.core.core import Core
from wuhu_tui.core.letters import post
from wuhu_tui.journal.clock import now
from wuhu_tui.model.letters import Letter, LetterKind, LetterState
from wuhu_tui.model.project_events import LetterMoved

ID = "shop-impl-01"


def dead_letters(root: Path, *names: str) -> None:
    """Letters that died on their way to the session."""

    async def make() -> None:
        core = await Core.open(root, conduct=False)
        for name in names:
            letter = Letter(
                id=name,
                kind=LetterKind.DONE,
                sender="shop-impl-02",
                recipient=ID,
                text=f"text of {name}",
                posted_at=now(),
            )
            await post(core.project, letter)
            moved = LetterMoved(letter=name, after=LetterState.ESCALATED, detail="it was gone")
            await core.project.append(moved)
        await core.aclose()

    asyncio.run(make())


def test_what_no_runner_took_yet_is_listed_and_changed(wuhu: Wuhu) -> None:
    wuhu("instantiate", "Add it", "--agent", "clean")
    names = {text: wuhu.json("steer", ID, text)["message"] for text in ("first", "second", "third")}
    later = wuhu.json("follow-up", ID, "later")["message"]
    listed = wuhu.json("messages", ID)
    assert [item["text"] for item in listed["waiting"]] == ["first", "second", "third", "later"]
    assert [item["position"] for item in listed["waiting"]] == [1, 2, 3, 4]
    assert {item["lands"] for item in listed["waiting"]} == {"once it is started"}
    assert not any(item["in_lane"] for item in listed["waiting"])
    assert {letter["state"] for letter in listed["letters"]} <= {"queued", "deferred"}
    text = wuhu("messages")
    assert ID in text
    assert "lands once it is started" in text

    wuhu("messages", "--cancel", names["second"])
    wuhu("messages", ID, "--edit", names["first"], "--text", "first, and well")
    wuhu("messages", "--move", later, "--lane", "steer")
    left = wuhu.json("messages", ID)["waiting"]
    assert [(item["text"], item["lane"]) for item in left] == [
        ("first, and well", "steer"),
        ("third", "steer"),
        ("later", "steer"),
    ]
    refused = wuhu("messages", "--up", names["first"], code=4)
    assert "at that end of its lane" in refused
    assert wuhu.json("messages", "--down", names["first"])["asked"] == "down"
    assert wuhu.json("messages", "--promote", later)["asked"] == "promote"
    assert "one change at a time" in wuhu("messages", "--up", later, "--down", later, code=2)
    assert "no such message" in wuhu("messages", "--cancel", names["second"], code=3)


def test_what_did_not_arrive_is_told_until_something_is_done(wuhu: Wuhu) -> None:
    wuhu("instantiate", "Add it", "--agent", "clean")
    dead_letters(wuhu.root, "d1", "d2", "d3")
    listed = wuhu.json("messages", code=4)
    assert (listed["not_arrived"], listed["exit_code"]) == (["d1", "d2", "d3"], 4)
    assert "3 messages did not arrive" in wuhu("status")
    assert wuhu.json("status")["letters"]["not_arrived"] == ["d1", "d2", "d3"]

    wuhu("messages", "--discard", "d1", "--note", "done by hand")
    wuhu("messages", "--seen", "d2")
    assert wuhu.json("messages", code=4)["not_arrived"] == ["d3"]
    wuhu("messages", "--requeue", "d3")
    listed = wuhu.json("messages", ID)
    assert listed["not_arrived"] == []
    assert [item["id"] for item in listed["waiting"]] == ["d3"]
    assert "did not arrive" not in wuhu("status")
