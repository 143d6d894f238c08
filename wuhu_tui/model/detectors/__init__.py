"""Detectors: pure functions over a session's records, the same live and on recordings."""
