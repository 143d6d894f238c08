"""What the state of a remote means: in one line, for merges, and for the lead. Pure."""

from __future__ import annotations

from wuhu_tui.model.quantities import counted
from wuhu_tui.model.remotes import Push, RemoteState

SHORT = 12


def remote_words(state: RemoteState) -> str:
    """Where base stands beside its remote branch; what was not seen is never said to be well."""
    if state.trouble:
        return f"could not look at {state.place}: {state.trouble}"
    if state.absent:
        return f"{state.name} has no {state.base} yet"
    if not state.remote:
        return f"{state.place} was never looked at"
    return apart_words(state) or f"{state.base} and {state.place} are the same"


def apart_words(state: RemoteState) -> str:
    """How base and its remote branch differ; empty when they do not."""
    ahead = f"{state.base} is {state.ahead} ahead of {state.place}" if state.ahead else ""
    if not state.behind:
        return ahead
    behind = f"{state.place} has {counted(state.behind, 'commit')} you do not have"
    return ", ".join(filter(None, (ahead, behind)))


def why_merges_wait(state: RemoteState) -> str:
    """Why nothing may land on base now, as far as the remote goes; empty: it may."""
    if not state.wanted:
        return ""
    if state.protected:
        return _why_no_request(state) or _moved(state)
    return _moved(state)


def _moved(state: RemoteState) -> str:
    if not state.behind:
        return _rewritten(state)
    named = "; ".join(state.missing)
    more = ", …" if state.behind > len(state.missing) else ""
    words = f"{state.place} moved: {counted(state.behind, 'commit')} you do not have: {named}{more}"
    if state.ahead:
        own = f"{state.base} has {state.ahead} that it has not"
        return f"{words}; {own}: bring them together in {state.base}: git pull --no-rebase"
    return f"{words}; bring them in: wuhu sync-base"


def _rewritten(state: RemoteState) -> str:
    """Somebody took something away there on purpose: it is not pushed back unasked."""
    if not state.lost:
        return ""
    return (
        f"{state.place} was moved back or rewritten: it has {state.lost[:SHORT]} no more, which "
        f"{state.base} has; follow it: git reset --keep {state.place}; "
        "or put it there again: wuhu push"
    )


def _why_no_request(state: RemoteState) -> str:
    """What stands in the way of any pull request."""
    if state.gh:
        return state.gh
    if state.trouble:
        return f"could not look at {state.place}: {state.trouble}"
    if state.absent:
        return f"{state.name} has no {state.base} to which a pull request could go"
    if state.ahead:
        own = f"{counted(state.ahead, 'commit')} that {state.place} has not"
        return (
            f"{state.base} has {own}, and moves there only by pull requests: "
            f"put them on a branch of their own: git branch mine {state.base}, "
            f"then git reset --keep {state.place}"
        )
    return ""


def remote_need(state: RemoteState | None) -> str:
    """What the lead has to do about the remote; empty: nothing."""
    if state is None or not state.wanted:
        return ""
    waits = why_merges_wait(state)
    if waits:
        return waits
    if state.refused and state.push is Push.EACH:
        return f"{state.name} did not take {state.base}: {state.refusal}; then: wuhu push"
    if state.push is Push.ASK and state.ahead and not state.protected and not state.trouble:
        return f"{apart_words(state)}: wuhu push"
    return ""
