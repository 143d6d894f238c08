from __future__ import annotations

from hypothesis import given
from msgspec.structs import replace

from tests.core.boards import Story
from tests.model.strategies import SESSIONS, journals
from wuhu_tui.model.board import Board
from wuhu_tui.model.board_hash import hash_of
from wuhu_tui.model.fold import fold, fold_all
from wuhu_tui.model.records import Record
from wuhu_tui.model.states import SessionState as S


def _two_sessions() -> Board:
    story = Story()
    story.done("shop-impl-01")
    story.working("shop-impl-02")
    story.joined("shop-impl-01")
    return story.board


def test_the_order_in_which_things_came_does_not_matter() -> None:
    board = _two_sessions()
    turned = replace(board, sessions=dict(reversed(board.sessions.items())))
    assert hash_of(board).value == hash_of(turned).value


def test_any_field_matters_and_is_named() -> None:
    board = _two_sessions()
    view = board.sessions["shop-impl-02"]
    other = replace(board, sessions={**board.sessions, view.id: replace(view, turn=7)})
    hashed = hash_of(board)
    before = hashed.value
    changes = hashed.take(other)
    assert hashed.value != before
    assert {part: set(fields) for part, fields in changes.items()} == {
        "sessions/shop-impl-02": {"turn"}
    }


def test_what_a_looking_process_warns_of_does_not_count() -> None:
    board = _two_sessions()
    warned = replace(board, project=replace(board.project, warnings=("the disk is full",)))
    assert hash_of(warned).value == hash_of(board).value


def test_a_board_with_nothing_on_it_differs_from_one_with_something() -> None:
    story = Story()
    story.instantiated("shop-impl-01")
    empty = hash_of(Board()).value
    made = hash_of(story.board).value
    story.working("shop-impl-01")
    story.state("shop-impl-01", S.STOPPED)
    assert len({empty, made, hash_of(story.board).value}) == 3


@given(journals(""), journals(SESSIONS[0]))
def test_step_by_step_gives_the_hash_of_the_whole(
    project: list[Record], session: list[Record]
) -> None:
    board, stepped = Board(), hash_of(Board())
    for record in (*project, *session):
        board = fold(board, record)
        stepped.take(board)
    whole = hash_of(fold_all(Board(), [*project, *session]))
    assert stepped.value == whole.value
    assert stepped.digests == whole.digests


def test_what_stands_at_its_default_is_left_out_so_that_new_fields_change_no_old_hash() -> None:
    story = Story()
    story.instantiated("shop-impl-01")
    digests = hash_of(story.board).digests
    assert set(digests["sessions/shop-impl-01"]) == {"spec", "given", "last_event_at"}
    assert set(digests) == {"sessions/shop-impl-01", "project", "board"}
    assert set(digests["board"]) == {"queue"}
