import unittest

from shop.cart import Cart


class Carts(unittest.TestCase):
    def test_same_article_twice_is_one_line(self):
        cart = Cart()
        cart.put("A-100")
        cart.put("A-100", 2)
        self.assertEqual(cart.lines(), [(1250, 3)])

    def test_unknown_article_is_refused(self):
        with self.assertRaises(KeyError):
            Cart().put("Z-999")
