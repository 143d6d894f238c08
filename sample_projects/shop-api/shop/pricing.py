"""What a cart costs."""

TAX_PERCENT = 19


def net(lines):
    """The sum of the lines in cents, before tax."""
    return sum(price * count for price, count in lines)


def total(lines):
    """The sum of the lines in cents, tax included."""
    amount = net(lines)
    return amount + amount * TAX_PERCENT // 100
