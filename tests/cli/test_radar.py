"""`wuhu radar` on a real repository with real sessions, as a script uses it."""

from __future__ import annotations

from tests.cli.conftest import AGENT, Wuhu

ONE, TWO = "shop-impl-01", "shop-impl-02"

OTHER = """
name = "other"
[[turns]]
steps = [
  { write = "place.py", content = "PLACE = 2\\n" },
  { commit = "Add another place" },
  { report = "done", summary = "another place is there", evidence = "place.py" },
]
"""


def test_who_collides_is_shown_and_told(wuhu: Wuhu) -> None:
    wuhu.write("scripts/other.toml", OTHER)
    settings = (wuhu.root / "wuhu.toml").read_text(encoding="utf-8")
    wuhu.write("wuhu.toml", settings + AGENT.replace("NAME", "other"))
    assert "nothing collides" in wuhu("radar")
    wuhu("new", "Add place", "--title", "place")
    wuhu("new", "Add another", "--title", "another", "--agent", "other")
    for session in (ONE, TWO):
        wuhu.wait_for(session, "in_review")
    found = wuhu.json("radar")
    (one,) = found["collisions"]
    assert (one["first"], one["second"], one["ripe"]) == (ONE, TWO, True)
    (file,) = one["files"]
    assert (file["path"], file["kind"], file["lines"]) == ("place.py", "add/add", [[1, 1]])
    assert one["words"] == "place and another collide: place.py 1 (add/add)"
    assert [place["session"] for place in found["order"]] == [ONE, TWO]
    shown = wuhu("radar")
    assert "place x another" in shown
    assert "place.py 1 (add/add)" in shown
    assert "collides with what lands before it: place" in wuhu("radar", "--order")
    assert "with another: place.py 1" in wuhu("status", ONE)
    assert wuhu.json("status", TWO)["collisions"] == found["collisions"]
    assert wuhu.json("radar", "tell", "another", "place")["told"] is True
    assert "were told" in wuhu("radar", "tell", ONE, TWO, code=4)
    assert "do not collide" in wuhu("radar", "tell", ONE, code=3)
    assert "say whom" in wuhu("radar", "tell", code=2)
    said = wuhu("messages", ONE) + wuhu("log", ONE)
    assert TWO in said


def test_switched_off_it_says_so(wuhu: Wuhu) -> None:
    settings = (wuhu.root / "wuhu.toml").read_text(encoding="utf-8")
    wuhu.write("wuhu.toml", settings.replace("nudge = false", "nudge = false\nradar = false"))
    assert "the radar is off" in wuhu("radar")
    found = wuhu.json("radar")
    assert (found["on"], found["looked"], found["collisions"]) == (False, False, [])
