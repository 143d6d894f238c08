"""`python -m tests.checker.run MINUTES [SEED]`: random histories, each checked, until the time is up."""

from __future__ import annotations

import asyncio
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.checker.history import ACTS, KILLS, Ground
from tests.checker.test_histories import lived

LONGEST = 40


def main() -> int:
    """Live through them; a broken one is kept and named."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    until = time.monotonic() + 60 * minutes
    lives = broken = 0
    seen: Counter[str] = Counter()
    while time.monotonic() < until:
        saw, words = live(seed + lives)
        lives += 1
        seen += saw
        if words:
            broken += 1
            sys.stdout.write(f"--- seed {seed + lives - 1}\n{words}\n")
            sys.stdout.flush()
    told = ", ".join(f"{number} {what}" for what, number in sorted(seen.items()))
    sys.stdout.write(f"{lives} histories from seed {seed}: {told}; {broken} broken\n")
    return 1 if broken else 0


def live(seed: int) -> tuple[Counter[str], str]:
    """One history; what it saw, and what was wrong with it."""
    dice = random.Random(seed)
    length = dice.randint(5, LONGEST)
    ground = Ground(after=dice.random() < 0.5, remote=dice.random() < 0.5)
    steps = [
        (dice.choice((*ACTS, *KILLS)), dice.randint(0, 30), dice.randint(0, 30))
        for _ in range(length)
    ]
    folder = Path(tempfile.mkdtemp(prefix="wuhu-history-"))
    try:
        seen = asyncio.run(lived(folder, steps, ground))
    except AssertionError as error:
        return Counter(), str(error)
    except Exception:  # noqa: BLE001 - a defect of what is tried: told with its place
        return Counter(), traceback.format_exc()
    shutil.rmtree(folder, ignore_errors=True)
    return seen, ""


if __name__ == "__main__":
    sys.exit(main())
