"""Inside one session: runner, mailbox, turns, boundaries, questions."""
