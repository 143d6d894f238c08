"""The mailbox: atomic, ordered, once; and its bell."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
from pathlib import Path

import pytest

from wuhu_tui.journal.clock import now
from wuhu_tui.model.commands import Steer
from wuhu_tui.model.errors import JournalError, NotFound, UsageError
from wuhu_tui.session.bell import Bell
from wuhu_tui.session.mailbox import BadCommand, Mailbox


def steer(name: str, text: str = "go left") -> Steer:
    return Steer(id=name, by="lead", at=now(), text=text)


@pytest.fixture
def problems() -> list[BadCommand]:
    return []


@pytest.fixture
def mailbox(tmp_path: Path, problems: list[BadCommand]) -> Mailbox:
    mailbox = Mailbox(tmp_path / "mailbox", problems.append)
    mailbox.prepare()
    return mailbox


def ids(mailbox: Mailbox) -> list[str]:
    return [command.id for command, _ in mailbox.take_all()]


def test_commands_come_in_the_order_they_were_put(mailbox: Mailbox) -> None:
    names = [f"{number:x}" for number in (9, 3, 7, 1, 5)]
    for name in names:
        mailbox.put(steer(name))
    assert ids(mailbox) == names


def test_a_command_stays_until_it_is_done(mailbox: Mailbox) -> None:
    command = steer("one")
    mailbox.put(command)
    assert mailbox.take_all()[0][0] == command
    taken, path = mailbox.take_all()[0]
    mailbox.done(path)
    assert taken == command
    assert mailbox.take_all() == []
    assert [kept.name for kept in (mailbox.path / "cur").iterdir()] == [path.name]


def test_the_same_id_twice_waits_once(mailbox: Mailbox) -> None:
    mailbox.put(steer("one"))
    mailbox.put(steer("one", "another text"))
    assert ids(mailbox) == ["one"]


@pytest.mark.parametrize("name", ["a/../b", "", "ü" * 300, "a b", "."])
def test_any_id_can_be_put(mailbox: Mailbox, name: str) -> None:
    mailbox.put(steer(name))
    mailbox.put(steer(name))
    assert ids(mailbox) == [name]


@pytest.mark.parametrize(
    "content", [b"", b'{"type":"steer","id":"x","b', b'{"type":"fly","id":"x"}', b"\xff\xfe"]
)
def test_a_torn_or_foreign_file_is_set_aside_and_told(
    mailbox: Mailbox, problems: list[BadCommand], content: bytes
) -> None:
    (mailbox.path / "new" / "00.torn.json").write_bytes(content)
    mailbox.put(steer("good"))
    assert ids(mailbox) == ["good"]
    assert [problem.path for problem in problems] == [mailbox.path / "bad" / "00.torn.json"]
    assert problems[0].path.read_bytes() == content
    assert problems[0].reason


@pytest.mark.parametrize("kind", ["pipe", "link", "dangling", "folder", "huge"])
def test_what_is_no_plain_file_is_set_aside_and_never_waited_for(
    mailbox: Mailbox, problems: list[BadCommand], kind: str
) -> None:
    path = mailbox.path / "new" / "00.json"
    _make(path, kind)
    mailbox.put(steer("good"))
    assert ids(mailbox) == ["good"]
    assert [problem.path for problem in problems] == [mailbox.path / "bad" / "00.json"]
    assert not os.path.lexists(path)


def _make(path: Path, kind: str) -> None:
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "link":
            path.symlink_to("/dev/zero")
        case "dangling":
            path.symlink_to("nowhere")
        case "folder":
            path.mkdir()
        case _:
            with path.open("wb") as file:
                file.truncate(1 << 40)


def test_two_bad_files_of_one_name_are_both_kept(mailbox: Mailbox) -> None:
    for _ in range(2):
        (mailbox.path / "new" / "00.json").mkdir()
        (mailbox.path / "new" / "00.json" / "kept").touch()
        assert mailbox.take_all() == []
    assert len(list((mailbox.path / "bad").rglob("kept"))) == 2


def test_folders_that_somebody_removed_are_made_again(
    mailbox: Mailbox, problems: list[BadCommand]
) -> None:
    shutil.rmtree(mailbox.path)
    assert mailbox.take_all() == []
    mailbox.put(steer("one"))
    (mailbox.path / "new" / "00.json").write_bytes(b"junk")
    ((_, path),) = mailbox.take_all()
    mailbox.done(path)
    mailbox.done(path)
    assert mailbox.take_all() == []
    assert problems[0].path.read_bytes() == b"junk"


def test_a_bad_file_that_cannot_be_moved_is_told_once(
    mailbox: Mailbox, problems: list[BadCommand]
) -> None:
    shutil.rmtree(mailbox.path / "bad")
    (mailbox.path / "bad").write_text("in the way")
    (mailbox.path / "new" / "00.json").write_bytes(b"junk")
    assert mailbox.take_all() == []
    assert mailbox.take_all() == []
    assert [problem.path.parent.name for problem in problems] == ["new"]


def test_a_command_that_no_mailbox_would_take_is_refused_at_once(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wuhu_tui.model.commands.MAX_SIZE", 1000)
    with pytest.raises(UsageError, match="too large"):
        mailbox.put(steer("one", "x" * 1000))
    assert mailbox.take_all() == []


def test_a_command_is_put_also_when_nobody_may_ring(mailbox: Mailbox) -> None:
    mailbox.bell.mkdir()
    mailbox.put(steer("one"))
    assert ids(mailbox) == ["one"]


def test_nothing_half_written_is_ever_seen(mailbox: Mailbox) -> None:
    (mailbox.path / "tmp" / "half.json").write_bytes(b'{"type":')
    assert mailbox.take_all() == []


def test_without_a_mailbox_nothing_is_put(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        Mailbox(tmp_path / "nowhere" / "mailbox").put(steer("one"))


def test_a_disk_that_refuses_is_told(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("wuhu_tui.session.mailbox.sync_folder", refuse)
    with pytest.raises(JournalError, match="No space left"):
        mailbox.put(steer("one"))


async def test_the_bell_wakes_whoever_listens(mailbox: Mailbox) -> None:
    rung = asyncio.Event()
    bell = Bell(mailbox.bell, rung.set)
    bell.listen()
    mailbox.put(steer("one"))
    async with asyncio.timeout(30):
        await rung.wait()
    bell.close()


async def test_a_bell_that_is_no_fifo_is_made_anew(mailbox: Mailbox) -> None:
    mailbox.bell.write_text("copied by a tool that knows no FIFOs")
    bell = Bell(mailbox.bell, lambda: None)
    bell.listen()
    assert stat.S_ISFIFO(mailbox.bell.stat().st_mode)
    bell.close()


async def test_ringing_is_quiet_when_nobody_listens_or_the_bell_is_full(mailbox: Mailbox) -> None:
    mailbox.ring()
    bell = Bell(mailbox.bell, lambda: None)
    bell.listen()
    for _ in range(70_000):
        mailbox.ring()
    bell.close()
    mailbox.ring()
