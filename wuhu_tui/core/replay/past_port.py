"""The core as reviews and merges see it, at a moment that is over: everything read, nothing written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from wuhu_tui.core.ports import Decide, ProjectCheck
from wuhu_tui.core.replay.refusing import refused
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.board import Board
from wuhu_tui.model.events import Event
from wuhu_tui.model.merge_rules import MergeRules
from wuhu_tui.model.records import Record
from wuhu_tui.model.remotes import RemoteRules
from wuhu_tui.repo.repository import Repository


@dataclass(frozen=True)
class PastPort:
    """Implements `ProjectPort` for a moment; `checks` are those that ran then."""

    folder: ProjectFolder
    repository: Repository
    board: Board
    at: datetime
    checks: Sequence[ProjectCheck] = ()
    merge_rules: MergeRules = field(default_factory=MergeRules)
    remote_rules: RemoteRules = field(default_factory=RemoteRules)
    looked: dict[str, datetime] = field(default_factory=dict)

    @property
    def clock(self) -> Callable[[], datetime]:
        """Tells the moment's time."""
        return lambda: self.at

    @property
    def new_id(self) -> Callable[[], str]:
        """Makes no ids: there is nothing to name."""
        return lambda: ""

    async def catch_up(self) -> Board:
        """The board of the moment."""
        return self.board

    async def append(self, event: Event) -> Record:
        """Refused."""
        raise refused("nothing is written here")

    async def decide(self, decide: Decide) -> None:
        """Refused."""
        raise refused("nothing is decided here")

    async def release(self, session: str) -> bool:
        """Nothing of it runs."""
        return True

    def check_output(self, session: str, check: str, text: str) -> None:
        """No check runs."""
