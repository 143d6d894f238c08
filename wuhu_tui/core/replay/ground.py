"""What all parts of a replay stand on: the moment, the journals up to it, the git objects."""

from __future__ import annotations

from dataclasses import dataclass

from wuhu_tui.core.ports import ProjectCheck
from wuhu_tui.core.reading import view_of
from wuhu_tui.core.replay.moving import Moving
from wuhu_tui.core.replay.past_journals import PastJournals
from wuhu_tui.core.replay.past_objects import PastObjects
from wuhu_tui.core.replay.past_port import PastPort
from wuhu_tui.core.replay.still import Still
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.merge_rules import MergeRules


@dataclass(frozen=True)
class Ground:
    """A recording's folder, and where the replay of it stands."""

    folder: ProjectFolder
    objects: PastObjects
    moving: Moving

    @property
    def still(self) -> Still:
        """The moment with its board."""
        return self.moving.still

    @property
    def board(self) -> Board:
        """The board of the moment."""
        return self.still.board

    def view(self, session: str) -> SessionView:
        """The session of this id; raises NotFound."""
        return view_of(self, session)

    async def port(self, session: str) -> PastPort:
        """The core as it was for one session; holds still though the replay moves on."""
        still = self.still
        view = still.board.session(session)
        review, merge = (view.review, view.merge) if view else (None, None)
        checks = review.checks if review else ()
        return PastPort(
            folder=self.folder,
            repository=await self.objects.repository(),
            board=still.board,
            at=still.moment.at,
            checks=tuple(ProjectCheck(name=check.name, command=()) for check in checks),
            merge_rules=MergeRules(manner=merge.manner) if merge else MergeRules(),
        )


def journals_of(still: Still) -> PastJournals:
    """The journals as far as they had come then."""
    return PastJournals(still.seen)
