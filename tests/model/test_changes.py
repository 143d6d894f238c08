from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wuhu_tui.model.changes import Changes


@given(st.lists(st.integers(0, 8)))
def test_the_first_change_since_any_revision_is_that_of_the_whole_list(places: list[int]) -> None:
    changes = Changes()
    for place in places:
        changes.note(place)
    assert changes.revision == len(places)
    for revision in range(len(places) + 2):
        assert changes.first_since(revision) == min(places[revision:], default=None)


def test_memory_is_bounded_by_the_places_not_by_the_changes() -> None:
    changes = Changes()
    for number in range(10_000):
        changes.note(number % 7)
    assert len(changes._places) <= 7
