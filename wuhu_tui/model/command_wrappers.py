"""What a simple command really runs: `sudo`, `env`, `bash -c`, `find -exec` and their like looked through.

Not every wrapper is harmless: what runs as somebody else, elsewhere or with other variables is
told apart, because a rule that allows the inner command says nothing about that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from msgspec.structs import replace

from wuhu_tui.model.command_words import UNKNOWN, SimpleCommand, read_line
from wuhu_tui.model.value import Value

DEEPEST = 12
"""How many wrappers may stand around one command."""

_SYSTEM = re.compile(r"(/usr(/local)?/bin/|/bin/|/opt/homebrew/bin/)?[^/]+\Z")
SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "ash", "mksh", "fish"})

INTERPRETERS = re.compile(
    r"(python|perl|ruby|node|nodejs|php|lua|awk|gawk|mawk|osascript|tclsh|deno|bun|vim?|ex|ed|gdb)[\d.]*\Z"
)
"""Programs that run what their arguments or input say, in a language that is not read here."""

RUNNERS = frozenset(
    {"ssh", "docker", "podman", "kubectl", "npx", "uvx", "uv", "poetry", "parallel", "strace", "ltrace"}
    | {"su", "runuser", "chroot", "systemd-run", "unshare", "nsenter", "busybox", "toybox", "script"}
    | {"watch", "entr", "tmux", "screen", "flock", "pkexec", "dbus-run-session", "proot", "fakeroot"}
)  # fmt: skip
"""Programs that run a command among their arguments, whose own options are not known here."""

KEEPERS = frozenset({"trap", "alias", "sed", "gsed", "tar", "mapfile", "readarray", "complete"})
"""Programs of which an argument may be a command that is run later, or now and then."""


class Wrapper(Value, frozen=True):
    """How a wrapper's own arguments end: its options, those with a value, and what stands before the command."""

    flags: str = ""
    valued: str = ""
    long_flags: tuple[str, ...] = ()
    long_valued: tuple[str, ...] = ()
    operands: int = 0
    harmless: bool = True


WRAPPERS: dict[str, Wrapper] = {
    "sudo": Wrapper(
        flags="AbBEHiKknPSsVv", valued="CDghpRrTtUu", operands=0, harmless=False,
        long_flags=("--preserve-env", "--non-interactive", "--login", "--shell", "--set-home"),
        long_valued=("--user", "--group", "--host", "--prompt", "--chdir", "--chroot"),
    ),
    "doas": Wrapper(flags="Lns", valued="aCu", harmless=False),
    "env": Wrapper(
        flags="i0v", valued="u", long_flags=("--ignore-environment", "--null", "--debug"),
        long_valued=("--unset",),
    ),
    "timeout": Wrapper(
        flags="v", valued="ks", operands=1, long_valued=("--kill-after", "--signal"),
        long_flags=("--preserve-status", "--foreground", "--verbose"),
    ),
    "gtimeout": Wrapper(valued="ks", operands=1, long_flags=("--preserve-status", "--foreground")),
    "nice": Wrapper(flags="0123456789", valued="n", long_valued=("--adjustment",)),
    "ionice": Wrapper(flags="t", valued="cn", long_valued=("--class", "--classdata")),
    "nohup": Wrapper(),
    "time": Wrapper(flags="pv", valued="f", long_flags=("--portability",), long_valued=("--format",)),
    "command": Wrapper(flags="p"),
    "builtin": Wrapper(),
    "exec": Wrapper(flags="cl", valued="a"),
    "stdbuf": Wrapper(valued="ioe", long_valued=("--input", "--output", "--error")),
    "setsid": Wrapper(flags="cfw", long_flags=("--fork", "--wait", "--ctty")),
    "xargs": Wrapper(
        flags="0prtxo", valued="adEILnPs",
        long_flags=("--null", "--no-run-if-empty", "--verbose", "--exit", "--interactive"),
        long_valued=("--arg-file", "--delimiter", "--max-args", "--max-procs", "--max-lines"),
    ),
    "chronic": Wrapper(),
    "unbuffer": Wrapper(),
}  # fmt: skip

HARMLESS_VARIABLES = re.compile(
    r"(CI|TERM|NO_COLOR|FORCE_COLOR|CLICOLOR|CLICOLOR_FORCE|COLUMNS|LINES|LANG|LC_\w+|TZ|DEBUG|VERBOSE"
    r"|NODE_ENV|RUST_BACKTRACE|RUST_LOG|PYTHONUNBUFFERED|PYTHONDONTWRITEBYTECODE|PYTHONWARNINGS)\Z"
)
"""Variables that do not change what a command does to anything."""


class Level(Value, frozen=True):
    """A command as it stands at one depth; `inner` is where the command it wraps begins, -1: nothing."""

    words: tuple[str, ...]
    inner: int = -1
    harmless: bool = True


