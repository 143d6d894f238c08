"""Permissions, budgets and provenance, as a lead meets them on the command line."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import AGENT, Wuhu
from tests.cli.test_words import _question
from wuhu_tui.cli.talk import choose
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.permissions import ALLOW, ALLOW_SESSION, DENY
from wuhu_tui.model.questions import Option, QuestionKind

ID = "shop-impl-01"

RULES = """
[[permissions]]
decision = "allow"
command = "touch"

[[permissions]]
decision = "deny"
command = "rm -rf"
reason = "nothing is thrown away here"
"""

SCRIPT = """
[[turns]]
steps = [
  { permission = "make a file", command = "touch one" },
  { permission = "throw away", command = "touch two && rm -fr one" },
  { permission = "look", command = "ls" },
  { permission = "look again", command = "ls" },
  { permission = "make", command = "make" },
  { usage = { cost = 3.0, input = 1000 } },
  { report = "done", summary = "so it is" },
]
"""


@pytest.fixture
def ruled(wuhu: Wuhu) -> Wuhu:
    """An agent that wants leave for much, in a project with rules."""
    with (wuhu.root / "wuhu.toml").open("a") as file:
        file.write(RULES + AGENT.replace("NAME", "wanting"))
    (wuhu.root / "scripts" / "wanting.toml").write_text(SCRIPT)
    return wuhu


def test_rules_answer_what_they_name_and_the_lead_the_rest(ruled: Wuhu) -> None:
    ruled("new", "Do it", "--agent", "wanting", "--budget", "5.00")
    status = ruled.wait_for(ID, "asking")
    assert [asked["request"]["command"] for asked in status["questions"]] == ["ls"]
    worktree = ruled.folder.worktrees / ID
    assert (worktree / "one").exists()
    assert not (worktree / "two").exists()
    told = ruled.json("why", ID)
    assert (told["state"], told["source"]) == ("asking", "its runner")
    assert "throw away · by a rule of wuhu.toml" in ruled("why", ID)
    ruled("answer", ID, "session")
    status = ruled.wait_for(ID, "asking")
    assert [asked["request"]["command"] for asked in status["questions"]] == ["make"]
    assert ruled.json("answer", ID, "deny", "there is no Makefile") == {
        "session": ID,
        "question": status["questions"][0]["id"],
        "choice": DENY,
        "text": "there is no Makefile",
    }
    ruled("join", "--timeout", "20s")
    decided = [
        (record["decision"], record["origin"], record["request"]["command"])
        for record in map(json.loads, ruled("log", ID, "--json").splitlines())
        if record["type"] == "permission.decided"
    ]
    assert decided == [
        ("allow", "wuhu.toml", "touch one"),
        ("deny", "wuhu.toml", "touch two && rm -fr one"),
        ("allow", "session", "ls"),
    ]
    assert "$3.00" in ruled("sessions")
    assert ruled.json("status")["usage"]["cost"] == 3.0


def test_an_amount_that_is_none_makes_no_session(ruled: Wuhu) -> None:
    assert "say an amount" in ruled("new", "Do it", "--budget", "much", code=2)
    assert ruled.json("sessions") == []


LEAVE = _question(
    QuestionKind.PERMISSION,
    Option(key=ALLOW, label="Allow once"),
    Option(key=ALLOW_SESSION, label="Allow for this session"),
    Option(key=DENY, label="Deny"),
)
BUDGET = _question(
    QuestionKind.BUDGET,
    Option(key="raise", label="go on"),
    Option(key="stop", label="stop the session"),
)


@pytest.mark.parametrize(
    ("said", "why", "meant"),
    [
        ("allow", "", (ALLOW, "")),
        ("yes", "", (ALLOW, "")),
        ("session", "", (ALLOW_SESSION, "")),
        ("2", "", (ALLOW_SESSION, "")),
        ("deny", "use git clean", (DENY, "use git clean")),
        ("No", "", (DENY, "")),
    ],
)
def test_a_permission_is_answered_in_plain_words(
    said: str, why: str, meant: tuple[str, str]
) -> None:
    assert choose(LEAVE, said, why) == meant
    with pytest.raises(UsageError, match="1 Allow once"):
        choose(LEAVE, "perhaps", why)


@pytest.mark.parametrize(
    ("said", "why", "meant"),
    [
        ("raise", "", ("raise", "")),
        ("stop", "", ("stop", "")),
        ("1", "", ("", "1")),
        ("7.50", "", ("", "7.50")),
        ("200k", "tokens", ("", "200k tokens")),
    ],
)
def test_a_budget_is_answered_with_a_word_or_an_amount(
    said: str, why: str, meant: tuple[str, str]
) -> None:
    assert choose(BUDGET, said, why) == meant
