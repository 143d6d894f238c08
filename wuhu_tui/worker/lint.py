"""Names what a task lacks, or holds that does not belong, before an agent reads it. Pure.

It reads words, not meaning: its findings are hints and block nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from wuhu_tui.model.value import Value


class Assignment(Value, frozen=True):
    """A task and what was said with it; `others` are names of other sessions."""

    task: str
    scope: tuple[str, ...] = ()
    acceptance: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    focus: str = ""
    turn_limit: int = 0
    others: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Everything the lead wrote."""
        return "\n".join((self.task, self.focus, *self.acceptance))


class LintFinding(Value, frozen=True):
    """What is missing or does not belong, in words, and how to mend it."""

    rule: str
    text: str
    remedy: str


TURNS = {"housekeeping": 8, "feature": 15, "deep": 25}
"""Turn limits that suit small, usual and large tasks."""

FEWEST_WORDS = 5

_SAYS_SCOPE = re.compile(
    r"\b(?:do not|don't|without|never) (?:chang|touch|edit|modif)\w*|\bonly (?:chang|touch|edit|in)"
    r"|\bnothing (?:else|outside)\b|\bscope\b|\bleave .{1,40} (?:alone|as (?:it|they))\b",
    re.IGNORECASE,
)
_SAYS_DONE = re.compile(
    r"\b(?:done|finished|complete) when\b|\bacceptance\b|\bcriteri(?:a|on)\b|\bmust\b"
    r"|\bso that\b|\bexpect(?:ed|s)?\b|\breturns?\b|\bexit code\b",
    re.IGNORECASE,
)
_SAYS_TESTS = re.compile(
    r"\btest\w*|\bpytest\b|\bmake check\b|\bcoverage\b|\bspecs?\b", re.IGNORECASE
)
_MEASURE = re.compile(
    r"\d|\bunder\b|\bat (?:most|least)\b|\bno (?:more|longer)\b|\ball tests\b|\bpass(?:es)?\b"
    r"|\bgreen\b|\bwithout (?:errors|warnings)\b|\bevery\b|\bnone\b|`[^`]+`",
    re.IGNORECASE,
)
_VAGUE_VERB = re.compile(
    r"\b(improv|optimi[sz]|enhanc|polish|moderni[sz]|streamlin|tid(?:y|ie)|clean(?:s|ed|ing)? up"
    r"|speed(?:s|ing)? up|refactor)\w*",
    re.IGNORECASE,
)
_VAGUE_WORD = re.compile(
    r"\b(good|better|best|nice|clean|fast|faster|robust|proper|properly|appropriate|intuitive"
    r"|user-friendly|elegant|as needed|where possible|if possible|high quality|etc)\b",
    re.IGNORECASE,
)
_NO_COMMIT = re.compile(
    r"\b(?:do not|don't|never|no need to|without) commit\w*|\bi(?:'ll| will) commit\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:other|another|second|parallel|sibling) (?:sessions?|agents?|workers?)\b", re.IGNORECASE
)
_GUESS = re.compile(
    r"\b(i think|i guess|i believe|i assume|probably|presumably|maybe|perhaps|most likely"
    r"|should already|must be somewhere)\b",
    re.IGNORECASE,
)


def lint(assignment: Assignment) -> tuple[LintFinding, ...]:
    """Everything there is to say about it, what is missing first."""
    return tuple(finding for rule in RULES for finding in rule(assignment))


def lint_summary(findings: Sequence[LintFinding]) -> str:
    """All of them in one line; empty when there are none."""
    return ", ".join(dict.fromkeys(finding.text for finding in findings))


def _context(wish: Assignment) -> Iterator[LintFinding]:
    if len(wish.task.split()) < FEWEST_WORDS:
        yield LintFinding(
            rule="context",
            text="hardly any context",
            remedy="say what to build, where, and why; the agent knows nothing but the repository",
        )


def _scope(wish: Assignment) -> Iterator[LintFinding]:
    if not wish.scope and not _SAYS_SCOPE.search(wish.words):
        yield LintFinding(
            rule="scope",
            text="no scope",
            remedy="say which paths it may change: --scope src/auth/ --scope tests/",
        )


def _acceptance(wish: Assignment) -> Iterator[LintFinding]:
    if not wish.acceptance and not _SAYS_DONE.search(wish.task):
        yield LintFinding(
            rule="acceptance",
            text="no acceptance criteria",
            remedy='say what must be true at the end: --accept "login answers in under 0.3 s"',
        )


def _measurable(wish: Assignment) -> Iterator[LintFinding]:
    for criterion in wish.acceptance:
        vague = _VAGUE_WORD.search(criterion)
        if vague and not _MEASURE.search(criterion):
            yield LintFinding(
                rule="measurable",
                text=f'a criterion nobody can measure ("{vague[0].lower()}")',
                remedy=f'say by what one sees it: "{_short(criterion)}"',
            )


def _tests(wish: Assignment) -> Iterator[LintFinding]:
    if not wish.checks and not _SAYS_TESTS.search(wish.words):
        yield LintFinding(
            rule="tests",
            text="no tests named",
            remedy="say which tests to write and run, or give the project checks in wuhu.toml",
        )


def _limit(wish: Assignment) -> Iterator[LintFinding]:
    if not wish.turn_limit:
        usual = ", ".join(f"{turns} for {kind}" for kind, turns in TURNS.items())
        yield LintFinding(rule="turns", text="no turn limit", remedy=f"--turns N; usual: {usual}")


def _vague(wish: Assignment) -> Iterator[LintFinding]:
    vague = _VAGUE_VERB.search(wish.task)
    if vague and not _MEASURE.search(wish.words):
        yield LintFinding(
            rule="unmeasured",
            text=f'"{vague[0].lower()}" without a measure',
            remedy="say from what to what, or by which test one sees that it is reached",
        )


def _commits(wish: Assignment) -> Iterator[LintFinding]:
    if forbids := _NO_COMMIT.search(wish.words):
        yield LintFinding(
            rule="commits",
            text=f'it says "{forbids[0].lower()}", but only committed work counts',
            remedy="let the session commit on its own branch; nothing lands without your review",
        )


def _others(wish: Assignment) -> Iterator[LintFinding]:
    named = next((name for name in wish.others if name and _holds(wish.words, name)), "")
    found = _OTHERS.search(wish.words)
    if named or found:
        what = named or (found[0].lower() if found else "")
        yield LintFinding(
            rule="others",
            text=f'it speaks of other sessions ("{what}")',
            remedy="give it only its own task; what two share belongs on the base branch first",
        )


def _guesses(wish: Assignment) -> Iterator[LintFinding]:
    if guess := _GUESS.search(wish.words):
        yield LintFinding(
            rule="assumption",
            text=f'an assumption ("{guess[0].lower()}")',
            remedy="look it up, or make finding out a part of the task",
        )


RULES: tuple[Callable[[Assignment], Iterator[LintFinding]], ...] = (
    _context,
    _scope,
    _acceptance,
    _measurable,
    _tests,
    _limit,
    _vague,
    _commits,
    _others,
    _guesses,
)
"""Every rule, what is missing before what does not belong."""


def _holds(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE) is not None


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
