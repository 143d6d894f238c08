"""Channels: what the dashboard shows, told outside of it; only the conductor sends."""
