"""A coding agent that follows a script: a real ACP agent in its own process, for demos and tests."""
