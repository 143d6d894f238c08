"""How the project's journal tells a session's merge: its part of the fold. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from wuhu_tui.model import project_events as project
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.fold_remote import merge_waits
from wuhu_tui.model.fold_reviews import with_check
from wuhu_tui.model.merges import Merge, MergeManner, MergeOutcome
from wuhu_tui.model.records import Record
from wuhu_tui.model.remote_events import MergeWaits


def _merge_started(view: SessionView, event: project.MergeStarted, record: Record) -> SessionView:
    return replace(view, merge=replace(event.merge, at=record.ts))


def _for_merge(view: SessionView, name: str) -> Merge | None:
    """The session's merge, if it is this one."""
    return view.merge if view.merge and view.merge.id == name else None


def _merge_stepped(view: SessionView, event: project.MergeStepped, record: Record) -> SessionView:
    merge = _for_merge(view, event.merge)
    if merge is None:
        return view
    if event.tip:
        merge = _made(merge, event)
    done, done_at = merge.done, merge.done_at
    if event.step not in done:
        done, done_at = (*done, event.step), (*done_at, record.ts)
    merge = replace(
        merge,
        done=done,
        done_at=done_at,
        result=event.result or merge.result,
        detail=event.detail or merge.detail,
        manner=MergeManner(event.manner) if event.manner else merge.manner,
        pull_request=event.pull_request or merge.pull_request,
        published=event.published or merge.published,
        waits="",
    )
    return replace(view, merge=merge)


def _made(merge: Merge, event: project.MergeStepped) -> Merge:
    """On which tip it was made anew, alone or in a stack."""
    return replace(
        merge,
        base_tip=event.tip,
        stack_base=event.stack_base,
        stack_tip=event.stack_tip,
        remembered=event.remembered,
    )


def _merge_checked(view: SessionView, event: project.MergeChecked, record: Record) -> SessionView:
    merge = _for_merge(view, event.merge)
    if merge is None:
        return view
    return replace(view, merge=replace(merge, checks=with_check(merge.checks, event.check)))


def _merge_ended(view: SessionView, event: project.MergeEnded, record: Record) -> SessionView:
    merge = _for_merge(view, event.merge)
    if merge is None:
        return view
    ended = replace(
        merge,
        outcome=event.outcome,
        detail=event.detail,
        files=event.files,
        conflicts=event.conflicts,
        waits="",
    )
    if event.outcome is MergeOutcome.CONFLICT and view.review:
        view = replace(view, review=replace(view.review, conflicts=event.files))
    return replace(view, merge=ended)


def _undo_prepared(
    view: SessionView, event: project.MergeUndoPrepared, record: Record
) -> SessionView:
    merge = _for_merge(view, event.merge)
    if merge is None:
        return view
    return replace(view, merge=replace(merge, undo=event.result, undo_tip=event.tip))


MERGE_STEPS: dict[type[Any], Callable[[SessionView, Any, Record], SessionView]] = {
    project.MergeStarted: _merge_started,
    project.MergeStepped: _merge_stepped,
    project.MergeChecked: _merge_checked,
    project.MergeEnded: _merge_ended,
    project.MergeUndoPrepared: _undo_prepared,
    MergeWaits: merge_waits,
}
"""What each event makes of the session it names."""
