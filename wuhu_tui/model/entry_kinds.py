"""The kinds of what every channel tells; settings may name them."""

from __future__ import annotations

KINDS = frozenset(
    {
        *("question", "permission", "plan", "budget", "answer", "default_applied"),
        *("question_withdrawn", "seems_to_ask", "message_unsure", "steer", "follow_up"),
        *("report_done", "report_blocked", "report_failed", "report_note", "commit"),
        *("instantiated", "stopped", "hibernated", "failed", "lost", "archived"),
        *("review_ready", "verdict_approved", "verdict_changes_requested", "verdict_blocked"),
        *("verdict_void", "opinion", "opinion_refused"),
        *("conflict", "merged", "merge_merged", "merge_conflict"),
        *(
            "merge_refused",
            "merge_undone",
            "merge_rolled_back",
            "merge_held",
            "join_woken",
            "letter_dead",
            "letter_escalated",
        ),
        *("merge_queued", "merge_dropped", "merge_released", "merge_placed", "merge_delayed"),
        *("queue_paused", "queue_resumed", "queue_stands"),
        *("job_ended", "rescued", "conductor", "warning", "error"),
        *("no_report", "unreported_work", "pull_request", "orphaned_question", "collision"),
        *("base_moved", "base_pushed", "push_refused", "remote", "merge_waits"),
    }
)
"""Every kind of entry there is."""
