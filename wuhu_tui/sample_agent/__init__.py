"""A real ACP agent that follows a script: for the demo and for tests."""
