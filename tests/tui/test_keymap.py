"""The lead's own keys: judged before Textual sees them, and the page that lists them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.dashboard_app import dashboard, press, text_of, toasts
from tests.tui.fake_core import FakeCore
from wuhu_tui.model.errors import ConfigError
from wuhu_tui.tui.actions import ACTIONS, BY_ID
from wuhu_tui.tui.keymap import checked_keymap, key_label, key_name, read_keymap
from wuhu_tui.tui.keys_page import keys_page

PAGE = Path(__file__).parents[2] / "docs" / "keys.md"


@pytest.mark.parametrize("written", [*"?!/:+-,.[]{}<>_=~", "G", "ctrl+p", "f5", "5"])
def test_a_key_is_shown_as_it_is_written(written: str) -> None:
    assert key_label(key_name(written)) == written


def test_names_are_those_of_textual() -> None:
    from textual.keys import _character_to_key

    for character in "?!/:+-,.[]{}<>_=~@#$%^&*()|;'`\"\\":
        assert key_name(character) == _character_to_key(character)


@pytest.mark.parametrize(
    ("keymap", "problem"),
    [
        (
            {"session.mrege": ("M",)},
            "there is no action 'session.mrege': did you mean session.merge?",
        ),
        (
            {"session.merge": ("ctrl+m",)},
            "session.merge: 'ctrl+m' cannot be bound: terminals send Enter for it",
        ),
        (
            {"session.merge": ("shift+m",)},
            "session.merge: 'shift+m' cannot be bound: write M instead",
        ),
        (
            {"session.merge": ("hyper+m",)},
            "session.merge: 'hyper+m' cannot be bound: 'hyper' is no modifier (ctrl, shift, alt)",
        ),
        ({"session.merge": ("foo",)}, "session.merge: 'foo' cannot be bound: there is no such key"),
        ({"session.merge": ("s",)}, "s would be both session.steer and session.merge"),
    ],
)
def test_what_is_wrong_is_named_and_left_alone(
    keymap: dict[str, tuple[str, ...]], problem: str
) -> None:
    keys = read_keymap(keymap)
    assert keys.problems == (problem,)
    assert keys.of(BY_ID["session.merge"]) == ("m",)
    with pytest.raises(ConfigError, match=r"docs/keys\.md") as told:
        checked_keymap(keymap, where="config.toml")
    assert problem in told.value.message


def test_two_actions_may_swap_their_keys() -> None:
    keys = checked_keymap({"session.merge": ("y",), "session.approve": ("m",)})
    assert keys.of(BY_ID["session.merge"]) == ("y",)
    assert keys.for_textual() == {"session.merge": "y", "session.approve": "m"}


def test_an_action_may_lose_its_key() -> None:
    keys = checked_keymap({"session.merge": ()})
    assert keys.label(BY_ID["session.merge"]) == ""


async def test_the_lead_s_key_does_it_and_the_old_one_does_not(core: FakeCore) -> None:
    async with dashboard(core, keymap={"session.steer": ("ctrl+g",)}) as pilot:
        await press(pilot, "s")
        assert "Steer" not in text_of(pilot)
        assert "ctrl+g steer" in text_of(pilot)
        await press(pilot, "ctrl+g")
        assert "Steer db-migrate" in text_of(pilot)


async def test_swapped_keys_both_work(core: FakeCore) -> None:
    swapped = {"session.follow_up": ("s",), "session.steer": ("f",)}
    async with dashboard(core, keymap=swapped) as pilot:
        await press(pilot, "s")
        assert "Follow-up to db-migrate" in text_of(pilot)
        await press(pilot, "escape", "f")
        assert "Steer db-migrate" in text_of(pilot)


async def test_a_wrong_keymap_is_told_when_the_dashboard_opens(core: FakeCore) -> None:
    async with dashboard(core, keymap={"session.merge": ("s",)}) as pilot:
        [told] = toasts(pilot)
        assert "s would be both session.steer and session.merge" in told
        await press(pilot, "s")
        assert "Steer db-migrate" in text_of(pilot)


def test_the_page_of_keys_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == keys_page(), (
        "python -m wuhu_tui.tui.keys_page > docs/keys.md"
    )


def test_the_page_names_every_action() -> None:
    page = keys_page()
    unlisted = [a.id for a in ACTIONS if f"`{a.id}`" not in page and not a.argument]
    assert unlisted == []
