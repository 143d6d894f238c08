"""Reading work from the command line: files, looks, comments and replies, origins, evidence."""

from __future__ import annotations

import time

import pytest

from tests.cli.conftest import PATIENCE, Wuhu
from wuhu_tui.cli.commenting import place_of
from wuhu_tui.cli.diffs import say_diff
from wuhu_tui.model.diff import Diff, DiffFile, FileChange
from wuhu_tui.model.errors import UsageError

ID = "shop-impl-01"
AGENT = """
[agents.talking]
extends = "sample"
command = ["{python}", "-m", "wuhu_tui.sample_agent", "--script", "{project}/scripts/talking.toml", "--delay", "0"]
"""
SCRIPT = """
name = "talking"
[[turns]]
steps = [
  { say = "Red is best." },
  { write = "colour.py", content = "COLOUR = 'red'\\nSIZE = 1\\n" },
  { commit = "Choose a colour" },
  { report = "done", summary = "red it is", evidence = "colour.py:1" },
]
[[turns]]
steps = [
  { run = "wuhu reply c1 'because it is warm'" },
  { edit = "colour.py", find = "SIZE = 1", replace = "SIZE = 2" },
  { commit = "Grow" },
  { report = "done", summary = "larger" },
]
"""


@pytest.fixture
def reviewed(repository: Wuhu) -> Wuhu:
    """With a session whose work is under review."""
    config = (repository.root / "wuhu.toml").read_text()
    repository.write("wuhu.toml", config + AGENT)
    repository.write("scripts/talking.toml", SCRIPT)
    repository.git("add", ".")
    repository.git("commit", "-q", "-m", "Let one talk")
    repository("init")
    repository("new", "Choose a colour", "--agent", "talking")
    until_reported(repository, "red it is")
    return repository


def until_reported(wuhu: Wuhu, summary: str) -> None:
    """Wait until the session says this of its work, and see it put up."""
    journal, wanted = wuhu.folder.session(ID).journal, f'"summary":"{summary}"'.encode()
    give_up = time.monotonic() + PATIENCE
    while not journal.exists() or wanted not in journal.read_bytes():
        assert time.monotonic() < give_up, wuhu("log", ID)
        time.sleep(0.05)
    wuhu("review", ID, "--files")


def test_reading_commenting_and_reading_on(reviewed: Wuhu) -> None:
    wuhu = reviewed
    listing = wuhu.json("review", ID, "--files")["diff"]
    assert [(file["path"], file["added"], file["hunks"]) for file in listing["files"]] == [
        ("colour.py", 2, [])
    ]
    shown = wuhu("review", ID, "--context", "0", "--looked")
    assert "+COLOUR = 'red'" in shown
    part = ("review", ID, "--path", "colour.py")
    assert "+SIZE = 1" in wuhu(*part)
    assert "leave some of it out" in wuhu(*part, "--looked", code=2)
    assert "is not in the diff" in wuhu("review", ID, "--path", "other.py", code=3)
    assert wuhu.json("review", ID, "--since-look")["diff"]["files"] == []

    origin = wuhu.json("origin", ID, "colour.py:1")
    assert (origin["session"], origin["turn"], origin["said"]) == (ID, 1, "Red is best.")
    assert origin["prompt"].startswith("Choose a colour")
    assert origin["kind"] in {"written", "touched"}
    assert "turn      1 of shop-impl-01" in wuhu("origin", ID, "colour.py:1")
    assert "has no line 9" in wuhu("origin", ID, "colour.py:9", code=2)

    evidence = wuhu.json("evidence", ID)
    assert evidence["report_is_of_head"]
    assert evidence["scope"]["inside"] == ["colour.py"]
    assert "report    done: red it is" in wuhu("evidence", ID)

    made = wuhu.json("comment", ID, "colour.py:1", "Why red?", "--question")
    assert (made["comment"]["id"], made["letter"]) == ("c1", "")
    assert "c1 ? draft  colour.py:1" in wuhu("comments", ID)
    assert "c2 on colour.py:2: a draft" in wuhu("comment", ID, "colour.py:2", "larger")
    assert "make it larger" in wuhu("comments", ID, "--edit", "c2", "make it larger")
    sent = wuhu("comments", ID, "--send", "--note", "Nearly.")
    assert "sent as one message" in sent
    until_reported(wuhu, "larger")

    first, second = wuhu.json("comments", ID)
    assert (first["line"], first["stale"]) == (1, False)
    assert [reply["text"] for reply in first["replies"]] == ["because it is warm"]
    assert (second["stale"], second["why"]) == (True, "its lines were changed or removed")
    assert "↳ because it is warm" in wuhu("comments", ID, "--resolve", "c1")
    since = wuhu("review", ID, "--since-look")
    assert "-SIZE = 1" in since
    assert "+SIZE = 2" in since
    assert "COLOUR = 'red'" not in since.replace(" COLOUR = 'red'", "")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a.py:3", ("a.py", 3, 0)),
        ("a b:c.py:3-7", ("a b:c.py", 3, 7)),
        ("new\nline.py:1", ("new\nline.py", 1, 0)),
    ],
)
def test_places(text: str, place: tuple[str, int, int]) -> None:
    assert place_of(text) == place


@pytest.mark.parametrize("text", ["a.py", "a.py:", ":3", "a.py:x"])
def test_what_is_no_place(text: str) -> None:
    with pytest.raises(UsageError, match="is no place"):
        place_of(text)


def test_what_a_file_name_hides_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    names = ("red\x1b[31m.txt", "rtl\u202etxt.exe")
    files = tuple(DiffFile(path=name, change=FileChange.ADDED) for name in names)
    say_diff(Diff(base="a", head="b", files=files))
    told = capsys.readouterr().out
    assert "red␛[31m.txt" in told
    assert "rtl⟨U+202E⟩txt.exe" in told
