"""The embedded orchestrator behind one door, `Core`."""
