"""Real sessions judge and mend real work: the sample agent plays author, reviewer, and fixer."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.core.conftest import plenty
from tests.core.fake_host import git
from wuhu_tui.core.core import Core
from wuhu_tui.core.door import NewSession
from wuhu_tui.core.initialise import initialise
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.reviews import Judge, VerdictKind
from wuhu_tui.model.states import SessionState

PATIENCE = 50.0

AUTHOR = """
name = "author"

[[turns]]
steps = [
  { write = "price.py", content = "PRICE = 3\\n" },
  { commit = "Add the price" },
  { run = "wuhu report done -s 'the price is there' -c '1 met price.py:1'" },
]

[[follow_ups]]
when = ["price is wrong"]
steps = [
  { write = "price.py", content = "PRICE = 4\\n" },
  { commit = "Mend the price" },
  { report = "done", summary = "the price is right" },
]
"""

REVIEWER = """
name = "reviewer"

[[turns]]
steps = [
  { run = "if touch price.py && echo x >> price.py; then git checkout -q price.py; fi; true" },
  { run = \"\"\"
head=$(git rev-parse HEAD)
if grep -q 4 price.py
then wuhu judge approved --head $head --note 'the price is right' -c '1 met price.py:1'
else wuhu judge changes_requested --head $head -f 'must:price.py:1:the price is wrong'
fi\"\"\" },
]
"""

FIXER = """
name = "fixer"

[[turns]]
steps = [
  { write = "price.py", content = "PRICE = 4\\n" },
  { commit = "Mend the price" },
  { report = "done", summary = "1 finding fixed" },
]
"""

AGENT = """
[agents.{name}]
extends = "sample"
command = ["{{python}}", "-m", "wuhu_tui.sample_agent", "--script", "{{project}}/{name}.toml", "--delay", "0.01"]
"""


CONDUCT_UNTIL_KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from wuhu_tui.core import judging_duties
from wuhu_tui.core.core import Core
from wuhu_tui.core.door import NewSession

async def dies(*_):
    os.kill(os.getpid(), signal.SIGKILL)

judging_duties.bind_verdict = dies

async def main():
    core = await Core.open(Path(sys.argv[1]))
    wish = NewSession(task="Add the price.", acceptance=("the price is 4",))
    await core.start((await core.instantiate(wish)).id)
    await asyncio.Event().wait()

asyncio.run(main())
"""


class Office:
    """A project whose sessions play their parts."""

    def __init__(self, core: Core) -> None:
        self.core = core

    def _views(self) -> list[SessionView]:
        return list(self.core.board.sessions.values())

    def view(self, session: str) -> SessionView:
        return self.core.board.sessions[session]

    async def until(self, look: Callable[[], bool], words: str) -> None:
        def reached() -> bool | None:
            over = any(view.state is SessionState.FAILED for view in self._views())
            return True if look() or over else None

        found = await self.core.project.ledger.until(reached, PATIENCE) and look()
        states = {view.id: view.state.value for view in self.core.board.sessions.values()}
        assert found, f"{words}: {states}, {self.core.board.project.warnings}"

    async def reaches(self, session: str, state: SessionState) -> SessionView:
        await self.until(lambda: self.view(session).state is state, f"{session} never {state}")
        return self.view(session)


def _project(root: Path, policy: str) -> None:
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    scripts = {"author": AUTHOR, "reviewer": REVIEWER, "fixer": FIXER}
    for name, script in scripts.items():
        (root / f"{name}.toml").write_text(script, encoding="utf-8")
    settings = (
        f'[project]\nname = "shop"\nbase = "main"\nagent = "author"\n'
        f'[review]\npolicy = "{policy}"\nagent = "reviewer"\nrounds = 1\n'
        f'[[checks]]\nname = "there"\ncommand = "test -f price.py"\n'
    )
    agents = "".join(AGENT.format(name=name) for name in scripts)
    (root / "wuhu.toml").write_text(settings + agents, encoding="utf-8")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "begin")


async def _office(root: Path, policy: str) -> Office:
    _project(root, policy)
    await initialise(root)
    return await _opened(root)


async def _opened(root: Path) -> Office:
    core = await Core.open(root)
    core.project.memory = plenty
    return Office(core)


