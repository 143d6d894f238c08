"""What the conductor did, in plain words, for whoever reads its log. Pure."""

from __future__ import annotations

_DONE = {
    "lost": "looked whether {} is lost",
    "sweep": "ended what the dead runner of {} left behind",
    "nudge": "reminded {} to report",
    "review": "put the commits of {} before the lead",
    "new commits": "took in new commits of {}",
    "checks": "ran the checks of {}",
    "conflicts": "looked where {} would conflict with base",
    "changes": "sent {} the findings of its review",
    "reviewer": "assigned a judge to {}",
    "opinion": "took in what {} said",
    "verdict": "made what the judges of {} said its verdict",
    "rounds": "told you that the judging of {} comes to no end",
    "scope": "told you that files of {} outside its scope wait for your word",
    "no verdict": "told you that no verdict came for {}",
    "end": "let {} go: what it was to judge is not under review any more",
    "rest": "released the processes of {}: it has judged",
    "deliver": "put what {} fixed onto the branch it fixes",
    "take back": "took back a letter that asks for nothing any more: {}",
    "hold": "held {}: a budget is used up",
    "release": "let {} go on: its budget was raised",
    "report back": "told whoever started {} what became of it",
    "letters": "brought letters further on their way: {}",
    "job": "looked what became of job {}",
    "left": "ended join {}: nobody waits for it any more",
    "joins": "woke the joins that were due",
    "queue stands": "told you that the merge queue stands still",
    "base moved": "looked what moved base",
    "queue": "worked the merge queue",
    "radar": "looked which branches collide",
    "merges": "went on with interrupted merges",
    "no report": "found that {} fell silent",
    "orphaned question": "found a question whose session ended: {}",
    "branch of": "looked for work that nobody reported in {}",
    "pull request of": "looked for a pull request of {}",
}

UNTOLD = frozenset({"settings", "snapshot", "remote"})
"""What it does by the clock and is not worth a line."""


def done_words(duty: str) -> str:
    """A finished duty as a sentence; empty for one that is not worth a line."""
    if duty in UNTOLD:
        return ""
    for name, words in _DONE.items():
        if duty == name or duty.startswith(f"{name} "):
            return words.format(duty.removeprefix(name).strip())
    return f"did: {duty}"
