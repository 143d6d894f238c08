"""One suite for all agents: every adapter, with the real program where it is installed, plays the
same scenarios under a real runner, a real core and real git.

`make test-agents` installs the programs, runs the suite and writes `docs/agents.md`. The ordinary
run leaves it out. `expected.toml` names where an agent cannot do what a scenario asks for, or does
it otherwise; whatever else differs is a failure, and so is an expected difference that
is gone. Journals and logs of what differed lie in the folder `evidence` of the cache.
"""
