# SPDX-License-Identifier: Apache-2.0
"""A session from its login to its end: by cookies as a browser keeps them, by tokens, and under fifty clients at once."""
import contextlib
import http.cookies
import json
import os
import socket
import subprocess
import unittest

from gateway import JSON, Reply, connect, encode, environment_of, receive, variables
from product import PASSWORD, Product

LOGIN, REFRESH, LOGOUT, ME = "/api/v1/auth/login", "/api/v1/auth/refresh", "/api/v1/auth/logout", "/api/v1/users/me"
SESSIONS = "/api/v1/sessions"


class Browser:
    """Keeps cookies, sends them where they belong, and says where its page came from."""

    def __init__(self, product):
        self.product = product
        self.ours = {"Origin": f"http://127.0.0.1:{product.port}", "Sec_Fetch_Site": "same-origin"}
        self.jar = {}

    def request(self, method, path, body=b"", **headers):
        kept = [f"{c.key}={c.value}" for c in self.jar.values() if path.startswith(c["path"])]
        if kept:
            headers["Cookie"] = "; ".join(kept)
        answer = self.product.request(method, path, body, **headers)
        for line in answer.headers.get_all("Set-Cookie", []):
            for cookie in http.cookies.SimpleCookie(line).values():
                self.jar.pop(cookie.key, None)
                if cookie["max-age"] != "0":
                    self.jar[cookie.key] = cookie
        return answer

    def log_in(self, name):
        body = json.dumps({"username": name, "password": PASSWORD}).encode()
        return self.request("POST", LOGIN, body, Content_Type=JSON, **self.ours)


