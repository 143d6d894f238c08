"""What the suite is made of, tried without any agent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conformance import traces
from tests.conformance.candidates import CANDIDATES, candidate
from tests.conformance.install import installed_version, wanted
from tests.conformance.outcomes import EXPECTED, Results, expected_outcome
from tests.conformance.sample_script import sample_script
from tests.conformance.table import page, scenarios
from tests.model_server.script import ask, run, say, write
from wuhu_tui.sample_agent.script import Script


def test_the_page_tells_every_outcome(tmp_path: Path) -> None:
    results = Results.at(tmp_path / "results.json")
    results.begin("gemini", "1.2.3", "2026-01-01")
    results.add("gemini", "edit_and_commit", "works", 2.0)
    results.add("gemini", "asks_itself", "not offered: it has no tool to ask with", 2.0)
    results.add("gemini", "stopped", "fails: all of its\ninner words", 2.0)
    text = page(Results.at(tmp_path / "results.json").agents)
    assert "| edit and commit | works |" in text
    assert "| asks with its own tool | not offered |" in text
    assert "- asks with its own tool: not offered: it has no tool to ask with" in text
    assert "| stdin closed: stopped during a tool | fails |" in text
    assert "| steer while idle | not tried |" in text
    assert "| 1.2.3 | 2026-01-01 |" in text
    assert "inner words" not in text


def test_expected_differences_name_what_there_is() -> None:
    tables = tomllib.loads(EXPECTED.read_text(encoding="utf-8"))
    assert set(tables) <= {one.name for one in CANDIDATES}
    keys = {one.key for one in scenarios()}
    for table in tables.values():
        assert set(table) <= keys
        assert all(how.startswith(("differs: ", "not offered: ")) for how in table.values())
    assert expected_outcome("nobody", "edit_and_commit") == "works"


def test_only_what_is_missing_is_installed(tmp_path: Path) -> None:
    everything = wanted(tmp_path)
    assert "opencode-ai@1.18.33" in everything
    package = tmp_path / "node_modules" / "opencode-ai" / "package.json"
    package.parent.mkdir(parents=True)
    package.write_text(json.dumps({"version": candidate("opencode").version}), encoding="utf-8")
    assert [words for words in everything if words not in wanted(tmp_path)] == [
        "opencode-ai@1.18.33"
    ]
    assert candidate("opencode").is_in(tmp_path)
    assert not candidate("gemini").is_in(tmp_path)
    assert candidate("sample").is_in(tmp_path)
    assert installed_version(tmp_path, "nothing") == ""


def test_the_sample_can_follow_every_script() -> None:
    script = (
        (say("slowly said words", seconds=2), write("/w/a.py", "a\n")),
        (run("true"), ask("which?", "one", "two")),
    )
    for asks in (False, True):
        Script.model_validate(sample_script(script, "/w", asks=asks))


def test_a_changed_checkout_is_seen(tmp_path: Path) -> None:
    (tmp_path / ".git" / "hooks").mkdir(parents=True)
    (tmp_path / ".wuhu").mkdir()
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    before = traces.snapshot(tmp_path)
    (tmp_path / ".wuhu" / "journal.jsonl").write_text("ours", encoding="utf-8")
    (tmp_path / ".git" / "index").write_text("git's", encoding="utf-8")
    assert traces.changes(before, traces.snapshot(tmp_path)) == []
    (tmp_path / "a.txt").write_text("b", encoding="utf-8")
    (tmp_path / "b.txt").write_text("b", encoding="utf-8")
    (tmp_path / ".git" / "hooks" / "post-commit").write_text("b", encoding="utf-8")
    changed = traces.changes(before, traces.snapshot(tmp_path))
    assert changed == [".git/hooks/post-commit", "a.txt", "b.txt"]


def test_a_secret_in_a_journal_is_found(tmp_path: Path) -> None:
    session = tmp_path / "sessions" / "one"
    session.mkdir(parents=True)
    (session / "events.jsonl").write_text("a canary sings\n", encoding="utf-8")
    worktree = tmp_path / "worktrees" / "one"
    worktree.mkdir(parents=True)
    (worktree / "a.py").write_text("a canary sings\n", encoding="utf-8")
    assert traces.files_with("canary", tmp_path) == ["sessions/one/events.jsonl"]
    assert traces.files_with("raven", tmp_path) == []


def test_a_process_that_is_left_is_found_and_ended() -> None:
    sleeper = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    process = subprocess.Popen(
        [sys.executable, "-c", sleeper],
        env={**os.environ, traces.MARK: "test-of-traces"},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    assert len(traces.left_behind("test-of-traces", patience=0)) == 1
    assert process.wait(10) != 0
    process.stdout.close()
    assert traces.left_behind("test-of-traces", patience=0) == []


@pytest.mark.parametrize("name", ["claude", "codex", "gemini", "opencode", "terminal", "command"])
def test_the_agents_that_matter_are_tried(name: str) -> None:
    assert candidate(name).command
