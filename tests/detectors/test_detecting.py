"""The detectors over journals on disk, and by other thresholds."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.detectors.streams import NAME, Stream
from wuhu_tui.cli.detect import detect as say_detections
from wuhu_tui.core.config import load_config
from wuhu_tui.core.config_detectors import DetectorSettings
from wuhu_tui.core.detecting import detect_in, detections, with_changes
from wuhu_tui.core.recordings import contents
from wuhu_tui.core.recordings.exporting import export
from wuhu_tui.core.recordings.wishes import ExportWish
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.detectors import calls
from wuhu_tui.model.detectors.detections import DetectorKind, Thresholds
from wuhu_tui.model.errors import ConfigError, NotFound, UsageError

K = DetectorKind


def _circles(runs: int = 3) -> Stream:
    stream = Stream()
    for number in range(runs):
        stream.run("make test", f"run {number}")
    return stream


def test_the_same_is_found_on_disk_as_in_memory(tmp_path: Path) -> None:
    stream = _circles()
    stream.story.lost(NAME)
    stream.run("ls")
    found = detect_in(stream.written(tmp_path))
    assert [one.kind for one in found] == [K.TURN_KEY_REPETITION, K.LOST]
    assert found == detect_in(ProjectFolder(tmp_path), session=NAME)
    assert {one.session for one in found} == {NAME}


def test_the_project_s_own_thresholds_count_unless_others_are_given(tmp_path: Path) -> None:
    folder = _circles(3).written(tmp_path)
    folder.config.write_text("[detectors]\nrepeated_keys = 4\n", encoding="utf-8")
    assert detect_in(folder) == []
    assert len(detect_in(folder, thresholds=Thresholds())) == 1


async def test_a_live_session_s_silence_is_measured_by_the_clock(tmp_path: Path) -> None:
    stream = Stream().run("ls")
    folder = stream.written(tmp_path)

    class Live:
        def __init__(self, at: datetime) -> None:
            self.folder = folder
            self.clock = lambda: at

    assert await detections(Live(stream.story.now)) == []
    found = await detections(Live(stream.story.now + timedelta(hours=2)), session=NAME)
    assert [one.kind for one in found] == [K.QUIET, K.STALE]


def test_an_unknown_session_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no session nobody"):
        detect_in(_circles().written(tmp_path), session="nobody")


def test_a_journal_without_its_project_s_is_judged_all_the_same(tmp_path: Path) -> None:
    folder = _circles().written(tmp_path)
    folder.journal.unlink()
    assert [one.kind for one in detect_in(folder)] == [K.TURN_KEY_REPETITION]


def test_thresholds_are_set_by_words() -> None:
    set_ = with_changes(Thresholds(), {"repeated-keys": "4", "quiet": "1.5"})
    assert (set_.repeated_keys, set_.quiet, set_.stale) == (4, 1.5, 3600.0)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("repeted-keys", "4", "there is no threshold repeted-keys"),
        ("repeated-keys", "many", "cannot be 'many'"),
        ("repeated-keys", "-1", "cannot be '-1'"),
        ("quiet", "nan", "cannot be 'nan'"),
    ],
)
def test_what_is_no_threshold_is_said(name: str, value: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        with_changes(Thresholds(), {name: value})


def test_settings_and_thresholds_have_the_same_defaults(tmp_path: Path) -> None:
    assert DetectorSettings().thresholds == Thresholds()
    (tmp_path / "wuhu.toml").write_text("[detectors]\nrepeated_keyes = 4\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="repeated_keyes"):
        load_config(tmp_path)


async def _recording(tmp_path: Path, *, without_files: bool = False) -> Path:
    folder = _circles(5).written(tmp_path / "shop")
    file = tmp_path / "run.wuhu"
    await export(folder, ExportWish(without_files=without_files), file)
    return file


async def test_a_recording_is_judged_without_its_project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    file = await _recording(tmp_path)
    say_detections(str(file), json=True)
    told = json.loads(capsys.readouterr().out)
    assert len(told) == 1, told
    found = told[0]
    assert (found["detector"], found["concern"], found["turn"]) == (
        "turn-key-repetition",
        "spiral",
        1,
    )
    assert found["evidence"] == [{"epoch": 1, "seq": seq} for seq in (5, 7, 9)]
    assert found["replay"].startswith(f"wuhu replay {file} --at ")
    say_detections(str(file), changes=["repeated-keys=5"])
    told = capsys.readouterr().out
    assert "5 times the same call in a row: make test" in told
    say_detections(str(file), changes=["repeated-keys=0"])
    assert "find nothing" in capsys.readouterr().err


async def test_what_was_cut_out_of_a_recording_is_not_taken_for_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert calls.CUT == contents.CUT
    say_detections(str(await _recording(tmp_path, without_files=True)))
    told = capsys.readouterr()
    assert told.out == ""
    assert "circles are not judged" in told.err
