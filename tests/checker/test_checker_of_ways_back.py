"""The checker of what was rolled back, settled by hand and pushed: each broken history is caught."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checker.scene import Scene
from tests.repo.gitbox import git

BOTH = {"shared.txt": "settled\n"}


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


# rolled back


class Batch:
    """Two that landed together."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.before = scene.box.head()
        heads = {name: scene.branch(name) for name in ("one", "two")}
        for name, head in heads.items():
            scene.approve(name, head)
            scene.queue(name, head)
        self.runs = {name: scene.begin(name, head, batch="b") for name, head in heads.items()}
        made = {name: scene.merge(head) for name, head in heads.items()}
        for name, run in self.runs.items():
            scene.step(run, result=made[name], stack_tip=made["two"])

    def goes_back(self, *names: str, held: str = "red", to: str = "") -> None:
        """What the journal says of the way back."""
        for name in names:
            undo = to or self.scene.box.head()
            run = self.runs[name]
            self.scene.tell("merge.undo_prepared", session=name, merge=run, result=undo)
            self.scene.end(name, run, "rolled_back", held=held)


@pytest.mark.long
def test_a_batch_that_was_rolled_back_whole_passes(scene: Scene) -> None:
    batch = Batch(scene)
    scene.box.git("reset", "-q", "--hard", batch.before)
    batch.goes_back("one", "two")
    assert scene.found() == []


def test_a_roll_back_that_forgets_a_member_on_base(scene: Scene) -> None:
    batch = Batch(scene)
    scene.box.git("reset", "-q", "--hard", "HEAD^")
    batch.goes_back("one", "two")
    assert any("one: " in word and "said not to be" in word for word in scene.found())


def test_a_roll_back_that_forgets_a_member_in_the_journal(scene: Scene) -> None:
    batch = Batch(scene)
    scene.box.git("reset", "-q", "--hard", batch.before)
    batch.goes_back("two")
    scene.end("one", batch.runs["one"])
    found = scene.found()
    assert any("one: it was not rolled back with its batch" in word for word in found)
    assert any("one: " in word and "said to be merged and is not" in word for word in found)


def test_a_roll_back_that_loses_the_place_in_the_queue(scene: Scene) -> None:
    batch = Batch(scene)
    scene.box.git("reset", "-q", "--hard", batch.before)
    batch.goes_back("one", "two", held="")
    assert any("not put back into the queue" in word for word in scene.found())


def test_a_base_that_was_left_red(scene: Scene) -> None:
    scene.land("one", {"smoky.txt": "x"})
    assert any("left red" in word for word in scene.found())
    scene.tell("noted", level="error", text="main is red and was not rolled back: it moved")
    assert scene.found() == []


@pytest.mark.long
def test_what_waits_for_what_it_contains_is_not_idle(scene: Scene) -> None:
    one = scene.branch("one")
    scene.box.git("checkout", "-q", "-B", "two", one)
    two = scene.box.commit({"two.txt": "two"})
    scene.box.git("checkout", "-q", "main")
    for session, head in (("one", one), ("two", two)):
        scene.approve(session, head)
        scene.queue(session, head)
    scene.tell("merge.linked", session="two", contains=["one"])
    scene.tell("merge.held", session="one", by="lead")
    assert scene.found() == []


def test_what_waits_for_what_base_has_is_idle(scene: Scene) -> None:
    run = scene.land("one")
    one = scene.box.head("one")
    scene.human()
    scene.box.git("revert", "--no-edit", "-m", "1", "HEAD^")
    scene.tell("merge.undo_prepared", session="one", merge=run, result=scene.box.head())
    scene.end("one", run, "undone")
    scene.queue("one", one)
    scene.tell("merge.held", session="one", by="lead")
    two = scene.branch("two")
    scene.approve("two", two)
    scene.queue("two", two)
    scene.tell("merge.linked", session="two", contains=["one"])
    assert scene.found() == ["two: it is ready and the queue is idle"]


# settled by hand


