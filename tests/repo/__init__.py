"""Tests of the git room, on real repositories."""
