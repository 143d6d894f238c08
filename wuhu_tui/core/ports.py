"""What reviews and merges need of the core, and nothing more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.board import Board
from wuhu_tui.model.events import Event
from wuhu_tui.model.merge_rules import MergeRules
from wuhu_tui.model.records import Record
from wuhu_tui.model.remotes import RemoteRules
from wuhu_tui.model.value import Value

if TYPE_CHECKING:
    from wuhu_tui.repo.repository import Repository


Decide = Callable[[Board], Sequence[Event]]
"""What to write, seeing everything that was written before; may raise to write nothing."""


class ProjectCheck(Value, frozen=True):
    """One check of the project as its `wuhu.toml` names it.

    A command of several words runs as it is; one string runs in a shell. `{python}` stands for
    the Python that runs wuhu.
    """

    name: str
    command: str | tuple[str, ...]
    timeout: float = 600.0


class ProjectPort(Protocol):
    """The core as reviews and merges see it."""

    @property
    def folder(self) -> ProjectFolder:
        """The project's files."""

    @property
    def looked(self) -> dict[str, datetime]:
        """When what lies elsewhere was looked at last in this process, by what it is."""

    @property
    def repository(self) -> Repository:
        """The repository under supervision."""

    @property
    def checks(self) -> Sequence[ProjectCheck]:
        """The project's checks, in the order they run."""

    @property
    def remote_rules(self) -> RemoteRules:
        """Where base is published, and how."""

    @property
    def merge_rules(self) -> MergeRules:
        """How approved work gets onto base."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """Tells the time."""

    @property
    def new_id(self) -> Callable[[], str]:
        """Makes ids."""

    @property
    def board(self) -> Board:
        """The board as it is now; may lag a moment behind the journals."""

    async def catch_up(self) -> Board:
        """Read every journal to its end as it is on disk now, and return that board."""

    async def append(self, event: Event) -> Record:
        """Write to the project's journal; on disk when this returns."""

    async def decide(self, decide: Decide) -> None:
        """Write what `decide` says of the board as the project's journal stands at that moment.

        No other process writes meanwhile, and the board knows of it when this returns.
        """

    async def release(self, session: str) -> bool:
        """End the session's own processes if it does not work; whether none of them runs now.

        Bounded; says False at once for a session that works or asks.
        """

    def check_output(self, session: str, check: str, text: str) -> None:
        """Take a piece of a running check's output, as it comes; must not block."""
