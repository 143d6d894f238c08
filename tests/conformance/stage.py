"""One scenario's stage: a repository, a core, one agent, and the model server behind it."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import re
import signal
import subprocess
import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from tests.conformance import traces
from tests.conformance.candidates import Candidate, Mind
from tests.conformance.sample_script import sample_script
from tests.model_server.script import Op, Script, named
from tests.model_server.server import Heard, ModelServer
from wuhu_tui.core.core import Core
from wuhu_tui.core.door import NewSession
from wuhu_tui.core.initialise import initialise
from wuhu_tui.core.memory import Memory
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model.agent_events import ScreenChanged
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.events import AgentStarted, Event, MessageUnsure
from wuhu_tui.model.questions import Question, QuestionKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.transcript import ItemKind

SAMPLE_SCRIPT = "sample-script.json"
"""Where the sample's script lies, in the worktree it works in."""

PATIENCE = 60.0
"""Seconds in which an agent must do the next thing."""

SLOW = Path(__file__).with_name("programs") / "slow.py"

REPORTED = (SessionState.REPORTED, SessionState.IN_REVIEW)
RESTING = (SessionState.IDLE, *REPORTED)
_OVER = (*RESTING, SessionState.FAILED, SessionState.STOPPED)

SGR = re.compile(r"\x1b\[[0-9;:]*m")

E = TypeVar("E", bound=Event)


