"""The registry: one key one action, every action has its handler, every refusal its reason."""

from __future__ import annotations

from dataclasses import replace as replaced
from typing import Any

import pytest
from msgspec.structs import replace

from tests.tui.boards import NOW, ago, hash_question, sample_board, sample_review, session
from tests.tui.letters import dead, receipt
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.merges import Merge, MergeOutcome
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.acting import Acting
from wuhu_tui.tui.action import Context, Situation
from wuhu_tui.tui.actions import ACTIONS, BY_ID, actions_of
from wuhu_tui.tui.dialogs.answer import AnswerDialog
from wuhu_tui.tui.dialogs.comment import CommentDialog
from wuhu_tui.tui.dialogs.compare import CompareDialog
from wuhu_tui.tui.dialogs.composer import ComposerDialog
from wuhu_tui.tui.dialogs.confirm import ConfirmDialog
from wuhu_tui.tui.dialogs.conflict import ConflictDialog
from wuhu_tui.tui.dialogs.evidence import EvidenceDialog
from wuhu_tui.tui.dialogs.find import FindDialog
from wuhu_tui.tui.dialogs.go_to import GoToDialog
from wuhu_tui.tui.dialogs.join import JoinDialog
from wuhu_tui.tui.dialogs.merge import MergeDialog
from wuhu_tui.tui.dialogs.new_session import NewSessionDialog
from wuhu_tui.tui.dialogs.note import NoteDialog
from wuhu_tui.tui.dialogs.origin import OriginDialog
from wuhu_tui.tui.dialogs.peek import PeekDialog
from wuhu_tui.tui.dialogs.search import SearchDialog
from wuhu_tui.tui.dialogs.shell import ShellDialog
from wuhu_tui.tui.dialogs.tell import TellDialog
from wuhu_tui.tui.dialogs.trash import TrashDialog
from wuhu_tui.tui.dialogs.why import WhyDialog
from wuhu_tui.tui.keymap import DEFAULT_KEYS, clashes_in, wrong_with
from wuhu_tui.tui.presentation.mail import Mail, Stage
from wuhu_tui.tui.screens.away import AwayScreen
from wuhu_tui.tui.screens.dashboard import DashboardScreen
from wuhu_tui.tui.screens.doctor import DoctorScreen
from wuhu_tui.tui.screens.help import HelpScreen
from wuhu_tui.tui.screens.inbox import InboxScreen
from wuhu_tui.tui.screens.merge_queue import MergeQueueScreen
from wuhu_tui.tui.screens.messages import MessagesScreen
from wuhu_tui.tui.screens.radar import RadarScreen
from wuhu_tui.tui.screens.review import ReviewScreen
from wuhu_tui.tui.screens.session import SessionScreen
from wuhu_tui.tui.screens.timeline import TimelineScreen
from wuhu_tui.tui.screens.timeline_accounts import AccountsScreen

SCREENS: dict[Context, type[Acting[Any]]] = {
    Context.DASHBOARD: DashboardScreen,
    Context.SESSION: SessionScreen,
    Context.INBOX: InboxScreen,
    Context.REVIEW: ReviewScreen,
    Context.HELP: HelpScreen,
    Context.COMPOSER: ComposerDialog,
    Context.ANSWER: AnswerDialog,
    Context.CONFIRM: ConfirmDialog,
    Context.JOIN: JoinDialog,
    Context.NOTE: NoteDialog,
    Context.MESSAGES: MessagesScreen,
    Context.DOCTOR: DoctorScreen,
    Context.QUEUE: MergeQueueScreen,
    Context.RADAR: RadarScreen,
    Context.MERGE: MergeDialog,
    Context.CONFLICT: ConflictDialog,
    Context.TELL: TellDialog,
    Context.FIND: FindDialog,
    Context.COMMENT: CommentDialog,
    Context.ORIGIN: OriginDialog,
    Context.EVIDENCE: EvidenceDialog,
    Context.PEEK: PeekDialog,
    Context.NEW_SESSION: NewSessionDialog,
    Context.SHELL: ShellDialog,
    Context.TRASH: TrashDialog,
    Context.WHY: WhyDialog,
    Context.AWAY: AwayScreen,
    Context.TIMELINE: TimelineScreen,
    Context.ACCOUNTS: AccountsScreen,
    Context.GO_TO: GoToDialog,
    Context.COMPARE: CompareDialog,
    Context.SEARCH: SearchDialog,
}

