# SPDX-License-Identifier: Apache-2.0
"""The real guard before the example site, behind each front server as it is shipped: in by browser, token and key."""
import html
import os
import re
import shutil
import subprocess
import unittest
import urllib.parse

import fronts
from product import PASSWORD, Product, until

RULES = f"""
site www https://{fronts.SITE}
/public   *    anyone
/app      *    user with key
/nobody   *    nobody
/         *    user
"""
BROWSER = {"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Site": "none", "Accept": "text/html"}


def setUpModule():
    global product
    product = unittest.enterModuleContext(Product(PUBLIC_URL=fronts.URL))
    fronts.write(product.var + "/etc/guard.rules", RULES)


def cookie_of(answer, name):
    for cookie in answer.headers.get_all("Set-Cookie") or ():
        if cookie.startswith(name + "=") and not cookie.startswith(name + "=;"):
            return cookie.partition(";")[0]
    raise AssertionError(f"no {name} in {answer.headers.get_all('Set-Cookie')}")


class Walk:
    server = None

    @classmethod
    def setUpClass(cls):
        cls.front = cls.server(product, guard=product.var + "/run")
        cls.prepare()
        cls.enterClassContext(cls.front)
        cls.user = product.register()
        cls.token = product.log_in(cls.user["username"]).json()["access_token"]

    @classmethod
    def prepare(cls):
        pass

    def site(self, path, method="GET", **headers):
        return self.front.request(method, path, Host=fronts.SITE, **headers)

    def test_a_browser_signs_in_and_comes_back(self):
        away = self.site("/secret.txt?x=1", **BROWSER)
        self.assertEqual(away.status, 302, away)
        self.assertTrue(away.headers["Location"].startswith(fronts.URL + "/sign-in?"), away.headers["Location"])
        start = cookie_of(away, "__Host-guard-start")
        page = self.front.get(away.headers["Location"].removeprefix(fronts.URL), **BROWSER)
        self.assertEqual(page.status, 200, page)
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.body.decode()))
        cookies = "; ".join(cookie.partition(";")[0] for cookie in page.headers.get_all("Set-Cookie"))
        done = self.front.post_form("/sign-in", {**{name: html.unescape(value) for name, value in fields.items()},
                                                 "username": self.user["username"], "password": PASSWORD},
                                    Origin=fronts.URL, Cookie=cookies, Sec_Fetch_Site="same-origin")
        self.assertEqual(done.status, 200, done)
        back = html.unescape(re.search(r'content="0; url=([^"]+)"', done.body.decode())[1])
        self.assertTrue(back.startswith(f"https://{fronts.SITE}/.gatehouse/return?"), back)
        entered = self.site(back.removeprefix("https://" + fronts.SITE), Cookie=start, **BROWSER)
        self.assertEqual((entered.status, entered.headers["Location"]), (303, "/secret.txt?x=1"), entered)
        mine = cookie_of(entered, "__Host-guard")
        self.assertIn(b"for those who may", self.site("/secret.txt", Cookie=mine, **BROWSER).body)
        # Once: the code is spent.
        again = self.site(back.removeprefix("https://" + fronts.SITE), Cookie=start, **BROWSER)
        self.assertGreaterEqual(again.status, 400)

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


class ByLighttpd(Walk, unittest.TestCase):
    server = fronts.Lighttpd


class ByNginx(Walk, unittest.TestCase):
    server = fronts.Nginx


class ByApache(Walk, unittest.TestCase):
    server = fronts.Apache

    @classmethod
    def prepare(cls):
        # Held by whoever starts it, under the guard's own uid, as scripts/run does with a unix socket.
        owner = os.stat(product.var + "/credentials/guard")
        group = os.stat(product.var + "/run/db").st_gid
        run_as = ["setpriv", "--reuid", str(owner.st_uid), "--regid", str(group), "--clear-groups"] if fronts.AS_ROOT else []
        guard = subprocess.Popen(["spawn-fcgi", "-n", "-a", "127.0.0.1", "-p", str(cls.front.guard_port), "--",
                                  shutil.which("env"), *run_as, product.var + "/bin/guard.fcgi"],
                                 env={**os.environ, **product.settings})
        cls.addClassCleanup(guard.wait)
        cls.addClassCleanup(guard.terminate)


class ByModFcgid(Walk, unittest.TestCase):
    server = fronts.ApacheFcgid

    @classmethod
    def prepare(cls):
        fronts.write(cls.front.home + "/etc/guard.rules", RULES)


if __name__ == "__main__":
    unittest.main()
