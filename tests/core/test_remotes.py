"""Base and its remote: seen, waited for, pushed, refused, brought in; and never spoken to unasked."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.core.merging_alone import run_merge
from tests.core.remote_steps import Published, make_published
from tests.core.repositories import NAME_OF_FIRST, Crash
from wuhu_tui.core.ports import ProjectCheck
from wuhu_tui.core.queue import queue_merge
from wuhu_tui.core.queue_work import work_queue
from wuhu_tui.core.remotes import (
    attend_remote,
    look_at_remote,
    merge_delay,
    push_base,
    remote_state,
    sync_base,
)
from wuhu_tui.core.undo import undo_merge
from wuhu_tui.model.errors import Conflict, GitError, NotPossible
from wuhu_tui.model.events import Event
from wuhu_tui.model.merge_rules import MergeRules, Together
from wuhu_tui.model.merges import MergeOutcome, MergeStep
from wuhu_tui.model.project_events import MergeStepped
from wuhu_tui.model.remote_events import BasePushed, PushRefused, RemoteLooked
from wuhu_tui.model.remote_words import remote_need, remote_words, why_merges_wait
from wuhu_tui.model.remotes import Push, RemoteRules, RemoteState

EACH = RemoteRules(push=Push.EACH, seconds=20)


@pytest.fixture
async def each(tmp_path: Path) -> Published:
    return await make_published(tmp_path, EACH)


async def test_each_merge_is_pushed_once_it_is_proven(each: Published) -> None:
    merge = await run_merge(each.port, await each.project.approved())
    assert merge.outcome is MergeOutcome.MERGED
    assert merge.published == "origin/main"
    assert each.there() == merge.result == each.box.head("main")
    (pushed,) = each.port.told(BasePushed)
    assert (pushed.commit, pushed.by, pushed.sessions) == (merge.result, "lead", (NAME_OF_FIRST,))
    assert each.port.board.remote is not None
    assert remote_need(each.port.board.remote) == ""


@pytest.mark.long
async def test_without_a_wish_the_remote_is_never_spoken_to(each: Published) -> None:
    each.rules(RemoteRules())
    each.bare.rename(each.bare.with_name("gone.git"))
    merge = await run_merge(each.port, await each.project.approved())
    assert (merge.outcome, merge.published) == (MergeOutcome.MERGED, "")
    assert each.port.told(RemoteLooked) == []


async def test_a_remote_that_moved_is_found_before_anything_else(each: Published) -> None:
    view = await each.project.approved()
    tip = each.box.head("main")
    each.pushed_by_another()
    merge = await run_merge(each.port, view)
    assert merge.outcome is MergeOutcome.REFUSED
    assert "origin/main moved: 1 commit you do not have" in merge.detail
    assert "Add theirs.txt" in merge.detail
    assert merge.detail.endswith("bring them in: wuhu sync-base")
    assert each.box.head("main") == tip
    assert merge.detail == await merge_delay(each.port, "main")
    assert await merge_delay(each.port, "another") == ""
    said = await sync_base(each.port)
    assert said.endswith("1 commit brought in")
    assert (each.box.path / "theirs.txt").exists()
    assert each.box.git("status", "--porcelain") == ""
    merge = await run_merge(each.port, each.port.view(NAME_OF_FIRST))
    assert (merge.outcome, each.there()) == (MergeOutcome.MERGED, merge.result)


@pytest.mark.long
async def test_a_batch_is_pushed_as_the_whole_that_was_proven(each: Published) -> None:
    each.port.merge_rules = MergeRules(together=Together.BATCH)
    for number in (1, 2):
        name = f"shop-impl-0{number}"
        await queue_merge(each.port, await each.project.approved({f"{number}.txt": "x"}, name=name))
    await work_queue(each.port)
    merges = [view.merge for view in each.port.board.sessions.values()]
    assert [merge and merge.published for merge in merges] == ["origin/main", "origin/main"]
    (pushed,) = each.port.told(BasePushed)
    assert pushed.commit == each.there() == each.box.head("main")
    assert sorted(pushed.sessions) == ["shop-impl-01", "shop-impl-02"]


async def test_what_somebody_took_away_there_is_not_pushed_back_unasked(each: Published) -> None:
    secret = each.box.commit({"secret.txt": "x"}, "By mistake")
    start = each.box.head("HEAD~1")
    await push_base(each.port)
    view = await each.project.approved()
    each.box.git("push", "--quiet", "--force", str(each.bare), f"{start}:refs/heads/main")
    merge = await run_merge(each.port, view)
    assert merge.outcome is MergeOutcome.REFUSED
    assert f"was moved back or rewritten: it has {secret[:12]} no more" in merge.detail
    assert merge.detail == (await merge_delay(each.port, "main"))
    await attend_remote(each.port)
    assert each.there() == start
    await push_base(each.port)
    assert each.there() == each.box.head("main") == secret
    assert (await run_merge(each.port, each.port.view(NAME_OF_FIRST))).published == "origin/main"


@pytest.mark.long
async def test_base_here_may_follow_what_was_taken_away_there(each: Published) -> None:
    each.box.commit({"secret.txt": "x"}, "By mistake")
    start = each.box.head("HEAD~1")
    await push_base(each.port)
    each.box.git("push", "--quiet", "--force", str(each.bare), f"{start}:refs/heads/main")
    assert (await look_at_remote(each.port)).lost
    each.box.git("reset", "--quiet", "--keep", "origin/main")
    assert not (await look_at_remote(each.port)).lost
    merge = await run_merge(each.port, await each.project.approved())
    assert merge.published == "origin/main"


async def test_a_hook_there_keeps_nothing_from_landing(each: Published) -> None:
    hook = each.hook("pre-receive", "echo 'frozen until Monday'; exit 1")
    before = each.there()
    merge = await run_merge(each.port, await each.project.approved())
    assert (merge.outcome, merge.published) == (MergeOutcome.MERGED, "")
    assert (each.box.head("main"), each.there()) == (merge.result, before)
    need = remote_need(each.port.board.remote)
    assert need.startswith("origin did not take main: ")
    assert "frozen until Monday" in need
    await attend_remote(each.port)
    assert len(each.port.told(PushRefused)) == 1
    hook.unlink()
    await attend_remote(each.port)
    assert each.there() == merge.result
    assert remote_need(each.port.board.remote) == ""
    assert each.port.view(NAME_OF_FIRST).merge == replace(merge, published="origin/main")


@pytest.mark.long
async def test_a_hook_here_that_hangs_ends_in_time(each: Published) -> None:
    each.rules(replace(EACH, seconds=0.3))
    hook = each.box.path / ".git" / "hooks" / "pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nsleep 60\n")
    hook.chmod(0o755)
    merge = await run_merge(each.port, await each.project.approved())
    assert (merge.outcome, merge.published) == (MergeOutcome.MERGED, "")
    assert "did not end within 0.3 s" in remote_need(each.port.board.remote)


@pytest.mark.long
async def test_what_was_refused_and_taken_back_is_not_pushed_later(each: Published) -> None:
    hook = each.hook("pre-receive", "exit 1")
    before = each.there()
    await run_merge(each.port, await each.project.approved())
    await undo_merge(each.port, each.port.view(NAME_OF_FIRST))
    hook.unlink()
    await attend_remote(each.port)
    assert (each.there(), each.box.head("main")) == (before, before)
    assert remote_need(each.port.board.remote) == ""


async def test_somebody_is_quicker_between_preflight_and_push(each: Published) -> None:
    view = await each.project.approved()
    script = each.box.path / ".git" / "hooks" / "post-merge"
    script.parent.mkdir(exist_ok=True)
    clone = each.other.path
    script.write_text(
        f"#!/bin/sh\nunset $(git rev-parse --local-env-vars)\ncd {clone}\n"
        "echo theirs > theirs.txt; git add -A; git commit -qm 'Quicker'; git push -q\n"
    )
    script.chmod(0o755)
    merge = await run_merge(each.port, view)
    assert (merge.outcome, merge.published) == (MergeOutcome.MERGED, "")
    assert each.box.head("main") == merge.result
    assert each.there() == each.other.head()
    assert "pull --no-rebase" in remote_need(each.port.board.remote)


@pytest.mark.long
async def test_a_remote_out_of_reach_is_told_and_holds_nothing_up(each: Published) -> None:
    gone = each.bare.with_name("gone.git")
    each.bare.rename(gone)
    merge = await run_merge(each.port, await each.project.approved())
    assert (merge.outcome, merge.published) == (MergeOutcome.MERGED, "")
    state = each.port.board.remote
    assert state is not None
    assert remote_words(state).startswith("could not look at origin/main: ")
    with pytest.raises(GitError, match="could not look"):
        await push_base(each.port)
    gone.rename(each.bare)
    await attend_remote(each.port)
    assert each.there() == merge.result


async def test_asked_the_lead_pushes(each: Published) -> None:
    each.rules(RemoteRules(push=Push.ASK))
    before = each.there()
    merge = await run_merge(each.port, await each.project.approved())
    assert each.there() == before
    need = remote_need(each.port.board.remote)
    assert need == "main is 2 ahead of origin/main: wuhu push"
    said = await push_base(each.port, by="ada")
    assert said == f"origin/main is at {merge.result[:12]}: 2 commits pushed"
    assert each.there() == merge.result
    assert each.port.view(NAME_OF_FIRST).merge == replace(merge, published="origin/main")
    assert remote_need(each.port.board.remote) == ""
    assert await push_base(each.port) == "origin/main has all of main already"


async def test_what_is_not_proven_yet_is_not_pushed(tmp_path: Path, each: Published) -> None:
    armed = tmp_path / "armed"
    each.rules(RemoteRules(push=Push.ASK))
    each.port.checks = [ProjectCheck(name="smoke", command=f"test ! -f {armed}")]
    each.port.merge_rules = MergeRules(after=("smoke",))
    view = await each.project.approved()
    before = each.box.head("main")

    def dies(event: Event, moment: str) -> None:
        if isinstance(event, MergeStepped) and event.step is MergeStep.LAND:
            armed.touch()
            raise Crash

    each.port.trap = dies
    with pytest.raises(Crash):
        await run_merge(each.port, view)
    assert each.box.head("main") != before
    each.port.trap = lambda event, moment: None
    assert "has all of main already" in await push_base(each.port)
    assert each.there() == each.box.head("main") == before


@pytest.mark.long
async def test_a_merge_that_others_have_is_taken_back_by_a_revert(each: Published) -> None:
    each.rules(RemoteRules(push=Push.ASK))
    merge = await run_merge(each.port, await each.project.approved())
    await push_base(each.port)
    undone = await undo_merge(each.port, each.port.view(NAME_OF_FIRST))
    assert undone.outcome is MergeOutcome.UNDONE
    assert undone.detail.startswith(f"reverted {merge.result[:12]} with ")
    assert "origin/main has the merge still: push the revert: wuhu push" in undone.detail
    assert each.there() == merge.result
    await push_base(each.port)
    assert each.there() == undone.undo


async def test_a_merge_that_arrived_unseen_is_taken_back_by_a_revert(each: Published) -> None:
    each.rules(RemoteRules(push=Push.ASK))
    merge = await run_merge(each.port, await each.project.approved())
    each.box.git("push", "--quiet", str(each.bare), "main")
    undone = await undo_merge(each.port, each.port.view(NAME_OF_FIRST))
    assert undone.detail.startswith(f"reverted {merge.result[:12]} with ")
    assert each.there() == merge.result == each.box.head("main~1")


async def test_what_may_have_arrived_is_not_taken_out_of_history(each: Published) -> None:
    gone = each.bare.with_name("gone.git")
    view = await each.project.approved()

    def goes(event: Event, moment: str) -> None:
        if isinstance(event, MergeStepped) and event.step is MergeStep.PROVE:
            each.bare.rename(gone)
            each.port.trap = lambda event, moment: None

    each.port.trap = goes
    merge = await run_merge(each.port, view)
    assert merge.published == ""
    undone = await undo_merge(each.port, each.port.view(NAME_OF_FIRST))
    assert undone.detail.startswith(f"reverted {merge.result[:12]} with ")
    gone.rename(each.bare)
    await attend_remote(each.port)
    assert each.there() == undone.undo == each.box.head("main")


@pytest.mark.long
async def test_where_each_is_pushed_the_revert_is_too(each: Published) -> None:
    await run_merge(each.port, await each.project.approved())
    undone = await undo_merge(each.port, each.port.view(NAME_OF_FIRST))
    assert each.there() == undone.undo == each.box.head("main")
    assert "origin/main has the revert too" in undone.detail


@pytest.mark.long
async def test_the_two_that_went_apart_are_not_forced_together(each: Published) -> None:
    theirs = each.pushed_by_another()
    mine = each.box.commit({"mine.txt": "mine\n"}, "Mine")
    with pytest.raises(Conflict, match="main is 1 ahead of origin/main, origin/main has 1 commit"):
        await push_base(each.port)
    with pytest.raises(Conflict, match="Add theirs"):
        await sync_base(each.port)
    assert (each.box.head("main"), each.there()) == (mine, theirs)


@pytest.mark.long
async def test_dirty_files_of_the_lead_are_not_touched_by_what_comes_in(each: Published) -> None:
    each.pushed_by_another("readme.txt")
    each.box.write("readme.txt", "the lead's own\n")
    before = each.box.head("main")
    with pytest.raises(GitError, match="uncommitted changes"):
        await sync_base(each.port)
    assert (each.box.path / "readme.txt").read_text() == "the lead's own\n"
    assert each.box.head("main") == before


async def test_a_look_is_written_down_when_it_tells_something_new(each: Published) -> None:
    await look_at_remote(each.port)
    await look_at_remote(each.port)
    assert len(each.port.told(RemoteLooked)) == 1
    each.pushed_by_another()
    assert (await remote_state(each.port)).behind == 0
    assert (await look_at_remote(each.port)).behind == 1
    assert (await remote_state(each.port)).behind == 1
    assert len(each.port.told(RemoteLooked)) == 2


@pytest.mark.long
async def test_a_remote_that_nobody_named(each: Published) -> None:
    each.rules(replace(EACH, name="upstream"))
    state = await look_at_remote(each.port)
    assert "no remote is called upstream" in state.trouble
    assert (await remote_state(each.port)).trouble == state.trouble


@pytest.mark.long
async def test_a_remote_that_has_no_such_branch_gets_it(each: Published, tmp_path: Path) -> None:
    each.box.git("remote", "set-url", "origin", str(tmp_path / "empty.git"))
    each.box.git("update-ref", "-d", "refs/remotes/origin/main")
    each.box.git("init", "--quiet", "--bare", str(tmp_path / "empty.git"))
    state = await look_at_remote(each.port)
    assert (state.absent, state.ahead, state.behind) == (True, 1, 0)
    assert remote_words(state) == "origin has no main yet"
    await push_base(each.port)
    assert not (await look_at_remote(each.port)).absent


async def test_a_protected_base_is_not_pushed_to(each: Published) -> None:
    each.rules(RemoteRules(protected=True))
    with pytest.raises(NotPossible, match="only by pull requests"):
        await push_base(each.port)


SEEN = RemoteState(name="origin", base="main", push=Push.EACH, local="a", remote="b")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (SEEN, ""),
        (replace(SEEN, push=Push.NEVER, behind=2), ""),
        (replace(SEEN, trouble="no route"), ""),
        (replace(SEEN, behind=9, missing=("1 a", "2 b")), "9 commits you do not have: 1 a; 2 b, …"),
        (replace(SEEN, behind=1, ahead=2), "main has 2 that it has not"),
        (replace(SEEN, protected=True, trouble="no route"), "could not look at origin/main"),
        (replace(SEEN, protected=True, gh="gh is not installed"), "gh is not installed"),
        (replace(SEEN, protected=True, absent=True), "origin has no main"),
        (replace(SEEN, protected=True, ahead=1), "moves there only by pull requests"),
    ],
)
def test_why_merges_wait(state: RemoteState, words: str) -> None:
    found = why_merges_wait(state)
    assert words in found if words else found == ""
