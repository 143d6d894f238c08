"""What is asked of `gh` about pull requests, and told to it; its answers are read strictly."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from wuhu_tui.core.github import last_word, refused_by_gh, run_gh
from wuhu_tui.model.merges import MergeManner
from wuhu_tui.model.pull_requests import PullRequest, RequestCheck, Standing
from wuhu_tui.repo.git import Answer

SLOW = 120.0
"""Seconds in which it must have made or merged one."""

_FIELDS = "number,url,state,headRefOid,isDraft,mergeStateStatus,reviewDecision,mergeCommit"
_NO_CHECKS = "no checks reported"

T = TypeVar("T")


class _Commit(msgspec.Struct, frozen=True):
    oid: str = ""


class _Told(msgspec.Struct, frozen=True, rename="camel"):
    number: int
    url: str
    state: Standing
    head_ref_oid: str = ""
    is_draft: bool = False
    merge_state_status: str = ""
    review_decision: str = ""
    merge_commit: _Commit | None = None

    def as_request(self) -> PullRequest:
        """The same in our words."""
        return PullRequest(
            number=self.number,
            url=self.url,
            standing=self.state,
            head=self.head_ref_oid,
            draft=self.is_draft,
            merging=self.merge_state_status,
            review=self.review_decision,
            merged_as=self.merge_commit.oid if self.merge_commit else "",
        )


async def find_request(
    root: Path, branch: str, base: str, head: str, *, known: str = ""
) -> PullRequest | None:
    """The open request of this branch into base, or the one that was merged with this commit.

    Else the `known` one, by its address, however it stands.

    Raises:
        NotPossible: gh could not tell.
    """
    words = ("--head", branch, "--base", base, "--state", "all", "--limit", "50")
    answer = await run_gh(root, "pr", "list", *words, "--json", _FIELDS)
    _check(answer, f"tell the pull requests of {branch}")
    found = [told.as_request() for told in _decoded(answer, list[_Told])]
    merged = [one for one in found if one.standing is Standing.MERGED and one.head == head]
    opened = [one for one in found if one.standing is Standing.OPEN]
    before = [one for one in found if one.url == known]
    return next(iter((*merged, *opened, *before)), None)


async def create_request(root: Path, branch: str, base: str, title: str, body: str) -> None:
    """Make a request; the branch must be there.

    Raises:
        NotPossible: it could not be made; in gh's words.
    """
    words = ("--head", branch, "--base", base, "--title", title, "--body-file", "-")
    answer = await run_gh(root, "pr", "create", *words, given=body.encode(), deadline=SLOW)
    _check(answer, f"make a pull request of {branch}")


async def checks_of(root: Path, request: PullRequest) -> tuple[RequestCheck, ...]:
    """The checks that run there for it; none where none are set up, or none began yet.

    Raises:
        NotPossible: gh could not tell.
    """
    words = (str(request.number), "--json", "name,bucket,link")
    answer = await run_gh(root, "pr", "checks", *words)
    if answer.code and _NO_CHECKS in answer.words:
        return ()
    if not answer.output.strip():
        _check(answer, f"tell the checks of {request.name}")
    return tuple(_decoded(answer, list[RequestCheck]))


async def merge_request(
    root: Path, request: PullRequest, manner: MergeManner, head: str, *, subject: str, body: str
) -> str:
    """Have it merged if it still is exactly this commit; why it was not, empty if gh was content."""
    how = (f"--{manner.value}", "--match-head-commit", head)
    message = ("--subject", subject, "--body-file", "-") if subject else ()
    words = (str(request.number), *how, *message)
    answer = await run_gh(root, "pr", "merge", *words, given=body.encode(), deadline=SLOW)
    return last_word(answer) if answer.code else ""


def _check(answer: Answer, what: str) -> None:
    if answer.code:
        raise refused_by_gh(f"gh could not {what}: {last_word(answer)}")


def _decoded(answer: Answer, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(answer.output, type=kind)
    except msgspec.DecodeError as error:
        raise refused_by_gh(f"gh answered something that cannot be read: {error}") from error
