# SPDX-License-Identifier: Apache-2.0
"""Signing in to guarded sites as people do it: in Chromium, over https, behind each front server with the real guard."""
import os
import pathlib
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "wire"))
import fronts  # noqa: E402
import guards  # noqa: E402
from browser import Browser  # noqa: E402
from product import PASSWORD, Product  # noqa: E402

WWW, WIKI = "https://" + fronts.SITE, "https://" + fronts.OTHER_SITE
RULES = f"""
site www {WWW}
/public * anyone
/nobody * nobody
/ * user
site wiki {WIKI}
/public * anyone
/ * user
"""
WORDS = "for those who may"
FORGED = f"""<!doctype html>
<form method="post" action="{fronts.URL}/sign-in">
<input name="form" value="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA">
<input name="site"><input name="state"><input name="return"><input name="username"><input name="password">
<button>Win</button>
</form>
"""


def code_of(secret, at=None):
    when = [] if at is None else [f"--now=@{int(at)}"]
    return subprocess.run(["oathtool", "--totp", "-b", *when, secret], check=True, capture_output=True, text=True).stdout.strip()


def setUpModule():
    global product
    product = unittest.enterModuleContext(Product(PUBLIC_URL=fronts.URL))
    guards.Guarded.product = product


class SignIn:
    rules = RULES
    javascript = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for site in ("www", "wiki"):
            if os.path.isdir(f"{cls.front.folder}/{site}"):
                fronts.write(f"{cls.front.folder}/{site}/public/forged.html", FORGED)

    def setUp(self):
        self.user = product.register()
        ports = dict.fromkeys((fronts.HOST, fronts.SITE, fronts.OTHER_SITE), self.front.port)
        self.browser = self.enterContext(Browser(hosts=ports, insecure=True, javascript=self.javascript))
        self.refused = []  # what the console may say: that a page came with such a status

    def tearDown(self):
        complaints = [each for each in self.browser.errors() if "favicon.ico" not in each]
        unexpected = [each for each in complaints if not any(f"status of {status}" in each for status in self.refused)]
        self.assertEqual(unexpected, [])

    # ---- steps ----

    def is_at_sign_in(self):
        return self.browser.url.startswith(fronts.URL + "/sign-in") and self.browser.has("input[name=password]")

    def open_and_be_asked(self, url):
        self.browser.open(url)
        self.browser.until(self.is_at_sign_in, "the sign-in page")

    def sign_in(self, password=PASSWORD):
        self.browser.fill("input[name=username]", self.user["username"])
        self.browser.fill("input[name=password]", password)
        self.browser.click("button", "Sign in")

    def is_there(self, url):
        return self.browser.url == url and WORDS in self.browser.text()

    def cookies(self):
        """(host, name) of each."""
        return {(c["domain"], c["name"]): c for c in self.browser.devtools("Storage.getCookies")["cookies"]}

    # ---- what people do ----

    def test_a_wrong_password_is_said_and_the_right_one_leads_to_the_page_that_was_wanted(self):
        wanted = WWW + "/secret.txt?page=2&of=%C3%A4"
        self.open_and_be_asked(wanted)
        self.sign_in("wrong" + PASSWORD)
        self.browser.wait_for(".error", "wrong user name or password")
        self.refused.append(403)
        self.assertEqual(self.browser.attribute("input[name=username]", "value"), self.user["username"])
        self.assertTrue(self.is_at_sign_in())
        self.assertNotIn((fronts.HOST, "__Host-session"), self.cookies())
        self.sign_in()
        self.browser.until(lambda: self.is_there(wanted), "the page")

        # A cookie on each host, of its own kind, which no script reads and no other host gets.
        cookies = self.cookies()
        kept = {fronts.HOST: "__Host-session", fronts.SITE: "__Host-guard"}
        for host, name in kept.items():
            cookie = cookies[host, name]
            self.assertTrue(cookie["httpOnly"] and cookie["secure"], cookie)
            self.assertEqual((cookie["sameSite"], cookie["path"]), ("Lax", "/"))
        self.assertNotEqual(cookies[fronts.HOST, "__Host-session"]["value"], cookies[fronts.SITE, "__Host-guard"]["value"])
        # What another tab may be away with stays for a while.
        self.assertLessEqual({name for host, name in cookies if host == fronts.SITE}, {"__Host-guard", "__Host-guard-start"})
        self.assertLessEqual({name for host, name in cookies if host == fronts.HOST}, {"__Host-session", "__Host-form"})

    def test_one_sign_in_opens_both_sites_and_one_sign_out_closes_them(self):
        self.open_and_be_asked(WWW + "/secret.txt")
        self.sign_in()
        self.browser.until(lambda: self.is_there(WWW + "/secret.txt"), "the first site")
        self.browser.requests()
        self.browser.open(WIKI + "/secret.txt")
        self.browser.until(lambda: self.is_there(WIKI + "/secret.txt"), "the second site")
        self.assertNotIn("POST", [method for method, _ in self.browser.requests()])
        mine = {host: cookie["value"] for (host, name), cookie in self.cookies().items() if name == "__Host-guard"}
        self.assertEqual(mine.keys(), {fronts.SITE, fronts.OTHER_SITE})
        self.assertNotEqual(*mine.values())

        self.browser.open(fronts.URL + "/sign-out")
        self.assertIn(self.user["username"], self.browser.text("main"))
        self.browser.click("button", "Sign out")
        self.browser.wait_for("h1", "Signed out")
        self.assertNotIn((fronts.HOST, "__Host-session"), self.cookies())
        for site in (WWW, WIKI):
            self.open_and_be_asked(site + "/secret.txt")

    def enroll(self):
        """A second factor for the user; answers its secret, and a recovery code."""
        token = product.log_in(self.user["username"]).json()["access_token"]

        def ask(path, value):
            return product.post_json("/api/v1/auth/totp/" + path, value, Authorization="Bearer " + token).json()
        secret = ask("enroll", {})["secret"]
        return secret, ask("confirm", {"code": code_of(secret, time.time() - 30)})["recovery_codes"][0]

    def give_code(self, code):
        self.browser.fill("input[name=otp]", code)
        self.browser.click("button", "Sign in")

    def test_a_second_factor_is_asked_for_and_the_page_is_still_the_one_that_was_wanted(self):
        secret, recovery_code = self.enroll()
        wanted = WWW + "/secret.txt?page=2"
        self.open_and_be_asked(wanted)
        self.sign_in()
        self.browser.until(lambda: self.browser.has("input[name=otp]"), "the code's form")
        self.assertNotIn((fronts.HOST, "__Host-session"), self.cookies())
        self.give_code("abcdef")
        self.browser.wait_for(".error", "The code is wrong, or was used before.")
        self.refused.append(403)
        self.give_code(code_of(secret))
        self.browser.until(lambda: self.is_there(wanted), "the page")

        self.browser.open(fronts.URL + "/sign-out")
        self.browser.click("button", "Sign out")
        self.browser.wait_for("h1", "Signed out")
        self.open_and_be_asked(wanted)
        self.sign_in()
        self.browser.until(lambda: self.browser.has("input[name=otp]"), "the code's form")
        self.give_code(recovery_code.lower())
        self.browser.until(lambda: self.is_there(wanted), "the page")

    def test_who_is_signed_in_and_may_not_is_told_and_not_asked_again(self):
        self.open_and_be_asked(WWW + "/secret.txt")
        self.sign_in()
        self.browser.until(lambda: self.is_there(WWW + "/secret.txt"), "the page")
        self.browser.open(WWW + "/nobody/x")
        self.refused.append(403)
        self.assertEqual(self.browser.url, WWW + "/nobody/x")
        self.assertNotIn(WORDS, self.browser.text())

    def test_another_sites_form_signs_nobody_in(self):
        for origin in (WIKI, WWW):
            self.browser.open(origin + "/public/forged.html")
            self.browser.fill("input[name=username]", self.user["username"])
            self.browser.fill("input[name=password]", PASSWORD)
            self.browser.click("button", "Win")
            self.browser.until(lambda: self.browser.url.startswith(fronts.URL), "an answer")
            self.refused.append(403)
            self.assertNotIn((fronts.HOST, "__Host-session"), self.cookies())
        self.open_and_be_asked(WWW + "/secret.txt")


class ByLighttpd(SignIn, guards.ByLighttpd, unittest.TestCase):
    pass


class ByLighttpdWithoutJavaScript(SignIn, guards.ByLighttpd, unittest.TestCase):
    javascript = False


class ByNginx(SignIn, guards.ByNginx, unittest.TestCase):
    pass


class ByApache(SignIn, guards.ByApache, unittest.TestCase):
    pass


class ByModFcgid(SignIn, guards.ByModFcgid, unittest.TestCase):
    pass


if __name__ == "__main__":
    unittest.main()
