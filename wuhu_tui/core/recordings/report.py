"""A session or a run as a Markdown report, for a colleague who has never seen wuhu. Pure.

All times are UTC. What agents wrote is quoted: it is never a heading, a link or an image.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from wuhu_tui.core.recordings.markdown import bullet, escaped, quoted, row
from wuhu_tui.core.recordings.tale import Asked, Tale, Turn
from wuhu_tui.model.board import Board
from wuhu_tui.model.fold import fold
from wuhu_tui.model.project_events import ProjectOpened
from wuhu_tui.model.records import Record
from wuhu_tui.model.reviews import Verdict
from wuhu_tui.model.session_events import STREAMED

_FILES = 50
_FAULTS = 50


class Report:
    """Takes records in their one order and tells them in the end."""

    def __init__(self, sessions: Iterable[str] = ()) -> None:
        self._wanted = frozenset(sessions)
        self._tales: dict[str, Tale] = {}
        self._opened: ProjectOpened | None = None
        self._first: datetime | None = None
        self._last: datetime | None = None
        self._board = Board()

    def take(self, record: Record) -> None:
        """Take one more record."""
        if self._first is None:
            self._first = record.ts
        self._last = record.ts
        if type(record.event) not in STREAMED:
            self._board = fold(self._board, record)
        if isinstance(record.event, ProjectOpened):
            self._opened = record.event
        name = record.session or _told_of(record)
        if name and (not self._wanted or name in self._wanted):
            self._tales.setdefault(name, Tale(name)).take(record)

    def markdown(self) -> str:
        """The report."""
        return "\n".join(_spaced(self._lines())) + "\n"

    def _lines(self) -> Iterator[str]:
        tales = list(self._tales.values())
        for tale in tales:
            view = self._board.session(tale.name)
            tale.state = view.state if view is not None else tale.state
        if len(tales) == 1:
            yield from _session(tales[0], "#")
        else:
            yield from self._run(tales)
            for tale in tales:
                yield from _session(tale, "##")
        yield from (
            "---",
            "Written by wuhu from the sessions' journals. Times are UTC; what agents and people"
            " wrote is quoted.",
        )

    def _run(self, tales: list[Tale]) -> Iterator[str]:
        project = self._opened.project if self._opened else "?"
        yield f"# What happened in {escaped(project)}"
        if self._opened is not None and self._opened.goal:
            yield quoted(self._opened.goal)
        yield f"{len(tales)} sessions, {_span(self._first, self._last)}, {_cost(tales)}."
        head = ("Session", "Task", "State", "Turns", "Files", "Questions", "Cost", "Time")
        table = [row(*head), row(*["---"] * len(head))]
        table += [row(*_overview(tale)) for tale in tales]
        yield "\n".join(table)


def _told_of(record: Record) -> str:
    """The session that a record of the project's journal tells of; empty: none."""
    event = record.event
    spec = getattr(event, "spec", None)
    name = spec.id if spec is not None else getattr(event, "session", "")
    return name if isinstance(name, str) else ""


def _overview(tale: Tale) -> tuple[str, ...]:
    title = tale.spec.title if tale.spec else ""
    return (
        escaped(tale.name),
        escaped(title),
        tale.state.value.replace("_", " "),
        str(len(tale.turns)),
        str(len(tale.files)),
        str(len(tale.asked)),
        f"${tale.usage.cost:.2f}",
        _length(tale.first, tale.last),
    )


def _session(tale: Tale, level: str) -> Iterator[str]:
    spec = tale.spec
    title = spec.shown_name if spec is not None else tale.name
    yield f"{level} {escaped(title)}"
    yield "\n".join(_facts(tale))
    below = level + "#"
    if spec is not None and spec.task:
        yield f"{below} What was asked"
        yield quoted(spec.task)
        if spec.acceptance:
            yield "It is done when:"
            yield "\n".join(bullet("", one) for one in spec.acceptance)
    yield from _done(tale, below)
    yield from _questions(tale, below)
    yield from _reports(tale, below)
    yield from _reviews(tale, below)
    yield from _merges(tale, below)
    yield from _faults(tale, below)


def _facts(tale: Tale) -> Iterator[str]:
    spec = tale.spec
    yield bullet("Session: ", tale.name)
    if spec is not None:
        yield bullet("Agent: ", spec.agent.name or "?")
        yield bullet("Branch: ", f"{spec.branch} from {spec.base_branch} {spec.base_commit[:12]}")
    yield f"- State at the end: {tale.state.value.replace('_', ' ')}"
    yield f"- Time: {_span(tale.first, tale.last)}"
    used = tale.usage
    tokens = f"{used.input_tokens:,} tokens in, {used.output_tokens:,} out"
    yield f"- Cost: ${used.cost:.2f} ({tokens}), as far as the agent told"


