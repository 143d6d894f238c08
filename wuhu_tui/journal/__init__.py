"""Journals: write, read, tail, seek, redact; and the layout of the folder they lie in."""
