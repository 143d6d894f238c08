"""wuhu: mission control for a tech lead who runs many coding agents at once."""