class Sessions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.product = cls.enterClassContext(Product())

    def browser(self):
        browser = Browser(self.product)
        self.name = self.product.register()["username"]
        answer = browser.log_in(self.name)
        self.assertEqual((answer.status, answer.json()["username"]), (200, self.name), answer)
        self.assertNotIn(b"eyJ", answer.body)
        return browser

    def test_a_browser_logs_in_reads_refreshes_and_logs_out(self):
        browser = self.browser()
        self.assertEqual({c.key: (c["path"], c["max-age"], c["httponly"], c["samesite"], c["secure"], c["domain"])
                          for c in browser.jar.values()},
                         {"access_token": ("/", "1800", True, "Strict", "", ""),
                          "refresh_token": (REFRESH, "604800", True, "Strict", "", ""),
                          "session": ("/", "2592000", True, "Lax", "", "")})
        self.assertEqual(browser.request("GET", ME).json()["username"], self.name)

        before = {c.key: c.value for c in browser.jar.values()}
        answer = browser.request("POST", REFRESH, **browser.ours)
        self.assertEqual(answer.status, 200, answer)
        self.assertIsNone(answer.json()["refresh_token"], "the browser keeps it, the page does not see it")
        self.assertEqual(answer.json()["access_token"], browser.jar["access_token"].value)
        for name in ("access_token", "refresh_token"):
            self.assertNotEqual(browser.jar[name].value, before[name])
        access = browser.jar["access_token"].value
        self.assertEqual(browser.request("GET", ME).status, 200)

        self.assertEqual(browser.request("POST", LOGOUT, **browser.ours).status, 200)
        self.assertEqual(browser.jar, {})
        self.assertEqual(self.product.me(access).status, 401)

    def test_another_site_can_not_act_with_the_cookies(self):
        browser = self.browser()
        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"},
                        {"Sec_Fetch_Site": "same-site"}, {**browser.ours, "Sec_Fetch_Site": "same-site"},
                        {"Content_Type": "application/x-www-form-urlencoded"}, {"Content_Type": "text/plain"}, {}):
            for method, path in (("POST", LOGOUT), ("POST", REFRESH), ("DELETE", SESSIONS), ("DELETE", ME)):
                answer = browser.request(method, path, **headers)
                self.assertIn(answer.status, (403, 415), (path, headers, answer))
                self.assertIsNone(answer.headers["Set-Cookie"])
        self.assertEqual(browser.request("GET", ME).status, 200)
        self.assertEqual(browser.request("POST", REFRESH, **browser.ours).status, 200, "and nothing was spent")

    def test_another_site_can_not_log_anybody_in(self):
        name = self.product.register()["username"]
        form = f"username={name}&password={PASSWORD}".encode()
        for headers in ({"Origin": "https://evil.example"}, {"Sec_Fetch_Site": "cross-site"}, {}):
            answer = self.product.post_form(LOGIN, form, **headers)
            self.assertEqual(answer.status, 403, headers)
            self.assertIsNone(answer.headers["Set-Cookie"])

    def test_sessions_are_listed_and_ended_one_by_one_and_all_others_at_once(self):
        name = self.product.register()["username"]
        tokens = [self.product.log_in(name).json()["access_token"] for _ in range(4)]
        bearer = {"Authorization": "Bearer " + tokens[0]}
        sessions = self.product.get(SESSIONS, **bearer).json()
        self.assertEqual([session["is_current"] for session in sessions].count(True), 1)
        self.assertEqual((len(sessions), {session["address"] for session in sessions}), (4, {"127.0.0.1"}))

        other = next(session["id"] for session in sessions if not session["is_current"])
        stranger = {"Authorization": "Bearer " + self.product.new_token()}
        self.assertEqual(self.product.request("DELETE", f"{SESSIONS}/{other}", **stranger).status, 404)
        self.assertEqual(self.product.request("DELETE", f"{SESSIONS}/{other}", **bearer).status, 200)
        self.assertEqual(sorted(self.product.me(token).status for token in tokens), [200, 200, 200, 401])

        self.assertEqual(self.product.request("DELETE", SESSIONS, **bearer).status, 200)
        self.assertEqual([self.product.me(token).status for token in tokens], [200, 401, 401, 401])
        self.assertEqual([s["is_current"] for s in self.product.get(SESSIONS, **bearer).json()], [True])

    # ---- fifty clients ----

    def ask_all_at_once(self, name, workers, requests):
        """All wait at one socket before the first worker is there."""
        with socket.socket(socket.AF_UNIX) as held, contextlib.ExitStack() as stack:
            path = f"{self.product.folder}/{name}-{workers}.sock"
            held.bind(path)
            stack.callback(os.unlink, path)
            held.listen(128)
            queue = [stack.enter_context(connect(path)) for _ in requests]
            for waiting, (named, body) in zip(queue, requests):
                waiting.sendall(encode(named, body))
            for _ in range(workers):
                worker = subprocess.Popen([f"{self.product.var}/bin/{name}.fcgi"], stdin=held,
                                          stderr=subprocess.DEVNULL, env=environment_of(self.product, {}))
                stack.callback(worker.wait)
                stack.callback(worker.kill)
            return [Reply(receive(waiting)) for waiting in queue]

    def refresh_fifty_times(self, workers, **headers):
        pair = self.product.log_in(self.product.register()["username"]).json()
        body = json.dumps({"refresh_token": pair["refresh_token"]}).encode()
        request = variables("POST", REFRESH, body, JSON, **headers), body
        replies = self.ask_all_at_once("auth_refresh", workers, [request] * 50)
        return pair, [reply for reply in replies if reply.status == 200], replies

    def test_fifty_clients_with_one_refresh_token_get_at_most_one_pair_and_it_dies(self):
        for workers in (1, 8):
            pair, good, replies = self.refresh_fifty_times(workers)
            self.assertEqual((len(good), {r.status for r in replies}), (1, {200, 401}), workers)
            for token in (pair["access_token"], good[0].json()["access_token"]):
                self.assertEqual(self.product.me(token).status, 401)
            self.assertEqual(self.product.post_json(REFRESH, {"refresh_token": good[0].json()["refresh_token"]}).status,
                             401)

    def test_fifty_clients_with_one_retry_key_get_the_same_pair_byte_for_byte(self):
        for workers in (1, 8):
            _, good, _ = self.refresh_fifty_times(workers, HTTP_IDEMPOTENCY_KEY="0123456789abcdef")
            self.assertEqual((len(good), len({r.body for r in good})), (50, 1), workers)
            self.assertEqual(self.product.me(good[0].json()["access_token"]).status, 200)
            self.assertEqual(self.product.post_json(REFRESH, {"refresh_token": good[0].json()["refresh_token"]}).status,
                             200)


class SessionsOnHttps(unittest.TestCase):
    def test_cookies_have_their_prefixes_and_plain_names_are_nobody(self):
        with Product(PUBLIC_URL="https://auth.example.com") as product:
            browser = Browser(product)
            browser.ours["Origin"] = "https://auth.example.com"
            self.assertEqual(browser.log_in(product.register()["username"]).status, 200)
            self.assertEqual({c.key: (c["path"], c["httponly"], c["samesite"], c["secure"], c["domain"])
                              for c in browser.jar.values()},
                             {"__Host-access_token": ("/", True, "Strict", True, ""),
                              "__Secure-refresh_token": (REFRESH, True, "Strict", True, ""),
                              "__Host-session": ("/", True, "Lax", True, "")})
            access = browser.jar["__Host-access_token"].value
            self.assertEqual(browser.request("GET", ME).status, 200)
            self.assertEqual(product.get(ME, Cookie="access_token=" + access).status, 401)
            self.assertEqual(browser.request("POST", REFRESH, **browser.ours).status, 200)
            browser.ours["Origin"] = f"http://127.0.0.1:{product.port}"
            self.assertEqual(browser.request("POST", LOGOUT, **browser.ours).status, 403)


if __name__ == "__main__":
    unittest.main()
