"""The command line: the core's verbs without a screen."""
