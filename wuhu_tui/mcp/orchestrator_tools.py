"""The orchestrator's tools as they are told to a model. Pure."""

from __future__ import annotations

from typing import Any

from wuhu_tui.mcp.schemas import flag, listed, number, object_of, one_of, text
from wuhu_tui.mcp.tools import CRITERIA

INSTRUCTIONS = """\
You direct coding sessions of wuhu for a lead, a human who watches all of this. Each session is \
another agent in its own git worktree. Cut the work, `instantiate_session` and `start_session`, \
then `join`: it waits at no cost and returns as soon as anything needs you, with the reason. Never \
poll `list_sessions` or `read_session`. When `join` says `question`, `answer` what the task or the \
lead settled; leave permissions to the lead. When work is reported, look with `review_diff`, then \
`request_changes` or `request_merge`: merging waits for the lead's leave. When `join` says `steer`, \
the lead or your parent spoke to you: do that first, then join again."""

_SESSION = text("Its id, its title, or the beginning of one.")
_HEAD = text("The commit you looked at, from review_diff: what is judged is exactly that.")

NOTHING = object_of({})
ONE = object_of({"session": _SESSION}, "session")
SAY = object_of({"session": _SESSION, "text": text("What you say to it.")}, "session", "text")
JUDGE = object_of(
    {
        "session": _SESSION,
        "head": _HEAD,
        "note": text("A word for the lead and the record."),
        "criteria": CRITERIA,
    },
    "session",
    "head",
)

NEW = object_of(
    {
        "task": text(
            "What to build, where, what must be true at the end, which tests to write, what not "
            "to touch: complete in itself, its agent knows nothing else."
        ),
        "title": text("A short name for lists, such as auth-hash."),
        "role": text("Becomes part of its id and picks how it works; impl if left out."),
        "agent": text("Which agent program; the project's own if left out."),
        "scope": listed("Paths it may change; two running sessions should share none."),
        "acceptance": listed("What must be true when it is done, each measurable."),
        "rules": listed("Rules that apply to it."),
        "focus": text("Extra words, given to it verbatim."),
        "turn_limit": number("How many turns it has; 0: no limit.", 0),
        "budget": text("What it may use before it asks the lead: 2.50, or 200k tokens."),
        "brief": listed("Files and folders it is to read; they are copied in."),
        "base": text("Branch to start from; the project's base if left out."),
        "branch": text("Name of its own branch."),
        "key": text("Your name for this wish: the same key adopts the session it made before."),
        "start": flag("Whether to start it at once.", False),
    },
    "task",
)

LIST = object_of(
    {
        "only_own": flag("Only those that you, or yours, made.", False),
        "archived": flag("Also those that were put away.", False),
    }
)

READ = object_of(
    {"session": _SESSION, "last": number("How many of the newest transcript items.", 20)},
    "session",
)

JOIN = object_of(
    {
        "sessions": listed("Ids or titles; left out: all of your own that are not merged."),
        "mode": one_of(("all", "any"), "Whether all must get there, or one is enough."),
        "until": one_of(("reported", "idle", "reviewed", "merged"), "What to wait for."),
        "timeout": text("90s, 10m, 1h, none; then it returns how far each came."),
    }
)

ANSWER = object_of(
    {
        "session": _SESSION,
        "choice": text("An option's key, label or number."),
        "text": text("The answer in words, for an open question or beside a choice."),
        "note": text("Why, for the agent to read."),
        "question": text("Which question, if it asked several; its first if left out."),
    },
    "session",
)

DIFF = object_of(
    {
        "session": _SESSION,
        "paths": listed("Only these files; all if left out."),
        "offset": number("Where to go on in a long diff: `next_offset` of the part before.", 0),
    },
    "session",
)

CHANGES = object_of(
    {
        "session": _SESSION,
        "head": _HEAD,
        "note": text("What has to change, and why."),
        "findings": {
            "type": "array",
            "description": "Remarks on single lines.",
            "items": object_of(
                {
                    "path": text("The file, from the repository's top."),
                    "line": number("The line in the new file.", 0),
                    "text": text("What is wrong with it."),
                    "severity": text("must, should or note; must: wrong or unsafe."),
                },
                "path",
                "line",
                "text",
            ),
        },
    },
    "session",
    "head",
    "note",
)

