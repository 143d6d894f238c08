"""`python -m wuhu_tui.sample_agent --script FILE`: the agent on stdin and stdout."""

from __future__ import annotations

import sys

from wuhu_tui.sample_agent.lean_models import lean_models

if __name__ == "__main__":
    with lean_models():
        from wuhu_tui.sample_agent.program import main
    sys.exit(main())