class Run(Value, frozen=True):
    """One command that is run, from its outermost wrapper to itself; `opaque`: perhaps more is run."""

    levels: tuple[Level, ...] = ()
    assignments: tuple[str, ...] = ()
    redirects: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    opaque: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The innermost command."""
        return self.levels[-1].words if self.levels else ()


class Runs(Value, frozen=True):
    """Everything a line runs; `opaque`: perhaps not everything."""

    runs: tuple[Run, ...] = ()
    opaque: bool = False


def runs_of(text: str, depth: int = 0) -> Runs:
    """Everything that a shell line runs, wrappers looked through."""
    line = read_line(text)
    if depth > DEEPEST:
        return Runs(opaque=True)
    found = [run for command in line.commands for run in _unwrapped(command, depth)]
    return Runs(runs=tuple(found), opaque=line.opaque or any(run.opaque for run in found))


def _unwrapped(command: SimpleCommand, depth: int) -> Iterator[Run]:
    first = Run(assignments=command.assignments, redirects=command.redirects, texts=command.texts)
    yield from _looked_through(first, command.words, depth)


def _looked_through(outer: Run, words: tuple[str, ...], depth: int) -> Iterator[Run]:
    """The command itself, or what it wraps; a `find` and a shell may run several."""
    if not words or depth > DEEPEST:
        yield _with(outer, Level(words=words), opaque=bool(words))
        return
    name = program_of(words[0])
    wraps = name in SHELLS or name in WRAPPERS or name == "eval"
    if wraps and not _SYSTEM.match(words[0]):
        outer = _opaque(outer)  # a program of the worktree may be called anything
    if name in SHELLS:
        yield from _of_shell(outer, words, depth)
    elif name == "eval":
        yield from _of_script(outer, words, " ".join(words[1:]), depth)
    elif name == "env" and _split_string(words) is not None:
        yield from _of_script(outer, words, _split_string(words) or "", depth)
    elif name in WRAPPERS:
        yield from _of_wrapper(outer, words, WRAPPERS[name], depth)
    else:
        sources = name in (".", "source") and any(map(_is_odd_file, words[1:]))
        yield _with(outer, Level(words=words), opaque=sources)
        if name in ("find", "gfind", "fd", "fdfind"):
            yield from _of_find(outer, words, depth)


def program_of(word: str) -> str:
    """A program's name without the folder it lies in."""
    return word.rsplit("/", 1)[-1]


def _with(run: Run, level: Level, *, opaque: bool = False) -> Run:
    return replace(run, levels=(*run.levels, level), opaque=run.opaque or opaque)


def _opaque(run: Run) -> Run:
    return replace(run, opaque=True)


def _of_wrapper(outer: Run, words: tuple[str, ...], kind: Wrapper, depth: int) -> Iterator[Run]:
    start, assignments, known = _inner(words, kind)
    name = program_of(words[0])
    level = Level(words=words, inner=start, harmless=kind.harmless)
    if start >= len(words) or not known:
        plain = known and name != "exec"
        yield _with(outer, level if not known else Level(words=words), opaque=not plain)
        return
    wrapped = _with_what_it_reads(words, start) if name == "xargs" else words[start:]
    inner = _with(outer, level, opaque=UNKNOWN in wrapped[0])
    inner = replace(inner, assignments=(*inner.assignments, *assignments))
    yield from _looked_through(inner, wrapped, depth + 1)


def _inner(words: tuple[str, ...], kind: Wrapper) -> tuple[int, list[str], bool]:
    """Where the wrapped command begins, the variables set for it, and whether that is sure."""
    at, known = 1, True
    clears = program_of(words[0]) == "env"
    while at < len(words) and words[at].startswith("-") and (words[at] != "-" or clears):
        if words[at] == "--":
            at += 1
            break
        step = _option_length(words[at], kind)
        known = known and step > 0
        at += max(1, step)
    assignments = []
    while program_of(words[0]) in ("env", "sudo", "doas") and at < len(words):
        name, sign, _ = words[at].partition("=")
        if not sign or UNKNOWN in name:
            break
        assignments.append(name)
        at += 1
    at += kind.operands
    sure = not any(UNKNOWN in word for word in words[1:at])
    return at, assignments, known and sure


def _option_length(word: str, kind: Wrapper) -> int:
    """How many words an option takes; 0: it is not known."""
    name = word.partition("=")[0]
    if name in kind.long_flags:
        return 1
    if name in kind.long_valued:
        return 1 if "=" in word else 2
    if word.startswith("--"):
        return 0
    for place, letter in enumerate(word[1:], start=1):
        if letter in kind.valued:
            return 1 if place < len(word) - 1 else 2
        if letter not in kind.flags:
            return 0
    return 1


