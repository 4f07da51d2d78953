# SPDX-License-Identifier: Apache-2.0
"""Signing keys are changed while people work, and none of them notices."""
import unittest

from load import JWKS, kid_of, under_load
from product import Product, until


class Rotation(unittest.TestCase):
    def setUp(self):
        self.product = self.enterContext(Product(KEY_PUBLISH_MINUTES="0", HASH_SLOTS="8", ARGON2_MEMORY_KIB="1024"))

    def all_use(self, clients, kid):
        until(lambda: all(kid in client.kids or client.wrong for client in clients), 60, "the new key's use by all")

    def test_keys_and_algorithms_change_under_load_and_no_honest_client_sees_it(self):
        rotations = []

        def rotate_several_times(clients):
            for algorithm in ("ES256", "RS256", "EdDSA", "ES256", "ES256"):
                rotations.append(self.product.operate("key", "rotate", ALGORITHM=algorithm).split()[0])
                self.all_use(clients, rotations[-1])
            until(lambda: sum(client.sent for client in clients) > 500 or any(client.wrong for client in clients), 120)

        clients = under_load(self, self.product, rotate_several_times)
        self.assertGreater(sum(client.sent for client in clients), 500)
        self.assertLessEqual(set(rotations), set.union(*(client.kids for client in clients)))
        listed = [line.split() for line in self.product.operate("key", "list").splitlines()]
        self.assertEqual([words[2] for words in listed], ["verifies"] * 5 + ["signs"])
        published = {key["kid"] for key in self.product.get(JWKS).json()["keys"]}
        self.assertEqual(published, {words[0] for words in listed})

    def test_the_tokens_of_a_revoked_key_are_refused_and_whoever_logs_in_again_is_served(self):
        user = self.product.register()["username"]
        pair = self.product.log_in(user).json()
        self.assertEqual(self.product.me(pair["access_token"]).status, 200)
        said = self.product.operate("key", "revoke", kid_of(pair["access_token"]))
        successor = said.splitlines()[1].split()[0]
        # Each of the workers reads the keys for itself.
        until(lambda: all(self.product.me(pair["access_token"]).status == 401 for _ in range(50)), what="refusals")
        body = {"refresh_token": pair["refresh_token"]}
        self.assertEqual(self.product.post_json("/api/v1/auth/refresh", body).status, 401)
        new_pair = until(lambda: self.product.log_in(user), what="a login").json()
        self.assertEqual(kid_of(new_pair["access_token"]), successor)
        self.assertEqual([self.product.me(new_pair["access_token"]).status for _ in range(50)], [200] * 50)
        self.assertEqual([key["kid"] for key in self.product.get(JWKS).json()["keys"]], [successor])


if __name__ == "__main__":
    unittest.main()
