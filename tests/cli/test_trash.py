"""`wuhu trash` and `wuhu sync` on a real repository, as a script uses them."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Wuhu

ID = "shop-impl-01"


def tree(wuhu: Wuhu) -> Path:
    return wuhu.root / ".wuhu" / "worktrees" / ID


def test_a_discard_is_told_listed_shown_and_taken_back(wuhu: Wuhu) -> None:
    wuhu("instantiate", "Add it")
    (tree(wuhu) / "new.txt").write_text("one\n")
    refused = wuhu("archive", ID, code=4)
    assert "not committed: new.txt" in refused
    assert "--discard: a rescue is kept" in refused
    wuhu("archive", ID, "--discard")
    (kept,) = wuhu.json("trash")
    assert (kept["session"], kept["files"], kept["untracked"]) == (ID, 1, 1)
    listed = wuhu("trash")
    assert "1 file, 1 new, 4 B" in listed
    assert "only here" in listed
    shown = wuhu("trash", "show", ID, "--patch")
    assert "+one" in shown
    assert kept["ref"] in shown
    (file,) = wuhu.json("trash", "show", ID)["diff"]["files"]
    assert file["path"] == "new.txt"
    assert wuhu.json("trash", "restore", ID) == {"ref": ID, "restored_to": ID}
    assert (tree(wuhu) / "new.txt").read_text() == "one\n"
    assert wuhu.json("status", ID)["state"] == "instantiated"
    assert f"back in {ID}" in wuhu("trash")


def test_a_rescue_as_a_branch_and_forgotten(wuhu: Wuhu) -> None:
    wuhu("instantiate", "Add it")
    (tree(wuhu) / "new.txt").write_text("one\n")
    wuhu("archive", ID, "--discard")
    assert "look at it: git show again" in wuhu("trash", "restore", ID + "/", "--branch", "again")
    assert wuhu.git("show", "again:new.txt") == "one"
    assert "say --to or --branch" in wuhu(
        "trash", "restore", ID, "--to", ID, "--branch", "x", code=2
    )
    assert "nobody is there to ask" in wuhu("trash", "forget", ID, code=2)
    assert wuhu.json("trash", "forget", ID, "--yes") == {"ref": ID, "forgotten": True}
    assert wuhu("trash").strip() == "nothing is in the trash"
    assert "say which one" in wuhu("trash", "show", code=2)
    assert "there is no rescue" in wuhu("trash", "show", "nothing", code=3)


def test_how_far_base_moved(wuhu: Wuhu) -> None:
    wuhu("instantiate", "Add it")
    wuhu.git("commit", "--quiet", "--allow-empty", "-m", "Later")
    tip = wuhu.git("rev-parse", "main")
    assert f"passed  moved on to main {tip[:7]}" in wuhu("sync", ID)
    (found,) = wuhu.json("sync", ID)
    assert (found["session"], found["freshness"]["verdict"]) == (ID, "passed")
    assert "at the tip of main" in wuhu("status", ID)
    assert wuhu.json("status", ID)["base_commit"] == tip
