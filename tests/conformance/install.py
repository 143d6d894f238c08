"""`python -m tests.conformance.install`: the agents' programs from npm, pinned, into the cache."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.conformance.cache import cache_folder
from tests.conformance.candidates import CANDIDATES, PACKAGES

PATIENCE = 600.0


def installed_version(cache: Path, folder: str) -> str:
    """The version of the package in that folder of `node_modules`; empty when there is none."""
    try:
        text = (cache / "node_modules" / folder / "package.json").read_text(encoding="utf-8")
        return str(json.loads(text)["version"])
    except (OSError, ValueError, KeyError):
        return ""


def wanted(cache: Path) -> list[str]:
    """What npm must be asked for: whatever is not there in its pinned version."""
    packages = [(one.folder, one.version, one.requirement) for one in CANDIDATES if one.requirement]
    packages += [(name, version, f"{name}@{version}") for name, version in PACKAGES]
    return [
        words for folder, version, words in packages if installed_version(cache, folder) != version
    ]


def install(cache: Path) -> bool:
    """Install each package that is missing by itself: one that fails keeps no other from coming."""
    cache.mkdir(parents=True, exist_ok=True)
    done = [_installed(cache, words) for words in wanted(cache)]
    return all(done)


def _installed(cache: Path, words: str) -> bool:
    sys.stdout.write(f"installing {words} into {cache}\n")
    sys.stdout.flush()
    command = ["npm", "install", "--prefix", str(cache), "--no-audit", "--no-fund", words]
    try:
        done = subprocess.run(
            command, check=False, timeout=PATIENCE, capture_output=True, text=True
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        sys.stderr.write(f"{words} cannot be installed: {error}\n")
        return False
    if done.returncode:
        sys.stderr.write(f"{words} cannot be installed:\n{done.stderr[-2000:]}\n")
    return done.returncode == 0


if __name__ == "__main__":
    install(cache_folder())  # what is missing afterwards, the table names as not installed
