"""A customer's cart."""

from shop.catalog import article
from shop.pricing import total


class Cart:
    """Articles and how many of each."""

    def __init__(self):
        self._counts = {}

    def put(self, number, count=1):
        """Put an article into the cart."""
        article(number)
        self._counts[number] = self._counts.get(number, 0) + count

    def lines(self):
        """Price and count of every article."""
        return [(article(number).price, count) for number, count in self._counts.items()]

    def total(self):
        """What it costs, in cents."""
        return total(self.lines())