async def _close(office: Office) -> None:
    core = office.core
    running = [name for name in core.board.sessions if core.runner_alive(name)]
    await asyncio.gather(*(core.stop(name) for name in running), return_exceptions=True)
    await core.aclose()


@pytest.fixture
async def council(tmp_path: Path) -> AsyncIterator[Office]:
    office = await _office(tmp_path / "shop", "council")
    yield office
    await _close(office)


@pytest.fixture
async def alone(tmp_path: Path) -> AsyncIterator[Office]:
    office = await _office(tmp_path / "shop", "human")
    yield office
    await _close(office)


async def _written(office: Office) -> str:
    wish = NewSession(task="Add the price.", acceptance=("the price is 4",))
    session = (await office.core.instantiate(wish)).id
    await office.core.start(session)
    return session


@pytest.mark.slow
async def test_a_council_sends_back_and_its_arbiter_approves(council: Office) -> None:
    session = await _written(council)
    view = await council.reaches(session, SessionState.APPROVED)
    review = view.review
    assert review is not None
    assert review.verdict is not None
    assert (review.verdict.judge, review.round) == (Judge.ARBITER, 2)
    assert review.verdict.criteria[0].evidence == ("price.py:1",)
    assert [one.judge for one in review.earlier] == [Judge.PEER]
    assert review.earlier[0].findings[0].text == "the price is wrong"
    merge = await council.core.merge(session)
    assert merge.result
    judges = [one for one in council.core.board.sessions.values() if one.spec.judges]
    assert len(judges) == 2
    for judge in judges:
        await council.reaches(judge.id, SessionState.ARCHIVED)
    assert git(council.core.project.folder.root, "show", "main:price.py") == "PRICE = 4"


@pytest.mark.slow
@pytest.mark.long
async def test_what_a_reviewer_found_another_session_fixes(alone: Office) -> None:
    core = alone.core
    session = await _written(alone)
    await alone.reaches(session, SessionState.IN_REVIEW)
    await core.assign_reviewer(session)

    def opinions() -> int:
        review = alone.view(session).review
        return len(review.opinions) if review else 0

    await alone.until(lambda: opinions() == 1, "the reviewer never spoke")
    first = alone.view(session).review
    assert first is not None
    assert first.opinions[0].kind is VerdictKind.CHANGES_REQUESTED
    assert alone.view(session).state is SessionState.IN_REVIEW
    (core.project.folder.root / "wuhu.toml").write_text(
        (core.project.folder.root / "wuhu.toml")
        .read_text(encoding="utf-8")
        .replace('agent = "author"', 'agent = "fixer"'),
        encoding="utf-8",
    )
    spec = await core.fix_session(session)
    assert spec.agent.name == "fixer"
    await alone.reaches(spec.id, SessionState.ARCHIVED)
    review = alone.view(session).review
    assert review is not None
    assert review.head != first.head
    assert [one.findings[0].text for one in review.earlier] == ["the price is wrong"]
    await core.assign_reviewer(session)
    await alone.until(lambda: opinions() == 1, "the second reviewer never spoke")
    again = alone.view(session).review
    assert again is not None
    assert again.opinions[0].kind is VerdictKind.APPROVED


@pytest.mark.slow
@pytest.mark.long
async def test_a_conductor_killed_between_opinion_and_verdict(tmp_path: Path) -> None:
    root = tmp_path / "shop"
    await asyncio.to_thread(_project, root, "reviewer")
    await initialise(root)
    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CONDUCT_UNTIL_KILLED, str(root)
    )
    async with asyncio.timeout(PATIENCE):
        assert await killed.wait() == -signal.SIGKILL
    office = await _opened(root)
    try:
        (session,) = (
            view.id
            for view in office.core.board.sessions.values()
            if view.spec.task == "Add the price."
        )
        view = await office.reaches(session, SessionState.APPROVED)
        review = view.review
        assert review is not None
        assert review.verdict is not None
        assert (review.round, review.verdict.judge) == (2, Judge.REVIEWER)
        assert [one.kind for one in review.earlier] == [VerdictKind.CHANGES_REQUESTED]
        letters = [one for one in office.core.board.letters.values() if one.recipient == session]
        assert len(letters) == 1
    finally:
        await _close(office)
