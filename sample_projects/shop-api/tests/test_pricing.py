import unittest

from shop.pricing import net, total


class Pricing(unittest.TestCase):
    def test_net_multiplies_and_adds(self):
        self.assertEqual(net([(1000, 2), (500, 1)]), 2500)

    def test_total_includes_tax(self):
        self.assertEqual(total([(1000, 1)]), 1190)

    def test_empty_cart_costs_nothing(self):
        self.assertEqual(total([]), 0)
