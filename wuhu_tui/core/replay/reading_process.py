"""Reads a long recording in a process of its own: `python -m … ROOT FILE BEGIN EVERY [SESSION…]`.

FILE is an open descriptor. A line on stdout says that there is more of it, and how much is read.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path

from wuhu_tui.core.replay.frames import DamagedFrame, FrameFile, FrameWriter
from wuhu_tui.core.replay.journals import Journals
from wuhu_tui.core.replay.reading import read_on
from wuhu_tui.core.replay.sizes import Sizes
from wuhu_tui.journal.layout import ProjectFolder

PAUSE = 0.1
"""Seconds between two lines."""


def main() -> int:
    """Read to the end of all journals; 0: done, 1: the disk refused, 2: nobody listens."""
    root, file, begin, every, *sessions = sys.argv[1:]
    with contextlib.suppress(OSError):
        os.nice(5)
    journals = Journals(ProjectFolder(Path(root)), sessions)
    journals.look()
    frames = FrameFile(int(file), int(begin))
    for _ in frames.grow():
        pass
    writer = FrameWriter(int(file), frames.end)
    told = time.monotonic()
    try:
        for covered in read_on(journals, frames, writer, Sizes(every=int(every))):
            if time.monotonic() - told >= PAUSE:
                os.write(1, b"%d\n" % covered)
                told = time.monotonic()
    except DamagedFrame:
        return 1
    except BrokenPipeError:
        return 2
    return 1 if writer.failed else 0


if __name__ == "__main__":
    sys.exit(main())
