"""The commented `wuhu.toml` that `wuhu init` writes."""

from __future__ import annotations

import json

_TEXT = """\
# What wuhu knows about this project. Commit this file. Every key is optional; what is commented
# out shows its default or an example. Mistakes are named with the nearest valid key.

[project]
# Part of every session's name: lower-case letters, digits and dashes. Read once, when the project
# is made (wuhu init).
name = {name}
# The branch that sessions start from and merge into.
base = {base}
# One line that says what all of this is for; shown at the top of the dashboard.
# goal = ""
# The agent of a new session, unless it names another; `wuhu agents` lists what there is.
# agent = "claude"

[limits]
# How many sessions may run at once.
# sessions = 8
# No session starts when less memory than this is available; 0 switches the limit off.
# memory_percent = 15
# memory_gigabytes = 2

[policies]
# Remind a session once when its turn ends without a report.
# nudge = true
# Say of each review which files would conflict with the base branch.
# predict_conflicts = true
# Hold live branches, with what is not committed yet, against the base branch and each other.
# radar = true
# Deny a permission that nobody answered in this many minutes; 0: it waits for ever.
# permission_minutes = 0

# Rules that answer an agent's requests for leave, so that you are not asked: allow, ask or deny, by
# tool, kind (read, edit, execute, fetch, other), path, or the words a command begins with. A rule
# that denies outweighs all others; what no rule answers is asked.
# [[permissions]]
# decision = "allow"
# command = "git status"
# [[permissions]]
# decision = "deny"
# command = "rm -rf"
# reason = "use git clean"

# At these limits a session, or all sessions of the project, pause and ask; 0: no limit.
# [budget]
# session_cost = 2.50
# session_tokens = 0
# project_cost = 20
# project_tokens = 0

# Checks run on every review's commit and again on the merged result before it lands; all of them
# must be green. A list of words runs as it is, one string runs in a shell, {{python}} is the Python
# that runs wuhu. `timeout` is in seconds.
# [[checks]]
# name = "tests"
# command = ["make", "test"]
# timeout = 600

# Whose approval counts beside yours: "human" (nobody's), "reviewer" (a session that only reads), or
# "council" (a peer that may send work back so many rounds, then an arbiter).
# [review]
# policy = "human"
# agent = "claude"
# arbiter = "claude"
# rounds = 3

# How approved work gets onto the base branch: "merge" (a merge commit), "squash" (one commit) or
# "rebase" (its commits anew); with "batch" several are stacked, checked once and land together.
# Checks named in `after` run once more on base when it has moved; red: it is rolled back.
# [merge]
# manner = "merge"
# subject = "Merge {{title}}: {{summary}}"
# together = "one"
# batch = 5
# after = []
# remember = true

# How each role works is told to its agents in Markdown; files in this folder replace the built-in
# ones of the same name. `wuhu skills worker --write` begins one.
# [skills]
# folder = "wuhu/skills"

# Tell what needs you outside the dashboard: a program that gets it as JSON on stdin, or a service
# as apprise knows it (`$NAME`: the environment variable that holds its address). Not in quiet
# hours; what comes within digest_minutes is one message; `wuhu notify test` tries it.
# [notify]
# quiet = "22:00-07:00"
# digest_minutes = 5
# [notify.channels.phone]
# service = "$WUHU_PHONE"

# An agent of your own, or another setting of a built-in one.
# [agents.my-agent]
# command = ["my-agent", "--acp"]
"""


def config_text(name: str, base: str) -> str:
    """A `wuhu.toml` with this name and base; all else is explained and left at its default."""
    return _TEXT.format(name=_quoted(name), base=_quoted(base))


def _quoted(text: str) -> str:
    """A TOML string; JSON's escapes are a part of TOML's."""
    return json.dumps(text)
