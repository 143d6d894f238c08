"""Who may buy."""


class Accounts:
    """Names and passwords."""

    def __init__(self):
        self._passwords = {}

    def register(self, name, password):
        """Open an account."""
        if name in self._passwords:
            raise ValueError(f"{name} has an account already")
        self._passwords[name] = password

    def check(self, name, password):
        """Whether name and password belong together."""
        return self._passwords.get(name) == password
