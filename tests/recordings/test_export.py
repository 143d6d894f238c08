"""A recording holds what the project holds, and opens anywhere."""

from __future__ import annotations

from pathlib import Path

from tests.recordings.projects import make_run
from tests.repo.gitbox import git
from wuhu_tui.core.recordings.exporting import export
from wuhu_tui.core.recordings.unpacking import unpack
from wuhu_tui.core.recordings.wishes import ExportWish
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.reader import read_from


async def test_a_recording_opens_without_its_repository(tmp_path: Path) -> None:
    written = make_run(tmp_path / "shop")
    told = await export(written.folder, ExportWish(), tmp_path / "run.wuhu")
    opened = unpack(tmp_path / "run.wuhu", into=tmp_path / "opened")
    there = ProjectFolder(opened.root)
    assert read_from(there.journal, "").records == read_from(written.folder.journal, "").records
    for name in ("shop-impl-01", "shop-impl-02"):
        mine, its = there.session(name), written.folder.session(name)
        assert read_from(mine.journal, name).records == read_from(its.journal, name).records
        assert mine.spec.read_bytes() == its.spec.read_bytes()
    assert told.manifest == opened.manifest
    head = written.box.head("wuhu/shop-impl-01")
    assert "basket 2" in git(opened.root, "diff", written.box.head("main"), head)
