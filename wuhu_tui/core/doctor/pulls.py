"""Whether pull requests that no report speaks of are found here."""

from __future__ import annotations

import shutil

from wuhu_tui.core.backstop_pulls import pulls_fact
from wuhu_tui.core.doctor.aside import aside
from wuhu_tui.core.doctor.check import Check, doubt, well
from wuhu_tui.core.doctor.patient import Patient
from wuhu_tui.core.github import PROGRAM
from wuhu_tui.model.health import Observation

NAME = "pulls"


def judge(*, remotes: bool, there: bool) -> Observation:
    """Without a remote there are none; without the program nobody looks."""
    if not remotes:
        return well(NAME, "no remote is named: there are no pull requests to find")
    if there:
        return well(NAME, pulls_fact())
    return doubt(NAME, "", pulls_fact(), repair="install gh, then: gh auth login")


async def _look(patient: Patient) -> list[Observation]:
    remotes = await patient.git.read("remote")
    there = await aside(lambda: shutil.which(PROGRAM) is not None)
    return [judge(remotes=bool(remotes.strip()), there=there)]


PULLS = Check(NAME, "pull requests are found", _look)
