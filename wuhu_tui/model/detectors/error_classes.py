"""What kind of trouble an error is, by what it says. Pure."""

from __future__ import annotations

import re

from wuhu_tui.model.detectors.detections import ErrorClass

_SIGNS: tuple[tuple[ErrorClass, re.Pattern[str]], ...] = (
    (
        ErrorClass.SCOPE_DENIED,
        re.compile(
            r"outside (the |its |your )?(scope|allowed|worktree|workspace|working director)"
            r"|out of scope|not (with)?in (the |its )?scope|scope[ -](denied|violation)",
            re.IGNORECASE,
        ),
    ),
    (
        ErrorClass.COMMAND_BLOCKED,
        re.compile(
            r"\(declined\)|denied by|permission (was )?(denied|refused|rejected) (by|to use)"
            r"|(command|tool)( use)? (is|was|not) (not )?(blocked|allowed|permitted|denied|declined)"
            r"|blocked (by|command)|rejected by (the )?(user|lead)"
            r"|doesn.t want to (proceed|take this action)|the lead (said no|refused|denied)",
            re.IGNORECASE,
        ),
    ),
    (
        ErrorClass.EDIT_FORMAT_FRICTION,
        re.compile(
            r"(string|text|lines?|context|hunk|old_string|search block|find)"
            r"[^\n]{0,40}(not found|does not (match|exist|stand|occur)|did not (match|apply)"
            r"|is not unique|no match)"
            r"|(found|stands|matches|occurs) (\d+|several|more than once|twice|multiple)"
            r"|patch (failed|does not apply)|failed to find (the )?(expected|context)"
            r"|has not been read yet|(was|been) modified since|malformed (diff|patch)"
            r"|invalid (patch|diff|edit)|no changes to make",
            re.IGNORECASE,
        ),
    ),
)

_LOOKED_AT = 2_000
"""Characters of an error by which it is told."""


def error_class(text: str) -> ErrorClass:
    """The first class of which the error has a sign."""
    told = text[:_LOOKED_AT]
    return next((kind for kind, sign in _SIGNS if sign.search(told)), ErrorClass.OTHER)
