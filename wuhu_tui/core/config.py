"""The project's own settings: what `wuhu.toml` may say, strictly."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from wuhu_tui.core.config_base import Settings
from wuhu_tui.core.config_channels import NotifySettings
from wuhu_tui.core.config_delivery import DeliverySettings
from wuhu_tui.core.config_detectors import DetectorSettings
from wuhu_tui.core.config_errors import read_settings
from wuhu_tui.core.config_history import HistorySettings
from wuhu_tui.core.config_merge import MergeSettings, RemoteSettings
from wuhu_tui.core.config_orchestrator import OrchestratorSettings
from wuhu_tui.core.config_review import ReviewSettings
from wuhu_tui.core.ports import ProjectCheck
from wuhu_tui.journal.layout import CONFIG_FILE, ProjectFolder
from wuhu_tui.model.budgets import Budget, Policy
from wuhu_tui.model.command_words import plain_words
from wuhu_tui.model.permissions import Decision, PolicyRule
from wuhu_tui.model.spending import MOST_USED

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
"""What a project or a role may be called: it becomes part of branch and folder names."""

MAX_NAME = 40

MOST_MINUTES = 1_000_000
"""A permission that waits longer waits for ever."""

MOST_SECONDS = 60 * MOST_MINUTES
"""A check that may run longer may run for ever."""


def check_name(name: str) -> str:
    """The name, if it can be part of a branch and of a folder.

    Raises:
        ValueError: says what a name looks like.
    """
    if len(name) > MAX_NAME or not NAME.match(name):
        raise ValueError(
            f"must be lower-case letters, digits and single dashes, at most {MAX_NAME} characters"
        )
    return name


def check_glob(path: str) -> str:
    """The pattern, if it stays inside the worktree.

    Raises:
        ValueError: it is absolute, or leads out.
    """
    if path.startswith(("/", "~")) or ".." in path.split("/"):
        raise ValueError("must be a pattern from the worktree's top, without ..")
    return path


def check_words(command: str) -> str:
    """The command, if it is the plain words that a command begins with.

    Raises:
        ValueError: it is a whole shell line, or no words at all.
    """
    if plain_words(command) is None:
        raise ValueError(
            'must be the words a command begins with, such as "git status"; one command a rule'
        )
    return command


class ProjectSettings(Settings):
    """`[project]`: who it is and where its work goes."""

    name: str = ""
    base: str = ""
    goal: str = ""
    agent: str = ""

    @field_validator("name")
    @classmethod
    def _name_is_fit(cls, name: str) -> str:
        return check_name(name) if name else name


class LimitSettings(Settings):
    """`[limits]`: how much may run at once; 0 switches a memory limit off."""

    sessions: Annotated[int, Field(ge=1, le=500)] = 8
    memory_percent: Annotated[float, Field(ge=0, le=100)] = 15.0
    memory_gigabytes: Annotated[float, Field(ge=0)] = 2.0


class CheckSettings(Settings):
    """`[[checks]]`: a command that says whether a commit is good."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    command: str | tuple[str, ...]
    timeout: Annotated[float, Field(gt=0, le=MOST_SECONDS)] = 600.0

    @field_validator("command", mode="before")
    @classmethod
    def _is_a_command(cls, command: Any) -> Any:
        words = [command] if isinstance(command, str) else command
        if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
            raise ValueError("must be text, or a list of words")
        if not words or not words[0].strip():
            raise ValueError("must name a program")
        return command if isinstance(command, str) else tuple(words)

    def as_check(self) -> ProjectCheck:
        """The same, as the core runs it."""
        return ProjectCheck(name=self.name, command=self.command, timeout=self.timeout)


class PolicySettings(Settings):
    """`[policies]`: what the core does by itself."""

    nudge: bool = True
    """Remind a session once that ended its turn without a report."""
    predict_conflicts: bool = True
    radar: bool = True
    """Whether live branches are held against base and each other all the time."""
    permission_minutes: Annotated[float, Field(ge=0, le=MOST_MINUTES)] = 0.0
    """How long a permission waits for the lead before it is denied; 0: for ever."""


