"""What a worker inside a session may do: ask, report, tell progress, read its brief."""
