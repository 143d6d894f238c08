"""Sessions that are lost, that say nothing for too long, or that were only half made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from wuhu_tui.core.doctor.aside import aside
from wuhu_tui.core.doctor.census import Running, holders
from wuhu_tui.core.doctor.check import Check, doubt, trouble
from wuhu_tui.core.doctor.patient import Patient
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lock import is_held
from wuhu_tui.journal.plain_files import read_plain
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.health import Observation
from wuhu_tui.model.quantities import counted, few, span
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import EPOCH_START, Value

NAME = "sessions"

QUIET = timedelta(minutes=10)
STALE = timedelta(hours=1)
LEAVING = timedelta(minutes=1)
"""How long a runner that said its last word may go on living."""

DIALOG = timedelta(minutes=1)
"""How long a screen may look as if it asked before that is told."""

_AT_WORK = frozenset({SessionState.STARTING, SessionState.WORKING})
_OVER = frozenset({SessionState.STOPPED, SessionState.FAILED, SessionState.HIBERNATED})
_OFF = frozenset({SessionState.MERGED, SessionState.ARCHIVED})


class Seen(Value, frozen=True):
    """What the disk says of the sessions."""

    alive: frozenset[str] = frozenset()
    """Sessions whose lock is held."""
    runners: dict[str, int] = {}
    """The process that holds it, where it can be seen."""
    half_made: tuple[str, ...] = ()
    """Folders with a spec that no journal names."""
    bad: dict[str, int] = {}
    """How many unreadable commands lie aside in a session's mailbox."""
    unreadable: tuple[str, ...] = ()
    """Sessions on the board whose spec is gone or damaged."""


def judge(board: Board, seen: Seen, now: datetime) -> list[Observation]:
    """What is wrong with each session, at most one line a session."""
    found = [
        observation
        for view in board.sessions.values()
        if view.spec.project and (observation := _of_view(view, seen, now)) is not None
    ]
    found += [_half_made(name) for name in seen.half_made]
    found += [_bad_commands(name, number) for name, number in seen.bad.items()]
    return found


def _of_view(view: SessionView, seen: Seen, now: datetime) -> Observation | None:
    if view.state in _OFF:
        return None
    gone = _why_gone(view, seen, now)
    if gone:
        repair = f"wuhu resume {view.id}"
        return trouble(NAME, view.id, gone, repair=repair, session=view.id)
    if view.id not in seen.alive:
        return None
    if view.own and view.own.state in _OVER and now - view.own.since > LEAVING:
        return _lingers(view, seen.runners.get(view.id, 0), now)
    at_work = view.state in _AT_WORK
    return (_at_a_dialog(view, now) or _silent(view, now)) if at_work else None


def _why_gone(view: SessionView, seen: Seen, now: datetime) -> str:
    """Why the session needs a new life; empty when it does not."""
    if view.state is SessionState.LOST:
        return f"{view.id} is lost for {span(now - view.since)}: its runner died"
    if view.id in seen.unreadable:
        return f"{view.id} has no readable session.json: it cannot start as it is"
    if view.runner_expected and view.id not in seen.alive:
        return f"{view.id} should run, and its runner is gone"
    return ""


def _at_a_dialog(view: SessionView, now: datetime) -> Observation | None:
    """An agent may live and wait at a dialog that only its screen shows."""
    if view.guess is None or not view.seems_to_ask or now - view.guess.at < DIALOG:
        return None
    age = span(now - view.guess.at)
    text = f"{view.id} seems to wait at a dialog on its screen for {age}: {view.guess.line}"
    return doubt(NAME, view.id, text, repair=f"wuhu why {view.id}", session=view.id)


def _lingers(view: SessionView, pid: int, now: datetime) -> Observation:
    assert view.own is not None
    words = f"{view.id} is {view.own.state.value} for {span(now - view.own.since)}"
    who = f"its runner, process {pid}," if pid else "its runner"
    repair = f"kill {pid}" if pid else ""
    return trouble(NAME, view.id, f"{words}, and {who} still lives", repair=repair, session=view.id)


