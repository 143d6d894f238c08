"""How large the steps of reading and keeping a recording are."""

from __future__ import annotations

from wuhu_tui.model.value import Value


class Sizes(Value, frozen=True):
    """What is measured out; tests take small ones."""

    every: int = 2_000
    """Records between two frames."""
    every_bytes: int = 8 << 20
    """Bytes of journals between two frames, where records are long."""
    kept_from: int = 4 << 20
    """Bytes of journals from which on frames are kept beside them; less is read in a moment."""
    here: int = 4 << 20
    """Bytes of journals that are read in this process; more are read by one of its own."""
    slice: float = 0.05
    """Seconds of reading at one go, between which moments can be sought."""
    look: float = 0.5
    """Seconds between looks whether journals grew."""
    look_at_all: int = 10
    """Every so many looks are at the journals of archived sessions too."""
    late: int = 16
    """Frames that are made anew at most for records that came late."""


SIZES = Sizes()
"""What they are."""
