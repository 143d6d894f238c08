"""The sample projects are real: their tests pass, and so do those of every scripted session."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.agents.sink import RecordingSink
from wuhu_tui.agents.acp import AcpAgent
from wuhu_tui.agents.definitions import load_definitions, resolve
from wuhu_tui.agents.protocol import AgentSetting
from wuhu_tui.model.errors import AgentError
from wuhu_tui.model.events import ToolEnded, ToolStarted
from wuhu_tui.model.questions import QuestionKind
from wuhu_tui.sample_agent.script import load_script

ROOT = Path(__file__).parents[2] / "sample_projects"
SCRIPTS = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("*/sessions/*.toml"))
LIMIT = 50
TASK = "Do what your script says."
PROJECTS = ["shop-api", "notes-web"]


def _git(folder: Path, *words: str, check: bool = True) -> str:
    done = subprocess.run(
        ("git", *words), cwd=folder, check=check, capture_output=True, text=True, timeout=30
    )
    return done.stdout.strip()


def _tests_pass(folder: Path) -> bool:
    config = tomllib.loads((folder / "wuhu.toml").read_text(encoding="utf-8"))
    command = [word.replace("{python}", sys.executable) for word in config["checks"][0]["command"]]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, check=False, timeout=60)
    return done.returncode == 0


class Copy:
    """A sample project in a repository of its own, its sessions run without a runner."""

    def __init__(self, folder: Path, name: str) -> None:
        self.main = folder / name
        self._folder = folder
        self._reported = folder / "reported"
        self._references: dict[str, str] = {}
        shutil.copytree(ROOT / name, self.main, ignore=shutil.ignore_patterns("__pycache__"))
        for words in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-q", "-m", "Begin")):
            _git(self.main, *words)
        self._install_wuhu()

    def _install_wuhu(self) -> None:
        command = self._folder / "bin" / "wuhu"
        command.parent.mkdir()
        command.write_text('#!/bin/sh\necho "$2" >> "$REPORTED"\n', encoding="utf-8")
        command.chmod(0o755)

    @property
    def reports(self) -> list[str]:
        """The kinds of all reports so far."""
        text = self._reported.read_text(encoding="utf-8") if self._reported.exists() else ""
        return text.split()

    def setting(self, session: str) -> AgentSetting:
        """How a session of the project's `wuhu.toml` is started, in its own worktree."""
        config = tomllib.loads((self.main / "wuhu.toml").read_text(encoding="utf-8"))
        launch = resolve(load_definitions(config["agents"])[session], project=self.main)
        worktree = self._folder / f"work-{session}"
        if not worktree.exists():
            _git(self.main, "worktree", "add", "-q", "-b", session, str(worktree))
        words = [word if word != "1" else "0" for word in launch.command]
        environment = {
            **os.environ,
            "PATH": f"{self._folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "REPORTED": str(self._reported),
            "WUHU_SESSION_FOLDER": str(self._folder / f"state-{session}"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        return AgentSetting(
            launch=_with_command(launch, tuple(words)),
            worktree=worktree,
            environment=environment,
            log=self._folder / f"{session}.log",
        )

    async def run(self, session: str, *prompts: str, crashes: bool = False) -> RecordingSink:
        """Run a session's turns; questions are answered as recommended; resumed if it crashes."""
        sink = Recommending()
        for prompt in prompts:
            agent = AcpAgent(self.setting(session))
            try:
                started = await agent.start(sink, self._references.get(session, ""))
                self._references[session] = started.reference
                await agent.prompt(prompt)
            except AgentError:
                assert crashes
                crashes = False
            finally:
                await agent.close()
        assert not crashes, "it was to crash"
        return sink


def _with_command(launch: Any, command: tuple[str, ...]) -> Any:
    from msgspec.structs import replace

    return replace(launch, command=command)


class Recommending(RecordingSink):
    """Answers every question with its recommended option."""

    async def ask(self, question: Any) -> Any:
        best = (option for option in question.options if option.recommended)
        chosen = next(best, question.options[0])
        self.answers.append({"choice": chosen.key})
        return await super().ask(question)


@pytest.fixture
def shop(tmp_path: Path) -> Copy:
    return Copy(tmp_path, "shop-api")


@pytest.fixture
def notes(tmp_path: Path) -> Copy:
    return Copy(tmp_path, "notes-web")


def _assert_sound(
    copy: Copy, session: str, sink: RecordingSink, commits: int, *expected_failures: str
) -> None:
    """All its tools worked, its tests pass, all is committed and reported done."""
    titles = {event.call: event.title for event in sink.all(ToolStarted)}
    failed = [titles[event.call] for event in sink.all(ToolEnded) if not event.ok]
    assert failed == list(expected_failures)
    worktree = copy.setting(session).worktree
    assert _tests_pass(worktree)
    assert _git(worktree, "status", "--porcelain") == ""
    assert _git(worktree, "rev-list", "--count", f"main..{session}") == str(commits)


@pytest.mark.parametrize("path", SCRIPTS)
def test_every_script_is_valid(path: str) -> None:
    script = load_script(ROOT / path)
    assert script.turns
    assert script.follow_ups, "a review may send it back"


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project_is_sound_as_it_is(tmp_path: Path, name: str) -> None:
    copy = Copy(tmp_path, name)
    assert _tests_pass(copy.main)
    assert _git(copy.main, "status", "--porcelain") == ""
    config = tomllib.loads((copy.main / "wuhu.toml").read_text(encoding="utf-8"))
    sessions = tomllib.loads((copy.main / "sessions.toml").read_text(encoding="utf-8"))["sessions"]
    assert len(sessions) == 4
    for session in sessions:
        assert session["title"]
        assert session["task"]
        assert session["agent"] in config["agents"]
    for definition in load_definitions(config["agents"]).values():
        if "--script" in definition.command:
            script = definition.command[definition.command.index("--script") + 1]
            assert (copy.main / script).is_file()
            assert definition.quirks.steer_method


@pytest.mark.long  # the demo's stories play this script too
async def test_passwords_asks_and_goes_on_by_the_answer(shop: Copy) -> None:
    async with asyncio.timeout(LIMIT):
        sink = await shop.run("accounts", TASK, "Please say why.")
    assert [question.kind for question in sink.questions] == [QuestionKind.CHOICE]
    assert [option.recommended for option in sink.questions[0].options] == [True, False]
    source = shop.setting("accounts").worktree / "shop" / "accounts.py"
    assert "hashlib.scrypt(" in source.read_text(encoding="utf-8")
    _assert_sound(shop, "accounts", sink, 2, "python -m unittest -q tests.test_sealing")
    assert shop.reports == ["done", "done"]


async def test_discount_is_clean(shop: Copy) -> None:
    async with asyncio.timeout(LIMIT):
        sink = await shop.run("discount", TASK)
    assert sink.questions == []
    _assert_sound(shop, "discount", sink, 3)
    assert shop.reports == ["done"]


@pytest.mark.long  # the demo's stories play this script too
async def test_rounding_conflicts_with_discount_and_resolves_it(shop: Copy) -> None:
    async with asyncio.timeout(LIMIT):
        await shop.run("discount", TASK)
        sink = await shop.run("rounding", TASK)
        _assert_sound(shop, "rounding", sink, 1)
        _git(shop.main, "merge", "-q", "--no-ff", "-m", "Merge discount", "discount")
        _git(shop.main, "merge", "rounding", check=False)
        assert _git(shop.main, "diff", "--name-only", "--diff-filter=U") == "shop/pricing.py"
        _git(shop.main, "merge", "--abort")
        sent_back = "Merging your branch conflicts in shop/pricing.py. Merge main into it."
        again = await shop.run("rounding", sent_back)
    worktree = shop.setting("rounding").worktree
    assert _tests_pass(worktree)
    assert _git(worktree, "status", "--porcelain") == ""
    assert "<<<<" not in (worktree / "shop" / "pricing.py").read_text(encoding="utf-8")
    assert again.said != ""
    assert shop.reports == ["done", "done", "done"]
    _git(shop.main, "merge", "-q", "--no-ff", "-m", "Merge rounding", "rounding")
    assert _tests_pass(shop.main)


async def test_search_crashes_and_finishes_when_resumed(shop: Copy) -> None:
    async with asyncio.timeout(LIMIT):
        sink = await shop.run("search", TASK, "You were interrupted; go on.", crashes=True)
    code, words = sink.exits[0]
    assert code == 70
    assert "ECONNRESET" in words
    _assert_sound(shop, "search", sink, 2)
    assert shop.reports == ["done"]


async def test_delete_asks(notes: Copy) -> None:
    async with asyncio.timeout(LIMIT):
        sink = await notes.run("delete", TASK)
    assert [question.kind for question in sink.questions] == [QuestionKind.CHOICE]
    _assert_sound(notes, "delete", sink, 2)
    assert notes.reports == ["done"]


async def test_validate_asks_leave(notes: Copy) -> None:
    async with asyncio.timeout(LIMIT):
        sink = await notes.run("validate", TASK)
    assert [question.kind for question in sink.questions] == [QuestionKind.PERMISSION]
    _assert_sound(notes, "validate", sink, 1)
    assert notes.reports == ["done"]


async def test_a_mistake_is_mended_when_sent_back(notes: Copy) -> None:
    async with asyncio.timeout(LIMIT):
        await notes.run("mistake", TASK)
        assert not _tests_pass(notes.setting("mistake").worktree)
        await notes.run("mistake", "The check is red.")
    assert _tests_pass(notes.setting("mistake").worktree)
    assert notes.reports == ["done", "done"]


async def test_a_loop_ends_without_a_report_until_it_is_nudged(notes: Copy) -> None:
    async with asyncio.timeout(LIMIT):
        sink = await notes.run("loop", TASK)
        assert notes.reports == []
        titles = [event.title for event in sink.all(ToolStarted)]
        assert max(map(titles.count, titles)) == 5
        await notes.run("loop", "Please run: wuhu report …")
    assert notes.reports == ["blocked"]
