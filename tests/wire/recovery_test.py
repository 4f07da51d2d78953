# SPDX-License-Identifier: Apache-2.0
"""Verification and recovery behind the real lighttpd, with the mail that arrived for it."""
import json
import re
import unittest

from letters import letters, sql
from product import PASSWORD, Product

AUTH = "/api/v1/auth/"
NEW = "Another-Horse-7-Battery"
EVIL = "evil.example"


class Recovery(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.product = cls.enterClassContext(Product(MAIL_LIMIT="1000/hour", REGISTRATION="open"))

    def tearDown(self):
        self.assertEqual(self.product.log("error"), [])

    def post(self, what, **fields):
        return self.product.post_json(AUTH + what, fields)

    def newest(self, topic):
        return letters(self.product, topic)[-1][3]

    def test_from_registration_to_an_address_that_is_back(self):
        product = self.product
        product.register("ann")
        self.assertEqual(self.post("verify-email", token=self.newest("verify_email")).status, 401)
        self.assertEqual(self.post("verify-email", token=self.newest("verify_email"), password=PASSWORD).status, 200)
        self.assertEqual(self.post("forgot-password", email="ann@example.com").status, 202)
        answer = self.post("reset-password", token=self.newest("reset_password"), new_password=NEW)
        self.assertEqual((answer.status, answer.json()["api_keys"]), (200, []))
        self.assertEqual(product.log_in("ann").status, 401)
        token = product.log_in("ann", NEW).json()["access_token"]
        answer = product.request("PUT", "/api/v1/users/me", json.dumps({"email": "lee@example.com"}).encode(),
                                 Content_Type="application/json", Authorization="Bearer " + token)
        self.assertEqual((answer.status, answer.json()["email"]), (202, "ann@example.com"))
        answer = product.post_json(AUTH + "verify-email", {"token": self.newest("change_email")},
                                   Authorization="Bearer " + token)
        self.assertEqual(answer.status, 200)
        self.assertEqual(product.me(token).json()["email"], "lee@example.com")
        self.assertEqual(self.post("email-change/undo", token=self.newest("email_changed")).status, 200)
        self.assertEqual(product.me(token).status, 401)
        self.assertEqual(self.post("reset-password", token=self.newest("reset_password"), new_password=PASSWORD).status,
                         200)
        self.assertEqual(product.log_in("ann@example.com").status, 200)

    def test_a_get_consumes_nothing(self):
        self.product.register("bob")
        self.post("forgot-password", email="bob@example.com")
        token = self.newest("reset_password")
        for path in ("reset-password", "verify-email", "email-change/undo"):
            for method in ("GET", "HEAD", "OPTIONS"):
                self.product.request(method, f"{AUTH}{path}?token={token}&new_password={NEW}")
        self.assertEqual(self.post("reset-password", token=token, new_password=NEW).status, 200)

    def test_what_a_client_says_of_hosts_reaches_no_mail(self):
        product = self.product
        tricks = [{"Host": EVIL}, {"Host": f"127.0.0.1:{product.port}@{EVIL}"},
                  {"X-Forwarded-Host": EVIL}, {"X-Forwarded-Host": f"{EVIL}, 127.0.0.1"}, {"X_Forwarded_Host": EVIL},
                  {"X-Forwarded-Proto": "https://" + EVIL}, {"X-Forwarded-Server": EVIL}, {"X-Forwarded-Port": "1@" + EVIL},
                  {"X-Forwarded-Prefix": "//" + EVIL}, {"X-Host": EVIL}, {"X-Original-Host": EVIL},
                  {"X-Original-URL": f"http://{EVIL}/"}, {"X-Rewrite-URL": f"http://{EVIL}/"},
                  {"Forwarded": f"for=1.2.3.4;host={EVIL};proto=https"}, {"X-HTTP-Host-Override": EVIL},
                  {"Referer": f"http://{EVIL}/"}, {"User-Agent": EVIL}, {"Via": "1.1 " + EVIL}]
        product.register("cat")
        before = len(letters(product))
        reached = 0
        for number, trick in enumerate(tricks):
            for path, fields in (
                    (AUTH + "forgot-password", {"email": "cat@example.com"}),
                    (AUTH + "verify-email/request", {"email": "cat@example.com"}),
                    ("/api/v1/users/register", {"email": f"n{number}@example.com", "password": PASSWORD})):
                for target in (path, f"http://{EVIL}{path}"):
                    with self.subTest(trick=trick, target=target):
                        answer = product.request("POST", target, json.dumps(fields).encode(),
                                                 Content_Type="application/json", **trick)
                        self.assertIsNotNone(answer)
                        self.assertIn(answer.status, (201, 202, 400, 404, 409, 421))
                        self.assertNotIn(EVIL.encode(), answer.body)
                        reached += answer.status in (201, 202)
        self.assertGreater(reached, len(tricks), "most of it is served, and the trick is nothing")
        written = letters(product)
        self.assertGreater(len(written), before)
        for topic, recipient, mail, _ in written:
            self.assertNotIn(EVIL, mail, topic)
            for host in re.findall("https?://([^/\"<>\\s]+?)[.,]?(?=[/\"<>\\s]|$)", mail):
                self.assertEqual(host, f"127.0.0.1:{product.port}", topic)
            self.assertTrue(recipient.endswith("@example.com"), recipient)
        self.assertEqual(sql(product, f"SELECT COUNT(*) FROM gh_outbox WHERE recipient LIKE '%{EVIL}%'"), [["0"]])

    def test_no_token_is_in_the_database_or_the_log(self):
        self.product.register("dan")
        self.post("forgot-password", email="dan@example.com")
        token = self.newest("reset_password")
        dump = "".join("\t".join(row) for table in ("gh_recovery_tokens", "gh_email_tokens", "gh_outbox", "gh_audit")
                       for row in sql(self.product, f"SELECT * FROM {table}"))
        self.assertNotIn(token, dump)
        with open(self.product.var + "/log/gatehouse.log") as log:
            self.assertNotIn(token, log.read())


if __name__ == "__main__":
    unittest.main()
