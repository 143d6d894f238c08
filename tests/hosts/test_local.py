"""The local host: placing, sending and spawning are durable and idempotent."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from wuhu_tui.hosts.local import LocalHost
from wuhu_tui.journal.clock import now
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lock import FileLock
from wuhu_tui.model.commands import Steer
from wuhu_tui.model.errors import AgentError, Conflict, JournalError, NotFound, NotPossible
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.session.mailbox import Mailbox

SPEC = SessionSpec(id="shop-impl-01", project="shop", task="Hash the passwords.")


def runner(*lines: str) -> tuple[str, ...]:
    """A runner that only does what these lines say; its arguments are in `sys.argv`."""
    script = "\n".join(("import fcntl, os, sys, time", *lines))
    return (sys.executable, "-c", script)


@pytest.fixture
def project(tmp_path: Path) -> ProjectFolder:
    return ProjectFolder(tmp_path)


@pytest.fixture
def host(project: ProjectFolder) -> LocalHost:
    return LocalHost(project)


async def test_placing_twice_changes_nothing(host: LocalHost) -> None:
    folder = await host.place(SPEC)
    before = folder.spec.stat().st_mtime_ns
    assert await host.place(SPEC) == folder
    assert folder.spec.stat().st_mtime_ns == before
    assert folder.brief.is_dir()
    assert (folder.mailbox / "new").is_dir()
    assert not host.alive(SPEC.id)


async def test_another_session_of_that_name_is_refused(host: LocalHost) -> None:
    await host.place(SPEC)
    with pytest.raises(Conflict):
        await host.place(replace(SPEC, task="Something else."))


async def test_a_placement_that_was_cut_short_is_finished(
    host: LocalHost, project: ProjectFolder
) -> None:
    project.session(SPEC.id).path.mkdir(parents=True)
    folder = await host.place(SPEC)
    assert folder.spec.is_file()


async def test_a_spec_that_holds_junk_is_written_anew(host: LocalHost) -> None:
    folder = await host.place(SPEC)
    kept = folder.spec.read_bytes()
    folder.spec.write_text("{")
    await host.place(SPEC)
    assert folder.spec.read_bytes() == kept


async def test_an_unreadable_spec_is_told(host: LocalHost) -> None:
    folder = await host.place(SPEC)
    folder.spec.unlink()
    folder.spec.mkdir()
    with pytest.raises(JournalError, match="directory"):
        await host.place(SPEC)


async def test_what_is_sent_lies_in_the_mailbox_once(host: LocalHost) -> None:
    folder = await host.place(SPEC)
    command = Steer(id="one", by="lead", at=now(), text="go left")
    await host.send(SPEC.id, command)
    await host.send(SPEC.id, command)
    assert [taken for taken, _ in Mailbox(folder.mailbox).take_all()] == [command]


async def test_nothing_is_sent_to_nobody(host: LocalHost) -> None:
    with pytest.raises(NotFound):
        await host.send("nobody", Steer(id="one", by="lead", at=now(), text="go left"))
    with pytest.raises(NotFound):
        await host.resume("nobody")


async def test_a_runner_that_dies_early_is_told_with_its_log(project: ProjectFolder) -> None:
    host = LocalHost(project, runner("sys.exit('no such thing')"))
    folder = await host.place(SPEC)
    with pytest.raises(AgentError, match="no such thing") as told:
        await host.resume(SPEC.id)
    assert told.value.where == str(folder.runner_log)


async def test_a_session_that_lives_is_not_spawned_again(project: ProjectFolder) -> None:
    host = LocalHost(project, runner("sys.exit('must not run')"))
    folder = await host.place(SPEC)
    with FileLock(folder.lock):
        assert host.alive(SPEC.id)
        await host.resume(SPEC.id)


async def test_a_runner_is_spawned_apart_from_us(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WUHU_LIFE", "outer:1")
    host = LocalHost(
        project,
        runner(
            "told = [os.getcwd(), os.getsid(0) == os.getpid(), sys.stdin.read(),"
            " os.environ.get('WUHU_LIFE'), os.environ['WUHU_RUNNER'], sys.argv[1]]",
            "open('told', 'w').write(repr(told))",
            "os.write(int(sys.argv[2]), b'ready')",
        ),
    )
    folder = await host.place(SPEC)
    await host.resume(SPEC.id)
    path = str(folder.path)
    expected = [os.path.realpath(path), True, "", None, path, path]
    assert (folder.path / "told").read_text() == repr(expected)


async def test_a_living_session_is_not_swept(host: LocalHost) -> None:
    folder = await host.place(SPEC)
    with FileLock(folder.lock), pytest.raises(NotPossible):
        await host.sweep(SPEC.id)


async def test_sweeping_where_nothing_is_left_does_nothing(host: LocalHost) -> None:
    await host.place(SPEC)
    assert await host.sweep(SPEC.id) == ()
