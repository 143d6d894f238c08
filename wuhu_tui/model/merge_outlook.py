"""What would land if a session's work were merged now: the facts before the lead says yes."""

from __future__ import annotations

from wuhu_tui.model.diff import DiffFile
from wuhu_tui.model.merges import FileConflict, MergeManner
from wuhu_tui.model.reviews import Check
from wuhu_tui.model.value import Value


class MergeOutlook(Value, frozen=True):
    """One session's merge, looked at and not begun; nothing in it changes anything."""

    session: str
    head: str
    base_branch: str
    base_tip: str = ""
    manner: MergeManner = MergeManner.MERGE
    message: str = ""
    """What the commit on base would say, of `rebase` what is added to each commit's own words."""
    files: tuple[DiffFile, ...] = ()
    """What base would get, without hunks."""
    commits: tuple[str, ...] = ()
    """What the branch has and base has not, as `<short sha> <subject>`, newest first."""
    behind: int = 0
    """How many commits base has that the branch has not."""
    review_checks: tuple[Check, ...] = ()
    """The checks as they ended on the reviewed commit."""
    to_check: tuple[str, ...] = ()
    """The checks that will run on the merged result."""
    conflicts: tuple[FileConflict, ...] = ()
    """What collides with base as it is now."""
    remembered: tuple[str, ...] = ()
    """Of these, files that would be settled as they were once before."""
    resolution: str = ""
    """The settled conflict that would be used; empty: none."""
    nothing: bool = False
    """Base has all of it already: nothing would land."""
    blocks: tuple[str, ...] = ()
    """What speaks against it now, in words; empty: it can begin."""
    waits: str = ""
    """Of these, what is about base's checkout alone and passes when the lead is done there."""
    checkout: str = ""
    """The folder that has base checked out and would be moved with it; empty: none has."""
    removes: tuple[str, ...] = ()
    """What would be cleaned away afterwards."""
    keeps: tuple[str, ...] = ()
    """What would be kept, and why."""
    outside: tuple[str, ...] = ()
    """Reviewed files that the session's scope does not mean."""
    waived_by: str = ""
    """Who let these pass; empty: nobody did."""
    settling: str = ""
    """The folder in which its conflict is being settled by hand; empty: none."""

    @property
    def added(self) -> int:
        """Lines that base would get."""
        return sum(file.added for file in self.files)

    @property
    def removed(self) -> int:
        """Lines that base would lose."""
        return sum(file.removed for file in self.files)

    @property
    def possible(self) -> bool:
        """Whether it would land now if its checks pass."""
        in_the_way = tuple(one for one in self.conflicts if one.path not in self.remembered)
        return not self.blocks and not self.nothing and not in_the_way
