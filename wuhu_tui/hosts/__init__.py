"""Where sessions run: a transport for journals and mailboxes, nothing more."""
