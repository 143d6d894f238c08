"""Programs that the suite runs: a tool that takes long, and two small agents of its own."""
