"""`wuhu away` and `wuhu timeline` on a real repository with a real session, as a script uses them."""

from __future__ import annotations

from tests.cli.conftest import Wuhu

ONE = "shop-impl-01"


def test_looking_back_at_a_session_that_ran(wuhu: Wuhu) -> None:
    assert "nothing tells when you last looked" in wuhu("away")
    wuhu("new", "Add place", "--title", "place")
    wuhu.wait_for(ONE, "in_review")
    told = wuhu.json("away", "--since", "1h")
    assert told["counts"]["needs you"] == 1
    (needs,) = [line for line in told["lines"] if line["group"] == "needs you"]
    assert (needs["session"], needs["open"]) == (ONE, True)
    found = wuhu.json("timeline")
    (row,) = found["sessions"]
    assert (row["session"], row["title"]) == (ONE, "place")
    states = [bar["state"] for bar in row["bars"]]
    assert states[-1] == "in_review"
    assert row["bars"][-1]["waits_for_lead"]
    for before, after in zip(row["bars"], row["bars"][1:], strict=False):
        assert before["until"] == after["since"]
    account = wuhu("timeline", "--accounting")
    assert "oldest unanswered               place: review" in account
    today = wuhu.json("timeline", "--since", "today", "--until", "today")["sessions"][0]
    assert today["waited_seconds"] < 600  # what is left of the day was not waited yet
    assert "ends before it begins" in wuhu("timeline", "--since", "1h", "--until", "2h", code=2)
