"""What all checkouts share beside commits: which change of it is named."""

from __future__ import annotations

from wuhu_tui.repo.ground import _settings, changed_ground


def test_only_what_differs_is_named() -> None:
    before = ("1 hook pre-commit", "2 setting core.editor", "3 hook pre-push")
    assert changed_ground(before, reversed(before)) == ()
    now = ("1 hook pre-commit", "4 setting core.editor", "5 setting alias.x")
    assert changed_ground(before, now) == (
        "hook pre-push",
        "setting alias.x",
        "setting core.editor",
    )


def test_what_git_writes_by_itself_and_addresses_are_left_out() -> None:
    listing = (
        "branch.x.remote\norigin\0submodule.a.url\nb\0url.https://me:secret@host/.insteadof\nx\0"
    )
    (line,) = _settings(listing)
    assert line.endswith(" setting url.….insteadof")
    other = listing.replace("secret", "other")
    assert changed_ground((line,), _settings(other)) == ("setting url.….insteadof",)
