"""Where everything lies inside the repository under supervision (see DESIGN, "On disk")."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = ".wuhu"
CONFIG_FILE = "wuhu.toml"


@dataclass(frozen=True)
class SessionFolder:
    """The files of one session; `path` is absolute."""

    path: Path

    @property
    def name(self) -> str:
        """The session's id."""
        return self.path.name

    @property
    def spec(self) -> Path:
        """The session's spec, written once."""
        return self.path / "session.json"

    @property
    def journal(self) -> Path:
        """The session's journal."""
        return self.path / "events.jsonl"

    @property
    def quarantine(self) -> Path:
        """Lines of the journal that could not be read, as they were."""
        return self.path / "events.quarantine"

    @property
    def state(self) -> Path:
        """The folded state, for humans and scripts."""
        return self.path / "state.json"

    @property
    def mailbox(self) -> Path:
        """The spool of commands."""
        return self.path / "mailbox"

    @property
    def agent_log(self) -> Path:
        """The agent's stderr."""
        return self.path / "agent.log"

    @property
    def runner_log(self) -> Path:
        """The runner's own stderr, for forensics."""
        return self.path / "runner.log"

    @property
    def lock(self) -> Path:
        """Held by the runner for as long as it lives."""
        return self.path / "runner.lock"

    @property
    def policy(self) -> Path:
        """The policies of its project."""
        return self.path.parent.parent / "policy.json"

    @property
    def brief(self) -> Path:
        """What the lead dropped in before the start."""
        return self.path / "brief"

    @property
    def skills(self) -> Path:
        """How the session's role works, as a file its agent reads."""
        return self.path / "skills"


@dataclass(frozen=True)
class JobFolder:
    """The files of one job; `path` is absolute."""

    path: Path

    @property
    def name(self) -> str:
        """The job's id."""
        return self.path.name

    @property
    def lock(self) -> Path:
        """Held by the job's keeper for as long as it lives."""
        return self.path / "keeper.lock"

    @property
    def pulse(self) -> Path:
        """A FIFO that its keeper holds open: whoever reads it is told of the keeper's end at once."""
        return self.path / "pulse"

    @property
    def bell(self) -> Path:
        """A FIFO that its keeper listens to: a line in it ends the job."""
        return self.path / "bell"

    @property
    def output(self) -> Path:
        """The newest of what it printed, stdout and stderr interleaved."""
        return self.path / "output.log"

    @property
    def older_output(self) -> Path:
        """What stood in `output` before that was full; what was older still is gone."""
        return self.path / "output.older.log"

    @property
    def result(self) -> Path:
        """How it ended, written once."""
        return self.path / "result.json"

    @property
    def room(self) -> Path:
        """Room on the disk that is kept for the result, so that a full one takes it too."""
        return self.path / "result.room"

    @property
    def keeper_log(self) -> Path:
        """The keeper's own stderr, for forensics."""
        return self.path / "keeper.log"


@dataclass(frozen=True)
class ProjectFolder:
    """The files of one project; `root` is the repository's top folder, absolute."""

    root: Path

    @property
    def path(self) -> Path:
        """The `.wuhu` folder."""
        return self.root / FOLDER

    @property
    def config(self) -> Path:
        """The project's own settings."""
        return self.root / CONFIG_FILE

    @property
    def journal(self) -> Path:
        """The project's journal."""
        return self.path / "project.jsonl"

    @property
    def journal_lock(self) -> Path:
        """Held for the moment of one append to the project's journal."""
        return self.path / "project.lock"

    @property
    def conductor_lock(self) -> Path:
        """Held by the one process that automates."""
        return self.path / "conductor.lock"

    @property
    def snapshot(self) -> Path:
        """Materialised ProjectSnapshot, a view."""
        return self.path / "snapshot.json"

    @property
    def sessions(self) -> Path:
        """One folder a session."""
        return self.path / "sessions"

    @property
    def recordings(self) -> Path:
        """Exported recordings, one file each."""
        return self.path / "recordings"

    @property
    def recording(self) -> Path:
        """Says of an unpacked recording what it is; a project that lives has none."""
        return self.path / "recording.json"

    @property
    def worktrees(self) -> Path:
        """One git worktree a session."""
        return self.path / "worktrees"

    @property
    def scratch(self) -> Path:
        """Scratch worktrees of merges."""
        return self.path / "scratch"

    @property
    def radar(self) -> Path:
        """What the radar needs while it looks; whoever conducts clears it when it begins."""
        return self.path / "radar"

    @property
    def channels(self) -> Path:
        """What each channel has told so far, a file a channel."""
        return self.path / "channels"

    @property
    def replay(self) -> Path:
        """States of the past that make seeking quick: a cache, deleted at will."""
        return self.path / "replay"

    @property
    def drafts(self) -> Path:
        """The lead's unsent drafts."""
        return self.path / "drafts.json"

    @property
    def presence(self) -> Path:
        """One file a dashboard that the lead is at; a killed one's is taken up by the next."""
        return self.path / "presence"

    @property
    def policy(self) -> Path:
        """What every runner must know of the project's policies; written by the core, a view."""
        return self.path / "policy.json"

    @property
    def commands(self) -> Path:
        """Folder put on every agent's PATH; holds the `wuhu` command a worker reports with."""
        return self.path / "bin"

    @property
    def jobs(self) -> Path:
        """One folder a job."""
        return self.path / "jobs"

    def job(self, name: str) -> JobFolder:
        """The folder of the job with this id."""
        return JobFolder(self.jobs / name)

    @property
    def joins(self) -> Path:
        """One pulse for each join that a process waits for."""
        return self.path / "joins"

    def join_pulse(self, name: str) -> Path:
        """What the process that waits for this join holds while it lives."""
        return self.joins / name

    def session(self, name: str) -> SessionFolder:
        """The folder of the session with this id."""
        return SessionFolder(self.sessions / name)


def find_project(path: Path) -> ProjectFolder | None:
    """The project at or above `path`; a session's own worktree leads to its project."""
    path = path.absolute()
    found = (ProjectFolder(top) for top in (path, *path.parents))
    return next((folder for folder in found if folder.journal.is_file()), None)


def lost_project(path: Path) -> ProjectFolder | None:
    """The project at or above `path` that has sessions and no journal any more."""
    path = path.absolute()
    found = (ProjectFolder(top) for top in (path, *path.parents))
    return next(
        (
            folder
            for folder in found
            if not folder.journal.exists() and any(folder.sessions.glob("*/session.json"))
        ),
        None,
    )
