"""Hold a replay to what was live: `python -m tests.witness PROJECT [WITNESS]`; exit 1 if it differs.

PROJECT is a project's folder, or a recording; WITNESS another file of steps than the project's own.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from wuhu_tui.core.recordings.unpacking import unpack
from wuhu_tui.core.witness import FILE
from wuhu_tui.core.witness_proof import prove_replay, sworn
from wuhu_tui.journal.layout import ProjectFolder


def main(words: list[str]) -> int:
    """Say how many steps were held, and where the replay differs."""
    place = Path(words[0] if words else ".")
    root = unpack(place).root if place.is_file() else place
    beside = place.with_name(FILE) if place.is_file() else ProjectFolder(root).path / FILE
    steps = sworn(Path(words[1]) if len(words) > 1 else beside)
    proof = asyncio.run(prove_replay(ProjectFolder(root.absolute()), steps))
    sys.stdout.write(f"{proof}\n")
    return 1 if proof.mismatches or not proof.steps else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
