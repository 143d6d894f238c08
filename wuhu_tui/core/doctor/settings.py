"""Settings: what people wrote, and what the core wrote for the runners."""

from __future__ import annotations

import msgspec

from wuhu_tui.core.config import load_config
from wuhu_tui.core.doctor.aside import aside
from wuhu_tui.core.doctor.check import Check, could_not_look, trouble
from wuhu_tui.core.doctor.hands import Hands
from wuhu_tui.core.doctor.patient import Patient
from wuhu_tui.core.policy import write_policy
from wuhu_tui.core.user_settings import load_user_settings
from wuhu_tui.journal.plain_files import read_plain
from wuhu_tui.model.budgets import Policy
from wuhu_tui.model.errors import ConfigError, NotPossible
from wuhu_tui.model.health import Observation

NAME = "settings"
POLICY = "policy"


def judge(errors: dict[str, ConfigError]) -> list[Observation]:
    """One line for each file that is not valid."""
    return [
        trouble(NAME, what, f"{error.where or what}: {error.message}", repair=error.remedy)
        for what, error in errors.items()
    ]


def judge_policy(wanted: Policy, found: bytes | None) -> list[Observation]:
    """Whether the runners are told what `wuhu.toml` says."""
    if found is None:
        text = "policy.json is missing: runners know no permission rules and no budgets"
        return [trouble(POLICY, "", text, fixable=True)]
    try:
        told = msgspec.json.decode(found, type=Policy)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        text = f"policy.json is damaged, so runners ask for everything: {error}"
        return [trouble(POLICY, "", text, fixable=True)]
    if told != wanted:
        text = "policy.json is not what wuhu.toml says: runners follow other rules"
        return [trouble(POLICY, "", text, fixable=True)]
    return []


def look_at(patient: Patient) -> dict[str, ConfigError]:
    """Read everything that people write; what is wrong with each."""
    from wuhu_tui.agents.definitions import load_definitions

    found: dict[str, ConfigError] = {}
    try:
        config = load_config(patient.root)
        load_definitions(config.agents, str(patient.folder.config))
    except ConfigError as error:
        found["wuhu.toml"] = error
    try:
        load_user_settings()
    except ConfigError as error:
        found["config.toml"] = error
    return found


async def _look(patient: Patient) -> list[Observation]:
    return judge(await aside(lambda: look_at(patient)))


async def _look_at_policy(patient: Patient) -> list[Observation]:
    if not await aside(patient.folder.path.is_dir):
        return [could_not_look(POLICY, "there is no .wuhu folder")]
    try:
        config = await aside(lambda: load_config(patient.root))
    except ConfigError:
        return [could_not_look(POLICY, "wuhu.toml is not valid, so what it should say is unknown")]
    return judge_policy(config.policy, await aside(lambda: _policy_in(patient)))


def _policy_in(patient: Patient) -> bytes | None:
    try:
        return read_plain(patient.folder.policy)
    except FileNotFoundError:
        return None
    except OSError as error:
        return f"unreadable: {error.strerror}".encode()


async def _mend_policy(patient: Patient, observation: Observation, hands: Hands) -> str:
    try:
        config = await aside(lambda: load_config(patient.root))
    except ConfigError as error:
        raise NotPossible("wuhu.toml is not valid", remedy="mend wuhu.toml first") from error
    await aside(lambda: write_policy(patient.folder, config))
    return "wrote policy.json anew, as wuhu.toml says"


SETTINGS = Check(NAME, "wuhu.toml and your own settings are valid", _look)
POLICIES = Check(POLICY, "runners are told what wuhu.toml says", _look_at_policy, _mend_policy)
