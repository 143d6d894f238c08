"""Git: the one room that talks to it."""