PROMISED = {
    "a": "session.answer",
    "s": "session.steer",
    "f": "session.follow_up",
    "I": "session.interrupt",
    "J": "project.join",
    "v": "session.mark",
    "d": "session.diff",
    "y": "session.approve",
    "r": "session.request_changes",
    "m": "session.merge",
    "n": "project.new_session",
    "l": "session.waiting",
    "M": "go.messages",
    "C": "wuhu.take_over",
    "Q": "go.queue",
    "c": "go.radar",
    "S": "session.settle",
    "w": "go.next_need",
    "W": "go.previous_need",
    "space": "session.peek",
    "X": "session.stop",
    "R": "session.resume",
    "e": "session.edit",
    "exclamation_mark": "session.shell",
    "slash": "list.filter",
    "colon": "wuhu.palette",
    "ctrl+p": "wuhu.palette",
    "question_mark": "wuhu.help",
    "z": "session.undo",
    "q": "wuhu.quit",
    "ctrl+r": "replay.open",
    "ctrl+f": "search.begin",
    "enter": "go.open",
}


@pytest.mark.parametrize("context", Context)
def test_no_key_does_two_things_in_one_place(context: Context) -> None:
    assert [clash.told for clash in clashes_in(context, DEFAULT_KEYS)] == []


def test_a_clash_would_be_found() -> None:
    from wuhu_tui.tui.keymap import Keys

    keys = Keys(changed={"session.merge": ("s",)})
    [clash] = clashes_in(Context.DASHBOARD, keys)
    assert clash.told == "s would be both session.steer and session.merge"


@pytest.mark.parametrize("context", [one for one in Context if one is not Context.REPLAY])
def test_every_action_has_its_handler(context: Context) -> None:
    screen = SCREENS[context]
    assert screen.CONTEXT is context
    missing = [
        a.id for a in actions_of(context) if not callable(getattr(screen, f"do_{a.handler}", None))
    ]
    assert missing == []


def test_every_action_says_what_it_does() -> None:
    assert len(BY_ID) == len(ACTIONS)
    for action in ACTIONS:
        assert action.title, action.id
        assert action.tooltip[0].isupper(), action.id
        assert not action.tooltip.endswith("."), action.id
        assert action.topic, action.id
        assert action.contexts, action.id


def test_every_key_can_reach_the_dashboard() -> None:
    for action in ACTIONS:
        for key in action.keys:
            assert wrong_with(key) == "", (action.id, key)


def test_no_key_overtakes_what_was_typed_before_it() -> None:
    typing = {Context.COMPOSER, Context.PEEK, Context.NEW_SESSION, Context.SHELL, Context.DASHBOARD}
    overtaking = [a.id for a in ACTIONS if a.priority and a.contexts & typing]
    assert overtaking == []
    sending = [BY_ID[name] for name in ("composer.send", "answer.pick_1", "confirm.enter")]
    assert not any(action.priority for action in sending)


def test_the_dashboard_has_the_promised_keys() -> None:
    bound = {key: action.id for action in actions_of(Context.DASHBOARD) for key in action.keys}
    assert {key: bound.get(key) for key in PROMISED} == PROMISED
    assert bound["escape"] == "go.sessions"


def test_numbers_pick_options_only_where_the_question_is_before_the_lead() -> None:
    for context in Context:
        keys = {key for action in actions_of(context) for key in action.keys}
        has_numbers = set("123456789") <= keys
        assert has_numbers == (context in (Context.INBOX, Context.ANSWER)), context


def situation(view: SessionView | None, **fields: Any) -> Situation:
    board = Board(sessions={view.id: view} if view else {})
    return Situation(board=board, context=Context.DASHBOARD, now=NOW, session=view, **fields)


def why(name: str, view: SessionView | None, **fields: Any) -> str:
    return BY_ID[name].possible(situation(view, **fields))


S = SessionState
REVIEW = sample_review()


@pytest.mark.parametrize(
    ("name", "view", "reason"),
    [
        ("session.steer", None, "no session is selected"),
        ("session.steer", session("x", S.INSTANTIATED), "x has not been started: R starts it"),
        ("session.steer", session("x", S.STOPPED), ""),
        ("session.steer", session("x", S.MERGING), "x is merging"),
        ("session.interrupt", session("x", S.IDLE), "no turn is running: x is idle"),
        ("session.interrupt", session("x", S.ASKING), ""),
        ("session.stop", session("x", S.LOST), "nothing runs: x is lost"),
        ("session.stop", session("x", S.WORKING), ""),
        ("session.stop", session("x", S.IN_REVIEW), ""),
        ("session.resume", session("x", S.WORKING), "x is working: nothing to resume"),
        ("session.resume", session("x", S.LOST), ""),
        ("session.resume", session("x", S.INSTANTIATED), ""),
        (
            "session.hibernate",
            session("x", S.WORKING),
            "only an idle session can hibernate: x is working",
        ),
        ("session.hibernate", session("x", S.IDLE), ""),
        ("session.archive", session("x", S.WORKING), "x still runs: X stops it first"),
        ("session.archive", session("x", S.STOPPED), ""),
        ("session.diff", session("x", S.WORKING), "x has no commits to look at yet"),
        ("session.diff", session("x", S.WORKING, head="abc"), ""),
        ("session.approve", session("x", S.WORKING), "x has nothing in review"),
        ("session.approve", session("x", S.IN_REVIEW, review=REVIEW), ""),
        ("session.request_changes", session("x", S.APPROVED, review=REVIEW), ""),
        (
            "session.merge",
            session("x", S.IN_REVIEW, review=REVIEW),
            "x is not approved: y approves it",
        ),
        ("session.merge", session("x", S.APPROVED, review=REVIEW), ""),
        (
            "session.merge",
            session("x", S.WORKING),
            "only an approved session can be merged: x is working",
        ),
        (
            "session.undo",
            session("x", S.APPROVED),
            "nothing to undo: no merge landed, and nothing was removed",
        ),
        ("session.waiting", session("x", S.WORKING), "nothing was sent to x yet"),
        ("go.open", None, "no session is selected"),
    ],
)
def test_what_is_not_possible_says_why(name: str, view: SessionView | None, reason: str) -> None:
    assert why(name, view) == reason


