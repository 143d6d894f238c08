"""The command line: the core's verbs without a screen, and the way into the dashboard."""
