"""The repository: git itself, HEAD, refs, and in a deep look everything they reach."""

from __future__ import annotations

from wuhu_tui.core.config import load_config
from wuhu_tui.core.doctor.aside import aside
from wuhu_tui.core.doctor.check import Check, could_not_look, trouble
from wuhu_tui.core.doctor.patient import Patient
from wuhu_tui.model.errors import ConfigError, GitError
from wuhu_tui.model.health import Observation
from wuhu_tui.model.quantities import counted, few
from wuhu_tui.model.value import Value
from wuhu_tui.repo.git import Answer
from wuhu_tui.repo.repository import OLDEST_GIT, open_repository, parse_version

GIT = "git"
NAME = "repository"


class Refs(Value, frozen=True):
    """Every ref that can be listed, and those that name an object nobody has."""

    count: int = 0
    broken: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def judge_version(said: str) -> list[Observation]:
    """Whether this git is new enough."""
    version = parse_version(said)
    wanted = ".".join(map(str, OLDEST_GIT))
    if not version:
        return [could_not_look(GIT, f"git says of its version: {said}")]
    if version < OLDEST_GIT:
        text = f"{said} is too old: wuhu needs {wanted}"
        return [trouble(GIT, "", text, repair=f"install git {wanted} or newer")]
    return []


def judge_refs(refs: Refs) -> list[Observation]:
    """Refs that lead nowhere."""
    damaged = [*refs.broken, *refs.missing]
    if not damaged:
        return []
    text = f"{counted(len(damaged), 'damaged ref')}: {few(damaged)}"
    return [trouble(NAME, "", text, kind="refs", repair="git fsck; git reflog")]


def judge_fsck(code: int, output: str) -> list[Observation]:
    """What `git fsck --connectivity-only` says."""
    if code == 0:
        return []
    lines = [line for line in output.splitlines() if not line.startswith(("dangling", "notice"))]
    text = f"objects are missing or damaged: {few(lines, 2)}"
    return [trouble(NAME, "", text, kind="objects", repair="git fsck --connectivity-only")]


async def refs_of(patient: Patient) -> Refs:
    """List all refs, and look whether what they name is there.

    Raises:
        GitError: they could not be listed, or not looked up.
    """
    git = patient.git
    listing = await git.look("for-each-ref", "--format=%(objectname) %(refname)")
    _check_told(patient, listing)
    pairs = [line.split(" ", 1) for line in listing.text.splitlines()]
    broken = tuple(
        line.rpartition(" ")[2] for line in listing.words.splitlines() if "broken ref" in line
    )
    asked = "".join(f"{name}\n" for name, _ in pairs).encode()
    answer = await git.look("cat-file", "--batch-check=%(objecttype)", given=asked)
    _check_told(patient, answer)
    kinds = answer.text.splitlines()
    missing = tuple(
        ref for (_, ref), kind in zip(pairs, kinds, strict=False) if kind.endswith("missing")
    )
    return Refs(count=len(pairs), broken=broken, missing=missing)


def _check_told(patient: Patient, answer: Answer) -> None:
    if answer.code:
        raise GitError(
            f"git cannot list its refs: {answer.words.strip()}",
            where=str(patient.root),
            remedy="look: git for-each-ref",
        )


async def _look_at_version(patient: Patient) -> list[Observation]:
    try:
        said = await patient.git.read("version")
    except GitError as error:
        return [trouble(GIT, "", error.message, repair=error.remedy)]
    return judge_version(said)


async def _look(patient: Patient) -> list[Observation]:
    found = await _opens(patient)
    if found:
        return found
    found = judge_refs(await refs_of(patient))
    if patient.deep and not found:
        answer = await patient.git.look(
            "fsck", "--connectivity-only", "--no-progress", "--no-dangling", deadline=600.0
        )
        found = judge_fsck(answer.code, f"{answer.text}\n{answer.words}")
    return found


async def _opens(patient: Patient) -> list[Observation]:
    """Whether the core could work with it at all."""
    try:
        config = await aside(lambda: load_config(patient.root))
        base = config.project.base
    except ConfigError:
        base = ""
    try:
        await open_repository(patient.root, base=base or patient.board.project.base_branch)
    except GitError as error:
        if "did not end within" in error.message:
            return [could_not_look(NAME, error.message)]
        return [trouble(NAME, "", error.message, repair=error.remedy)]
    return []


GIT_ITSELF = Check(GIT, "git is new enough", _look_at_version)
REPOSITORY = Check(NAME, "HEAD and all refs can be read", _look, seconds=20.0)
