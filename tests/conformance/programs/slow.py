"""Works for a while: `slow.py SIGN SECONDS [--stubborn] [--once]`.

Leaves a file named SIGN when it begins, so that a test knows that it runs. `--stubborn` ignores
every polite signal; `--once` does nothing when the sign is there already.
"""

import pathlib
import signal
import sys
import time


def main() -> None:
    """Leave the sign and wait."""
    sign = pathlib.Path(sys.argv[1])
    if "--once" in sys.argv and sign.exists():
        return
    if "--stubborn" in sys.argv:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
    sign.write_text("here", encoding="utf-8")
    time.sleep(float(sys.argv[2]))


main()
