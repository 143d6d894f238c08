"""`[merge]` and `[remote]`: how approved work gets onto base, and from there to others."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, field_validator

from wuhu_tui.core.config_base import Settings
from wuhu_tui.core.merge_messages import check_subject
from wuhu_tui.model.merge_rules import SUBJECT, MergeRules, Together
from wuhu_tui.model.merges import MergeManner
from wuhu_tui.model.remotes import Push, RemoteRules


class MergeSettings(Settings):
    """`[merge]`: the manner, the messages, and what is proven together."""

    manner: Annotated[MergeManner, Field(strict=False)] = MergeManner.MERGE
    together: Annotated[Together, Field(strict=False)] = Together.ONE
    """Whether approved branches are checked and land one by one, or stacked."""
    batch: Annotated[int, Field(ge=2, le=50)] = 5
    """How many a batch has at most."""
    subject: Annotated[str, Field(min_length=1, max_length=300)] = SUBJECT
    """The first line of the message; may name {title}, {summary}, {session}, {branch}, {role}."""
    after: tuple[str, ...] = ()
    """Names of checks that run once more on base when it has moved; red: it is rolled back."""
    remember: bool = True
    """Whether a conflict that was settled once is settled the same way again (git rerere)."""

    @field_validator("after", mode="before")
    @classmethod
    def _is_a_list(cls, names: Any) -> Any:
        return tuple(names) if isinstance(names, list) else names

    @field_validator("subject")
    @classmethod
    def _is_a_template(cls, subject: str) -> str:
        return check_subject(subject)

    @property
    def rules(self) -> MergeRules:
        """The same, as the core works by it."""
        return MergeRules(**self.model_dump())


class RemoteSettings(Settings):
    """`[remote]`: where base is published."""

    push: Annotated[Push, Field(strict=False)] = Push.NEVER
    """When base is pushed: never, when the lead says so, or after each merge."""
    name: Annotated[str, Field(min_length=1, max_length=100)] = "origin"
    protected: bool = False
    """Whether base moves only by a pull request there (with the `gh` program)."""
    seconds: Annotated[float, Field(gt=0, le=3600)] = 120.0
    """How long a push may take, with the hooks that run for it."""

    @field_validator("name")
    @classmethod
    def _is_a_name(cls, name: str) -> str:
        if name.startswith("-") or any(letter.isspace() for letter in name):
            raise ValueError("must be the name of a remote as `git remote` lists it")
        return name

    @property
    def rules(self) -> RemoteRules:
        """The same, as the core works by it."""
        return RemoteRules(**self.model_dump())
