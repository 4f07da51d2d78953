# SPDX-License-Identifier: Apache-2.0
"""The rate limits of the policies, counted by lighttpd."""
import unittest

from product import Product


class Limits(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.product = cls.enterClassContext(Product(GATEHOUSE_RATE_LIMITS="on"))

    def log_in(self, path="/api/v1/auth/token"):
        return self.product.post_form(path, {"username": "nobody", "password": "wrong"})

    def test_the_sixth_login_in_a_minute_is_refused_before_it_reaches_a_handler(self):
        self.assertEqual([self.log_in().status for _ in range(5)], [401] * 5)
        for spelling in ("/api/v1/auth/token", "/api/v1/auth/token/", "/api/v1/auth/token?x=1"):
            refused = self.log_in(spelling)
            self.assertEqual(refused.status, 429, spelling)
            self.assertEqual(refused.json()["type"], "urn:gatehouse:problem:too-many-requests")
            self.assertGreater(int(refused.headers["Retry-After"]), 0)
        # A method the route does not take is counted with the others; another route has a bucket of its own.
        self.assertEqual(self.product.get("/health").status, 200)
        self.assertEqual(self.product.get("/api/v1/auth/token").status, 429)
        self.assertEqual(self.product.get("/").status, 200)


if __name__ == "__main__":
    unittest.main()
