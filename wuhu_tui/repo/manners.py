"""The three manners in which work gets onto whatever a scratch worktree stands on.

The whole is merged first, without a worktree: that tree is what must come out, commit by commit or
at once. A hook that changes what is committed is refused like one that says no.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wuhu_tui.model.errors import GitError
from wuhu_tui.model.merges import MergeManner
from wuhu_tui.model.value import Value
from wuhu_tui.repo.git import LONG, Git
from wuhu_tui.repo.hook_words import COMMITTING, MERGING, REBASING, present, rejected
from wuhu_tui.repo.landing import unmerged_files
from wuhu_tui.repo.patches import readable
from wuhu_tui.repo.plain_merges import Clash, Tried, plain_options, try_merge, unprompted
from wuhu_tui.repo.refs import is_ancestor
from wuhu_tui.repo.refusals import refused
from wuhu_tui.repo.remembering import open_memory
from wuhu_tui.repo.status import few


class Whole(Value, frozen=True):
    """All of the work merged onto what the scratch stands on: a tree, or what clashes."""

    tree: str = ""
    clashes: tuple[Clash, ...] = ()
    remembered: tuple[str, ...] = ()
    clean: bool = True
    """Whether git itself came to this tree."""


class Work(Value, frozen=True):
    """What is to get onto `start`: all of `head`, with these words."""

    head: str
    start: str
    message: str
    trailers: tuple[tuple[str, str], ...] = ()
    """What is added to the words of each commit that is made anew."""
    below: str = ""
    """The newest commit of it that is there anew already, as another commit; empty: none."""


class Made(Value, frozen=True):
    """The commit that was made; `manner` is how, where that is another way than was asked for."""

    result: str
    manner: str = ""
    why: str = ""


@dataclass(frozen=True)
class Making:
    """One scratch worktree at work, with the options that keep everybody's settings out."""

    scratch: Git
    options: tuple[str, ...]
    records: Path | None = None
    """Where it is remembered how conflicts were settled; None: nowhere."""

    async def git(self, *words: str, given: bytes = b"", hooks: tuple[str, ...] = ()) -> str:
        """Run git, plainly.

        Raises:
            GitError: it, or one of these hooks, did not let it pass; in its own words.
        """
        answer = await self.scratch.attempt(*self.options, *words, given=given, deadline=LONG)
        if answer.code:
            raise await rejected(self.scratch, words, answer, hooks)
        return answer.text

    async def recall(self) -> tuple[str, ...]:
        """Settle what clashes here and was settled before; the files."""
        if self.records is None:
            return ()
        return await (await open_memory(self.scratch, self.records)).recall()

    async def tree(self, commit: str = "HEAD") -> str:
        """The tree of a commit."""
        return await self.scratch.read("rev-parse", f"{commit}^{{tree}}")

    async def head(self) -> str:
        """The commit that the scratch stands on."""
        return await self.scratch.read("rev-parse", "HEAD")


async def begin_making(scratch: Git, records: Path | None = None) -> Making:
    """Make ready to work in a scratch worktree."""
    options = await plain_options(scratch)
    return Making(scratch=unprompted(scratch), options=options, records=records)


async def whole_of(making: Making, work: Work, resolution: str = "") -> Whole:
    """What all of the work comes to here; a resolution made by hand counts before all else."""
    here, head = await making.head(), work.head
    if resolution:
        tried = await _resolved(making, here, resolution)
        if tried is not None:
            return tried
    anew = await try_merge(making.scratch, here, head, making.options, start=work.below)
    if not anew.clashes:
        return Whole(tree=anew.tree, clean=not work.below)
    if work.below:
        return Whole(clashes=anew.clashes)
    return await _recalled(making, head, anew)


async def _resolved(making: Making, here: str, resolution: str) -> Whole | None:
    """The tree of a resolution, carried on to here; None if it does not apply any more."""
    git = making.scratch
    onto = await git.read("rev-parse", f"{resolution}^1")
    if onto == here:
        return Whole(tree=await making.tree(resolution), clean=False)
    if not await is_ancestor(git, onto, here):
        return None
    tried = await try_merge(git, here, resolution, making.options)
    return None if tried.clashes else Whole(tree=tried.tree, clean=False)


async def _recalled(making: Making, head: str, tried: Tried) -> Whole:
    """Settle by memory what clashes; the scratch is clean again afterwards."""
    if making.records is None:
        return Whole(clashes=tried.clashes)
    await lay_out(making, head)
    remembered = await making.recall()
    left = set(await unmerged_files(making.scratch))
    tree = "" if left else await making.scratch.run("write-tree")
    await making.git("reset", "--quiet", "--hard", "HEAD")
    clashes = tuple(one for one in tried.clashes if one.path in left) if left else ()
    return Whole(
        tree=tree,
        clashes=clashes or (tried.clashes if left else ()),
        remembered=remembered,
        clean=False,
    )


async def lay_out(making: Making, head: str) -> None:
    """Begin a merge that is known to clash, and leave it in the worktree with its markers."""
    words = ("merge", "--no-ff", "--no-commit", "--no-edit", "--no-autostash", "--no-squash", head)
    answer = await making.scratch.attempt(*making.options, *words, deadline=LONG)
    if answer.code and not await unmerged_files(making.scratch):
        raise await rejected(making.scratch, words, answer, MERGING)