def _done(tale: Tale, level: str) -> Iterator[str]:
    if not tale.turns:
        return
    yield f"{level} What was done"
    for turn in tale.turns:
        yield from _turn(turn, level + "#")
    heard = [f"{_clock(at)} {escaped(by)}" for at, by, _ in tale.steers]
    if heard:
        yield f"{level}# Messages that reached it"
        for (_, _, text), told in zip(tale.steers, heard, strict=True):
            yield f"{told}:"
            yield quoted(text)
    if tale.files:
        yield f"{level}# Files its tools changed"
        shown = [bullet("", path) for path in tale.files[:_FILES]]
        left = len(tale.files) - len(shown)
        yield "\n".join([*shown, f"- and {left} more"] if left else shown)


def _turn(turn: Turn, level: str) -> Iterator[str]:
    ended = f"–{_clock(turn.ended)}" if turn.ended else ", not ended"
    yield f"{level} Turn {turn.number}, {_clock(turn.began)}{ended}"
    facts = [bullet("Tools: ", _tools(turn))] if turn.tools else []
    facts += [bullet(f"Commit `{_hex(sha)}`: ", subject) for sha, subject in turn.commits]
    if turn.stop_reason not in ("", "end_turn"):
        facts.append(bullet("It stopped: ", turn.stop_reason.replace("_", " ")))
    if facts:
        yield "\n".join(facts)
    if turn.said.strip():
        yield "Its last words:"
        yield quoted(turn.said)


def _hex(sha: str) -> str:
    """The beginning of a commit's id; nothing but its digits."""
    return "".join(sign for sign in sha[:12] if sign in "0123456789abcdef")


def _tools(turn: Turn) -> str:
    told = [f"{count} × {kind}" for kind, count in turn.tools.most_common()]
    failed = f", {turn.failed} failed" if turn.failed else ""
    return ", ".join(told) + failed


def _questions(tale: Tale, level: str) -> Iterator[str]:
    if not tale.asked:
        return
    yield f"{level} Questions and answers"
    for asked in tale.asked.values():
        yield f"{_clock(asked.at)} it asked ({asked.question.kind.value}):"
        yield quoted(asked.question.text)
        if asked.question.options:
            yield "\n".join(bullet("", option.label) for option in asked.question.options)
        yield from _answer(asked)


def _answer(asked: Asked) -> Iterator[str]:
    answer = asked.answer
    if answer is None:
        yield "Nobody answered."
        return
    waited = _length(asked.at, asked.answered_at)
    who = "nobody answered in time, so" if asked.expired else f"{escaped(answer.by)} answered"
    yield f"After {waited}, {who}:"
    labels = {option.key: option.label for option in asked.question.options}
    chosen = labels.get(answer.choice, answer.choice)
    yield quoted("\n".join(text for text in (chosen, answer.text, answer.note) if text) or "yes")


def _reports(tale: Tale, level: str) -> Iterator[str]:
    if tale.reports:
        yield f"{level} Its reports"
    for at, report in tale.reports:
        yield f"{_clock(at)}, {report.kind.value}:"
        yield quoted(report.summary)
        if report.evidence:
            yield "Evidence:"
            yield quoted(report.evidence)
        if report.criteria:
            yield "\n".join(
                bullet("met: " if one.met else "not met: ", one.text) for one in report.criteria
            )


def _reviews(tale: Tale, level: str) -> Iterator[str]:
    if tale.verdicts:
        yield f"{level} Reviews"
    for at, verdict in tale.verdicts:
        yield from _verdict(at, verdict)


def _verdict(at: datetime, verdict: Verdict) -> Iterator[str]:
    kind = verdict.kind.value.replace("_", " ")
    yield f"{_clock(at)} {escaped(verdict.by)}: **{kind}** (commit `{_hex(verdict.head)}`)"
    if verdict.note:
        yield quoted(verdict.note)
    if verdict.findings:
        yield "\n".join(
            bullet("", f"{one.path}:{one.line} ({one.severity}) {one.text}")
            for one in verdict.findings
        )


def _merges(tale: Tale, level: str) -> Iterator[str]:
    if not tale.merges:
        return
    yield f"{level} Merges"
    told = []
    for at, outcome, detail, files in tale.merges:
        more = "; ".join(text for text in (detail, ", ".join(files)) if text)
        told.append(bullet(f"{_clock(at)} {outcome}" + (": " if more else ""), more))
    yield "\n".join(told)


def _faults(tale: Tale, level: str) -> Iterator[str]:
    if not tale.faults:
        return
    yield f"{level} What went wrong"
    shown = [bullet(f"{_clock(at)} ", words) for at, words in tale.faults[:_FAULTS]]
    left = len(tale.faults) - len(shown)
    yield "\n".join([*shown, f"- and {left} more"] if left else shown)


def _spaced(blocks: Iterable[str]) -> Iterator[str]:
    """Every block with an empty line behind it."""
    for block in blocks:
        yield from (block, "")


def _cost(tales: list[Tale]) -> str:
    return f"${sum(tale.usage.cost for tale in tales):.2f} as far as agents told"


def _clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def _span(first: datetime | None, last: datetime | None) -> str:
    if first is None or last is None:
        return "no time"
    return f"{_clock(first)} to {_clock(last)} ({_length(first, last)})"


def _length(first: datetime | None, last: datetime | None) -> str:
    if first is None or last is None:
        return ""
    seconds = max(0, int((last - first) / timedelta(seconds=1)))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s"
