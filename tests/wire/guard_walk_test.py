# SPDX-License-Identifier: Apache-2.0
"""The real guard before the example site, behind each front server as it is shipped: in by browser, token and key."""
import html
import re
import unittest

import fronts
import guards
from guards import BROWSER, cookie_of
from product import Product

RULES = f"""
site www https://{fronts.SITE}
/public   *    anyone
/app      *    user with key
/nobody   *    nobody
/         *    user
"""


def setUpModule():
    global product
    product = unittest.enterModuleContext(Product(PUBLIC_URL=fronts.URL))
    guards.Guarded.product = product


class Walk:
    rules = RULES

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = product.register()
        cls.token = product.log_in(cls.user["username"]).json()["access_token"]

    def test_a_browser_signs_in_and_comes_back(self):
        away = self.site("/secret.txt?x=1", **BROWSER)
        self.assertEqual(away.status, 302, away)
        self.assertTrue(away.headers["Location"].startswith(fronts.URL + "/sign-in?"), away.headers["Location"])
        start = cookie_of(away, "__Host-guard-start")
        done = guards.sign_in(self.front, self.user, away.headers["Location"].removeprefix(fronts.URL))
        back = html.unescape(re.search(r'content="0; url=([^"]+)"', done.body.decode())[1])
        self.assertTrue(back.startswith(f"https://{fronts.SITE}/.gatehouse/return?"), back)
        entered = self.site(back.removeprefix("https://" + fronts.SITE), Cookie=start, **BROWSER)
        self.assertEqual((entered.status, entered.headers["Location"]), (303, "/secret.txt?x=1"), entered)
        mine = cookie_of(entered, "__Host-guard")
        self.assertIn(b"for those who may", self.site("/secret.txt", Cookie=mine, **BROWSER).body)
        # Once: the code is spent.
        again = self.site(back.removeprefix("https://" + fronts.SITE), Cookie=start, **BROWSER)
        self.assertGreaterEqual(again.status, 400)

    def test_a_site_asked_in_the_clear_leads_to_https(self):
        if not self.front.plain:
            self.skipTest("this server is given no port for it here")
        answer = self.front.plain.request("GET", "/secret.txt", Host=fronts.SITE)
        self.assertEqual((answer.status, answer.headers["Location"]), (308, f"https://{fronts.SITE}/secret.txt"), answer)

    def test_a_program_comes_in_by_token_and_by_key(self):
        key = product.request("POST", "/api/v1/api-keys/generate", Authorization="Bearer " + self.token).json()["api_key"]
        for credential in ({"Authorization": "Bearer " + self.token}, {"X_API_Key": key}):
            answer = self.site("/app/environment.php", **credential)
            self.assertEqual(answer.status, 200, answer)
            seen = answer.json()
            self.assertEqual((seen["REMOTE_USER"], seen["AUTH_SUB"]), (self.user["username"], str(self.user["id"])))
            self.assertIsNone(answer.headers["X-Auth-User"])

    def test_who_has_nothing_to_show_gets_nothing(self):
        self.assertEqual(self.site("/public/note.txt").status, 200)
        for path in ("/secret.txt", "/app/environment.php", "/", "/nothing", "/nobody", "/public/../secret.txt",
                     "/public/%2e%2e/secret.txt", "/public%2f..%2fsecret.txt", "//secret.txt", "/.gatehouse/guard.fcgi",
                     "/.gatehouse/check", "/.gatehouse/page", "/.gatehouse/../secret.txt"):
            for more in ({}, {"Authorization": "Bearer x.y.z"}, {"Cookie": "__Host-guard=AAAA"}, BROWSER):
                with self.subTest(path=path, more=more):
                    answer = self.site(path, **more)
                    self.assertGreaterEqual(answer.status, 300, answer)
                    self.assertNotIn(b"for those who may", answer.body)
        refused = self.site("/secret.txt")
        self.assertEqual(refused.status, 401)
        self.assertIn("Bearer", refused.headers["WWW-Authenticate"])


class ByLighttpd(Walk, guards.ByLighttpd, unittest.TestCase):
    pass


class ByNginx(Walk, guards.ByNginx, unittest.TestCase):
    pass


class ByApache(Walk, guards.ByApache, unittest.TestCase):
    pass


class ByModFcgid(Walk, guards.ByModFcgid, unittest.TestCase):
    test_a_site_asked_in_the_clear_leads_to_https = None  # a .htaccess is of a host whose owner says so, or not
    pass


if __name__ == "__main__":
    unittest.main()
