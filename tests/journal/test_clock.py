from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from wuhu_tui.journal.clock import new_id, now


def test_now_is_utc() -> None:
    assert now().utcoffset() == timedelta()


def test_ids_sort_in_the_order_they_were_made() -> None:
    ids = [new_id() for _ in range(2000)]
    assert ids == sorted(set(ids))


def test_a_clock_that_falls_back_does_not_disturb_the_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = new_id()
    monkeypatch.setattr(time, "time_ns", lambda: 10**15)
    assert before < new_id() < new_id()


def test_threads_never_make_the_same_id() -> None:
    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(lambda _: new_id(), range(2000)))
    assert len(set(ids)) == 2000