RUN = object_of(
    {
        "place": text("A session (id or title: its worktree), or a folder inside the project."),
        "command": text("A shell command line."),
        "background": flag("Return at once; its end reaches you as a message, or wait_job.", False),
        "timeout": text("When to end it: 90s, 10m, 1h; none only in the background."),
    },
    "place",
    "command",
)

JOB = object_of({"job": text("The job's id, from run_in.")}, "job")

ARCHIVE = object_of(
    {"session": _SESSION, "discard": flag("Also when work would be lost.", False)}, "session"
)

TOOLS: dict[str, tuple[str, dict[str, Any]]] = {
    "instantiate_session": (
        "Make a session: branch, worktree and folder; its agent starts with start_session or with "
        "start=true. It is safe to call twice: the same key, or else the same words, adopt the "
        "session made before (`adopted`). You hear its reports.",
        NEW,
    ),
    "start_session": ("Start a session, or bring back one that stopped, failed or is lost.", ONE),
    "list_sessions": (
        "All sessions, yours first (`own`), and what you may do without asking. To wait for a "
        "change, use join instead of calling this again.",
        LIST,
    ),
    "read_session": (
        "One session: state, last words, report, plan, usage, open questions, review, and the end "
        "of its transcript.",
        READ,
    ),
    "steer": (
        "Say something to a session that lands when its running tool ends; it never kills a tool. "
        "A session that is down is brought up for it.",
        SAY,
    ),
    "follow_up": ("Say something to a session that lands when its turn ends.", SAY),
    "interrupt": (
        "End a session's running turn and its tools: only when it does harm. Asks the lead.",
        ONE,
    ),
    "join": (
        "Wait for sessions. It costs nothing however long it takes, and returns early with the "
        "`reason`: reached, question, review_ready, failed, steer (somebody spoke to you), system, "
        "timeout, cancelled. `outcomes` says how each stands, `questions` what they ask, `arrived` "
        "what was said to you meanwhile. Act on it, then join again. If your client gave the call "
        "up, call it again with the same arguments: it is the same join.",
        JOIN,
    ),
    "questions": (
        "The open questions of all sessions, oldest first; `may_answer` says which are yours.",
        NOTHING,
    ),
    "answer": (
        "Answer a session's question; the first answer wins, and if yours is late you are told who "
        "won. Permissions and budgets are the lead's unless the project says otherwise.",
        ANSWER,
    ),
    "messages": (
        "What is on its way to you and from you, how far each has come, and what could not be "
        "delivered.",
        NOTHING,
    ),
    "request_review": (
        "Put a session's commits up for review although it did not report done, or see what its "
        "review says: head, checks, conflicts.",
        ONE,
    ),
    "review_diff": (
        "The diff of exactly what would be merged, with its checks. Long diffs come in parts.",
        DIFF,
    ),
    "request_changes": (
        "Send the work back: the session gets note and findings and goes on.",
        CHANGES,
    ),
    "approve": (
        "Approve exactly one commit, without merging it. Asks the lead. Where you may do it alone, "
        "answer every acceptance criterion in `criteria`, as met with path:line.",
        JUDGE,
    ),
    "request_merge": (
        "Have exactly this commit merged into base: its checks run again on the merged result. "
        "Asks the lead, who sees your note, and waits for the answer; then says how it ended, or "
        "what it waits for in the merge queue.",
        JUDGE,
    ),
    "sync_environment": (
        "Hold a session's branch against its base: whether base moved, and in the same files.",
        ONE,
    ),
    "run_in": (
        "Run a shell command in a session's worktree, with its environment, and get exit code and "
        "output. Outside your own sessions' places it asks the lead.",
        RUN,
    ),
    "wait_job": ("Wait for a command that runs in the background; gives its output.", JOB),
    "stop_job": ("End a command that runs in the background.", JOB),
    "stop_session": (
        "End a session's agent; messages, worktree and branch stay, start_session brings it back.",
        ONE,
    ),
    "archive_session": (
        "Take an ended session off the board and its worktree off the disk. Asks the lead.",
        ARCHIVE,
    ),
}
"""Each tool's name with its description and the schema of its arguments."""
