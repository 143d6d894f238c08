"""Recordings: one file that holds journals and git objects, and replays anywhere."""
