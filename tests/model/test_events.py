from __future__ import annotations

import msgspec
import pytest

from wuhu_tui.journal.lines import ENVELOPE_FIELDS
from wuhu_tui.model import (
    agent_events,
    events,
    history_events,
    project_events,
    queue_events,
    remote_events,
    review_events,
    settling_events,
)
from wuhu_tui.model.events import Event
from wuhu_tui.model.project_events import ALL_EVENTS, PROJECT_EVENTS
from wuhu_tui.model.session_events import SESSION_EVENTS, STREAMED

DEFINED: set[type[Event]] = {
    kind
    for module in (
        *(agent_events, events, history_events, project_events, queue_events, remote_events),
        *(review_events, settling_events),
    )
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
}


def test_every_event_has_a_type_of_its_own() -> None:
    tags = [kind.__struct_config__.tag for kind in DEFINED]
    assert len(set(tags)) == len(tags) == len(ALL_EVENTS)


def test_every_event_stands_in_a_journal_s_list() -> None:
    assert {*SESSION_EVENTS, *PROJECT_EVENTS} == DEFINED
    assert set(ALL_EVENTS.values()) == DEFINED
    assert len(set(SESSION_EVENTS)) == len(SESSION_EVENTS)
    assert len(set(PROJECT_EVENTS)) == len(PROJECT_EVENTS)


def test_only_a_session_streams() -> None:
    assert set(SESSION_EVENTS) > STREAMED


@pytest.mark.parametrize("kind", sorted(DEFINED, key=str))
def test_no_event_s_field_collides_with_what_every_line_carries(kind: type[Event]) -> None:
    names = {field.encode_name for field in msgspec.structs.fields(kind)}
    assert not names & set(ENVELOPE_FIELDS)
