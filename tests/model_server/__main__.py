"""`python -m tests.model_server`: serve until it is interrupted, for looking at an agent by hand."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from tests.model_server.server import ModelServer


def main() -> None:
    """Serve prompts that carry their script."""
    parser = argparse.ArgumentParser(prog="model_server")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, default=None, help="a file of JSON lines")
    arguments = parser.parse_args()
    with ModelServer(arguments.port, arguments.log) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    main()
