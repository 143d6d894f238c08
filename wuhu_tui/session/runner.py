"""The runner: the small process that owns one session for one life.

`python -m wuhu_tui.session.runner <session folder>` runs it in the foreground. A host adds a
descriptor, on which the runner says `ready` or `busy`, and the time it was asked for; the runner
then detaches itself. What is heavier than the standard library's core is imported after the
guardian is posted and after whoever spawned us is free to go on.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from wuhu_tui.session.guardian import Guardian

if TYPE_CHECKING:
    from wuhu_tui.session.conversation import AgentFactory


def main(arguments: list[str] | None = None, agent_factory: AgentFactory | None = None) -> int:
    """Run the life that the command line names; returns the exit code."""
    folder, *host = sys.argv[1:] if arguments is None else arguments
    descriptor, asked_at = (int(host[0]), host[1]) if host else (-1, "")
    if descriptor >= 0:
        _detach(descriptor)
    return run_life(folder, agent_factory, descriptor=descriptor, asked_at=asked_at)


def run_life(
    folder: Path | str,
    agent_factory: AgentFactory | None = None,
    *,
    descriptor: int = -1,
    asked_at: str = "",
    grace: float = 3.0,
) -> int:
    """One life of the session in this folder, guarded; returns 0 if its end was recorded.

    A second runner of a session whose first one lives returns 0 at once and writes nothing.
    """
    signal.signal(signal.SIGHUP, _ignore)
    folder = Path(folder).absolute()
    guardian = Guardian.post(folder)
    from wuhu_tui.session.guarded import run_guarded

    code = run_guarded(
        folder,
        agent_factory=agent_factory,
        guardian=guardian,
        descriptor=descriptor,
        asked_at=asked_at,
        grace=grace,
    )
    guardian.dismiss()  # not after an exception: then there is still something to end
    return code


def _ignore(number: int, frame: object) -> None:
    """A closing terminal is none of our business; unlike SIG_IGN, children do not inherit this."""


def _detach(descriptor: int) -> None:
    """Leave the process that spawned us: it need not wait for us, nor reap us."""
    os.set_inheritable(descriptor, False)
    if os.fork():
        os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
