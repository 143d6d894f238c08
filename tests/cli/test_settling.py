"""A conflict from the command line: looked at, told, settled by hand, landed."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Wuhu

ID = "shop-impl-01"


def test_a_conflict_is_looked_at_settled_and_landed(wuhu: Wuhu) -> None:
    wuhu("new", "Say where", "--agent", "clean")
    wuhu("join", "--timeout", "20s")
    wuhu("review", ID)
    wuhu("approve", ID)
    seen = wuhu.json("merge", ID, "--dry-run")
    assert (seen["possible"], seen["manner"]) == (True, "merge")
    assert [file["path"] for file in seen["files"]] == ["place.py"]
    assert seen["to_check"] == ["tests"]
    before = wuhu.git("rev-parse", "main")
    wuhu.write("place.py", "PLACE = 2\n")
    wuhu.git("add", "place.py")
    wuhu.git("commit", "-qm", "Place it elsewhere")
    tip = wuhu.git("rev-parse", "main")
    assert tip != before
    wuhu("merge", ID, code=8)
    assert "conflict in place.py (add/add)" in wuhu("merge", ID, "--dry-run", code=8)
    assert "+PLACE = 2" in wuhu("conflict", ID)
    place = Path(wuhu.json("settle", ID)["place"])
    assert wuhu.json("settle") == [{"session": ID, "place": str(place), "by": "lead"}]
    assert "<<<<<<<" in (place / "place.py").read_text()
    error = wuhu.json("settle", ID, "--done", code=4)["error"]
    assert "place.py:1 <<<<<<<" in error["message"]
    (place / "place.py").write_text("PLACE = 3\n")
    assert wuhu.json("settle", ID, "--done")["settling"] == "settled"
    assert wuhu.json("merge", ID)["merge"]["outcome"] == "merged"
    assert wuhu.git("show", "main:place.py") == "PLACE = 3"
    assert wuhu.git("rev-parse", "main^1") == tip
    assert not place.exists()
    wuhu("settle", ID, code=4)
