"""The environment of a shell command that somebody runs in a place."""

from __future__ import annotations

from collections.abc import Mapping

from wuhu_tui.hosts.job import MARK
from wuhu_tui.journal.layout import JobFolder, SessionFolder
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.session.environment import agent_environment, plain_environment

SPEAKER = "WUHU_SESSION"
"""The variable that says for which session a `wuhu` speaks; without it, for the lead."""


def place_environment(
    job: JobFolder,
    place: str,
    inherited: Mapping[str, str],
    *,
    session: tuple[SessionSpec, SessionFolder] | None = None,
    speaker: str = "",
) -> dict[str, str]:
    """Everything the command gets, with the mark of its job.

    In a session's place it is the agent's, but of no life: whoever sweeps up after a dead life
    leaves it alone. Where a session runs the command (`speaker`, or who we run for), a `wuhu` in
    it speaks for that session, wherever it runs: no agent becomes the lead by leaving its place.
    """
    if session is None:
        environment = plain_environment(place, inherited)
    else:
        spec, folder = session
        environment = {**agent_environment(spec, folder, 0, inherited), "PWD": place}
        del environment["WUHU_LIFE"]
    speaker = speaker or inherited.get(SPEAKER, "")
    if speaker:
        environment[SPEAKER] = speaker
    return {**environment, MARK: str(job.path)}
