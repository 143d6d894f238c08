"""Sessions that judge and fix, from the command line: assign-reviewer, fix, new --review --after."""

from __future__ import annotations

import pytest

from tests.cli.conftest import AGENT, Wuhu
from wuhu_tui.cli.main import run
from wuhu_tui.cli.reviewing import _say_judged
from wuhu_tui.journal.clock import now
from wuhu_tui.model.errors import NotFound, NotPossible, UsageError
from wuhu_tui.model.reports import Criterion
from wuhu_tui.model.reviews import (
    Finding,
    Judge,
    RefusedVerdict,
    Review,
    Verdict,
    VerdictKind,
)

REVIEWER = """
[[turns]]
steps = [ { run = \"\"\"wuhu judge changes_requested --head $(git rev-parse HEAD) \\
  -f 'must:place.py:1:one place is not enough' -c '1 unmet place.py:1' \"\"\" } ]
"""

FIXER = """
[[turns]]
steps = [
  { write = "place.py", content = "PLACE = 2\\n" },
  { commit = "Another place" },
  { report = "done", summary = "fixed" },
]
"""


@pytest.fixture
def office(wuhu: Wuhu) -> Wuhu:
    """The repository with a reviewer and a fixer as agents of their own."""
    settings = wuhu.root / "wuhu.toml"
    text = settings.read_text(encoding="utf-8")
    for name, script in {"reviewer": REVIEWER, "fixer": FIXER}.items():
        (wuhu.root / "scripts" / f"{name}.toml").write_text(script, encoding="utf-8")
        text += AGENT.replace("NAME", name)
    settings.write_text(text + '\n[review]\nagent = "reviewer"\n', encoding="utf-8")
    wuhu.git("add", "-A")
    wuhu.git("commit", "-q", "-m", "agents")
    return wuhu


@pytest.mark.slow
def test_a_reviewer_is_assigned_heard_and_its_findings_fixed(office: Wuhu) -> None:
    made = office.json("new", "Add it", "--agent", "clean", "--accept", "two places")
    session = made["session"]
    office("join", session, "--timeout", "20s")
    head = office.json("review", session, "--files")["review"]["head"]
    assigned = office.json("assign-reviewer", session)
    assert (assigned["session"], assigned["head"]) == (session, head)
    reviewer = assigned["reviewer"]
    assert office.json("assign-reviewer", session)["reviewer"] == reviewer
    office("join", reviewer, "--timeout", "20s")
    office("conduct", "--once")
    told = office("review", session, "--files")
    assert f"changes requested by {reviewer}" in told
    assert "must place.py:1 one place is not enough" in told
    assert "not met: two places (place.py:1)" in told
    shown = office.json("review", session, "--files")["review"]
    assert shown["opinions"][0]["by"] == reviewer
    assert shown["verdict"] is None
    text = (office.root / "wuhu.toml").read_text(encoding="utf-8")
    (office.root / "wuhu.toml").write_text(
        text.replace('agent = "clean"', 'agent = "fixer"'), encoding="utf-8"
    )
    fixing = office.json("fix", session, "--note", "quickly")
    assert "one place is not enough" in fixing["spec"]["task"]
    office("fix", session, code=NotPossible.exit_code)
    office("join", fixing["fix"], "--timeout", "20s")
    office("conduct", "--once")
    again = office.json("review", session)
    assert again["review"]["head"] != head
    assert [line["text"] for line in _added(again)] == ["PLACE = 2"]
    office("fix", "nobody", code=NotFound.exit_code)
    office("assign-reviewer", session, "--as", "lead", code=UsageError.exit_code)


def _added(review: dict[str, object]) -> list[dict[str, str]]:
    diff = review["diff"]
    assert isinstance(diff, dict)
    lines = [line for hunk in diff["files"][0]["hunks"] for line in hunk["lines"]]
    return [line for line in lines if line["kind"] in ("added", "+")]


def test_a_session_may_name_its_policy_and_what_lands_before_it(office: Wuhu) -> None:
    first = office.json("instantiate", "Add it", "--title", "first")["session"]
    made = office.json("instantiate", "Go on", "--review", "council", "--after", "first")
    assert (made["spec"]["review"], made["spec"]["after"]) == ("council", [first])
    told = office("instantiate", "x", "--review", "everybody", code=UsageError.exit_code)
    assert "human, reviewer, council" in told
    office("instantiate", "x", "--after", "nobody", code=NotFound.exit_code)


def test_what_judges_say_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    said = Verdict(
        kind=VerdictKind.CHANGES_REQUESTED,
        head="h" * 40,
        by="shop-reviewer-01",
        at=now(),
        note="one thing",
        findings=(Finding(path="a.py", line=3, text="wrong", severity="critical"),),
        judge=Judge.PEER,
        criteria=(Criterion(text="fast", met=True, evidence=("a.py:9",)),),
    )
    wrote = RefusedVerdict(verdict=said, reason="it wrote in its place: b.py")
    _say_judged(Review(head="h" * 40, merge_base="b", opinions=(said,), refused=(wrote,)))
    told = capsys.readouterr().out
    assert "peer    changes requested by shop-reviewer-01: one thing" in told
    assert "  must a.py:3 wrong" in told
    assert "  met: fast (a.py:9)" in told
    assert "does not count: it wrote in its place: b.py" in told


def test_a_part_must_be_one_of_a_judge(office: Wuhu) -> None:
    assert run(["assign-reviewer", "--help"]) == 0
    office("assign-reviewer", "nobody", code=NotFound.exit_code)
