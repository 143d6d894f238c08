"""Looks at everything of a project that can go wrong, and mends what is safe to mend."""
