"""How large a recording may be: numbers that no true one comes near."""

from __future__ import annotations

from wuhu_tui.model.value import Value

MIB = 1 << 20
GIB = 1 << 30


class Limits(Value, frozen=True):
    """What is refused before it can fill a disk or a memory."""

    members: int = 300_001
    directory: int = 64 * MIB
    """Bytes of the list of members."""
    manifest: int = 64 * MIB
    member: int = 64 * GIB
    """Bytes of one unpacked member."""
    total: int = 128 * GIB
    small: int = 16 * MIB
    """Members up to this size may shrink as much as they like."""
    ratio: int = 400
    """How many times larger than its packed form a larger member may be."""
    line: int = 64 * MIB
    """Bytes of one record."""
    objects: int = 20_000_000
    """Git objects."""
    content: int = 256 * MIB
    """Bytes of one git object."""
    memory: int = 4 * GIB
    """Address space of a git that reads foreign objects."""
    seconds: int = 900
    """How long it may take for them."""
