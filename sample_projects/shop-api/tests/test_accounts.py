import unittest

from shop.accounts import Accounts


class SigningIn(unittest.TestCase):
    def setUp(self):
        self.accounts = Accounts()
        self.accounts.register("ada", "correct horse")

    def test_right_password(self):
        self.assertTrue(self.accounts.check("ada", "correct horse"))

    def test_wrong_password(self):
        self.assertFalse(self.accounts.check("ada", "wrong"))

    def test_unknown_name(self):
        self.assertFalse(self.accounts.check("bob", "correct horse"))

    def test_name_is_taken(self):
        with self.assertRaises(ValueError):
            self.accounts.register("ada", "again")
