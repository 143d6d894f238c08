"""Base's remote: whether it can be reached, whether both went apart, and whether `gh` is there."""

from __future__ import annotations

from msgspec.structs import replace

from wuhu_tui.core.config import load_config
from wuhu_tui.core.doctor.aside import aside
from wuhu_tui.core.doctor.check import Check, doubt, trouble, well
from wuhu_tui.core.doctor.patient import Patient
from wuhu_tui.core.github import why_not_github
from wuhu_tui.model.errors import GitError
from wuhu_tui.model.health import Observation
from wuhu_tui.model.remote_words import remote_words
from wuhu_tui.model.remotes import Push, RemoteRules, RemoteState
from wuhu_tui.repo.refs import tip_of
from wuhu_tui.repo.remotes import gap, has_remote, last_seen, remote_tip

NAME = "remote"


def judge(state: RemoteState, *, known: bool) -> list[Observation]:
    """What stands in the way of publishing base."""
    found = [_of_gh(state)] if state.gh else []
    if not known:
        text = f"wuhu.toml publishes base to {state.name}, and no remote is called so"
        return [*found, trouble(NAME, state.name, text, kind="name", repair="git remote -v")]
    if state.trouble:
        text = f"could not look at {state.place}: {state.trouble}"
        return [*found, doubt(NAME, state.name, text, repair=f"git ls-remote {state.name}")]
    wrong = _of_base(state)
    return [*found, wrong] if wrong else found or [well(NAME, remote_words(state))]


def _of_base(state: RemoteState) -> Observation | None:
    """How base here and there do not fit together."""
    refused = state.refused and state.push is Push.EACH
    pull = f"bring them together in {state.base}: git pull --no-rebase"
    cases = (
        (state.behind and state.ahead, "apart", f"they went apart: {remote_words(state)}", pull),
        (state.behind, "behind", f"{remote_words(state)}: merges wait for it", "wuhu sync-base"),
        (
            state.lost,
            "rewritten",
            f"{state.place} was moved back or rewritten: merges wait until that is settled",
            "wuhu remote",
        ),
        (
            refused,
            "refused",
            f"{state.name} did not take {state.base}: {state.refusal}",
            "wuhu push",
        ),
    )
    for holds, kind, text, repair in cases:
        if holds:
            return trouble(NAME, state.place, text, kind=kind, repair=repair)
    return None


def _of_gh(state: RemoteState) -> Observation:
    text = f"{state.base} is protected at {state.name}, and {state.gh}"
    return trouble(NAME, "gh", text, kind="gh", repair="gh auth login")


async def look_at(patient: Patient, rules: RemoteRules) -> list[Observation]:
    """Hold base against what the remote says now; nothing is brought here."""
    git, base = patient.git, patient.board.project.base_branch
    state = RemoteState(name=rules.name, base=base, push=rules.push, protected=rules.protected)
    if rules.protected:
        state = replace(state, gh=await why_not_github(patient.root))
    if not await has_remote(git, rules.name):
        return judge(state, known=False)
    state = await _as_last_seen(patient, state)
    try:
        tip = await remote_tip(git, rules.name, base)
    except GitError as error:
        return judge(replace(state, trouble=error.message), known=True)
    if tip != state.remote:
        text = f"{state.place} moved since it was last looked at"
        return [doubt(NAME, state.place, text, repair="wuhu remote")]
    return judge(replace(state, absent=not tip), known=True)


async def _as_last_seen(patient: Patient, state: RemoteState) -> RemoteState:
    """Base beside its remote branch, by what lies here."""
    git, remembered = patient.git, patient.board.remote
    local, seen = await tip_of(git, state.base), await last_seen(git, state.name, state.base)
    apart = await gap(git, local, seen)
    return replace(
        state,
        local=local,
        remote=seen,
        ahead=apart.ahead,
        behind=apart.behind,
        lost=remembered.lost if remembered else "",
        refused=remembered.refused if remembered else "",
        refusal=remembered.refusal if remembered else "",
    )


async def _look(patient: Patient) -> list[Observation]:
    config = await aside(lambda: load_config(patient.root))
    rules = config.remote.rules
    if not rules.wanted:
        return [well(NAME, "base is not published by wuhu: no remote is asked")]
    return await look_at(patient, rules)


REMOTE = Check(NAME, "base and its remote branch agree", _look, needs_board=True, seconds=30.0)
