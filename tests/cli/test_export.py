"""`wuhu export`: what it writes, what it says of it, and what it lists."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Wuhu
from tests.cli.zygote import Zygote
from tests.recordings.projects import make_run
from wuhu_tui.core.recordings.unpacking import unpack


@pytest.fixture
def there(tmp_path: Path, zygote: Zygote) -> Wuhu:
    """A project with the journals of two sessions, and nothing that runs."""
    make_run(tmp_path / "shop")
    return Wuhu(tmp_path / "shop", zygote)


def test_a_recording_is_written_listed_and_said_how_to_open(there: Wuhu, tmp_path: Path) -> None:
    assert "no recordings here yet" in there("export", "--list")
    told = there("export")
    assert "2 sessions, 50 records, 2026-01-01 00:00 to 2026-01-01 00:01 UTC" in told
    file = Path(told.rsplit("wuhu replay ", 1)[1].strip())
    assert file.parent == there.folder.recordings
    assert unpack(file, into=tmp_path / "opened").manifest.project == "shop"
    (there.folder.recordings / "odd.wuhu").write_text("mine")
    listed = there("export", "--list")
    assert file.name in listed
    assert "this is no recording of wuhu" in listed
    told = there.json("export", "--list")
    assert {one["records"] for one in told} == {50, None}


def test_a_scope_is_told(there: Wuhu, tmp_path: Path) -> None:
    file = str(tmp_path / "one.wuhu")
    told = there.json("export", "shop-impl-01", "--without-files", "-o", file)
    assert (told["sessions"], told["files"], told["file"]) == (["shop-impl-01"], False, file)
    assert told["cuts"] > 0
    assert told["not_in_it"] == ["contents of files: it was asked for without them"]
    assert "there is a file of that name" in there("export", "-o", file, code=4)
    assert "not in it: contents of files" in there(
        "export", "-o", file, "--force", "--without-files", "--until", "2026-01-01T00:00:20Z"
    )


def test_json_lines_and_a_report_go_to_stdout_or_a_file(there: Wuhu, tmp_path: Path) -> None:
    lines = there("export", "--json-lines").splitlines()
    assert len(lines) == 50
    assert json.loads(lines[0])["type"] == "project.opened"
    assert there("export", "shop-impl-02", "--markdown").startswith("# Work of shop-impl-02")
    file = tmp_path / "out" / "report.md"
    there("export", "--markdown", "-o", str(file))
    assert file.read_text().startswith("# What happened in shop")
    assert "--force" in there("export", "--markdown", "-o", str(file), code=4)
    assert [path.name for path in file.parent.iterdir()] == ["report.md"]


def test_what_is_not_understood_is_told(there: Wuhu) -> None:
    assert "either JSON lines or a report" in there("export", "--json-lines", "--markdown", code=2)
    assert "is no time" in there("export", "--since", "soon", code=2)
    assert "no session is called" in there("export", "nobody", code=3)


def test_an_unpacked_recording_can_be_told_but_nothing_in_it_runs(
    there: Wuhu, tmp_path: Path, zygote: Zygote
) -> None:
    there("export", "-o", str(tmp_path / "x.wuhu"))
    unpack(tmp_path / "x.wuhu", into=tmp_path / "opened")
    inside = Wuhu(tmp_path / "opened", zygote)
    assert len(inside("export", "--json-lines").splitlines()) == 50
    for verb in (("status",), ("stop", "--all"), ("init",)):
        assert "this is a recording, not a project" in inside(*verb, code=4)
