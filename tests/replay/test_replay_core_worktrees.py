"""What records tell of a worktree, and how surely."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.replay.journals import Recording, at
from tests.replay.memory_reel import told
from wuhu_tui.core.replay.past_worktrees import COMMITTED, MOVED_ON, told_of, worktree_then
from wuhu_tui.core.replay.still import Still
from wuhu_tui.model import events
from wuhu_tui.model.board import Board, SessionView, Standing
from wuhu_tui.model.events import Event
from wuhu_tui.model.history_events import WorktreeSeen
from wuhu_tui.model.marks import Moment
from wuhu_tui.model.reports import Exit, ExitReason
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState

VIEW = SessionView(
    spec=SessionSpec(id="one", project="shop", base_commit="b0"),
    own=Standing(state=SessionState.WORKING),
)
SEEN = WorktreeSeen(tree="t1", commit="k1", head="b0")
EDIT = events.ToolStarted(call="c", title="Edit", kind="edit")
READ = events.ToolStarted(call="r", title="Read", kind="read")
OVER = events.TurnEnded(turn=1, stop_reason="end_turn", head="c1")
ENDED = events.RunnerEnded(exit=Exit(reason=ExitReason.STOPPED))
COMMIT = events.CommitSeen(sha="c1")


@pytest.mark.parametrize(
    ("happened", "now", "tree", "exact", "note"),
    [
        ((SEEN,), 60, "t1", True, ""),
        ((SEEN, READ, events.ToolEnded(call="r")), 60, "t1", True, ""),
        ((SEEN, EDIT, events.ToolEnded(call="c")), 60, "t1", False, MOVED_ON),
        ((SEEN, COMMIT), 60, "t1", True, ""),
        ((SEEN, EDIT, COMMIT), 60, "c1", False, COMMITTED),
        ((SEEN, EDIT, COMMIT, OVER), 5, "c1", False, COMMITTED),
        ((SEEN, EDIT, COMMIT, OVER), 60, "t1", True, ""),
        ((SEEN, EDIT, OVER, events.TurnStarted(turn=2)), 60, "c1", False, COMMITTED),
        ((SEEN, EDIT, ENDED), 5, "t1", True, ""),
        ((EDIT, COMMIT, OVER), 60, "c1", False, COMMITTED),
    ],
)
def test_the_newest_look_holds_until_something_may_have_changed_it(
    happened: tuple[Event, ...], now: float, tree: str, exact: bool, note: str
) -> None:
    records = told(*enumerate(happened))
    found = worktree_then(VIEW, records, at(now))
    assert (found.tree, found.exact, found.note) == (tree, exact, note)


@pytest.mark.parametrize("words", [1, 500])
def test_a_look_holds_however_much_was_said_since(tmp_path: Path, words: int) -> None:
    """A turn that wrote no file ends without another look."""
    recording = Recording(tmp_path)
    said = [events.AgentSaid(text="word " * 200) for _ in range(words)]
    over = events.TurnEnded(turn=2, stop_reason="end_turn", head="b0")
    for event in (SEEN, events.TurnStarted(turn=2), *said, over):
        last = recording.tell("one", 1, event)
    still = Still(moment=Moment(index=9, at=at(60)), board=Board(), seen={"one": last.seq})
    records = told_of(still, recording.path("one"), "one")
    found = worktree_then(VIEW, records, at(60))
    assert (found.tree, found.exact) == ("t1", True)
