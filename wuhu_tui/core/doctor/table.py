"""All checks, in the order their words are shown."""

from __future__ import annotations

from wuhu_tui.core.doctor.check import Check

CHECKS: tuple[Check, ...] = ()
