"""`wuhu queue` as a script uses it, and `wuhu merge` that goes through it."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Wuhu
from tests.sampling import sampled

ID = "shop-impl-01"


@pytest.fixture
def approved(wuhu: Wuhu) -> str:
    """A session whose work the lead approved."""
    wuhu("new", "Add a place", "--agent", "clean", "--title", "place")
    wuhu("join", "--timeout", "20s")
    wuhu("review", ID)
    wuhu("approve", ID)
    return ID


def test_a_merge_is_queued_held_let_go_and_landed(wuhu: Wuhu, approved: str) -> None:
    assert "nothing waits to be merged" in wuhu("queue")
    tip = wuhu.git("rev-parse", "main")
    assert "1 of 1 in the merge queue, ready" in wuhu("queue", "add", approved)
    wuhu("status")
    (entry,) = wuhu.json("queue")["entries"]
    assert (entry["session"], entry["by"], entry["waits"]) == (ID, "lead", "")
    assert wuhu.json("queue", "hold", "place", "--note", "not before noon") == {
        "session": ID,
        "action": "hold",
    }
    assert "held by lead: not before noon" in wuhu("queue")
    wuhu("queue", "pause", "--note", "release day")
    assert "paused by lead: release day" in wuhu("queue")
    assert "the queue is paused by lead" in wuhu("queue", "release", ID)
    wuhu("queue", "move", ID)
    wuhu("queue", "resume")
    assert wuhu.git("rev-parse", "main") == tip
    wuhu("join", ID, "--until", "merged", "--timeout", "20s")
    assert wuhu.git("show", "main:place.py") == "PLACE = 1"
    assert wuhu.json("queue")["entries"] == []


@pytest.mark.long
def test_what_was_taken_out_says_who_did_it(wuhu: Wuhu, approved: str) -> None:
    wuhu("queue", "add", approved)
    wuhu("queue", "drop", approved, "--note", "not this one")
    (gone,) = wuhu.json("queue")["dropped"]
    assert (gone["session"], gone["by"], gone["reason"]) == (ID, "lead", "not this one")
    assert "lead took it out of it" in wuhu("queue", "hold", approved, code=4)
    assert wuhu.json("merge", approved)["merge"]["outcome"] == "merged"
    assert "lead merged it already" in wuhu("queue", "add", approved, code=8)


@pytest.mark.parametrize(
    "words",
    sampled([("sell",), ("hold",), ("pause", ID), ("drop", ID, "--before", ID)], {("hold",)}),
)
def test_words_that_make_no_sense(wuhu: Wuhu, words: tuple[str, ...]) -> None:
    wuhu("queue", *words, code=2)
