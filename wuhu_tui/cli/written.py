"""A file that is written piece by piece, and is there whole or not at all."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

from wuhu_tui.core.recordings.refusals import not_written, taken
from wuhu_tui.journal.clock import new_id
from wuhu_tui.journal.views import place


async def write_pieces(target: Path, pieces: AsyncIterator[bytes], *, force: bool) -> int:
    """Write them to a file of that name; its size.

    Raises:
        NotPossible: a file of that name is there, and `force` is not given.
        JournalError: the disk refused; nothing is left.
    """
    draft = await asyncio.to_thread(_draft, target, force=force)
    try:
        with await asyncio.to_thread(draft.open, "xb") as file:
            async for piece in pieces:
                file.write(piece)
        return await asyncio.to_thread(place, draft, target)
    except OSError as error:
        raise not_written(target, error) from error
    finally:
        await asyncio.to_thread(draft.unlink, missing_ok=True)


def _draft(target: Path, *, force: bool) -> Path:
    """Where the file is written until it is whole."""
    if os.path.lexists(target) and not force:
        raise taken(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise not_written(target, error) from error
    return target.with_name(f".{target.name}.{new_id()}")
