"""What is left out of a recording: secrets, contents that nobody asked for, and damage."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.recordings.projects import (
    BEGINNING,
    make_journals,
    make_written,
)
from tests.recordings.round_trip import ONE, TOKEN, TWO, opened, records
from tests.repo.gitbox import git
from wuhu_tui.core.recordings import container
from wuhu_tui.core.recordings.exporting import export
from wuhu_tui.core.recordings.limits import Limits
from wuhu_tui.core.recordings.telling import markdown_report
from wuhu_tui.core.recordings.unpacking import unpack
from wuhu_tui.core.recordings.wishes import ExportWish
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model import events
from wuhu_tui.repo import bundles


async def test_secrets_are_taken_out_by_the_rules_of_today_in_journals_and_in_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "LARGE", 1000)
    written = make_written(tmp_path / "shop")
    written.box.commit({"keys.env": f"one\ntoken: {TOKEN}\ntwo\n", "big": b"x" * 1001})
    written.session(ONE)
    written.tell(ONE, events.AgentSaid(text=f"I found {TOKEN}"))
    head = written.works(ONE)
    there = await opened(written, tmp_path)
    everything = b"".join(
        path.read_bytes() for path in (there.root / ".wuhu").rglob("*") if path.is_file()
    )
    assert TOKEN.encode() not in everything
    assert there.manifest.redactions == 1
    assert git(there.root, "show", f"{head}:keys.env") == "one\ntoken: [REDACTED]\ntwo"
    assert git(there.root, "show", f"{head}:big").startswith("[1001 bytes")
    assert "keys.env" in there.manifest.notes[0]
    assert "basket 1" in git(there.root, "diff", f"{head}~", head)
    asked = await opened(written, tmp_path, with_secrets=True)
    assert TOKEN in git(asked.root, "show", f"{head}:keys.env")


async def test_a_secret_in_a_commits_message_keeps_all_files_out(tmp_path: Path) -> None:
    written = make_written(tmp_path / "shop")
    written.box.commit({"a": "a"}, f"Use {TOKEN}")
    written.session(ONE)
    there = await opened(written, tmp_path)
    assert there.manifest.objects is None
    assert not there.manifest.scope.files
    assert "a commit's message" in there.manifest.notes[0]
    assert not (there.root / ".git").exists()


async def test_a_file_may_be_called_anything(tmp_path: Path) -> None:
    written = make_written(tmp_path / "shop")
    odd = ("a\x0cHEAD", "b\rc", "d\u2028e", "f\ng", " -x", "\x1c")
    written.box.commit({**dict.fromkeys(odd, "1\n")}, "Odd")
    written.session(ONE)
    head = written.works(ONE)
    there = await opened(written, tmp_path)
    names = git(there.root, "ls-tree", "-z", "--name-only", head).split("\0")
    assert {*odd} < {*names}


@pytest.mark.parametrize("name", [TOKEN, f"x\n{TOKEN}", f"{TOKEN}/inside"])
async def test_a_secret_in_a_files_name_keeps_all_files_out(tmp_path: Path, name: str) -> None:
    """Also where the same content stands under another name, of which git tells first."""
    written = make_written(tmp_path / "shop")
    written.box.commit({"a": "same\n"})
    written.box.commit({name: "same\n"})
    written.session(ONE)
    there = await opened(written, tmp_path)
    assert there.manifest.objects is None
    assert "a file's name" in there.manifest.notes[0]


async def test_without_files_no_contents_are_told(tmp_path: Path) -> None:
    written = make_journals(tmp_path / "shop")
    there = await opened(written, tmp_path, without_files=True)
    told = (there.root / ".wuhu/sessions" / ONE / "events.jsonl").read_text()
    for content in ("whole content", "line of output", "+basket"):
        assert content not in told
    assert "I build part 1" in told
    assert "[cut]" in told
    assert len(records(ProjectFolder(there.root), ONE)) == len(records(written.folder, ONE))
    assert there.manifest.cuts > 0
    assert there.manifest.objects is None
    assert not (there.root / ".git").exists()


async def test_lines_that_cannot_be_read_stay_behind_and_are_told(tmp_path: Path) -> None:
    written = make_journals(tmp_path / "shop")
    with written.folder.session(TWO).journal.open("ab") as file:
        file.write(b"\x00\xff broken " + TOKEN.encode() + b"\n{torn")
    there = await opened(written, tmp_path)
    kept = ProjectFolder(there.root).session(TWO).journal.read_bytes()
    assert b"broken" not in kept
    assert b"torn" not in kept
    assert there.manifest.notes[0] == "1 lines of journals that cannot be read"


async def test_sessions_that_nobody_could_open_again_stay_behind(tmp_path: Path) -> None:
    written = make_journals(tmp_path / "shop")
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "session.json").write_text("PRIVATE")
    folder = written.folder.sessions
    (folder / "shop-link-01").symlink_to(tmp_path / "private")
    (folder / "shop-link-02").mkdir()
    (folder / "shop-link-02" / "session.json").symlink_to(tmp_path / "private" / "session.json")
    for name, spec in (("shop-torn-01", '{"id":"sh'), ("shop-copy-01", '{"id":"x","project":"y"}')):
        (folder / name).mkdir()
        (folder / name / "session.json").write_text(spec)
    (folder / "shop-bare-01").mkdir()
    written.session("SHOP-impl-01")
    (folder / "shop-bare-01" / "events.jsonl").write_text("{}\n")
    (folder / ONE / "state.json").symlink_to(tmp_path / "private" / "session.json")
    there = await opened(written, tmp_path)
    assert there.manifest.sessions == (ONE, TWO)
    told = "\n".join(there.manifest.notes)
    assert "'shop-link-01': its files are links" in told
    assert "'shop-link-02': its files are links" in told
    assert "'shop-torn-01': it is no session's spec" in told
    assert "'SHOP-impl-01': its name is another's" in told
    assert "'shop-copy-01': it is the spec of 'x'" in told
    assert "'shop-bare-01': its spec cannot be read" in told
    assert not ProjectFolder(there.root).session(ONE).state.exists()


async def test_output_that_repeats_itself_is_no_bomb(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container, "Limits", lambda: Limits(small=1 << 20))
    written = make_journals(tmp_path / "shop")
    for _ in range(2):
        written.tell(ONE, events.ToolOutput(call="call-1", text="y\n" * 1_000_000))
    told = await export(written.folder, ExportWish(), tmp_path / "run.wuhu")
    there = unpack(tmp_path / "run.wuhu", into=tmp_path / "in", limits=Limits(small=1 << 20))
    assert records(ProjectFolder(there.root), ONE) == records(written.folder, ONE)
    assert told.manifest.records == sum(len(records(written.folder, n)) for n in ("", ONE, TWO))


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"sessions": (ONE,)},
        {"without_files": True},
        {"until": BEGINNING + timedelta(seconds=40)},
    ],
)
async def test_lines_that_are_damaged_within_stay_behind_whatever_is_asked_for(
    tmp_path: Path, wish: dict[str, Any]
) -> None:
    """Their place, time and type can be read; what they say can not."""
    written = make_journals(tmp_path / "shop")
    known = {name: len(records(written.folder, name)) for name in ("", ONE)}
    head = b'{"epoch":1,"seq":%d,"ts":"2026-01-01T01:00:00Z","type":'
    deep = b"[" * 480 + b"]" * 480
    for number, path in enumerate((written.folder.journal, written.folder.session(ONE).journal)):
        with path.open("ab") as file:
            for kind in (b'"letter.posted","x":', b'"tool.output","text":', b'"tool.ended","x":'):
                file.write(head % (990 + number) + kind + b'"\xff"}\n')
                file.write(head % (990 + number) + kind + deep + b"}\n")
            moved = b'"session.moved","session":"%s","after_record":{"epoch":"x"}}\n'
            file.write(head % 999 + moved % ONE.encode())
    folder = ProjectFolder((await opened(written, tmp_path, **wish)).root)
    for name, count in known.items():
        assert len(records(folder, name)) <= count
    assert "\\xff" not in repr(folder.session(ONE).journal.read_bytes())
    told = await markdown_report(written.folder, ExportWish(**wish))
    assert "I build part" in told or "until" in wish


async def test_a_record_that_no_stranger_would_believe_stays_behind(tmp_path: Path) -> None:
    """An agent can say any commit; what is exported must open again."""
    written = make_journals(tmp_path / "shop")
    written.tell(TWO, events.CommitSeen(sha="--output=/tmp/x"))
    there = await opened(written, tmp_path)
    assert there.manifest.notes[0] == "1 records with ids or names that are none"
    assert "--output" not in ProjectFolder(there.root).session(TWO).journal.read_text()
