from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.source import ROOT
from wuhu_tui.core.channels.plan import ChannelPlan, hours_of, plans_of
from wuhu_tui.core.config import load_config
from wuhu_tui.core.config_channels import NotifySettings
from wuhu_tui.model.entries import KINDS, ContextEntry
from wuhu_tui.model.errors import ConfigError

NIGHT = "22:00-07:00"


def settings(**content: Any) -> NotifySettings:
    return NotifySettings.model_validate(content)


def plan(**content: Any) -> ChannelPlan:
    channels = {"phone": {"command": ["cat"], **content}}
    return plans_of(settings(channels=channels), settings())["phone"]


def entry(kind: str = "question", *, needed: bool = True) -> ContextEntry:
    return ContextEntry(
        id=f"a:{kind}:1",
        project_id="shop",
        session_name="a",
        actor="a",
        kind=kind,
        ts=datetime(2026, 1, 1, tzinfo=UTC),
        text="?",
        human_attention_needed=needed,
    )


@pytest.mark.parametrize(
    ("hours", "moment", "quiet"),
    [
        (NIGHT, "21:59", False),
        (NIGHT, "22:00", True),
        (NIGHT, "03:00", True),
        (NIGHT, "07:00", False),
        ("12:00-13:00", "12:30", True),
        ("12:00-13:00", "13:00", False),
        ("9:00-9:00", "09:00", False),
    ],
)
def test_quiet_hours_may_go_over_midnight(hours: str, moment: str, quiet: bool) -> None:
    found = hours_of(hours)
    assert (found is not None and found.holds(time.fromisoformat(moment))) is quiet


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-01-01T20:59:00+00:00", None),
        ("2026-01-01T21:00:00+00:00", "2026-01-02T06:00:00+00:00"),
        ("2026-01-02T05:59:00+00:00", "2026-01-02T06:00:00+00:00"),
        ("2026-01-02T06:00:00+00:00", None),
        # the night in which the clocks of Berlin go forward: 07:00 is 05:00 UTC from then on
        ("2026-03-28T21:30:00+00:00", "2026-03-29T05:00:00+00:00"),
        ("2026-03-29T04:59:00+00:00", "2026-03-29T05:00:00+00:00"),
    ],
)
def test_quiet_hours_are_those_of_their_time_zone(now: str, until: str | None) -> None:
    found = plan(quiet=NIGHT, time_zone="Europe/Berlin")
    expected = datetime.fromisoformat(until) if until else None
    assert found.quiet_until(datetime.fromisoformat(now)) == expected


def test_a_channel_takes_from_notify_what_it_does_not_say() -> None:
    both = settings(
        kinds=["error"],
        quiet=NIGHT,
        digest_minutes=7,
        channels={"a": {"command": ["x"]}, "b": {"command": ["y"], "quiet": "", "kinds": ["lost"]}},
    )
    plans = plans_of(both, settings())
    assert (plans["a"].quiet, plans["b"].quiet) == (hours_of(NIGHT), None)
    assert plans["a"].kinds == {"error"}
    assert plans["b"].kinds == {"lost"}
    assert plans["a"].digest == plans["b"].digest == timedelta(minutes=7)


def test_the_leads_own_channel_stands_for_the_projects_of_that_name() -> None:
    project = settings(channels={"phone": {"command": ["theirs"]}, "log": {"command": ["log"]}})
    own = settings(channels={"phone": {"command": ["mine"]}})
    plans = plans_of(project, own)
    assert [plans[name].origin for name in ("log", "phone")] == ["wuhu.toml", "yours"]
    assert plans["phone"].command == ("mine",)


def test_by_default_a_channel_tells_what_needs_the_lead() -> None:
    assert plan().wants(entry())
    assert not plan().wants(entry("commit", needed=False))
    assert plan(kinds=["commit"]).wants(entry("commit", needed=False))
    assert not plan(kinds=["commit"]).wants(entry())


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        ("service = 'x://tok'\ncommand = ['a']", "either a service or a command"),
        ("kinds = ['lost']", "either a service or a command"),
        ("command = [' ']", "begin with a program"),
        ("service = 's3cret-token'", "must be an address"),
        ("service = 'x://s3cret'\nquiet = 'at night'", "hours of the day"),
        ("service = 'x://s3cret'\ntime_zone = 'Nowhere/At_all'", "no time zone"),
        ("service = 'x://s3cret'\nkinds = ['questoin']", 'no kind "questoin"'),
        ("service = 'x://s3cret'\ndigest_minutes = -1", "greater than or equal to 0"),
    ],
)
def test_a_wrong_channel_is_refused_in_words_that_hold_no_secret(
    tmp_path: Path, channel: str, words: str
) -> None:
    (tmp_path / "wuhu.toml").write_text(f"[notify.channels.phone]\n{channel}\n")
    with pytest.raises(ConfigError) as refused:
        load_config(tmp_path)
    assert words in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_a_channel_is_called_what_a_file_can_be_called(tmp_path: Path) -> None:
    (tmp_path / "wuhu.toml").write_text('[notify.channels."../up"]\ncommand = ["x"]\n')
    with pytest.raises(ConfigError, match="cannot be a channel's name"):
        load_config(tmp_path)


def test_the_examples_of_the_channels_page_are_valid(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "channels.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```toml\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    (tmp_path / "wuhu.toml").write_text(example, encoding="utf-8")
    assert set(load_config(tmp_path).notify.channels) == {"phone", "log"}
    told = set(re.findall(r"`(\w+)`", page))
    assert KINDS - told == set()


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ({"command": ["notify-send", "--secret=1"]}, "runs notify-send"),
        ({"service": "$PHONE", "command": []}, "the service in $PHONE"),
        ({"service": "ntfy://user:pass@host/topic", "command": []}, "ntfy://…"),
    ],
)
def test_no_address_is_ever_shown(content: dict[str, Any], shown: str) -> None:
    assert plan(**content).shown == shown
