"""Measurements of wuhu, as ratios within one run; writes nothing into the repository."""
