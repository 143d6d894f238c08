from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.core.fake_host import FakeHost, git
from wuhu_tui.core import instantiate as instantiate_module
from wuhu_tui.core.conductor import Conductor
from wuhu_tui.core.core import Core
from wuhu_tui.core.door import NewSession
from wuhu_tui.core.initialise import initialise
from wuhu_tui.core.memory import Memory
from wuhu_tui.core.opening import open_project
from wuhu_tui.journal.clock import new_id, now
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.sessions import AgentLaunch
from wuhu_tui.model.states import SessionState


def plenty() -> Memory:
    return Memory(available=1 << 40, total=1 << 41)


class Desk:
    """A core over a real repository, with runners that do what the test says."""

    def __init__(self, core: Core, host: FakeHost) -> None:
        self.core = core
        self.host = host

    @property
    def folder(self) -> ProjectFolder:
        return self.core.project.folder

    def view(self, session: str) -> SessionView:
        return self.core.board.sessions[session]

    async def made(self, role: str = "impl", **wish: Any) -> str:
        """A session that was not started."""
        spec = await self.core.instantiate(NewSession(task="do it", role=role, **wish))
        return spec.id

    async def started(self, role: str = "impl", **wish: Any) -> str:
        session = await self.made(role, **wish)
        await self.core.start(session)
        return session

    async def reaches(self, session: str, state: SessionState) -> SessionView:
        """Wait until the session stands there."""

        def look() -> SessionView | None:
            view = self.core.board.session(session)
            return view if view is not None and view.state is state else None

        found = await self.core.project.ledger.until(look, 30)
        assert found is not None, f"{session} is {self.view(session).state}, not {state}"
        return found

    async def until(self, look: Callable[[], bool], words: str = "") -> None:
        """Wait for anything, also for what no journal tells."""
        try:
            async with asyncio.timeout(30):
                while not look():
                    await asyncio.sleep(0.01)
        except TimeoutError:
            pytest.fail(f"never: {words}; warnings: {self.core.board.project.warnings}")


async def open_desk(root: Path, *, conduct: bool = False) -> Desk:
    """Another core on the same project; its runners are its own."""
    project = await open_project(root, clock=now, new_id=new_id, host_of=FakeHost)
    project.memory = plenty
    assert isinstance(project.host, FakeHost)
    conductor = Conductor(project) if conduct else None
    core = Core(project, conductor)
    if conductor is not None:
        await conductor.start()
    return Desk(core, project.host)


@pytest.fixture
def _any_agent(monkeypatch: pytest.MonkeyPatch) -> None:
    launch = AgentLaunch(name="fake", command=("true",))
    monkeypatch.setattr(instantiate_module, "launch_of", lambda *_: launch)


@pytest.fixture
async def root(tmp_path: Path, _any_agent: None) -> Path:
    """A repository with one commit, made a project."""
    root = tmp_path / "shop"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    (root / "README.md").write_text("a shop\n")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "begin")
    await initialise(root)
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "settings")
    return root


@pytest.fixture
async def desk(root: Path) -> AsyncIterator[Desk]:
    """A core that does not conduct."""
    desk = await open_desk(root)
    yield desk
    await desk.core.aclose()
    desk.host.end_all()


@pytest.fixture
async def conducted(root: Path) -> AsyncIterator[Desk]:
    """A core that conducts."""
    desk = await open_desk(root, conduct=True)
    yield desk
    await desk.core.aclose()
    desk.host.end_all()
