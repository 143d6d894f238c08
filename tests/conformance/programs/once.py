"""One turn: the prompt on stdin, what it says on stdout, 0 when it went well."""

from __future__ import annotations

import sys
import urllib.error

from tests.conformance.programs.mind import Mind


def say(text: str) -> None:
    """Tell at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


def main() -> int:
    """Do what the prompt says."""
    try:
        Mind(say, list).turn(sys.stdin.read())
    except urllib.error.HTTPError as error:
        sys.stderr.write(f"the model answers {error.code}: {error.reason}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