class Clash:
    """Work that clashes with base, and what the lead made of it."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.head = scene.branch("one", {"shared.txt": "one\n"})
        scene.box.write("shared.txt", "base\n")
        scene.box.git("add", "shared.txt")
        scene.box.git("-c", "user.email=human@example.org", "commit", "-q", "-m", "Theirs")
        scene.approve("one", self.head)
        self.before = scene.box.head()

    def makes(self, files: dict[str, str], *parents: str) -> str:
        """A commit of these files on what both sides brought."""
        for name, content in (BOTH | files).items():
            self.scene.box.write(name, content)
        self.scene.box.git("add", "--all")
        tree = self.scene.box.git("write-tree")
        self.scene.box.git("reset", "-q", "--hard", self.before)
        sides = [word for parent in parents for word in ("-p", parent)]
        return self.scene.box.git("commit-tree", "-m", "Merge", *sides, tree)

    def lands(self, resolution: str, result: str, *, told: bool = True) -> list[str]:
        """The journal of it; what is found."""
        scene = self.scene
        if told:
            scene.tell("conflict.settled", session="one", merge="run0", resolution=resolution)
        run = scene.begin("one", self.head, resolution=resolution)
        scene.box.git("reset", "-q", "--hard", result)
        scene.step(run, result=result)
        scene.end("one", run)
        return scene.found()


def test_what_the_lead_settled_passes(scene: Scene) -> None:
    clash = Clash(scene)
    scene.settled[clash.head] = {"shared.txt": b"settled\n"}
    made = clash.makes({}, clash.before, clash.head)
    assert clash.lands(made, made) == []


def test_settled_content_that_nobody_approved(scene: Scene) -> None:
    clash = Clash(scene)
    scene.settled[clash.head] = {"shared.txt": b"settled\n"}
    resolution = clash.makes({}, clash.before, clash.head)
    result = clash.makes({"shared.txt": "something else\n"}, clash.before, clash.head)
    assert any("was never approved" in word for word in clash.lands(resolution, result))


def test_a_resolution_that_is_not_what_lay_before_the_lead(scene: Scene) -> None:
    clash = Clash(scene)
    scene.settled[clash.head] = {"shared.txt": b"what the lead wrote\n"}
    made = clash.makes({}, clash.before, clash.head)
    assert any("was never approved" in word for word in clash.lands(made, made))


@pytest.mark.long
def test_a_resolution_that_nobody_gave(scene: Scene) -> None:
    clash = Clash(scene)
    scene.settled[clash.head] = {"shared.txt": b"settled\n"}
    made = clash.makes({}, clash.before, clash.head)
    assert any("was never approved" in word for word in clash.lands(made, made, told=False))


@pytest.mark.long
def test_a_resolution_of_another_commit(scene: Scene) -> None:
    clash = Clash(scene)
    scene.settled[clash.head] = {"shared.txt": b"settled\n"}
    other = scene.branch("two")
    resolution = clash.makes({}, clash.before, other)
    result = clash.makes({}, clash.before, clash.head)
    assert any("was never approved" in word for word in clash.lands(resolution, result))


@pytest.mark.parametrize(("content", "fine"), [("settled\n", True), ("made up\n", False)])
def test_what_is_settled_by_memory_is_what_was_settled_once(
    scene: Scene, content: str, fine: bool
) -> None:
    clash = Clash(scene)
    known = clash.makes({}, clash.before, clash.head)
    scene.tell("conflict.settled", session="zero", merge="run0", resolution=known)
    result = clash.makes({"shared.txt": content}, clash.before, clash.head)
    run = scene.begin("one", clash.head)
    scene.box.git("reset", "-q", "--hard", result)
    scene.step(run, result=result, remembered=["shared.txt"])
    scene.end("one", run)
    assert any("was never approved" in word for word in scene.found()) is not fine


# the remote


def test_a_remote_that_follows_what_was_proven_passes(scene: Scene) -> None:
    scene.publish()
    run = scene.land("one")
    scene.step(run, result=scene.box.head())
    scene.step(run, step="prove")
    scene.push("one")
    assert scene.found() == []


def test_a_remote_ahead_of_what_was_proven(scene: Scene) -> None:
    scene.publish()
    run = scene.land("one")
    scene.step(run, result=scene.box.head())
    scene.push("one")
    found = scene.found()
    assert any("was pushed and not proven" in word for word in found)
    assert any("was never proven" in word for word in found)


def test_a_remote_that_keeps_what_was_rolled_back(scene: Scene) -> None:
    scene.publish()
    batch = Batch(scene)
    for run in batch.runs.values():
        scene.step(run, step="prove")
    scene.push("one", "two")
    scene.box.git("reset", "-q", "--hard", batch.before)
    batch.goes_back("one", "two")
    assert any("is on base no more" in word for word in scene.found())


@pytest.mark.long
def test_a_remote_that_got_something_else(scene: Scene) -> None:
    bare = scene.publish()
    other = scene.branch("two")
    scene.box.git("push", "-q", "origin", f"{other}:main")
    assert git(bare, "rev-parse", "main") == other
    assert any("was never on base" in word for word in scene.found())


def test_a_remote_that_was_pushed_to_by_force(scene: Scene) -> None:
    scene.publish()
    scene.human()
    scene.box.git("push", "-q", "origin", "main")
    scene.box.git("push", "-q", "--force", "origin", "HEAD^:main")
    assert any("was replaced" in word for word in scene.found())


def test_a_merge_that_is_not_at_the_remote_without_a_word(scene: Scene) -> None:
    scene.publish()
    run = scene.land("one")
    scene.step(run, result=scene.box.head())
    scene.step(run, step="prove")
    assert any("is not there" in word for word in scene.found())
    scene.tell("push.refused", remote="origin", branch="main", commit="x", reason="no")
    assert scene.found() == []
