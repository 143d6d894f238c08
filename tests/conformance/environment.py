"""What keeps real agents on loopback: dummy keys, a home of their own, updates and telemetry off."""

from __future__ import annotations

import json
import os
from pathlib import Path

KEY = "a-key-for-loopback"

TO_LOSE = (
    "IS_SANDBOX",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "CLAUDECODE",
    "CLAUDE_CODE_ENTRYPOINT",
)
"""What must not be passed on from whoever runs the suite."""


def agent_environment(home: Path, url: str, programs: Path) -> dict[str, str]:
    """The variables that an agent of this home needs to find nobody but the server at `url`."""
    return {
        **_places(home, programs),
        **_anthropic(home, url),
        **_openai(home),
        **_google(url),
        **_opencode(url),
        "NPM_CONFIG_REGISTRY": url,
        "npm_config_registry": url,
        "MODEL_URL": url,
    }


def prepare_home(home: Path, url: str) -> None:
    """Write the settings that agents read from their home."""
    for folder in ("tmp", ".codex", ".gemini", ".claude", ".config"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    (home / ".gitconfig").write_text(
        "[user]\n\tname = An Agent\n\temail = agent@example.invalid\n", encoding="utf-8"
    )
    (home / ".codex" / "config.toml").write_text(_codex_settings(url), encoding="utf-8")
    (home / ".gemini" / "settings.json").write_text(_gemini_settings(), encoding="utf-8")


def _places(home: Path, programs: Path) -> dict[str, str]:
    return {
        "HOME": str(home),
        "TMPDIR": str(home / "tmp"),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_STATE_HOME": str(home / ".local" / "state"),
        "PATH": os.pathsep.join((str(programs), os.environ.get("PATH", os.defpath))),
    }


def _anthropic(home: Path, url: str) -> dict[str, str]:
    return {
        "ANTHROPIC_BASE_URL": url,
        "ANTHROPIC_API_KEY": KEY,
        "CLAUDE_CONFIG_DIR": str(home / ".claude"),
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "CLAUDE_CODE_MAX_RETRIES": "3",
        "DISABLE_AUTOUPDATER": "1",
        "DISABLE_TELEMETRY": "1",
        "DISABLE_ERROR_REPORTING": "1",
    }


def _openai(home: Path) -> dict[str, str]:
    return {"OPENAI_API_KEY": KEY, "CODEX_HOME": str(home / ".codex")}


def _google(url: str) -> dict[str, str]:
    return {
        "GEMINI_API_KEY": KEY,
        "GOOGLE_GEMINI_BASE_URL": url,
        "GEMINI_TELEMETRY_ENABLED": "false",
        "GEMINI_CLI_TRUST_WORKSPACE": "true",
    }


def _opencode(url: str) -> dict[str, str]:
    limits = {"context": 100_000, "output": 4_000}
    model = {"name": "scripted", "tool_call": True, "limit": limits}
    provider = {
        "npm": "@ai-sdk/openai-compatible",
        "options": {"baseURL": f"{url}/v1", "apiKey": KEY},
        "models": {"scripted": model},
    }
    settings = {
        "provider": {"loopback": provider},
        "model": "loopback/scripted",
        "small_model": "loopback/scripted",
        "permission": {"edit": "ask", "bash": "ask"},
    }
    return {
        "OPENCODE_CONFIG_CONTENT": json.dumps(settings),
        "OPENCODE_DISABLE_AUTOUPDATE": "1",
        "OPENCODE_DISABLE_MODELS_FETCH": "1",
        "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
    }


def _codex_settings(url: str) -> str:
    return f"""\
model = "gpt-5.5"
model_provider = "loopback"
check_for_update_on_startup = false
[analytics]
enabled = false
[model_providers.loopback]
name = "loopback"
base_url = "{url}/v1"
wire_api = "responses"
env_key = "OPENAI_API_KEY"
supports_websockets = false
request_max_retries = 4
stream_max_retries = 4
[features]
plugins = false
"""


def _gemini_settings() -> str:
    settings = {
        "privacy": {"usageStatisticsEnabled": False},
        "telemetry": {"enabled": False},
        "model": {"name": "gemini-2.5-pro"},
        "general": {"enableAutoUpdate": False, "enableAutoUpdateNotification": False},
        "security": {"auth": {"selectedType": "gemini-api-key"}},
    }
    return json.dumps(settings)
