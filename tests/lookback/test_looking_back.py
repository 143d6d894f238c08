"""Looking back over journals on disk, and the files by which dashboards say that somebody is there."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.lookback.records import ONE, TWO, Journals, at, morning
from tests.tui.boards import NOW
from wuhu_tui.core.looking_back import _asked_before, _happened, last_look
from wuhu_tui.core.presence import PresenceFile, left_behind, looking_now, presence_files
from wuhu_tui.core.trail_reading import TrailReader
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lines import encode_header, encode_record
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.events import AgentSaid, CommitSeen
from wuhu_tui.model.lookbacks import Timeline
from wuhu_tui.model.presence import Presence
from wuhu_tui.model.records import Header
from wuhu_tui.model.timeline import timeline
from wuhu_tui.model.trails import Trails


def lay(root: Path, told: Journals) -> ProjectFolder:
    """These journals as a project on disk, with much that is only streamed between."""
    folder = ProjectFolder(root)
    for name, records in told.journals.items():
        path = folder.session(name).journal if name else folder.journal
        path.parent.mkdir(parents=True, exist_ok=True)
        kind = "session" if name else "project"
        header = Header(format=1, kind=kind, name=name or "shop-api", created_at=at(0))
        path.write_bytes(encode_header(header) + b"".join(map(encode_record, records)))
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    return folder


def whole(trails: Trails) -> Timeline:
    return timeline(trails, NOW)


def test_what_is_read_from_disk_is_what_the_records_say(tmp_path: Path) -> None:
    told = morning()
    told.write(TWO, 121, AgentSaid(text='{"type":"state.changed"}'))
    folder = lay(tmp_path, told)
    reader = TrailReader(folder)
    assert reader.look(whole) == timeline(told.trails(), NOW)
    told.answer(TWO, 150, "q2")
    last = told.journals[TWO][-2:]
    with folder.session(TWO).journal.open("ab") as journal:
        journal.write(b"".join(map(encode_record, last)))
        journal.write(b'{"torn')
    assert reader.look(whole) == timeline(told.trails(), NOW)
    assert reader.look(whole) == TrailReader(folder).look(whole)


def test_up_to_a_time_nothing_later_is_known(tmp_path: Path) -> None:
    reader = TrailReader(lay(tmp_path, morning()))

    def at_noon(trails: Trails) -> Timeline:
        return timeline(trails, at(75))

    known = reader.look(at_noon)
    then = reader.look(at_noon, at(75))
    assert [row.bars for row in then.rows] == [row.bars for row in known.rows]
    assert (known.rows[0].cost, then.rows[0].cost) == (4.0, 1.5)
    assert then.present == ()
    assert reader.look(whole, NOW) == reader.look(whole)


def test_a_journal_that_was_replaced_is_read_anew(tmp_path: Path) -> None:
    folder = lay(tmp_path, morning())
    reader = TrailReader(folder)
    assert len(reader.look(whole).rows) == 2
    other = Journals()
    other.journals[""] = morning().journals[""]
    other.write(ONE, 3, CommitSeen(sha="b" * 40))
    folder.session(ONE).journal.unlink()
    folder.session(TWO).journal.unlink()
    lay(tmp_path, other)
    assert reader.look(whole) == timeline(other.trails(), NOW)


def test_the_project_s_own_journal_may_be_replaced_too(tmp_path: Path) -> None:
    folder = lay(tmp_path, morning())
    reader = TrailReader(folder)
    assert reader.look(lambda trails: len(trails.looks)) == 1
    content = folder.journal.read_bytes()
    folder.journal.unlink()
    folder.journal.write_bytes(content)
    assert reader.look(lambda trails: len(trails.looks)) == 1


def test_a_session_that_goes_away_meanwhile_has_nothing_to_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = lay(tmp_path, morning())
    gone = [folder.session(name) for name in (ONE, TWO, "shop-api-impl-03")]
    monkeypatch.setattr("wuhu_tui.core.trail_reading.journaled", lambda _: gone)
    assert len(TrailReader(folder).look(whole).rows) == 2


def test_a_journal_that_cannot_be_read_is_told_and_spoils_nothing(tmp_path: Path) -> None:
    folder = lay(tmp_path, morning())
    reader = TrailReader(folder)
    good = reader.look(whole)
    (folder.sessions / "odd").mkdir()
    (folder.sessions / "odd" / "events.jsonl").mkdir()
    with pytest.raises(JournalError):
        reader.look(whole)
    (folder.sessions / "odd" / "events.jsonl").rmdir()
    assert reader.look(whole) == good


def test_only_what_is_newer_is_read_for_an_absence(tmp_path: Path) -> None:
    told = morning()
    folder = lay(tmp_path, told)
    happened = _happened(folder, at(65), NOW)
    assert happened[0].at >= at(60)
    assert {one.record.session for one in happened} == {"", ONE, TWO}
    asked = _asked_before(folder, happened)
    assert asked[TWO, "q2"].text == "which index?"
    old = (NOW - timedelta(days=3)).timestamp()
    os.utime(folder.session(TWO).journal, (old, old))
    assert TWO not in {one.record.session for one in _happened(folder, at(65), NOW)}


def test_the_last_look_is_the_newest_of_journal_and_living_dashboards(tmp_path: Path) -> None:
    folder = lay(tmp_path, morning())
    assert last_look(folder) == at(95)
    own = PresenceFile.new(folder.presence)
    own.write(Presence(since=at(100), until=at(220)))
    assert last_look(folder) == at(95)
    other = PresenceFile(folder.presence / "1-other.json")
    other.write(Presence(since=at(100), until=at(120)))
    assert last_look(folder) == at(120)
    assert len(looking_now(folder)) == 2
    own.remove()
    assert last_look(ProjectFolder(tmp_path / "nowhere")) is None


def test_a_dashboard_that_was_killed_is_taken_up_once(tmp_path: Path) -> None:
    script = """
import os, sys
from pathlib import Path
from datetime import datetime, UTC
from wuhu_tui.core.presence import PresenceFile
from wuhu_tui.model.presence import Presence
file = PresenceFile.new(Path(sys.argv[1]))
noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
file.write(Presence(since=noon, until=noon))
print("here", flush=True)
sys.stdin.read()
"""
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as dashboard:
        assert dashboard.stdout is not None
        assert dashboard.stdout.readline() == b"here\n"
        assert left_behind(tmp_path) == []
        dashboard.kill()
        dashboard.wait(30)
    ((file, presence),) = left_behind(tmp_path)
    assert presence == Presence(since=NOW, until=NOW)
    assert left_behind(tmp_path) == []
    file.remove()
    assert list(tmp_path.iterdir()) == []


def test_of_a_dashboard_that_was_killed_before_its_first_sign_nothing_is_left(
    tmp_path: Path,
) -> None:
    (tmp_path / "1-x.lock").touch()
    assert left_behind(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_dashboard_of_another_container_may_have_had_this_one_s_number(tmp_path: Path) -> None:
    here = Presence(since=at(0), until=at(5))
    PresenceFile(tmp_path / f"{os.getpid()}-x.json").write(here)
    assert [presence for _, presence in left_behind(tmp_path)] == [here]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"\xff",
        b'{"since":"2026-01-05T12:00:00Z","until":"2026-01-05T11:00:00Z"}',
        b'{"since":"2026-01-05T11:00:00","until":"2026-01-05T12:00:00"}',
    ],
)
def test_a_file_that_makes_no_sense_is_removed(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "1-x.json").write_bytes(content)
    assert left_behind(tmp_path) == []
    assert presence_files(tmp_path) == []
