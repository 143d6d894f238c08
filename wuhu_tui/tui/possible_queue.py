"""Why something cannot be done in the merge queue now: pure functions, one sentence each."""

from __future__ import annotations

from collections.abc import Callable

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.queue_words import keeps_others
from wuhu_tui.model.remotes import RemoteState
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.action import Possible, Situation
from wuhu_tui.tui.presentation.queue import Item, Part, queue_line

NOTHING = "nothing is selected"


def _item(situation: Situation) -> Item | None:
    view = situation.session
    return queue_line(situation.board).item(view.id) if view else None


def _of_item(judge: Callable[[Item], str]) -> Possible:
    """A reason that needs something under the cursor first."""

    def possible(situation: Situation) -> str:
        item = _item(situation)
        return judge(item) if item else NOTHING

    return possible


def _not_in_line(item: Item) -> str:
    name = item.view.spec.shown_name
    if item.part is Part.RUNNING:
        return f"{name} is being merged just now"
    return "" if item.entry else f"{name} is not in line"


can_hold = _of_item(_not_in_line)


@_of_item
def can_move_up(item: Item) -> str:
    """Only what is not the first."""
    if why := _not_in_line(item):
        return why
    return "it is the first in line" if item.place == 1 else ""


@_of_item
def can_move_down(item: Item) -> str:
    """Only what is not the last."""
    if why := _not_in_line(item):
        return why
    return "it is the last in line" if item.place == item.count else ""


can_drop = _of_item(_not_in_line)


@_of_item
def can_merge_now(item: Item) -> str:
    """What is approved, in line or not."""
    name = item.view.spec.shown_name
    match item.part:
        case Part.RUNNING:
            return f"{name} is being merged just now"
        case Part.LANDED if item.merge is not None and item.merge.outcome is MergeOutcome.MERGED:
            return f"{name} is in {item.merge.base_branch} already: z takes it back"
    if item.entry or item.view.state is SessionState.APPROVED:
        return ""
    if item.view.state is SessionState.CONFLICT:
        return f"{name} conflicts with base: S settles it"
    return f"{name} is not approved: d reviews it"


def can_push(situation: Situation) -> str:
    """Base has to have something that its remote has not, and may go there."""
    remote = situation.board.remote
    base = situation.board.project.base_branch
    if remote is None:
        return f"{base} has no remote that the project uses: docs/config.md, [remote]"
    if remote.protected:
        return f"{remote.place} is protected: what lands goes there by pull requests"
    if remote.behind:
        return f"{remote.place} has {_commits(remote.behind)} that {base} has not: B brings them in"
    nothing = not remote.ahead and not remote.trouble and not remote.absent
    return f"{remote.place} has everything already" if nothing else ""


def can_bring_in(situation: Situation) -> str:
    """The remote has to have something that base has not."""
    remote = situation.board.remote
    base = situation.board.project.base_branch
    if remote is None:
        return f"{base} has no remote that the project uses: docs/config.md, [remote]"
    return "" if _may_be_behind(remote) else f"{remote.place} has nothing that {base} has not"


def _may_be_behind(remote: RemoteState) -> bool:
    return bool(remote.behind or remote.trouble)


def _commits(number: int) -> str:
    return f"{number} commit{'s' * (number != 1)}"


def in_conflict(view: SessionView) -> str:
    """Why there is no conflict of a session to settle; empty when there is one."""
    name = view.spec.shown_name
    if view.state is SessionState.CONFLICT:
        return ""
    if view.state is SessionState.MERGING:
        return f"{name} is being merged just now"
    merge = view.merge
    conflicts = merge is not None and merge.outcome is MergeOutcome.CONFLICT
    return f"{name} works on it already" if conflicts else f"{name} has no conflict with base"


def can_settle(situation: Situation) -> str:
    """A session's merge has to have conflicted."""
    view = situation.session
    return in_conflict(view) if view else NOTHING


def can_undo_here(situation: Situation) -> str:
    """What is under the cursor has to be in base."""
    item = _item(situation)
    if item is None:
        return NOTHING
    merge = item.merge
    landed = item.view.state is SessionState.MERGED and merge is not None
    if landed and merge is not None and merge.outcome is MergeOutcome.MERGED:
        return another_runs(situation)
    return f"{item.view.spec.shown_name} is not in base: nothing to take back"


def another_runs(situation: Situation) -> str:
    """Nothing is taken back while a merge moves base."""
    running = next(filter(keeps_others, situation.board.sessions.values()), None)
    if running is None:
        return ""
    name = running.spec.shown_name
    more = "" if situation.board.queue.paused_by else "; p in the queue lets no other begin"
    return f"the merge of {name} runs: z takes back when it has ended{more}"


def pauses(situation: Situation) -> bool:
    """Whether the pause key would pause, not resume."""
    return not situation.board.queue.paused_by


def holds(situation: Situation) -> bool:
    """Whether the hold key would hold, not release."""
    item = _item(situation)
    return item is None or item.entry is None or not item.entry.held_by


def can_send_back(situation: Situation) -> str:
    """What lies before the lead can go back."""
    view = situation.session
    if view is None:
        return NOTHING
    return "" if view.review else f"{view.spec.shown_name} has nothing in review"


def can_edit_conflict(situation: Situation) -> str:
    """Needs an editor and a terminal to give away."""
    if not situation.editor:
        return "no editor is set: export EDITOR"
    return "" if situation.can_suspend else "this terminal cannot be handed to an editor"


def is_half_settled(situation: Situation) -> str:
    """Something has to lie there."""
    merge = situation.session.merge if situation.session else None
    if merge is not None and merge.settling:
        return ""
    return "nothing was begun: e opens your editor"


def was_settled(situation: Situation) -> str:
    """Something has to be thrown away."""
    merge = situation.session.merge if situation.session else None
    if merge is not None and (merge.settling or merge.resolution):
        return ""
    return "nothing was settled by hand"