async def make_merge(making: Making, work: Work, whole: Whole) -> Made:
    """One merge commit of what the scratch stands on and the work."""
    common = ("merge", "--no-ff", "--no-edit", "--no-autostash", "--no-squash")
    if whole.clean:
        await making.git(*common, "--commit", "-m", work.message, work.head, hooks=MERGING)
        await _check_tree(making, whole.tree)
        return Made(result=await making.head())
    await making.git(*common, "--no-commit", "--strategy=ours", work.head, hooks=MERGING)
    await _take_tree(making, whole.tree)
    await _commit(making, whole.tree, ("-F", "-"), work.message)
    return Made(result=await making.head())


async def make_squash(making: Making, work: Work, whole: Whole) -> Made:
    """One commit on its start, by whoever wrote the work; others who did are named in it."""
    authors = await _authors(making.scratch, work)
    others = "".join(f"Co-authored-by: {name}\n" for name in authors[1:])
    await making.git("reset", "--quiet", "--soft", work.start)
    await _take_tree(making, whole.tree)
    author = (f"--author={authors[0]}",) if authors else ()
    await _commit(making, whole.tree, ("-F", "-", *author), work.message + others)
    return Made(result=await making.head())


async def _authors(git: Git, work: Work) -> tuple[str, ...]:
    """Who wrote what is new in it; who wrote most comes first."""
    words = ("log", "--no-show-signature", "--no-merges", "--no-use-mailmap", "--format=%an <%ae>")
    span = (f"{work.start}..{work.head}", *((f"^{work.below}",) if work.below else ()))
    listed = (await git.read(*words, *span)).splitlines()
    names = [name for name in listed if not name.startswith(" <")]
    return tuple(sorted(dict.fromkeys(names), key=lambda name: -names.count(name)))


async def make_line(making: Making, work: Work, whole: Whole) -> Made:
    """Its commits anew in a line, each with the trailers; in one where they do not come to the whole.

    They do not where the branch has merges, where one of them alone clashes, or where they would
    come to something else than was looked at.
    """
    here = await making.head()
    await _ask_hook(making, here, work.head)
    why = await _replay(making, work)
    if not why and await making.tree() != whole.tree:
        why = "its commits one by one come to something else"
    if not why:
        return Made(result=await making.head())
    await making.git("reset", "--quiet", "--hard", here)
    made = await make_squash(making, work, whole)
    return Made(result=made.result, manner=MergeManner.SQUASH.value, why=why)


async def _ask_hook(making: Making, here: str, head: str) -> None:
    """Git runs this hook for its own rebase alone; it may say no to ours as well."""
    if await present(making.scratch, REBASING):
        await making.git("hook", "run", "pre-rebase", "--", here, head, hooks=REBASING)


async def _replay(making: Making, work: Work) -> str:
    """Make each commit anew; why that was given up, empty if it was not."""
    git = making.scratch
    span = (f"HEAD..{work.head}", *((f"^{work.below}",) if work.below else ()))
    if await git.read("rev-list", "--merges", "--max-count=1", *span):
        return "its branch has merges"
    listed = await git.read("rev-list", "--reverse", "--topo-order", *span)
    for commit in listed.split():
        if not await _picked(making, commit):
            return f"{commit[:12]} clashes alone"
        tree = await git.run("write-tree")
        if tree == await making.tree():
            continue
        named = tuple(
            word for name, value in work.trailers for word in ("--trailer", f"{name}: {value}")
        )
        await _commit(making, tree, ("-C", commit, *named), "")
    return ""


async def _picked(making: Making, commit: str) -> bool:
    words = ("cherry-pick", "--no-commit", "--allow-empty", commit)
    answer = await making.scratch.attempt(*making.options, *words, deadline=LONG)
    if answer.code == 0:
        return True
    if not await unmerged_files(making.scratch):
        raise refused(words, answer.words or answer.text, making.scratch.folder)
    await making.recall()
    return not await unmerged_files(making.scratch)


async def _take_tree(making: Making, tree: str) -> None:
    """Bring index and files to this tree."""
    await making.git("read-tree", "--reset", "-u", tree)


async def _commit(making: Making, tree: str, words: tuple[str, ...], message: str) -> None:
    await making.git(
        "commit",
        "--quiet",
        "--no-edit",
        "--allow-empty-message",
        *words,
        given=message.encode(),
        hooks=COMMITTING,
    )
    await _check_tree(making, tree)


async def _check_tree(making: Making, tree: str) -> None:
    """What was committed must be what was looked at.

    Raises:
        GitError: a hook changed it; names the files.
    """
    if await making.tree() == tree:
        return
    words = ("diff", "--name-only", "--no-renames", "-z", tree, "HEAD", "--")
    output = await making.scratch.read_bytes(*words)
    names = tuple(readable(name) for name in output.split(b"\0") if name)
    raise GitError(
        f"a hook of the project changed what would land: {few(names)}",
        where=str(making.scratch.folder),
        remedy="let the session do what the hook does, and commit it",
    )
