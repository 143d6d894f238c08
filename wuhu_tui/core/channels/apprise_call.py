"""The process in which apprise talks to a service: wuhu itself never imports it, and can end it."""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

UNUSABLE = 2
REFUSED = 3
MISSING = 4


def main() -> int:
    """Send the message that stands on stdin; what goes wrong is the last line printed."""
    call = json.load(sys.stdin)
    try:
        apprise: Any = importlib.import_module("apprise")
    except ImportError:
        return _say("apprise is not installed", MISSING)
    messenger = apprise.Apprise()
    if not messenger.add(call["address"]):
        return _say("apprise knows no such service, or its address is not whole", UNUSABLE)
    with apprise.LogCapture(level=apprise.logging.WARNING) as log:
        accepted = messenger.notify(title=call["title"], body=call["text"])
        why = _last(log)
    return 0 if accepted else _say(why or "the service did not take the message", REFUSED)


def _last(log: Any) -> str:
    lines = [line.strip() for line in log.getvalue().splitlines() if line.strip()]
    return lines[-1] if lines else ""


def _say(words: str, code: int) -> int:
    sys.stdout.write(f"{words}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
