"""The desks and stages of the rooms, for stories that cross them."""

from __future__ import annotations

from tests.core.conftest import _any_agent, conducted, desk, root
from tests.session.conftest import stage

__all__ = ["_any_agent", "conducted", "desk", "root", "stage"]
