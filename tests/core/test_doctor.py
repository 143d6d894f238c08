"""What the doctor decides: pure functions over what was seen."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.core.boards import BEGINNING, Story
from wuhu_tui.core.channels.state import ChannelState
from wuhu_tui.core.config import LimitSettings
from wuhu_tui.core.doctor import (
    agents,
    conductor,
    guards,
    journals,
    letters,
    locks,
    machine,
    processes,
    repository,
    sessions,
    settings,
    waits,
    worktrees,
)
from wuhu_tui.core.doctor.census import Running
from wuhu_tui.core.doctor.check import Check, name_of, run_check, run_checks, trouble
from wuhu_tui.core.doctor.hands import Hands
from wuhu_tui.core.doctor.patient import Patient
from wuhu_tui.core.doctor.table import CHECKS
from wuhu_tui.core.doctor.visit import mend
from wuhu_tui.core.doctor.words import counted, few, size, span
from wuhu_tui.core.memory import Memory
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model import project_events as project
from wuhu_tui.model.board import Board, ProjectView, SessionView
from wuhu_tui.model.budgets import Policy
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.errors import ConfigError, GitError, JournalError, NotFound, NotPossible
from wuhu_tui.model.events import Event
from wuhu_tui.model.health import Level, Observation, in_order, verdict
from wuhu_tui.model.jobs import Job, JobOutcome
from wuhu_tui.model.letters import DeferralReason, Letter, LetterKind, LetterState
from wuhu_tui.model.permissions import Decision, PolicyRule
from wuhu_tui.model.rescues import Rescue
from wuhu_tui.model.sessions import AgentLaunch
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.worktrees import Worktree

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ONE = "shop-impl-01"
PLACE = "/shop/.wuhu"

GOOD = Observation(id="good", check="good", level=Level.OK, text="fine")


def patient(board: Board | None = None, blind: str = "", *, deep: bool = False) -> Patient:
    folder = ProjectFolder(Path("/nowhere"))
    return Patient(folder=folder, board=board or Board(), now=NOW, blind=blind, deep=deep)


def levels(found: Iterable[Observation]) -> list[Level]:
    return [one.level for one in found]


def texts(found: Iterable[Observation]) -> str:
    return "\n".join(one.text for one in found)


def letter(number: int, state: LetterState, *, to: str = ONE, ago: float = 1) -> Letter:
    return Letter(
        id=f"l{number}",
        kind=LetterKind.STEER,
        sender="lead",
        recipient=to,
        text="go on",
        posted_at=NOW - timedelta(hours=ago),
        state=state,
        reason=DeferralReason.TARGET_GONE if state is LetterState.DEAD else None,
    )


def with_letters(*some: Letter) -> Board:
    return Board(letters={one.id: one for one in some})


# how checks are run


async def _fine(_: Patient) -> list[Observation]:
    return []


async def _breaks(_: Patient) -> list[Observation]:
    raise ZeroDivisionError("no")


async def _refuses(_: Patient) -> list[Observation]:
    raise GitError("git is cross", remedy="be kind")


async def _hangs(_: Patient) -> list[Observation]:
    await asyncio.Event().wait()
    return []


async def test_a_check_that_fails_or_hangs_hides_none_of_the_others() -> None:
    checks = (
        Check("broken", "fine", _breaks),
        Check("refused", "fine", _refuses),
        Check("hanging", "fine", _hangs, seconds=0.01),
        Check("good", "all fine", _fine),
    )
    async with asyncio.timeout(5):
        found = await run_checks(patient(), checks)
    assert [one.check for one in found] == ["broken", "refused", "hanging", "good"]
    assert levels(found) == [Level.UNKNOWN] * 3 + [Level.OK]
    assert found[0].text == "could not look: ZeroDivisionError: no"
    assert "git is cross" in found[1].text
    assert found[2].text == "could not look: no answer within 0.01 s"
    assert found[3].text == "all fine"


async def test_without_a_board_a_check_that_needs_one_says_why_it_cannot_look() -> None:
    check = Check("letters", "fine", _fine, needs_board=True)
    (one,) = await run_check(patient(blind="a newer wuhu wrote it"), check)
    assert one.level is Level.UNKNOWN
    assert one.text == "could not look: a newer wuhu wrote it"


def test_every_check_has_a_name_of_its_own() -> None:
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)
    assert not [name for name in names if ":" in name or not name]


def test_ids_are_one_word_for_a_shell_and_stay_the_same() -> None:
    evil = "a b;$(rm -rf /)\x1b\n'"
    assert name_of("locks", "/a/b.lock", "git") == "locks:git:/a/b.lock"
    assert name_of("worktrees", evil) == name_of("worktrees", evil)
    assert set(name_of("worktrees", evil)) <= set("worktrees:0123456789abcdef")


def test_trouble_weighs_more_than_not_knowing_and_comes_first() -> None:
    bad, unknown = trouble("x", "", "bad"), replace(GOOD, level=Level.UNKNOWN)
    assert verdict([GOOD]) is Level.OK
    assert verdict([GOOD, unknown]) is Level.UNKNOWN
    assert verdict([unknown, bad, GOOD]) is Level.TROUBLE
    assert levels(in_order([GOOD, unknown, bad])) == [Level.TROUBLE, Level.UNKNOWN, Level.OK]


def test_numbers_are_told_as_people_read_them() -> None:
    assert span(timedelta(seconds=-5)) == "0s"
    assert span(timedelta(minutes=90)) == "1h"
    assert [size(number) for number in (12, 1500, 12_000_000, 3 * 10**12)] == [
        "12 B",
        "1.5 kB",
        "12 MB",
        "3.0 TB",
    ]
    assert counted(2, "process") == "2 processes"
    assert few(["a", "b", "c", "d"]) == "a, b, c and 1 more"


# mending


class Pen:
    """Takes what is written down, or refuses to."""

    def __init__(self, refusal: JournalError | None = None) -> None:
        self.events: list[Event] = []
        self._refusal = refusal

    async def append(self, event: Event) -> None:
        if self._refusal:
            raise self._refusal
        self.events.append(event)


def sick(*, fixable: bool = True) -> Check:
    async def look(_: Patient) -> list[Observation]:
        return [trouble("sick", "x", "it is", fixable=fixable, repair="do it by hand")]

    async def cure(_: Patient, one: Observation, hands: Hands) -> str:
        return f"cured {one.subject} for {hands.by}"

    return Check("sick", "fine", look, cure)


async def test_mending_is_written_down_with_who_did_it() -> None:
    pen = Pen()
    done = await mend(patient(), "sick:x", Hands(by="ada", append=pen.append), [sick()])
    assert done == "cured x for ada"
    (event,) = pen.events
    assert event == project.HealthMended(observation="sick:x", text=done, by="ada")


async def test_what_is_not_so_any_more_is_left_alone() -> None:
    hands = Hands(by="ada", append=Pen().append)
    with pytest.raises(NotFound, match="nothing is wrong there"):
        await mend(patient(), "sick:y", hands, [sick()])
    with pytest.raises(NotFound, match="no check"):
        await mend(patient(), "other", hands, [sick()])


async def test_what_is_not_safe_is_refused_with_the_way_by_hand() -> None:
    pen = Pen()
    with pytest.raises(NotPossible) as refused:
        await mend(patient(), "sick:x", Hands(by="ada", append=pen.append), [sick(fixable=False)])
    assert refused.value.remedy == "do it by hand"
    assert not pen.events


async def test_a_mending_that_could_not_be_written_down_says_both() -> None:
    pen = Pen(JournalError("the disk is full"))
    with pytest.raises(JournalError, match=r"cured x.*could not be written down.*disk is full"):
        await mend(patient(), "sick:x", Hands(by="ada", append=pen.append), [sick()])


# letters


def test_147_dead_letters_are_one_line() -> None:
    dead = [letter(number, LetterState.DEAD, ago=3) for number in range(147)]
    (one,) = letters.judge(with_letters(*dead), NOW)
    assert one.level is Level.TROUBLE
    assert one.text.startswith(f"147 dead letters: 147 to {ONE} (target gone), the oldest 3h")
    assert one.fixable
    assert one.session == ONE


@pytest.mark.parametrize("state", [LetterState.QUEUED, LetterState.DEFERRED, LetterState.OFFERED])
def test_a_letter_is_late_after_two_hours(state: LetterState) -> None:
    assert not letters.judge(with_letters(letter(1, state, ago=1.9)), NOW)
    (one,) = letters.judge(with_letters(letter(1, state, ago=2.1)), NOW)
    assert "pending for more than 2h" in one.text


@pytest.mark.parametrize("state", [LetterState.ACKED, LetterState.DISCARDED, LetterState.ACCEPTED])
def test_a_letter_that_arrived_or_was_given_up_is_no_trouble(state: LetterState) -> None:
    assert not letters.judge(with_letters(letter(1, state, ago=50)), NOW)


# sessions


def at_work(last: timedelta) -> Board:
    """A session that works and said its last word some time ago."""
    story = Story()
    story.working(ONE)
    return Board(
        project=story.board.project,
        sessions={
            ONE: replace(
                story.view(ONE),
                last_event_at=NOW - last,
                own=replace(_own(story.view(ONE)), since=NOW - last),
            )
        },
    )


def _own(view: SessionView):  # type: ignore[no-untyped-def]
    assert view.own is not None
    return view.own


ALIVE = sessions.Seen(alive=frozenset({ONE}))


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(9, []), (11, [Level.UNKNOWN]), (59, [Level.UNKNOWN]), (61, [Level.TROUBLE])],
)
def test_silence_is_quiet_after_ten_minutes_and_stale_after_an_hour(
    minutes: int, expected: list[Level]
) -> None:
    board = at_work(timedelta(minutes=minutes))
    assert levels(sessions.judge(board, ALIVE, NOW)) == expected


def test_an_idle_or_asking_session_may_be_silent() -> None:
    story = Story()
    story.working(ONE)
    story.turn_over(ONE)
    assert not sessions.judge(story.board, ALIVE, NOW)
    story.working("two")
    story.asks("two")
    seen = sessions.Seen(alive=frozenset({ONE, "two"}))
    assert not sessions.judge(story.board, seen, NOW)


def test_a_lost_session_and_one_whose_runner_just_went_are_told_with_the_way_back() -> None:
    story = Story()
    story.working(ONE)
    (gone,) = sessions.judge(story.board, sessions.Seen(), NOW)
    assert "its runner is gone" in gone.text
    story.lost(ONE)
    (lost,) = sessions.judge(story.board, sessions.Seen(), story.now + timedelta(minutes=12))
    assert f"{ONE} is lost for 12m" in lost.text
    assert lost.repair == f"wuhu resume {ONE}"


def test_a_runner_that_outlives_its_last_word_is_told() -> None:
    story = Story()
    story.working(ONE)
    story.ended(ONE, SessionState.STOPPED)
    seen = sessions.Seen(alive=frozenset({ONE}), runners={ONE: 4711})
    assert not sessions.judge(story.board, seen, story.now + timedelta(seconds=30))
    (one,) = sessions.judge(story.board, seen, story.now + timedelta(minutes=5))
    assert one.repair == "kill 4711"


def test_half_made_and_unreadable_sessions_are_told() -> None:
    story = Story()
    story.instantiated(ONE)
    seen = sessions.Seen(half_made=("shop-impl-02",), unreadable=(ONE,))
    found = sessions.judge(story.board, seen, NOW)
    assert [one.id for one in found] == [f"sessions:{ONE}", "sessions:half-made:shop-impl-02"]


# who conducts


def test_nobody_conducts_is_trouble_only_when_something_waits_for_it() -> None:
    story = Story()
    story.instantiated(ONE)
    nobody = conductor.Seen(held=False)
    assert conductor.judge(story.board, nobody).level is Level.OK
    story.working(ONE)
    one = conductor.judge(story.board, nobody)
    assert (one.level, one.text) == (
        Level.TROUBLE,
        "nobody conducts, and 1 session waits for it",
    )


def test_a_conductor_is_named_suspended_or_out_of_sight() -> None:
    board = Board(project=ProjectView(conductor_pid=7, conductor_by="wuhu conduct"))
    runs, still = Running(pid=7, status="sleeping"), Running(pid=7, status="stopped")
    seen = [conductor.Seen(held=True, holders=some) for some in ((runs,), (still,), ())]
    found = [conductor.judge(board, one) for one in seen]
    assert levels(found) == [Level.OK, Level.TROUBLE, Level.UNKNOWN]
    assert found[0].text == "process 7 (wuhu conduct) conducts"
    assert found[1].repair == "kill -CONT 7"


# locks


def git_lock(age: float = 600, *, users: int = 0, unseen: int = 0) -> locks.GitLock:
    using = tuple(Running(pid=pid) for pid in range(users))
    return locks.GitLock(path="/shop/.git/index.lock", age=age, users=using, unseen=unseen)


@pytest.mark.parametrize(
    ("lock", "expected"),
    [
        (git_lock(), [Level.TROUBLE]),
        (git_lock(users=1), []),
        (git_lock(age=3), [Level.UNKNOWN]),
        (git_lock(unseen=2), [Level.UNKNOWN]),
    ],
)
def test_only_a_lock_that_surely_nobody_uses_can_be_removed(
    lock: locks.GitLock, expected: list[Level]
) -> None:
    found = locks.judge_git([lock])
    assert levels(found) == expected
    assert [one.fixable for one in found] == [level is Level.TROUBLE for level in expected]


def test_a_lock_is_bad_only_if_all_who_hold_it_are_suspended() -> None:
    runs, still = Running(pid=7, status="sleeping"), Running(pid=8, status="stopped")
    for holders, expected in (((still,), 1), ((still, runs), 0), ((runs,), 0), ((), 0)):
        held = locks.HeldLock(path="merge.lock", what="runs a merge", holders=holders)
        assert len(locks.judge_held([held])) == expected


# processes


def running(pid: int, life: str = "", folder: str = f"/shop/.wuhu/sessions/{ONE}") -> Running:
    marks = {"WUHU_SESSION_FOLDER": folder} | ({"WUHU_LIFE": life} if life else {})
    return Running(pid=pid, name="node", marks=marks)


def test_processes_of_a_life_whose_runner_is_gone_are_left_over() -> None:
    marked = (running(1, f"{ONE}:1"), running(2, f"{ONE}:1"), running(3), Running(pid=4))
    seen = processes.Seen(marked=marked)
    (one,) = processes.judge(seen, "/shop/.wuhu/sessions")
    assert one.text == f"2 processes of {ONE} outlived its runner: node 1, node 2"
    assert one.fixable
    living = processes.Seen(marked=marked, alive=frozenset({ONE}))
    assert not processes.judge(living, "/shop/.wuhu/sessions")


def test_processes_of_a_job_whose_keeper_is_gone_are_left_over() -> None:
    marked = Running(pid=9, name="make", marks={"WUHU_JOB": "/shop/.wuhu/jobs/j1"})
    (one,) = processes.judge(processes.Seen(marked=(marked,)), "/shop/.wuhu/sessions")
    assert one.text == "1 process of job j1 outlived its keeper: make 9"
    kept = processes.Seen(marked=(marked,), kept=frozenset({"j1"}))
    assert not processes.judge(kept, "/shop/.wuhu/sessions")


def test_another_projects_processes_are_none_of_ours() -> None:
    other = running(1, f"{ONE}:1", f"/other/.wuhu/sessions/{ONE}")
    assert not processes.judge(processes.Seen(marked=(other,)), "/shop/.wuhu/sessions")


def test_what_works_on_a_scratch_worktree_is_left_over_when_nobody_conducts() -> None:
    checks = Running(pid=9, name="pytest", marks={"WUHU_SCRATCH": "/shop/.wuhu/scratch/x"})
    (one,) = processes.judge(processes.Seen(marked=(checks,)), "/shop/.wuhu/sessions")
    assert one.repair == "kill 9"
    conducted = processes.Seen(marked=(checks,), merging=True)
    assert not processes.judge(conducted, "/shop/.wuhu/sessions")


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
    assert len(guards.judge_command(command, excluded)) == expected


def test_tools_that_cannot_start_are_told_with_the_last_words() -> None:
    assert not guards.judge_tools(0, "")
    (one,) = guards.judge_tools(1, "Traceback\nModuleNotFoundError: No module named 'mcp'\n\n")
    assert "No module named 'mcp'" in one.text


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