def _silent(view: SessionView, now: datetime) -> Observation | None:
    last = max(view.last_event_at, view.since)
    silence = now - last
    if last == EPOCH_START or silence < QUIET:
        return None
    text = f"{view.id} works and has said nothing for {span(silence)}"
    look = f"wuhu why {view.id}"
    if silence < STALE:
        return doubt(NAME, view.id, f"{text}: it may think, or hang", repair=look, session=view.id)
    return trouble(NAME, view.id, f"{text}: it is stale", repair=look, session=view.id)


def _bad_commands(name: str, number: int) -> Observation:
    text = f"{counted(number, 'command')} to {name} could not be read and lie aside"
    look = f"ls .wuhu/sessions/{name}/mailbox/bad"
    return trouble(NAME, name, text, kind="mailbox", repair=look, session=name)


def _half_made(name: str) -> Observation:
    return trouble(
        NAME,
        name,
        f"{name} was only half made; the next session that is made takes it back",
        kind="half-made",
        repair="wuhu instantiate …",
    )


def look_at(folder: ProjectFolder, board: Board) -> Seen:
    """Look at locks and specs."""
    views = [view for view in board.sessions.values() if view.spec.project]
    live = [view.id for view in views if view.state not in _OFF]
    locks = {name: folder.session(name).lock for name in live}
    alive = frozenset(name for name, lock in locks.items() if is_held(lock))
    over = [view.id for view in views if view.id in alive and view.own and view.own.state in _OVER]
    found = holders(locks[name] for name in over)
    making = is_held(folder.path / "instantiate.lock")
    return Seen(
        alive=alive,
        runners={name: _first(found, folder, name) for name in over},
        half_made=() if making else _half_made_in(folder, board),
        bad={name: number for name in live if (number := _bad_in(folder, name))},
        unreadable=tuple(name for name in live if _spec_in(folder, name) is None),
    )


def _first(found: Mapping[Path, tuple[Running, ...]], folder: ProjectFolder, name: str) -> int:
    holding = found.get(folder.session(name).lock, ())
    return holding[0].pid if holding else 0


def _bad_in(folder: ProjectFolder, name: str) -> int:
    place = folder.session(name).mailbox / "bad"
    return sum(1 for _ in place.iterdir()) if place.is_dir() else 0


def _half_made_in(folder: ProjectFolder, board: Board) -> tuple[str, ...]:
    named = {name for name, view in board.sessions.items() if view.spec.project}
    there = folder.sessions.iterdir() if folder.sessions.is_dir() else ()
    return tuple(
        sorted(
            place.name
            for place in there
            if place.name not in named and _spec_in(folder, place.name) is not None
        )
    )


def _spec_in(folder: ProjectFolder, name: str) -> SessionSpec | None:
    try:
        return msgspec.json.decode(read_plain(folder.session(name).spec), type=SessionSpec)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


async def _look(patient: Patient) -> list[Observation]:
    seen = await aside(lambda: look_at(patient.folder, patient.board))
    return judge(patient.board, seen, patient.now)


def judge_messages(board: Board) -> list[Observation]:
    """Messages of which a crash left nobody knowing whether the agent has them."""
    views = [view for view in board.sessions.values() if view.unsure and view.state not in _OFF]
    return [
        doubt(
            "messages",
            view.id,
            f"{view.id} may or may not have {counted(len(view.unsure), 'message')}: "
            f"{few([message.text for message in view.unsure], 1)}",
            repair=f"wuhu messages {view.id}",
            session=view.id,
        )
        for view in views
    ]


async def _look_at_messages(patient: Patient) -> list[Observation]:
    return judge_messages(patient.board)


SESSIONS = Check(NAME, "no session is lost or silent", _look, needs_board=True)
MESSAGES = Check(
    "messages", "of every message it is known who has it", _look_at_messages, needs_board=True
)
