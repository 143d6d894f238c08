"""A `gh` that plays a hosting place: pull requests in a JSON file, branches in a bare repository.

Run as `python fake_gh.py STATE pr …`; the place's behaviour is set by the file's other keys.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

State = dict[str, Any]

GREEN = {"name": "build", "bucket": "pass", "link": "https://host.example/run/0"}


def install(folder: Path, bare: Path) -> Path:
    """Put it on a folder that can stand on PATH; returns the file that holds its state."""
    folder.mkdir(parents=True, exist_ok=True)
    state = folder / "state.json"
    write(state, {"bare": str(bare), "pulls": [], "calls": [], "checks": [GREEN]})
    program = folder / "gh"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "{__file__}" "{state}" "$@"\n')
    program.chmod(0o755)
    return state


def read(state: Path) -> State:
    found: State = json.loads(state.read_text())
    return found


def write(state: Path, value: State) -> None:
    draft = state.with_suffix(".new")
    draft.write_text(json.dumps(value))
    draft.replace(state)


def change(state: Path, /, **values: Any) -> None:
    """Let the place behave otherwise from now on."""
    write(state, read(state) | values)


def change_pull(state: Path, /, **values: Any) -> None:
    """Change the newest pull request there."""
    value = read(state)
    value["pulls"][-1] |= values
    write(state, value)


def git(bare: str, *words: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=Host", "-c", "user.email=host@example.org", *words],
        cwd=bare,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def option(words: list[str], name: str) -> str:
    return words[words.index(name) + 1]


def fail(text: str, code: int = 1) -> None:
    sys.stderr.write(text + "\n")
    sys.exit(code)


def auth(value: State, words: list[str]) -> None:
    if value.get("logged_out"):
        fail("You are not logged into any GitHub hosts. To log in, run: gh auth login")


def listed(value: State, words: list[str]) -> None:
    branch = option(words, "--head")
    found = []
    for pull in value["pulls"]:
        if pull["branch"] != branch:
            continue
        head = git(value["bare"], "rev-parse", branch) if pull["state"] == "OPEN" else ""
        shown = pull | ({"headRefOid": head} if head else {})
        found.append({key: shown[key] for key in shown if key not in ("branch", "title", "body")})
    sys.stdout.write(json.dumps(found))


def create(value: State, words: list[str]) -> None:
    branch = option(words, "--head")
    if any(one["branch"] == branch and one["state"] == "OPEN" for one in value["pulls"]):
        fail(f'a pull request for branch "{branch}" into branch "main" already exists')
    number = 12 + len(value["pulls"])
    value["pulls"].append(
        {
            "number": number,
            "url": f"https://host.example/pull/{number}",
            "state": "OPEN",
            "headRefOid": "",
            "isDraft": False,
            "mergeStateStatus": "CLEAN",
            "reviewDecision": "",
            "mergeCommit": None,
            "branch": branch,
            "title": option(words, "--title"),
            "body": sys.stdin.read(),
        }
    )


def checks(value: State, words: list[str]) -> None:
    if not value["checks"]:
        fail("no checks reported on the branch")
    sys.stdout.write(json.dumps(value["checks"]))


def merge(value: State, words: list[str]) -> None:
    pull = next(one for one in value["pulls"] if str(one["number"]) == words[2])
    bare, branch = value["bare"], pull["branch"]
    if value.get("refuses"):
        fail(value["refuses"])
    head = git(bare, "rev-parse", branch)
    if head != option(words, "--match-head-commit"):
        fail("Head branch was modified. Review and try the merge again.")
    base = git(bare, "rev-parse", "main")
    tree = git(bare, "merge-tree", "--write-tree", base, head)
    message = option(words, "--subject") if "--subject" in words else "rebased"
    parents = ["-p", base] + (["-p", head] if "--merge" in words else [])
    body = sys.stdin.read()
    made = git(bare, "commit-tree", *parents, "-m", message, "-m", body or "-", tree)
    git(bare, "update-ref", "refs/heads/main", made, base)
    pull |= {"state": "MERGED", "mergeCommit": {"oid": made}, "headRefOid": head}


VERBS = {
    "auth status": auth,
    "pr list": listed,
    "pr create": create,
    "pr checks": checks,
    "pr merge": merge,
}


def main() -> None:
    state, words = Path(sys.argv[1]), sys.argv[2:]
    value = read(state)
    verb = " ".join(words[:2])
    value["calls"].append(verb)
    write(state, value)
    if value.get("dies_after") == verb:
        VERBS[verb](value, words)
        write(state, value)
        os.kill(os.getppid(), 9)
    VERBS[verb](value, words)
    write(state, value)


if __name__ == "__main__":
    main()