class Stage:
    """What a scenario sees; `mark` is on every process that comes of it."""

    def __init__(
        self,
        agent: Candidate,
        server: ModelServer,
        root: Path,
        environment: dict[str, str],
        modules: Path,
    ) -> None:
        self.agent = agent
        self.server = server
        self.root = root
        self.mark = uuid.uuid4().hex
        self.secret = f"canary-{uuid.uuid4().hex}"
        self.asks = False
        """Whether the agent is to ask for leave; else whatever it asks is allowed at once."""
        self._environment = environment
        self._modules = modules
        self._core: Core | None = None
        self._names = itertools.count(1)
        self._kind_lead: asyncio.Task[None] | None = None
        self._heard_before = len(server.heard)

    @property
    def core(self) -> Core:
        """The core, which conducts but nudges nobody."""
        assert self._core is not None
        return self._core

    async def open(self) -> None:
        """Make the repository and open its core."""
        await asyncio.to_thread(self._make_repository)
        await initialise(self.root)
        self._core = await Core.open(self.root)
        self._core.project.memory = lambda: Memory(available=1 << 40, total=1 << 41)

    async def close(self) -> None:
        """Stop whatever still runs, and let go."""
        if self._kind_lead is not None:
            self._kind_lead.cancel()
        if self._core is None:
            return
        running = [name for name in self.core.board.sessions if self.core.runner_alive(name)]
        await asyncio.gather(*(self.core.stop(name) for name in running), return_exceptions=True)
        await self.core.aclose()

    async def session(self, *steps: Iterable[Op], start: bool = True) -> str:
        """A session whose agent plays these steps; `{worktree}` in them is where it works."""
        name = f"{self.agent.name}-{self.mark[:8]}-{next(self._names)}"
        spec = await self.core.instantiate(
            NewSession(task=f"Do as the script says. {named(name)}", title=name, agent="tried")
        )
        self.script(name, *steps, worktree=spec.worktree)
        if not self.asks and self._kind_lead is None:
            self._kind_lead = asyncio.create_task(self._allow_everything())
        if start:
            await self.core.start(spec.id)
        return spec.id

    def script(self, name: str, *steps: Iterable[Op], worktree: str = "") -> str:
        """Register a script; returns how a message names it."""
        filled: Script = tuple(tuple(_placed(op, worktree) for op in step) for step in steps)
        self.server.play_script(name, filled)
        if self.agent.mind is Mind.SCRIPT and worktree:
            text = json.dumps(sample_script(filled, worktree, asks=self.asks))
            (Path(worktree) / SAMPLE_SCRIPT).write_text(text, encoding="utf-8")
        return named(name)

    def view(self, session: str) -> SessionView:
        """The session as it is now."""
        return self.core.board.sessions[session]

    def worktree(self, session: str) -> Path:
        """Where it works."""
        return Path(self.view(session).spec.worktree)

    def said(self, session: str) -> str:
        """All that the agent said; of one that has a screen, all that stood there."""
        if self.agent.has_screen:
            return self._shown(session)
        items = self.core.transcript(session).items
        return "".join(item.text for item in items if item.kind is ItemKind.SAID)

    def _shown(self, session: str) -> str:
        lines = (line for one in self.events(session, ScreenChanged) for line in one.lines.values())
        return "\n".join(SGR.sub("", line).rstrip() for line in lines)

    def events(self, session: str, kind: type[E]) -> list[E]:
        """What its journal tells of one type."""
        journal = self.core.project.folder.session(session).journal
        if not journal.exists():
            return []
        records = read_from(journal, session).records
        return [record.event for record in records if isinstance(record.event, kind)]

    @property
    def requests(self) -> list[Heard]:
        """Every request since the stage was made."""
        return self.server.heard[self._heard_before :]

    @property
    def _requests(self) -> list[Heard]:
        """Those beside the work left out."""
        return [one for one in self.requests if one.tools]

    def heard(self, session: str) -> str:
        """All that its model was told; an agent without one counts as told what it took in."""
        if self.agent.mind is Mind.SCRIPT:
            items = self.core.transcript(session).items
            kinds = (ItemKind.MESSAGE, ItemKind.TOOL, ItemKind.SAID)
            return "\n".join(item.text for item in items if item.kind in kinds)
        return "\n".join(f"{one.user}\n{one.tool}" for one in self._requests)

    async def hears(self, session: str, words: str, patience: float = PATIENCE) -> None:
        """Wait until its model was told these words."""
        words_of = f"the model to hear “{words}”"
        await self.until(lambda: words in self.heard(session), words_of, patience)

    def told_once(self, session: str, words: str) -> None:
        """The words reached the model, and only once; nobody is unsure of it."""
        assert not self.events(session, MessageUnsure), "nobody knows whether it was heard"
        times = sum(words in one.user for one in self._requests)
        assert self.agent.mind is Mind.SCRIPT or times == 1, f"the model heard it {times} times"

    async def until(
        self, look: Callable[[], object], words: str, patience: float = PATIENCE
    ) -> None:
        """Wait for something, whatever tells it; fails with the sessions as they are."""
        try:
            async with asyncio.timeout(patience):
                while not look():
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"not within {patience:g} s: {words}; {self.told()}") from None

    async def comes(self, look: Callable[[], object], patience: float) -> bool:
        """Whether something comes to be in that time."""
        try:
            await self.until(look, "", patience)
        except AssertionError:
            return False
        return True

    async def reaches(
        self, session: str, *states: SessionState, patience: float = PATIENCE
    ) -> None:
        """Wait until the session stands in one of these states."""
        words = f"to be {' or '.join(states)}"
        await self.until(lambda: self.view(session).state in states, words, patience)

    async def rests(self, session: str, patience: float = PATIENCE) -> None:
        """Wait until its turn is over and nothing waits to land."""

        def look() -> bool:
            view = self.view(session)
            return view.state in RESTING and not view.waiting and view.turn > 0

        await self.until(look, "its turn to end", patience)

    async def says(self, session: str, words: str, patience: float = PATIENCE) -> None:
        """Wait until the agent said these words."""
        await self.until(lambda: words in self.said(session), f"to say “{words}”", patience)

    async def asked(
        self, session: str, *kinds: QuestionKind, patience: float = PATIENCE
    ) -> Question | None:
        """The question that is open, once one is; None when the turn ends without one."""
        found: list[Question] = []

        def look() -> bool:
            view = self.view(session)
            found[:] = [one for one in view.questions if one.kind in kinds or not kinds]
            return bool(found) or (view.state in _OVER and view.turn > 0)

        await self.until(look, "to ask", patience)
        return found[0] if found else None

    async def tool_runs(self, session: str, sign: str) -> None:
        """Wait until the program `slow.py` that was given this sign runs in the worktree."""
        place = self.worktree(session) / sign
        await self.until(place.exists, f"a tool to leave {sign}")

    def kill_agent(self, session: str) -> None:
        """Kill the agent's process outright; one for each turn tells no number beforehand."""
        told = self.events(session, AgentStarted)[-1].pid
        for pid in [told] if told > 0 else traces.of_life(self.mark):
            os.kill(pid, signal.SIGKILL)

    def kill_runner(self, session: str) -> None:
        """Kill the runner outright."""
        os.kill(self.view(session).runner_pid, signal.SIGKILL)

    def processes(self) -> list[str]:
        """Every process of this scenario that lives, in words."""
        return [traces.words_of(process) for process in traces.processes_of(self.mark)]

    def tools_running(self) -> list[str]:
        """Those of them that are the program `slow.py`."""
        return [words for words in self.processes() if "slow.py" in words]

    def git(self, *words: str) -> str:
        """What git says in the main checkout."""
        done = subprocess.run(
            ["git", *words], cwd=self.root, check=True, capture_output=True, text=True, timeout=30
        )
        return done.stdout.strip()

    def told(self) -> str:
        """The end of what everybody told, for whoever reads a failure."""
        if self._core is None:
            return ""
        parts = []
        for name, view in self.core.board.sessions.items():
            items = self.core.transcript(name).items[-6:]
            lines = [f"{item.kind.value} {item.title} {item.text[-300:]}" for item in items]
            parts.append(f"{name} is {view.state.value}: " + " | ".join(lines))
        return "\n".join(parts)[:4_000]

    async def _allow_everything(self) -> None:
        """A lead who allows whatever is asked."""
        done: set[str] = set()
        while True:
            seen = self.core.revision
            for name, view in self.core.board.sessions.items():
                for question in view.questions:
                    if question.kind is QuestionKind.PERMISSION and question.id not in done:
                        done.add(question.id)
                        await self.core.answer(name, question.id, choice=allowing(question))
            await self.core.changed(seen)

    def _make_repository(self) -> None:
        self.root.mkdir(parents=True)
        (self.root / "README.md").write_text("a shop\n", encoding="utf-8")
        (self.root / "slow.py").write_text(SLOW.read_text(encoding="utf-8"), encoding="utf-8")
        (self.root / "wuhu.toml").write_text(self._settings(), encoding="utf-8")
        for words in (
            ("init", "-q", "-b", "main"),
            ("config", "user.name", "A Lead"),
            ("config", "user.email", "lead@example.invalid"),
            ("add", "-A"),
            ("commit", "-q", "-m", "Start"),
        ):
            self.git(*words)

    @property
    def _variables(self) -> dict[str, str]:
        return {**self._environment, **self.agent.environment}

    def _settings(self) -> str:
        places = {"{modules}": str(self._modules), "{script}": SAMPLE_SCRIPT}
        command = [*self.agent.command, *(self.agent.asking if self.asks else ())]
        table: dict[str, Any] = {
            "command": [_filled(word, places) for word in command],
            **self.agent.settings,
        }
        if self.agent.extends:
            table["extends"] = self.agent.extends
        lines = [f"{key} = {json.dumps(value)}" for key, value in table.items()]
        if self.asks and self.agent.asking_mode:
            lines.append(f"quirks = {{mode = {json.dumps(self.agent.asking_mode)}}}")
        variables = [f"{key} = {json.dumps(v)}" for key, v in self._variables.items()]
        return "\n".join(
            [
                '[project]\nname = "shop"\nagent = "tried"\n[policies]\nnudge = false',
                "[agents.tried]",
                *lines,
                "[agents.tried.environment]",
                *variables,
                "",
            ]
        )

    def traces(self, before: dict[str, str], canaries: Path) -> list[str]:
        """What the scenario left that it must not leave, in words."""
        found = [f"a process is left: {words}" for words in traces.left_behind(self.mark)]
        changed = traces.changes(before, traces.snapshot(self.root))
        found += [f"changed outside the worktree: {name}" for name in changed]
        found += [f"written beside the repository: {path.name}" for path in canaries.iterdir()]
        leaks = traces.files_with(self.secret, self.root / ".wuhu")
        leaks += [f"the pane of {name}" for name in self._names_secret()]
        return found + [f"a secret stands in {name}" for name in leaks]

    def _names_secret(self) -> list[str]:
        """The sessions of which some text, put together from its pieces, names the secret."""
        if self._core is None:
            return []
        return [
            name
            for name in self.core.board.sessions
            if any(
                self.secret in f"{item.title} {item.text} {item.detail} {item.diff}"
                for item in self.core.transcript(name).items
            )
        ]


def allowing(question: Question) -> str:
    """The option that allows once."""
    return _option(question, "allow", "once", "yes", "proceed")


def denying(question: Question) -> str:
    """The option that denies."""
    return _option(question, "deny", "reject", "no", "cancel")


def _option(question: Question, *words: str) -> str:
    keys = [option.key for option in question.options]
    for word in words:
        fitting = [key for key in keys if key == word] or [k for k in keys if word in k.lower()]
        if fitting:
            return fitting[0]
    raise AssertionError(f"none of {words} among {keys}")


def _placed(op: Op, worktree: str) -> Op:
    return replace(
        op,
        text=op.text.replace("{worktree}", worktree),
        name=op.name.replace("{worktree}", worktree),
    )


def _filled(word: str, places: dict[str, str]) -> str:
    for name, value in places.items():
        word = word.replace(name, value)
    return word