class PermissionSettings(Settings):
    """`[[permissions]]`: a rule that answers a request for leave."""

    decision: Annotated[Decision, Field(strict=False)]
    tool: str = ""
    kind: Literal["", "read", "edit", "execute", "fetch", "other"] = ""
    path: str = ""
    command: str = ""
    reason: str = ""

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not (self.tool or self.kind or self.path or self.command.strip()):
            raise ValueError("a rule names a tool, kind, path or command; none would mean all")
        return self

    @field_validator("path")
    @classmethod
    def _path_stays_inside(cls, path: str) -> str:
        return check_glob(path) if path else path

    @field_validator("command")
    @classmethod
    def _command_is_words(cls, command: str) -> str:
        return check_words(command) if command else command

    def as_rule(self) -> PolicyRule:
        """The same, as the runner applies it."""
        return PolicyRule(**self.model_dump())


class BudgetSettings(Settings):
    """`[budget]`: how much may be used before it pauses and asks; 0: no limit."""

    session_cost: Annotated[float, Field(ge=0, le=MOST_USED)] = 0.0
    session_tokens: Annotated[int, Field(ge=0, le=MOST_USED)] = 0
    project_cost: Annotated[float, Field(ge=0, le=MOST_USED)] = 0.0
    project_tokens: Annotated[int, Field(ge=0, le=MOST_USED)] = 0

    @property
    def session(self) -> Budget:
        """What one session may use."""
        return Budget(cost=self.session_cost, tokens=self.session_tokens)

    @property
    def project(self) -> Budget:
        """What all sessions may use together."""
        return Budget(cost=self.project_cost, tokens=self.project_tokens)


class SkillSettings(Settings):
    """`[skills]`: where the project keeps skills of its own."""

    folder: str = "wuhu/skills"
    """From the repository's top; its files replace built-in skills of the same name."""

    @field_validator("folder")
    @classmethod
    def _folder_is_inside(cls, folder: str) -> str:
        if not folder.strip() or folder.startswith(("/", "~")) or ".." in folder.split("/"):
            raise ValueError("must be a folder inside the repository, without ..")
        return folder


class ProjectConfig(Settings):
    """All of `wuhu.toml`; `agents` is passed on to the agent definitions, which check it."""

    project: ProjectSettings = ProjectSettings()
    limits: LimitSettings = LimitSettings()
    checks: tuple[CheckSettings, ...] = ()
    policies: PolicySettings = PolicySettings()
    permissions: tuple[PermissionSettings, ...] = ()
    budget: BudgetSettings = BudgetSettings()
    skills: SkillSettings = SkillSettings()
    orchestrator: OrchestratorSettings = OrchestratorSettings()
    delivery: DeliverySettings = DeliverySettings()
    notify: NotifySettings = NotifySettings()
    review: ReviewSettings = ReviewSettings()
    merge: MergeSettings = MergeSettings()
    remote: RemoteSettings = RemoteSettings()
    detectors: DetectorSettings = DetectorSettings()
    history: HistorySettings = HistorySettings()
    agents: dict[str, dict[str, Any]] = {}

    @field_validator("checks", "permissions", mode="before")
    @classmethod
    def _list_of_tables(cls, tables: Any) -> Any:
        return tuple(tables) if isinstance(tables, list) else tables

    @field_validator("checks")
    @classmethod
    def _names_differ(cls, checks: tuple[CheckSettings, ...]) -> tuple[CheckSettings, ...]:
        names = [check.name for check in checks]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f'two checks are called "{twice}"')
        return checks

    @property
    def project_checks(self) -> tuple[ProjectCheck, ...]:
        """The checks, as the core runs them."""
        return tuple(check.as_check() for check in self.checks)

    @property
    def policy(self) -> Policy:
        """What every runner must know of these settings."""
        return Policy(
            rules=tuple(rule.as_rule() for rule in self.permissions),
            session_budget=self.budget.session,
            permission_minutes=self.policies.permission_minutes,
            most_refusals=self.delivery.deferrals,
            sign_seconds=self.delivery.sign_seconds,
            trees=self.history.trees,
            tree_seconds=self.history.tree_seconds,
        )


def load_config(root: Path) -> ProjectConfig:
    """The settings of the project at `root`; a project without `wuhu.toml` has the defaults.

    Raises:
        ConfigError: names file, key, what is wrong and the nearest valid key.
    """
    return read_settings(root / CONFIG_FILE, ProjectConfig)


def project_name(config: ProjectConfig, folder: ProjectFolder) -> str:
    """The configured name, else one made from the repository folder's name."""
    if config.project.name:
        return config.project.name
    words = re.findall(r"[a-z0-9]+", folder.root.name.lower())
    return "-".join(words)[:MAX_NAME].strip("-") or "project"
