"""What the shop sells."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Article:
    """One thing for sale; the price is in cents."""

    number: str
    name: str
    price: int


ARTICLES = [
    Article("A-100", "Espresso cup", 1250),
    Article("A-101", "Teapot", 3900),
    Article("A-102", "Milk jug", 1890),
    Article("B-200", "Coffee beans, 1 kg", 2450),
]


def article(number):
    """The article with that number.

    Raises:
        KeyError: there is none.
    """
    for candidate in ARTICLES:
        if candidate.number == number:
            return candidate
    raise KeyError(number)
