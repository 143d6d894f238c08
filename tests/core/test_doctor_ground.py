"""What the doctor decides of journals, worktrees, the machine, settings and agents: pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.core.boards import BEGINNING, Story
from wuhu_tui.core.channels.outlet import why_unusable
from wuhu_tui.core.channels.plan import ChannelPlan
from wuhu_tui.core.channels.state import ChannelState
from wuhu_tui.core.config import LimitSettings
from wuhu_tui.core.doctor import (
    agents,
    guards,
    journals,
    machine,
    pulls,
    repository,
    settings,
    waits,
    worktrees,
)
from wuhu_tui.core.memory import Memory
from wuhu_tui.model.board import Board
from wuhu_tui.model.budgets import Policy
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.errors import ConfigError
from wuhu_tui.model.health import Level, Observation
from wuhu_tui.model.jobs import Job, JobOutcome
from wuhu_tui.model.permissions import Decision, PolicyRule
from wuhu_tui.model.rescues import Rescue
from wuhu_tui.model.sessions import AgentLaunch
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.worktrees import Worktree

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ONE = "shop-impl-01"
PLACE = "/shop/.wuhu"


def levels(found: Iterable[Observation]) -> list[Level]:
    return [one.level for one in found]


# journals and clocks


def test_a_newer_journal_and_damaged_lines_are_told() -> None:
    found = journals.judge(
        [
            journals.Seen(name="", refused="it has format 9", remedy="update"),
            journals.Seen(name=ONE, quarantined=3, quarantine="/x/events.quarantine"),
            journals.Seen(name="well"),
        ]
    )
    assert [one.id for one in found] == ["journals", f"journals:damaged:{ONE}"]
    assert "3 damaged lines" in found[1].text


def test_journals_that_cannot_be_read_are_not_called_well() -> None:
    seen = journals.Seen(name=ONE, quarantine="/x/events.quarantine", unseen="no leave")
    assert levels(journals.judge([seen])) == [Level.UNKNOWN]
    mute = journals.Stamps(name=ONE, unseen="no leave")
    (one,) = journals.judge_clock([mute], NOW)
    assert (one.level, one.text) == (Level.UNKNOWN, f"could not look: {ONE}: no leave")


def stamps(*seconds: float) -> journals.Stamps:
    moments = tuple(
        (f"1.{number}", NOW + timedelta(seconds=second)) for number, second in enumerate(seconds)
    )
    return journals.Stamps(name=ONE, moments=moments)


@pytest.mark.parametrize(
    ("seconds", "ids"),
    [
        ((-30, -20, -10), []),
        ((-10, -12, -9), []),
        ((-10, -3610, -3600), ["clock:back"]),
        ((-10, 60), []),
        ((-10, 3600), ["clock:ahead"]),
        ((7200, -10), ["clock:back", "clock:ahead"]),
        ((), []),
    ],
)
def test_a_clock_that_jumped_is_told(seconds: tuple[float, ...], ids: list[str]) -> None:
    assert [one.id for one in journals.judge_clock([stamps(*seconds)], NOW)] == ids


# worktrees and branches


def board_with(state: SessionState | None = None) -> Board:
    """One session with a worktree, in a state that the core gave."""
    story = Story()
    story.instantiated(ONE)
    view = story.view(ONE)
    spec = replace(view.spec, worktree=f"{PLACE}/worktrees/{ONE}", branch=f"wuhu/{ONE}")
    given = replace(view.given, state=state) if state else view.given
    return Board(sessions={ONE: replace(view, spec=spec, given=given)})


def tree(name: str, *, missing: bool = False) -> Worktree:
    return Worktree(path=f"{PLACE}/worktrees/{name}", missing=missing)


def seen_trees(*registered: Worktree, folders: Iterable[str] = ()) -> worktrees.Seen:
    paths = tuple(f"{PLACE}/worktrees/{name}" for name in folders)
    owners = {f"{PLACE}/worktrees/{ONE}": ONE}
    return worktrees.Seen(registered=registered, folders=paths, owners=owners)


@pytest.mark.parametrize(
    ("state", "seen", "ids"),
    [
        (None, seen_trees(tree(ONE), folders=[ONE]), []),
        (None, seen_trees(tree(ONE, missing=True)), [f"worktrees:{ONE}"]),
        (None, seen_trees(folders=[ONE]), [f"worktrees:unknown:{PLACE}/worktrees/{ONE}"]),
        (None, seen_trees(tree("x", missing=True)), [f"worktrees:gone:{PLACE}/worktrees/x"]),
        (SessionState.ARCHIVED, seen_trees(tree(ONE), folders=[ONE]), [f"worktrees:kept:{ONE}"]),
        (SessionState.ARCHIVED, seen_trees(), []),
        (None, worktrees.Seen(registered=(Worktree(path="/elsewhere", missing=True),)), []),
    ],
)
def test_worktrees_are_held_against_the_sessions(
    state: SessionState | None, seen: worktrees.Seen, ids: list[str]
) -> None:
    found = worktrees.judge(board_with(state), seen, NOW, PLACE)
    assert [one.id for one in found] == ids


def test_a_folder_that_no_session_owns_can_be_removed_only_if_git_can_keep_what_it_holds() -> None:
    seen = seen_trees(tree("x"), tree(ONE), folders=["x", "y", ONE])
    found = worktrees.judge_strays(seen)
    assert [one.id for one in found] == [f"strays:{PLACE}/worktrees/{name}" for name in "xy"]
    assert [one.fixable for one in found] == [True, False]
    assert not worktrees.judge_strays(replace(seen, making=True))


def test_an_old_scratch_worktree_is_told() -> None:
    old = {f"{PLACE}/scratch/a": NOW - timedelta(days=1), f"{PLACE}/scratch/b": NOW}
    found = worktrees.judge(Board(), worktrees.Seen(scratch=old), NOW, PLACE)
    assert [one.subject for one in found] == [f"{PLACE}/scratch/a"]


def test_a_branch_without_a_session_is_told_with_whether_its_work_is_in_base() -> None:
    tips = {f"wuhu/{ONE}": "a", "wuhu/x": "b", "wuhu/y": "c", "main": "d", "mine": "e"}
    board = board_with()
    found = worktrees.judge_branches(board, tips, frozenset({"wuhu/x"}), making=False)
    assert [one.repair for one in found] == ["git branch -d wuhu/x", "git log wuhu/y --not HEAD"]
    assert not worktrees.judge_branches(board, tips, frozenset(), making=True)


# the machine

ROOMY = machine.Disk(what="x", device=1, total=10**12, free=10**11, files=10**6, free_files=10**5)


@pytest.mark.parametrize(
    ("disk", "ids"),
    [
        (ROOMY, ["disk"]),
        (replace(ROOMY, free=10**8), ["disk:x"]),
        (replace(ROOMY, free_files=3), ["disk:inodes:x"]),
        (replace(ROOMY, writable=False), ["disk:closed:x"]),
        (replace(ROOMY, files=0, free_files=0), ["disk"]),
        (replace(ROOMY, total=10**8, free=5 * 10**7), ["disk"]),
        (replace(ROOMY, total=10**8, free=10**6), ["disk:x"]),
    ],
)
def test_little_room_and_few_inodes_are_told(disk: machine.Disk, ids: list[str]) -> None:
    assert [one.id for one in machine.judge_disks([disk])] == ids


def test_little_memory_is_told_with_what_it_stops() -> None:
    limits = LimitSettings()
    good = machine.judge_memory(Memory(available=8 << 30, total=16 << 30), limits)
    bad = machine.judge_memory(Memory(available=1 << 30, total=16 << 30), limits)
    assert levels(good) == [Level.OK]
    assert levels(bad) == [Level.TROUBLE]
    assert "no new session starts" in bad[0].text


def test_sizes_are_facts() -> None:
    sizes = machine.Sizes(
        worktrees={"a": 10**9, "b": 10**6}, sessions=10**7, largest_journal="a", largest=10**6
    )
    (one,) = machine.judge_sizes(sizes)
    assert one.level is Level.OK
    assert "2 worktrees 1.0 GB (the largest, a: 1.0 GB)" in one.text


# agents


def runs_agent(version: str) -> Board:
    story = Story()
    story.working(ONE)
    view = story.view(ONE)
    spec = replace(view.spec, agent=AgentLaunch(name="claude", command=("claude",)))
    return Board(sessions={ONE: replace(view, spec=spec, agent_version=version)})


CLAUDE = agents.Program(agent="claude", command="claude", version="2.1.9 (Claude Code)")


@pytest.mark.parametrize(
    ("ran_with", "program", "expected"),
    [
        ("2.1.9", CLAUDE, []),
        ("2.1.4", CLAUDE, [Level.UNKNOWN]),
        ("", CLAUDE, []),
        ("2.1.4", replace(CLAUDE, version=""), []),
        ("", replace(CLAUDE, version="", changed_at=NOW), [Level.UNKNOWN]),
        ("", replace(CLAUDE, version="", changed_at=BEGINNING - timedelta(days=9)), []),
        ("2.1.9", replace(CLAUDE, remedy="npm i claude"), [Level.TROUBLE]),
    ],
)
def test_a_program_that_is_missing_or_another_is_told(
    ran_with: str, program: agents.Program, expected: list[Level]
) -> None:
    found = agents.judge(runs_agent(ran_with), {"claude": program})
    assert levels(found) == expected


def test_a_missing_program_that_no_session_needs_is_no_trouble_yet() -> None:
    (one,) = agents.judge(Board(), {"claude": replace(CLAUDE, remedy="npm i claude")})
    assert one.level is Level.UNKNOWN


# git and the repository


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("git version 2.47.3", []),
        ("git version 2.38.0", []),
        ("git version 2.37.9", [Level.TROUBLE]),
        ("what?", [Level.UNKNOWN]),
    ],
)
def test_a_git_that_is_too_old_is_told(said: str, expected: list[Level]) -> None:
    assert levels(repository.judge_version(said)) == expected


def test_damaged_refs_and_objects_are_told() -> None:
    assert not repository.judge_refs(repository.Refs(count=3))
    (one,) = repository.judge_refs(repository.Refs(broken=("refs/heads/x",), missing=("refs/y",)))
    assert one.text == "2 damaged refs: refs/heads/x, refs/y"
    assert not repository.judge_fsck(0, "dangling commit abc")
    (bad,) = repository.judge_fsck(2, "dangling commit abc\nmissing blob def\n")
    assert "missing blob def" in bad.text


# settings and guards


def test_settings_that_are_not_valid_are_told_with_the_remedy() -> None:
    error = ConfigError("unknown key `bse`", where="/shop/wuhu.toml", remedy="did you mean `base`?")
    (one,) = settings.judge({"wuhu.toml": error})
    assert one.text == "/shop/wuhu.toml: unknown key `bse`"
    assert one.repair == "did you mean `base`?"


def test_a_policy_that_is_not_what_the_core_writes_is_told() -> None:
    wanted = Policy(rules=(PolicyRule(decision=Decision.ALLOW, tool="Read"),))
    same = b'{"rules": [{"decision": "allow", "tool": "Read"}]}'
    assert not settings.judge_policy(wanted, same)
    for found in (None, b"{", b"{}", b'{"rules": []}'):
        (one,) = settings.judge_policy(wanted, found)
        assert one.fixable


GOOD_COMMAND = guards.Command(content="exec python -P -m wuhu_tui.cli.main")


@pytest.mark.parametrize(
    ("command", "excluded", "expected"),
    [
        (GOOD_COMMAND, True, 0),
        (GOOD_COMMAND, False, 1),
        (replace(GOOD_COMMAND, there=False), True, 1),
        (replace(GOOD_COMMAND, executable=False), True, 1),
        (replace(GOOD_COMMAND, interpreter=False), True, 1),
        (replace(GOOD_COMMAND, content="exec evil"), False, 2),
    ],
)
def test_a_command_that_agents_cannot_report_with_is_told(
    command: guards.Command, excluded: bool, expected: int
) -> None:
    assert len(guards.judge_command(command, excluded=excluded)) == expected


def test_tools_that_cannot_start_are_told_with_the_last_words() -> None:
    assert not guards.judge_tools(0, "")
    (one,) = guards.judge_tools(1, "Traceback\nModuleNotFoundError: No module named 'mcp'\n\n")
    assert "No module named 'mcp'" in one.text


def test_pull_requests_that_nobody_looks_for_are_told() -> None:
    assert pulls.judge(remotes=False, there=False).level is Level.OK
    assert pulls.judge(remotes=True, there=True).level is Level.OK
    one = pulls.judge(remotes=True, there=False)
    assert one.level is Level.UNKNOWN
    assert "are not looked for" in one.text


def test_a_program_that_says_its_version_no_more_is_not_called_the_same() -> None:
    mute = agents.Program(agent="claude", command="claude", asked=True)
    for told, expected in (("1.0", [Level.UNKNOWN]), ("", [])):
        assert levels(agents.judge(runs_agent(told), {"claude": mute})) == expected


def test_rules_that_cannot_hold_an_agent_are_told() -> None:
    board = runs_agent("1.0")
    plain = replace(board.sessions[ONE], capabilities=(Capability.ATTACH,))
    asking = replace(plain, capabilities=(Capability.PERMISSION,))
    assert levels(guards.judge_rules(Board(sessions={ONE: plain}), rules=2)) == [Level.UNKNOWN]
    assert not guards.judge_rules(Board(sessions={ONE: plain}), rules=0)
    assert not guards.judge_rules(Board(sessions={ONE: asking}), rules=2)


# jobs, joins, rescues


def test_a_lost_job_is_told_for_a_day() -> None:
    job = Job(id="j", command="make", place="/x", by="lead", begun_at=NOW, session=ONE)
    lost = replace(job, outcome=JobOutcome.LOST, ended_at=NOW)
    assert not waits.judge_jobs(Board(jobs={"j": job}), NOW)
    assert len(waits.judge_jobs(Board(jobs={"j": lost}), NOW + timedelta(hours=1))) == 1
    assert not waits.judge_jobs(Board(jobs={"j": lost}), NOW + timedelta(days=2))


def test_joins_on_nobody_overdue_or_in_a_ring_are_told() -> None:
    story = Story()
    for name in ("a", "b", "c"):
        story.instantiated(name)
    story.joined("a", by="lead", name="fine")
    assert not waits.judge_joins(story.board, story.now)
    late = waits.judge_joins(story.board, story.now + timedelta(hours=2))
    assert [one.repair for one in late] == ["wuhu conduct"]
    story.joined("b", by="a", name="ab", timeout=None)
    story.joined("a", by="b", name="ba", timeout=None)
    rings = waits.judge_joins(story.board, story.now)
    assert [one.text for one in rings] == ["these wait for each other: a → b → a"]
    story.moved("a", SessionState.ARCHIVED)
    found = {one.id for one in waits.judge_joins(story.board, story.now)}
    assert {"joins:nobody:fine", "joins:nobody:ab"} <= found


def test_a_channel_that_fails_is_told_with_what_waits_behind_it() -> None:
    good = ChannelState()
    bad = ChannelState(failures=3, failed_at=NOW - timedelta(minutes=5), failure="no such host")
    (one,) = waits.judge_channels({"good": good, "phone": bad}, NOW)
    assert one.text == "the channel phone failed 3 times, last 5m ago: no such host"


def test_a_channel_that_could_not_send_is_told_before_it_has_to(tmp_path: Path) -> None:
    (tmp_path / "ring").write_text("#!/bin/sh\n")
    (tmp_path / "ring").chmod(0o755)
    plans = [
        ChannelPlan(name="there", origin="yours", command=("./ring",)),
        ChannelPlan(name="gone", origin="yours", command=("./bell", "-x")),
        ChannelPlan(name="nameless", origin="yours", service="$WUHU_NO_SUCH_VARIABLE"),
    ]
    found = waits.judge_plans({plan.name: why_unusable(plan, tmp_path) for plan in plans})
    assert [one.subject for one in found] == ["gone", "nameless"]
    assert "./bell" in found[0].text
    assert "WUHU_NO_SUCH_VARIABLE" in found[1].text


def test_a_rescue_that_is_gone_is_told_with_the_way_to_bring_it_back() -> None:
    rescue = Rescue(
        ref="refs/wuhu/rescue/x/1",
        session="x",
        commit="abc",
        branch="wuhu/x",
        head="def",
        reason="removed",
        by="lead",
        at=NOW,
    )
    board = Board(rescues={rescue.ref: rescue})
    (gone,) = waits.judge_rescues(board, frozenset(), NOW)
    assert gone.repair == "git update-ref refs/wuhu/rescue/x/1 abc"
    (kept,) = waits.judge_rescues(board, frozenset({rescue.ref}), NOW)
    assert kept.level is Level.OK
    (old,) = waits.judge_rescues(board, frozenset({rescue.ref}), NOW + timedelta(days=40))
    assert old.level is Level.UNKNOWN
