"""The base of every value type: frozen, keyword-built, cheap to decode."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

EPOCH_START = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of things that never happened yet."""


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen value; change it with `msgspec.structs.replace`."""
