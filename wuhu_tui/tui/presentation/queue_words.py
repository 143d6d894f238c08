"""What a merge does and how it ended, in words; which symbol and colour go with it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from wuhu_tui.model.merges import FileConflict, Merge, MergeOutcome, MergeStep
from wuhu_tui.model.queue_needs import held_with_evidence, was_rolled_back
from wuhu_tui.model.reviews import CheckState
from wuhu_tui.tui.presentation.queue import Item, Part
from wuhu_tui.tui.presentation.rows import MUTED, line

STEP_WORDS: dict[MergeStep, str] = {
    MergeStep.PREFLIGHT: "merging and checking",
    MergeStep.LAND: "landing",
    MergeStep.VERIFY: "looking at base",
    MergeStep.PROVE: "checking base",
    MergeStep.PUBLISH: "publishing",
    MergeStep.CLOSE: "closing",
    MergeStep.CLEAN_UP: "cleaning up",
}
"""What a merge does in each step."""

STEP_NAMES: dict[MergeStep, str] = {
    MergeStep.PREFLIGHT: "preflight",
    MergeStep.LAND: "land",
    MergeStep.VERIFY: "verify",
    MergeStep.PROVE: "prove",
    MergeStep.PUBLISH: "publish",
    MergeStep.CLOSE: "close",
    MergeStep.CLEAN_UP: "clean up",
}

CHECK_SIGNS: dict[CheckState, tuple[str, str, str]] = {
    CheckState.PASSED: ("✔", "passed", "$state-ready"),
    CheckState.FAILED: ("✗", "failed", "$state-failed"),
    CheckState.BROKEN: ("✗", "could not run", "$state-failed"),
    CheckState.RUNNING: ("…", "running", "$state-working"),
}
"""Symbol, word and colour of a check."""


def current_step(merge: Merge) -> MergeStep | None:
    """The step a running merge is in."""
    if merge.outcome is not MergeOutcome.RUNNING:
        return None
    return next((step for step in MergeStep if step not in merge.done), None)


def is_red(merge: Merge) -> bool:
    """Whether a check was red with it."""
    bad = (CheckState.FAILED, CheckState.BROKEN)
    return any(check.state in bad for check in merge.checks)


def stack_words(members: Sequence[Item]) -> str:
    """What becomes of a stack; a red one is bisected until its culprit is found."""
    merges = [item.merge for item in members if item.merge is not None]
    base = next((merge.stack_base[:7] for merge in merges if merge.stack_base), "")
    told = f"stack of {len(members)}" + (f" on {base}" if base else "")
    if not any(map(is_red, merges)):
        return f"{told}: checked and landed together"
    looked = [line(item.view.spec.shown_name) for item in members if _is_checked(item.merge)]
    among = f", looking at {', '.join(looked)}" if looked else ""
    return f"{told} is red: bisected{among}"


def _is_checked(merge: Merge | None) -> bool:
    checks = merge.checks if merge else ()
    return any(check.state is CheckState.RUNNING for check in checks)


def step_words(merge: Merge) -> str:
    """What a running merge does now, with the check it runs or what it waits for."""
    step = current_step(merge)
    if merge.waits:
        return f"waits: {first_line(merge.waits)}"
    if step is None:
        return "ending"
    if merge.batch and step is MergeStep.PREFLIGHT and not merge.checks:
        return "checked with its stack"
    if merge.batch and step is MergeStep.PREFLIGHT and is_red(merge):
        return "red with its stack: waits for the culprit to be found"
    running = [check.name for check in merge.checks if check.state is CheckState.RUNNING]
    done = sum(check.state is CheckState.PASSED for check in merge.checks)
    if step not in (MergeStep.PREFLIGHT, MergeStep.PROVE) or not merge.checks:
        return STEP_WORDS[step]
    where = "on base" if step is MergeStep.PROVE else "on the merged tree"
    told = f"checks {done}/{len(merge.checks)} {where}"
    return f"{told}: {line(running[0])}" if running else told


def sign(item: Item) -> tuple[str, str, str]:
    """Symbol, word and colour of an item of the queue."""
    match item.part:
        case Part.RUNNING:
            return "⇡", step_words(item.merge) if item.merge else "begins", "$state-ready"
        case Part.NEEDS:
            return _needs_sign(item)
        case Part.WAITING:
            return _waiting_sign(item)
        case Part.READY:
            return "⇡", "approved", "$state-ready"
    return _ENDED.get(_outcome(item), ("↩", "went back", "$state-asking"))


def _outcome(item: Item) -> MergeOutcome:
    return item.merge.outcome if item.merge is not None else MergeOutcome.REFUSED


_ENDED = {
    MergeOutcome.MERGED: ("✔", "landed", "$state-merged"),
    MergeOutcome.UNDONE: ("↶", "undone", MUTED),
}


def _needs_sign(item: Item) -> tuple[str, str, str]:
    if was_rolled_back(item.view):
        return "↶", "rolled back", "$state-failed"
    if held_with_evidence(item.entry):
        return "‖", "held back", "$state-failed"
    conflict = item.merge is not None and item.merge.outcome is MergeOutcome.CONFLICT
    return "⚠", "conflict" if conflict else "not merged", "$state-failed"


def _waiting_sign(item: Item) -> tuple[str, str, str]:
    entry = item.entry
    if entry is not None and entry.held_by:
        return "‖", "held", "$state-asking"
    if entry is not None and entry.delay:
        return "!", "delayed", "$state-asking"
    return (
        (f"{item.place}", "waits", "$accent")
        if item.why
        else (f"{item.place}", "ready", "$state-ready")
    )


def says(item: Item) -> str:
    """The reason that goes with it, in one sentence."""
    merge = item.merge
    match item.part:
        case Part.NEEDS:
            return _needs_words(item)
        case Part.WAITING:
            return _waiting_words(item)
        case Part.READY:
            return "m puts it in line"
        case Part.LANDED if merge is not None:
            return landed_words(merge)
    return ""


def _needs_words(item: Item) -> str:
    entry, merge = item.entry, item.merge
    if held_with_evidence(entry) and entry is not None:
        return line(entry.held_note) or item.why
    return (conflict_words(merge.conflicts) or first_line(merge.detail)) if merge else ""


def _waiting_words(item: Item) -> str:
    entry = item.entry
    if entry is None or not entry.held_by:
        return line(item.why)
    return f"by you: {line(entry.held_note)}" if entry.held_note else "by you"


def landed_words(merge: Merge) -> str:
    """Where it is now."""
    if merge.outcome is MergeOutcome.UNDONE:
        return f"taken back from {line(merge.base_branch)}"
    if merge.outcome is not MergeOutcome.MERGED:
        return conflict_words(merge.conflicts) or first_line(merge.detail)
    told = f"in {line(merge.base_branch)} as {merge.result[:7]}"
    return f"{told} · {line(merge.published)}" if merge.published else told


def first_line(text: str) -> str:
    """The first line of a text that may have a check's output behind it."""
    return line(text.strip().partition("\n")[0])


def conflict_words(conflicts: tuple[FileConflict, ...]) -> str:
    """The files in the way."""
    return ", ".join(line(one.path) for one in conflicts)
