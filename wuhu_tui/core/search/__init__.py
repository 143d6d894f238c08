"""Search: an index over everything sessions wrote, a cache that can be deleted."""
