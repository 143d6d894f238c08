"""Replay: recorded journals shown as the same board, at any moment."""
