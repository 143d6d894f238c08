"""What a crash leaves of objects written aside."""

from __future__ import annotations

from tests.repo.gitbox import Box
from wuhu_tui.repo.quarantine import PREFIX, quarantine
from wuhu_tui.repo.repository import open_repository


async def test_what_a_crash_left_goes_and_what_is_in_use_stays(box: Box) -> None:
    repository = await open_repository(box.path)
    objects = repository.common / "objects"
    (objects / f"{PREFIX}left" / "4b").mkdir(parents=True)
    async with quarantine(repository) as first, quarantine(repository) as second:
        assert set(objects.glob(f"{PREFIX}*")) == {first.folder, second.folder}
    assert not list(objects.glob(f"{PREFIX}*"))
