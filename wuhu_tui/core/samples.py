"""The bundled sample projects: copied to a place of their own, made real, ready to start."""

from __future__ import annotations

import asyncio
import difflib
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, field_validator

from wuhu_tui.core.config_base import Settings
from wuhu_tui.core.config_errors import read_settings
from wuhu_tui.core.core import Core
from wuhu_tui.core.door import NewSession
from wuhu_tui.core.initialise import initialise
from wuhu_tui.core.recordings.wishes import SUFFIX
from wuhu_tui.journal.clock import now
from wuhu_tui.journal.layout import CONFIG_FILE
from wuhu_tui.model.errors import NotFound, NotPossible
from wuhu_tui.repo.git import Git

DEFAULT_SAMPLE = "shop-api"
"""What `wuhu demo` shows unless another is named."""

SESSIONS_FILE = "sessions.toml"
"""What a sample's sessions are; lies in its top folder."""

_FOLDER = "sample_projects"
_RECORDINGS = "recordings"
_USUAL_PACE = '"--delay", "1"'
_LEFT_OUT = shutil.ignore_patterns(".git", ".wuhu", "__pycache__", "*.pyc")


class SampleSession(Settings):
    """One session of a sample, as its `sessions.toml` says."""

    title: Annotated[str, Field(min_length=1)]
    task: Annotated[str, Field(min_length=1)]
    agent: str = ""
    role: str = "impl"
    scope: tuple[str, ...] = ()

    @field_validator("scope", mode="before")
    @classmethod
    def _list_of_paths(cls, scope: Any) -> Any:
        return tuple(scope) if isinstance(scope, list) else scope

    def as_wish(self) -> NewSession:
        """The wish that makes it; its title is its key."""
        return NewSession(
            title=self.title,
            task=self.task,
            agent=self.agent,
            role=self.role,
            scope=self.scope,
            key=f"sample-{self.title}",
        )


class SampleSessions(Settings):
    """All of `sessions.toml`."""

    sessions: tuple[SampleSession, ...] = ()

    @field_validator("sessions", mode="before")
    @classmethod
    def _list_of_sessions(cls, sessions: Any) -> Any:
        return tuple(sessions) if isinstance(sessions, list) else sessions


@dataclass(frozen=True)
class PreparedSample:
    """A sample that lies ready: its repository, and its sessions, none of which runs."""

    root: Path
    sessions: tuple[str, ...]


def samples_folder() -> Path:
    """Where the samples lie: in the installed package, or beside it in a checkout.

    Raises:
        NotFound: they are in neither place.
    """
    package = Path(__file__).parents[1]
    places = (package / _FOLDER, package.parent / _FOLDER)
    found = next((place for place in places if place.is_dir()), None)
    if found is None:
        raise NotFound(
            "the sample projects are not installed",
            where=str(places[0]),
            remedy="install wuhu again, or run it from its checkout",
        )
    return found


def sample_names() -> list[str]:
    """The samples there are."""
    return sorted(path.parent.name for path in samples_folder().glob(f"*/{SESSIONS_FILE}"))


def recording_of(name: str) -> Path | None:
    """The bundled recording of that name, if there is one."""
    try:
        found = samples_folder() / _RECORDINGS / f"{name}{SUFFIX}"
    except NotFound:
        return None
    plain = name == Path(name).name
    return found if plain and found.is_file() else None


async def prepare_sample(
    name: str = DEFAULT_SAMPLE,
    *,
    root: Path | None = None,
    pace: float = 1.0,
    clock: Callable[[], datetime] = now,
) -> PreparedSample:
    """Copy a sample to `root` or a temporary folder, make it a project, instantiate its sessions.

    `pace` makes its scripted agents slower or faster; 1 is for people who watch.

    Raises:
        NotFound: there is no such sample.
        NotPossible: something lies at `root`.
        ConfigError: one of the sample's files is not valid.
    """
    source = await asyncio.to_thread(_source, name)
    root = await asyncio.to_thread(_copy, source, root, pace)
    wishes = read_settings(root / SESSIONS_FILE, SampleSessions).sessions
    await _make_repository(root)
    await initialise(root, clock=clock)
    core = await Core.open(root, clock=clock, conduct=False)
    try:
        specs = [await core.instantiate(session.as_wish()) for session in wishes]
    finally:
        await core.aclose()
    return PreparedSample(root=root, sessions=tuple(spec.id for spec in specs))


def _source(name: str) -> Path:
    names = sample_names()
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        raise NotFound(
            f"there is no sample {name}",
            remedy=f'did you mean "{near[0]}"?' if near else f"there are: {', '.join(names)}",
        )
    return samples_folder() / name


def _copy(source: Path, root: Path | None, pace: float) -> Path:
    if root is None:
        root = Path(tempfile.mkdtemp(prefix="wuhu-demo-")).resolve() / source.name
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise NotPossible(
            "something lies there already", where=str(root), remedy="name an empty folder"
        )
    shutil.copytree(source, root, ignore=_LEFT_OUT, dirs_exist_ok=True)
    config = root / CONFIG_FILE
    if config.is_file() and pace != 1.0:
        text = config.read_text(encoding="utf-8")
        paced = text.replace(_USUAL_PACE, f'"--delay", "{pace:g}"')
        config.write_text(paced, encoding="utf-8")
    return root


async def _make_repository(root: Path) -> None:
    """One commit, by somebody the repository itself names: the lead's git may name nobody."""
    git = Git(root)
    await git.run("init", "--quiet", "--initial-branch=main")
    await git.run("config", "user.name", "A Lead")
    await git.run("config", "user.email", "lead@example.invalid")
    await git.run("config", "commit.gpgsign", "false")
    await git.run("add", "--all")
    await git.run("commit", "--quiet", "--message", "Start")
