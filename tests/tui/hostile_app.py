"""The dashboard on nothing but hostile text, for a real terminal: `python -m tests.tui.hostile_app`."""

from __future__ import annotations

from tests.tui.dashboard_app import make_app
from tests.tui.hostile import HOSTILE, hostile_core


def main() -> None:
    """Run until `q`."""
    make_app(hostile_core(HOSTILE)).run()


if __name__ == "__main__":
    main()
