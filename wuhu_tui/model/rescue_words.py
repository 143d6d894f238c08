"""Rescues, and what a removal takes, in words; the same on a screen and in a terminal. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from wuhu_tui.model.quantities import counted, size
from wuhu_tui.model.rescues import RESCUE_REFS, Rescue, Stake

FEW = 4
"""How many names are told before "and n more"."""


def short_ref(ref: str) -> str:
    """A rescue's name as it is typed: session and moment."""
    return ref.removeprefix(RESCUE_REFS)


def holds(rescue: Rescue) -> str:
    """What a rescue holds, in one line."""
    parts = []
    if rescue.files:
        new = f", {rescue.untracked} new" if rescue.untracked else ""
        parts.append(f"{counted(rescue.files, 'file')}{new}, {size(rescue.size)}")
    if rescue.commits:
        parts.append(counted(rescue.commits, "commit"))
    return " and ".join(parts) or "nothing but its commit"


def stands(rescue: Rescue) -> str:
    """Where its work is now."""
    if rescue.restored_to:
        return f"back in {rescue.restored_to}"
    return "also still in place" if rescue.in_place else "only here"


def stake_facts(stake: Stake) -> tuple[tuple[str, str], ...]:
    """What a removal takes from the disk, by name, and where each of it is kept."""
    if stake.unseen:
        return (("unseen", f"could not look: {stake.unseen}"),)
    kept = f"kept as {stake.session}/…; back with: wuhu trash restore {stake.session}"
    facts = [
        ("uncommitted", _named(stake.uncommitted)),
        ("untracked", _named(stake.untracked)),
        ("half-done", f"a {stake.operation}" if stake.operation else ""),
        ("no branch", f"{counted(stake.unheld, 'commit')}" if stake.unheld else ""),
        ("rescue", kept if stake.ref else "none needed: everything in it is committed"),
        ("not on base", _on_branch(stake)),
        ("ignored", _ignored(stake)),
        ("not kept", "; ".join(stake.left_out)),
        ("in use by", ", ".join(stake.in_use_by)),
    ]
    return tuple((name, value) for name, value in facts if value)


def stake_warnings(stake: Stake) -> tuple[str, ...]:
    """What is lost for good, or stands in the way."""
    told = []
    if stake.in_use_by:
        told.append("Nothing is removed while a process works inside.")
    if stake.ignored:
        told.append(
            f"{counted(stake.ignored, 'ignored file')} ({size(stake.ignored_size)}) "
            "are in no rescue: they are lost for good."
        )
    return tuple(told)


def _named(names: Iterable[str]) -> str:
    names = tuple(names)
    if not names:
        return ""
    more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
    return f"{counted(len(names), 'file')}: {', '.join(names[:FEW])}{more}"


def _on_branch(stake: Stake) -> str:
    if not stake.not_on_base:
        return ""
    return f"{counted(stake.not_on_base, 'commit')}; the branch {stake.branch} keeps them"


def _ignored(stake: Stake) -> str:
    if not stake.ignored:
        return ""
    return f"{counted(stake.ignored, 'file')}, {size(stake.ignored_size)}"
