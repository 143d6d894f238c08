"""The checker itself: histories that are right pass, and each that is broken on purpose is caught."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checker.scene import Scene


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_what_is_right_passes(scene: Scene) -> None:
    scene.lead = {"readme.txt": (scene.box.path / "readme.txt").read_bytes(), "gone.txt": None}
    scene.land("one")
    scene.human()
    run = scene.land("two")
    landed = scene.box.head()
    scene.box.git("reset", "-q", "--hard", "HEAD^")
    scene.tell("merge.undo_prepared", session="two", merge=run, result=scene.box.head())
    scene.end("two", run, "undone")
    assert scene.box.head() != landed
    assert scene.found() == []


def test_a_squash_a_rebase_and_a_revert_that_are_right_pass(scene: Scene) -> None:
    for session, manner in (("one", "squash"), ("two", "rebase")):
        head = scene.branch(session)
        scene.human(f"{session}.human.txt")
        scene.approve(session, head)
        scene.queue(session, head)
        run = scene.begin(session, head, manner)
        scene.box.git("cherry-pick", head)
        scene.end(session, run)
    scene.human("later.txt")
    scene.box.git("revert", "--no-edit", "HEAD^")
    scene.tell("merge.undo_prepared", session="two", merge=run, result=scene.box.head())
    scene.end("two", run, "undone")
    assert scene.found() == []


def test_of_two_sessions_that_did_the_same_one_landed(scene: Scene) -> None:
    for session, outcome in (("one", "refused"), ("two", "merged")):
        head = scene.branch(session, {"same.txt": "same"})
        scene.approve(session, head)
        run = scene.begin(session, head, "squash")
        if outcome == "merged":
            scene.box.git("merge", "-q", "--squash", head)
            scene.box.git("commit", "-q", "-m", "Squashed")
            scene.tell("merge.stepped", merge=run, result=scene.box.head())
        scene.end(session, run, outcome)
    assert scene.found() == []


def test_a_merge_of_what_nobody_approved(scene: Scene) -> None:
    head = scene.branch("one")
    run = scene.begin("one", head)
    scene.merge(head)
    scene.end("one", run)
    assert any("began to land and is not approved" in word for word in scene.found())
    assert any("was never approved" in word for word in scene.found())


@pytest.mark.long
def test_an_approval_that_was_void_when_it_landed(scene: Scene) -> None:
    head = scene.branch("one")
    scene.approve("one", head)
    scene.tell("review.voided", session="one", head=head, new_head="x")
    run = scene.begin("one", head)
    scene.merge(head)
    scene.end("one", run)
    assert any("began to land and is not approved" in word for word in scene.found())


@pytest.mark.long
def test_a_commit_newer_than_the_approved_one(scene: Scene) -> None:
    head = scene.branch("one")
    scene.approve("one", head)
    run = scene.begin("one", head)
    scene.box.git("checkout", "-q", "one")
    later = scene.box.commit({"later.txt": "more"})
    scene.box.git("checkout", "-q", "main")
    scene.merge(later)
    scene.end("one", run)
    assert any("was never approved" in word for word in scene.found())


@pytest.mark.long
def test_a_merge_that_brings_more_than_its_sides(scene: Scene) -> None:
    head = scene.branch("one")
    scene.approve("one", head)
    run = scene.begin("one", head)
    scene.box.git("merge", "-q", "--no-ff", "--no-commit", head)
    scene.box.commit({"more.txt": "evil"})
    scene.end("one", run)
    assert any("was never approved" in word for word in scene.found())


@pytest.mark.long
def test_a_squash_of_something_else(scene: Scene) -> None:
    head = scene.branch("one")
    scene.approve("one", head)
    run = scene.begin("one", head, "squash")
    scene.box.commit({"one.txt": "nearly"})
    scene.end("one", run)
    assert any("was never approved" in word for word in scene.found())


def test_a_rebase_that_lost_a_commit(scene: Scene) -> None:
    first = scene.branch("one")
    scene.box.git("checkout", "-q", "one")
    head = scene.box.commit({"second.txt": "2"})
    scene.box.git("checkout", "-q", "main")
    scene.human()
    scene.approve("one", head)
    run = scene.begin("one", head, "rebase")
    scene.box.git("cherry-pick", first)
    scene.end("one", run)
    assert any("was never approved" in word for word in scene.found())


def test_a_commit_straight_onto_base(scene: Scene) -> None:
    scene.box.commit({"sneaked.txt": "in"})
    assert any("was never approved" in word for word in scene.found())


def test_base_that_was_red_for_a_moment(scene: Scene) -> None:
    scene.land("one", {"bad.txt": "x"})
    head = scene.branch("two")
    scene.box.git("checkout", "-q", "two")
    scene.box.git("rm", "-q", "bad.txt")
    head = scene.box.commit()
    scene.box.git("checkout", "-q", "main")
    scene.approve("two", head)
    run = scene.begin("two", head)
    scene.merge(head)
    scene.end("two", run)
    assert [word for word in scene.found() if "does not pass" in word]


def test_work_that_is_said_to_be_merged_and_is_not(scene: Scene) -> None:
    scene.land("one")
    head = scene.branch("two")
    scene.approve("two", head)
    scene.queue("two", head)
    scene.end("two", scene.begin("two", head))
    assert any("said to be merged and is not" in word for word in scene.found())


def test_work_that_is_on_base_and_said_to_be_refused(scene: Scene) -> None:
    head = scene.branch("one")
    scene.approve("one", head)
    run = scene.begin("one", head)
    scene.merge(head)
    scene.end("one", run, "refused")
    assert any("said not to be" in word for word in scene.found())


def test_base_that_went_back_and_nobody_undid_it(scene: Scene) -> None:
    scene.land("one")
    scene.box.git("reset", "-q", "--hard", "HEAD^")
    assert any("nobody undid it" in word for word in scene.found())


def test_a_humans_commit_that_is_gone(scene: Scene) -> None:
    run = scene.land("one")
    before = scene.box.head("HEAD^")
    scene.human()
    scene.tell("merge.undo_prepared", session="one", merge=run, result=before)
    scene.box.git("reset", "-q", "--hard", before)
    scene.end("one", run, "undone")
    assert any("the human's commit" in word for word in scene.found())


def test_base_that_was_put_elsewhere(scene: Scene) -> None:
    scene.land("one")
    other = scene.branch("two")
    scene.box.git("checkout", "-q", "-B", "side", "HEAD^")
    other = scene.box.commit({"side.txt": "x"})
    scene.box.git("checkout", "-q", "main")
    scene.box.git("reset", "-q", "--hard", other)
    assert any("was replaced" in word for word in scene.found())


def test_a_revert_that_takes_back_more(scene: Scene) -> None:
    scene.land("one")
    run = scene.land("two")
    scene.human()
    scene.box.git("rm", "-q", "two.txt", "one.txt")
    scene.box.git("commit", "-q", "-m", "Take it back")
    scene.tell("merge.undo_prepared", session="two", merge=run, result=scene.box.head())
    scene.end("two", run, "undone")
    assert any("was never approved" in word for word in scene.found())


def test_a_merge_that_was_left_half_done(scene: Scene) -> None:
    head = scene.branch("one")
    scene.approve("one", head)
    scene.begin("one", head)
    assert any("neither went on nor ended" in word for word in scene.found())


def test_an_idle_queue_with_something_ready(scene: Scene) -> None:
    head = scene.branch("one")
    scene.approve("one", head)
    scene.queue("one", head)
    assert any("the queue is idle" in word for word in scene.found())
    scene.tell("merge.delayed", session="one", reason="base is dirty")
    assert scene.found() == []


def test_something_that_left_the_queue_without_a_word(scene: Scene) -> None:
    head = scene.branch("one")
    scene.approve("one", head)
    scene.queue("one", head)
    scene.tell("merge.dropped", session="one", by="core", reason="")
    assert any("without a word" in word for word in scene.found())


def test_something_queued_that_is_not_approved(scene: Scene) -> None:
    head = scene.branch("one")
    scene.queue("one", head)
    assert any("was queued and is not approved" in word for word in scene.found())


@pytest.mark.parametrize("change", ["changed", None])
def test_files_of_the_lead_that_changed(scene: Scene, change: str | None) -> None:
    scene.lead = {"mine.txt": b"mine"}
    path = scene.box.path / "mine.txt"
    if change:
        path.write_text(change)
    assert any("not what the lead left" in word for word in scene.found())


def test_base_that_moved_without_a_trace(scene: Scene) -> None:
    scene.land("one")
    other = scene.branch("two")
    ref = scene.box.path / ".git" / "refs" / "heads" / "main"
    ref.write_text(other + "\n")
    assert any("not where its own log says" in word for word in scene.found())