def test_an_approved_head_is_not_approved_twice() -> None:
    [view] = [v for v in sample_board().sessions.values() if v.state is S.APPROVED]
    assert why("session.approve", view) == "77aa77a is approved already: m merges it"
    again = replace(view, given=replace(view.given, state=S.CONFLICT))
    assert why("session.approve", again) == ""


def test_a_landed_merge_can_be_undone() -> None:
    merge = Merge(id="g", head="a", base_branch="main", outcome=MergeOutcome.MERGED)
    assert why("session.undo", session("x", S.MERGED, merge=merge)) == ""


def test_answering_needs_a_question() -> None:
    view = session("x", S.ASKING, since=ago(minutes=1))
    assert why("session.answer", view) == "nobody asks anything"
    assert why("session.answer", view, question=hash_question()) == ""
    without = replace(hash_question(), options=())
    assert (
        why("inbox.pick_1", view, question=without)
        == "this question has no options: write an answer"
    )


def test_an_editor_needs_a_place_a_program_and_a_terminal() -> None:
    view = session("x", S.IDLE)
    assert why("session.edit", view) == "no editor is set: export EDITOR"
    assert why("session.edit", view, editor="vi") == ""
    told = why("session.edit", view, editor="vi", can_suspend=False)
    assert told == "this terminal cannot be handed to an editor"
    nowhere = replace(view, spec=replace(view.spec, worktree=""))
    assert why("session.edit", nowhere, editor="vi") == "x has no worktree"


def mail_of(stage: Stage, **fields: Any) -> Mail:
    values: dict[str, Any] = {"lane": Lane.STEER, "place": 2, "recipient": "x", "sender": "lead"}
    values |= {"id": "m", "text": "t", "queued_at": NOW, "stage": stage}
    return Mail(**{**values, **fields})


LOUD = mail_of(Stage.LOUD, letter=dead("d", "x"), place=0)
SENT = mail_of(Stage.SENT, receipt=receipt("r"), place=0)
WAITING = mail_of(Stage.WAITING)


@pytest.mark.parametrize(
    ("name", "mail", "reason"),
    [
        ("cancel", None, "no message is selected"),
        ("cancel", WAITING, ""),
        ("cancel", replaced(WAITING, is_with_agent=True), "it is on its way already"),
        ("cancel", SENT, "it waits no longer: acted on"),
        ("cancel", LOUD, "it waits nowhere: r sends it again, x discards it"),
        ("edit", WAITING, ""),
        ("edit", LOUD, ""),
        ("edit", mail_of(Stage.FOR_LEAD), "it is for you: y says that you have seen it"),
        ("move", mail_of(Stage.UNSURE), "it may have arrived already: r sends it again"),
        ("move", replaced(WAITING, lane=Lane.SYSTEM), "the system lane is wuhu's own"),
        ("promote", WAITING, ""),
        ("promote", replaced(WAITING, place=1), "it is the first to land already"),
        ("promote", replaced(WAITING, place=1, lane=Lane.FOLLOW_UP), ""),
        ("earlier", replaced(WAITING, place=1), "it is the first of its lane"),
        ("later", replaced(WAITING, last=True), "it is the last of its lane"),
        ("later", WAITING, ""),
        ("send_again", mail_of(Stage.UNSURE), ""),
        ("send_again", LOUD, ""),
        ("send_again", WAITING, "only what did not surely arrive can be sent again"),
        ("discard", LOUD, ""),
        ("discard", WAITING, "it still waits: c takes it back"),
        ("seen", LOUD, ""),
        ("seen", mail_of(Stage.FOR_LEAD, recipient="lead"), ""),
        ("seen", WAITING, "only what lies before you has to be seen"),
    ],
)
def test_what_can_be_done_to_a_message_follows_from_where_it_stands(
    name: str, mail: Mail | None, reason: str
) -> None:
    assert why(f"messages.{name}", None, mail=mail) == reason


def test_taking_over_needs_somebody_else_who_conducts() -> None:
    assert why("wuhu.take_over", None) == "this dashboard conducts already"
    assert why("wuhu.take_over", None, conducting=False) == ""