def _with_what_it_reads(words: tuple[str, ...], start: int) -> tuple[str, ...]:
    """What `xargs` runs: nobody knows what it reads, nor what that does to a script."""
    signs = [word[2:] or after for word, after in pairwise(words[: start + 1]) if word[:2] == "-I"]
    return _unknown_at(signs[-1], words[start:]) if signs else (*words[start:], UNKNOWN)


def _unknown_at(sign: str, words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.replace(sign, UNKNOWN) for word in words) if sign else words


def _split_string(words: tuple[str, ...]) -> str | None:
    """What `env -S` makes a command of."""
    for place, word in enumerate(words[1:], start=1):
        if word.startswith("--split-string="):
            return " ".join((word.partition("=")[2], *words[place + 1 :]))
        if re.match(r"-[i0v]*S", word):
            return " ".join((word.partition("S")[2], *words[place + 1 :]))
        if word == "--split-string":
            return " ".join(words[place + 1 :])
        if not word.startswith("-") and "=" not in word:
            return None
    return None


def _of_shell(outer: Run, words: tuple[str, ...], depth: int) -> Iterator[Run]:
    """A shell runs the script of `-c`, its input, or a file; a file is taken as a plain command."""
    at, takes_script, reads_input, reads_file = 1, False, False, False
    while at < len(words) and words[at][:1] in "-+" and len(words[at]) > 1:
        short = not words[at].startswith("--")
        reads_file = reads_file or words[at].startswith(("--rcfile", "--init-file"))
        names_option = short and words[at][-1] in "oO"
        reads_file = reads_file or (names_option and "c" in words[at])
        takes_script = takes_script or (short and "c" in words[at][1:])
        reads_input = reads_input or (short and "s" in words[at][1:])
        if words[at] == "--":
            at += 1
            break
        at += 2 if names_option or words[at] in ("--rcfile", "--init-file") else 1
    if reads_file:
        outer = _opaque(outer)
    if takes_script:
        yield from _of_script(outer, words, words[at] if at < len(words) else UNKNOWN, depth)
    elif at < len(words) and not reads_input:
        yield _with(outer, Level(words=words), opaque=_is_odd_file(words[at]))
    else:
        scripts = outer.texts or (UNKNOWN,)
        for script in scripts:
            yield from _of_script(outer, words, script, depth)


def _is_odd_file(word: str) -> bool:
    return UNKNOWN in word or word.startswith(("/dev/", "/proc/"))


def _of_script(outer: Run, words: tuple[str, ...], script: str, depth: int) -> Iterator[Run]:
    """The shell itself, so that what it is called with is seen, and everything its script runs."""
    level = Level(words=words, inner=len(words))
    inner = runs_of(script, depth + 1) if UNKNOWN not in script else Runs(opaque=True)
    yield _with(outer, level, opaque=inner.opaque)
    for run in inner.runs:
        yield Run(
            levels=(*outer.levels, level, *run.levels),
            assignments=(*outer.assignments, *run.assignments),
            redirects=run.redirects,
            texts=run.texts,
            opaque=run.opaque,
        )


_EXECUTES = frozenset({"-exec", "-execdir", "-ok", "-okdir", "-x", "-X", "--exec", "--exec-batch"})
_WRITES = frozenset({"-fprint", "-fprint0", "-fprintf", "-fls"})


def _of_find(outer: Run, words: tuple[str, ...], depth: int) -> Iterator[Run]:
    at = 1
    while at < len(words):
        if words[at] in _EXECUTES:
            end = next((n for n in range(at, len(words)) if words[n] in (";", "+")), len(words))
            inner = _unknown_at("{}", words[at + 1 : end])
            placeholder = bool(inner) and UNKNOWN in inner[0]
            yield from _looked_through(Run(opaque=placeholder or not inner), inner, depth + 1)
            at = end
        elif words[at] == "-delete":
            yield Run(levels=(Level(words=("rm",)),))
        elif words[at] in _WRITES:
            yield Run(redirects=words[at + 1 : at + 2])
        at += 1


def runs_others(words: tuple[str, ...]) -> bool:
    """Whether a program runs a command among its arguments; `wuhu exec` runs one in another place."""
    name = program_of(words[0])
    return name in RUNNERS or (name == "wuhu" and "exec" in words)


def texts_of(run: Run) -> Iterator[str]:
    """Texts a command may run in a language that is not read here."""
    if not run.words:
        return
    name = program_of(run.words[0])
    if INTERPRETERS.match(name) or runs_others(run.words) or name in KEEPERS:
        yield from (word.replace("=", " ") if name == "tar" else word for word in run.words[1:])
        yield from run.texts
    elif name == "git":
        yield from (word for word in run.words[1:] if "!" in word)
        yield from (f"git {word.partition('=')[2]}" for word in run.words if word[:6] == "alias.")
