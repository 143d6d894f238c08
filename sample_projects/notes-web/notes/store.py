"""The notes, in memory."""


class Store:
    """Notes by number."""

    def __init__(self):
        self._notes = {}
        self._next = 1

    def add(self, text):
        """Keep a note; returns its number."""
        number = self._next
        self._notes[number] = text
        self._next += 1
        return number

    def get(self, number):
        """The note with that number, or None."""
        return self._notes.get(number)

    def all(self):
        """Every note with its number."""
        return sorted(self._notes.items())
