# SPDX-License-Identifier: Apache-2.0
"""One product behind every front server: the same decision for every request, and nothing that a browser should be told
is missing."""
import collections
import json
import os
import re
import socket
import ssl
import subprocess
import unittest

import fronts
import probes
from probes import ME, REGISTER
from product import PASSWORD, Product

APP = "https://app.example.com"
TOKEN = "/api/v1/auth/token"
API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
PAGE_POLICY = ("default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; "
               "base-uri 'none'")
SECURITY_HEADERS = {
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
                          "payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}


def setUpModule():
    global product
    product = unittest.enterModuleContext(Product(PUBLIC_URL=fronts.URL, ALLOWED_ORIGINS=APP))
    web = product.var + "/share/web"
    fronts.write(web + "/assets/probe.css", "p { color: black }\n" * 500)
    if not os.path.exists(web + "/docs/index.html"):
        fronts.write(web + "/docs/index.html", "<!doctype html><title>API</title>" + "<p>text</p>" * 500)


class Behind:
    """What is asked behind each of them."""
    server = None

    @classmethod
    def setUpClass(cls):
        cls.front = cls.enterClassContext(cls.server(product))
        cls.user = cls.front.register()
        cls.token = cls.front.log_in(cls.user["username"]).json()["access_token"]

    def assert_headers(self, answer, policy=API_POLICY, users="same-origin"):
        """Each header has one owner: what is owed once is there once, and nothing is there twice."""
        counts = collections.Counter(name.lower() for name in answer.headers.keys() if name.lower() != "set-cookie")
        self.assertEqual([name for name, count in counts.items() if count > 1], [], answer.headers)
        for name, value in {**SECURITY_HEADERS, "Cross-Origin-Resource-Policy": users}.items():
            self.assertEqual(answer.headers[name], value, name)
        self.assertEqual(answer.headers["Content-Security-Policy"], policy)
        self.assertIsNone(answer.headers["X-XSS-Protection"])
        self.assertIsNone(answer.headers["X-Powered-By"])
        self.assertIsNotNone(answer.headers["Cache-Control"])
        if not self.front.is_shared:  # there the name is the host's
            self.assertNotRegex(answer.headers["Server"] or "", "[0-9]")

    # ---- the same decision ----

    def test_every_request_meets_the_decision_that_all_servers_come_to(self):
        for name, (request, _) in probes.PROBES.items():
            with self.subTest(name=name):
                answer = request(self.front, self.token)
                self.assertIn(probes.decision(answer, self.user), probes.allowed(self.front, name), answer)
        # Whatever was asked, nobody was changed by it, and no client has said who or where it is.
        self.assertEqual(self.front.me(self.token).json(), self.user)
        self.assertEqual({line["address"] for line in product.log() if "address" in line}, {"127.0.0.1"})
        self.assertEqual(product.log("error"), [])

    def test_a_second_request_can_not_be_hidden_in_a_first(self):
        hidden = f"GET {ME} HTTP/1.1\r\nHost: {fronts.HOST}\r\nAuthorization: Bearer {self.token}\r\n\r\n"
        head = f"POST {REGISTER} HTTP/1.1\r\nHost: {fronts.HOST}\r\nContent-Type: application/json\r\n"
        for fields in ("Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5",
                       "Transfer-Encoding: chunked, identity", "Transfer-Encoding: xchunked\r\nContent-Length: 5",
                       "Transfer-Encoding : chunked\r\nContent-Length: 5",
                       "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                       "Content-Length: 5\r\nContent-Length: 0", "Content-Length: 5, 0", "Content-Length: 05x"):
            with self.subTest(fields=fields), self.front.connect() as s:
                s.sendall(f"{head}{fields}\r\n\r\n0\r\n\r\n{hidden}".encode())
                # Closed after the one answer, whichever it is.
                said = b""
                try:
                    while some := s.recv(65536):
                        said += some
                except OSError:
                    pass
                self.assertEqual(len(re.findall(rb"HTTP/1\.[01] [0-9]{3} ", said)), 1, said)
                self.assertNotIn(self.user["email"].encode(), said)

    def test_slow_clients_hold_no_worker(self):
        slow = []
        try:
            for _ in range(40):
                s = self.front.connect()
                slow.append(s)
                s.sendall((f"POST {REGISTER} HTTP/1.1\r\nHost: {fronts.HOST}\r\nContent-Type: application/json\r\n"
                           "Content-Length: 50\r\n\r\n{").encode())
            self.front.register()
            self.assertEqual(self.front.me(self.token).status, 200)
            # And not because the server had lost patience with them.
            for s in slow:
                s.setblocking(False)
                with self.assertRaises(ssl.SSLWantReadError):
                    s.recv(1)
        finally:
            for s in slow:
                s.close()

    # ---- the walk ----

    def test_who_logs_in_is_known_by_token_cookie_and_key(self):
        front = self.front
        pair = front.log_in(self.user["username"]).json()
        self.assertEqual(front.me(pair["access_token"]).json(), self.user)
        new = front.post_json("/api/v1/auth/refresh", {"refresh_token": pair["refresh_token"]})
        self.assertEqual(new.status, 200, new)
        self.assertEqual(front.me(new.json()["access_token"]).json(), self.user)
        again = front.post_json("/api/v1/auth/refresh", {"refresh_token": pair["refresh_token"]})
        self.assertEqual(again.status, 401)
        self.assertIn("reuse", again.json()["detail"])

        key = front.request("POST", "/api/v1/api-keys/generate", Authorization="Bearer " + self.token).json()
        self.assertEqual(front.get(ME, X_API_Key=key["api_key"]).json(), self.user)

        login = front.post_json("/api/v1/auth/login", {"username": self.user["username"], "password": PASSWORD},
                                Origin=fronts.URL)
        self.assertEqual(login.status, 200, login)
        cookies = [cookie.split(";")[0] for cookie in login.headers.get_all("Set-Cookie")]
        self.assertGreaterEqual(len(cookies), 2)
        access, = [cookie for cookie in cookies if cookie.startswith("__Host-access_token=")]
        self.assertEqual(front.get(ME, Cookie=access).json(), self.user)
        self.assertEqual(front.post_json("/api/v1/auth/logout", {}, Cookie=access, Origin="https://evil.example").status,
                         403)
        self.assertEqual(front.post_json("/api/v1/auth/logout", {}, Cookie=access, Origin=fronts.URL).status, 200)
        self.assertEqual(front.get(ME, Cookie=access).status, 401)

    def test_a_refusal_has_all_its_headers(self):
        wrong = self.front.me("x.y.z")
        self.assertEqual(wrong.status, 401)
        self.assertIn('error="invalid_token"', wrong.headers["WWW-Authenticate"])
        method = self.front.request("DELETE", "/health")
        self.assertEqual((method.status, method.headers["Allow"]), (405, "GET, HEAD, OPTIONS"))
        self.assertEqual(self.front.get("/health", X_Request_ID="mine").headers["X-Request-ID"], "mine")

    # ---- headers ----

    def test_security_headers_stand_once_on_every_answer(self):
        front = self.front
        answers = {200: [front.get("/health"), front.get("/.well-known/jwks.json"), front.me(self.token)],
                   204: [front.request("OPTIONS", ME)],
                   401: [front.get(ME), front.log_in("nobody")],
                   404: [front.get("/nothing"), front.get("/api/v1/nothing"), front.request("HEAD", "/nothing")],
                   405: [front.request("DELETE", "/health")],
                   413: [front.post_json(REGISTER, b" " * 70_000)],
                   415: [front.request("POST", REGISTER, b"x", Content_Type="text/plain")],
                   422: [front.post_json(REGISTER, {})]}
        for status, all_of_them in answers.items():
            for answer in all_of_them:
                with self.subTest(status=status):
                    self.assertEqual(answer.status, status, answer)
                    self.assert_headers(answer)
                    self.assertEqual(answer.headers["Vary"], "Origin")

    def test_an_answer_that_may_hold_a_secret_is_not_compressed(self):
        for path in ("/openapi.json", "/.well-known/jwks.json", ME, "/nothing"):
            with self.subTest(path=path):
                answer = self.front.get(path, Accept_Encoding="gzip, deflate, br", Authorization="Bearer " + self.token)
                self.assertIsNone(answer.headers["Content-Encoding"])
                self.assertEqual(answer.headers["Vary"], "Origin")

    def test_an_origin_of_the_list_may_read_and_no_other(self):
        front = self.front
        answer = front.get(ME, Origin=APP, Authorization="Bearer " + self.token)
        self.assertEqual(answer.headers.get_all("Access-Control-Allow-Origin"), [APP])
        self.assertEqual(answer.headers.get_all("Access-Control-Allow-Credentials"), ["true"])
        self.assertEqual(answer.headers.get_all("Vary"), ["Origin"])
        asked = {"Access_Control_Request_Method": "PUT", "Access_Control_Request_Headers": "authorization"}
        preflight = front.request("OPTIONS", ME, Origin=APP, **asked)
        self.assertEqual((preflight.status, preflight.headers["Access-Control-Max-Age"]), (204, "600"))
        self.assertIn("PUT", preflight.headers["Access-Control-Allow-Methods"])
        for origin in ("null", "https://evil.example", APP + ".evil.example", "https://evil" + APP[8:], APP + ":444",
                       "http" + APP[5:], APP.upper(), APP + "/", APP + "@evil.example", APP + " https://evil.example",
                       "https://evil.example/" + APP, "https://.example.com", "https://app_example.com", "*", ""):
            for answer in (front.get(ME, Origin=origin, Authorization="Bearer " + self.token),
                           front.request("OPTIONS", ME, Origin=origin, **asked)):
                with self.subTest(origin=origin):
                    shown = [name for name in answer.headers.keys() if name.lower().startswith("access-control-")]
                    self.assertEqual(shown, [])
                    self.assertEqual(answer.headers.get_all("Vary"), ["Origin"])

    # ---- transport ----

    def test_in_the_clear_the_api_is_refused(self):
        for answer in (self.front.plain.get("/health", Host=fronts.HOST),
                       self.front.plain.get(ME, Host=fronts.HOST, Authorization="Bearer " + self.token),
                       self.front.plain.post_form(TOKEN, {"username": self.user["username"], "password": PASSWORD},
                                                  Host=fronts.HOST),
                       self.front.plain.request("POST", "/sign-in", Host=fronts.HOST)):
            self.assertEqual(answer.status, 403, answer)
            self.assertIsNone(answer.headers["Strict-Transport-Security"])

    def test_pages_have_a_policy_of_their_own(self):
        for path in ("/", "/sign-in", "/sign-out", "/sign-in/?back=1"):
            with self.subTest(path=path):
                self.assert_headers(self.front.get(path), PAGE_POLICY)


class Owned(Behind):
    """What else is asked where the whole server is ours."""

    def test_security_headers_stand_once_on_what_the_server_itself_refuses(self):
        front, raw = self.front, self.front.raw
        answers = [raw("GET /health HTTP/1.1", host=False), raw("GET /health HTTP/1.1", "Host: a@b", host=False),
                   raw("GET /health HTTP/1.1", "no colon : here"), raw("GET /health HTTP/1.1", "X-A: a\0b"),
                   raw("GET /%zz%00 HTTP/1.1"), raw("GET /health HTTP/1.1", "X-A: " + "a" * 20_000),
                   raw("GET /" + "a" * 60_000 + " HTTP/1.1"), raw("GET /health HTTP/1.1", "Host: evil.example", host=False),
                   front.post_json(REGISTER, b" " * (3 << 20)), raw("FOO /health HTTP/1.1"), raw("TRACE /health HTTP/1.1"),
                   front.get("/assets/nothing"), front.get("/assets/"), front.request("POST", "/assets/probe.css", b"x"),
                   raw(f"POST {REGISTER} HTTP/1.1", "Transfer-Encoding: xchunked")]
        for at, answer in enumerate(answers):
            with self.subTest(at=at):
                self.assertGreaterEqual(answer.status, 400, answer)
                self.assertEqual(answer.headers["Content-Type"], probes.PROBLEM)
                self.assertEqual(answer.json()["status"], answer.status)
                self.assertEqual(answer.headers["Cache-Control"], "no-store")
                self.assert_headers(answer)

    def test_what_is_public_and_static_is_served_compressed(self):
        # The style sheet is on the guard's pages too, on other hosts.
        for path, kind, kept, users in (("/assets/probe.css", "text/css", "public, max-age=300", "cross-origin"),
                                        ("/docs/", "text/html", "no-cache", "same-origin")):
            plain = self.front.get(path)
            packed = self.front.get(path, Accept_Encoding="gzip")
            for answer in (plain, packed):
                self.assertEqual(answer.status, 200, answer)
                self.assertEqual(answer.headers["Content-Type"], kind + "; charset=utf-8")
                self.assertEqual(answer.headers["Cache-Control"], kept)
                self.assert_headers(answer, answer.headers["Content-Security-Policy"], users)
            self.assertIsNone(plain.headers["Content-Encoding"])
            self.assertEqual(packed.headers["Content-Encoding"], "gzip")
        self.assertEqual(self.front.get("/assets/probe.css").headers["Content-Security-Policy"], API_POLICY)
        self.assertIn("script-src 'self'", self.front.get("/docs/").headers["Content-Security-Policy"])
        for path in ("/docs", "/redoc", "/redoc/"):
            answer = self.front.get(path)
            self.assertEqual((answer.status, answer.headers["Location"].removeprefix(fronts.URL)), (308, "/docs/"))

    def test_in_the_clear_a_page_is_sent_to_https(self):
        for path in ("/", "/sign-in", "/sign-in?back=%2Fx&y=1", "/docs/", "/assets/probe.css"):
            answer = self.front.plain.get(path, Host=fronts.HOST)
            self.assertEqual((answer.status, answer.headers["Location"]), (308, fronts.URL + path))
        self.assertEqual(self.front.plain.get("/", Host="evil.example").status, 421)

    def test_tls_is_of_today(self):
        def connects(most, ciphers):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            context.maximum_version = most
            context.set_ciphers(ciphers + ":@SECLEVEL=0")
            try:
                with socket.create_connection(("127.0.0.1", self.front.port), timeout=30) as s:
                    with context.wrap_socket(s, server_hostname=fronts.HOST):
                        return True
            except (ssl.SSLError, ConnectionError):
                return False
        self.assertTrue(connects(ssl.TLSVersion.TLSv1_3, "ALL"))
        self.assertTrue(connects(ssl.TLSVersion.TLSv1_2, "ECDHE+AESGCM"))
        self.assertFalse(connects(ssl.TLSVersion.TLSv1_1, "ALL"))
        for weak in ("ECDHE+AES:!AESGCM:!AESCCM", "DHE", "kRSA", "3DES:aNULL:eNULL:PSK"):
            try:
                self.assertFalse(connects(ssl.TLSVersion.TLSv1_2, weak), weak)
            except ssl.SSLError:
                pass  # not even this side has such


class OverHttp2:
    def test_http_2_is_the_same(self):
        def ask(path, *options):
            done = subprocess.run(["curl", "-sk", "--http2", "--resolve", f"{fronts.HOST}:{self.front.port}:127.0.0.1", "-w",
                                   "\n%{http_version} %{http_code}", *options, f"https://{fronts.HOST}:{self.front.port}{path}"],
                                  capture_output=True, text=True, timeout=30)
            return done.stdout.rpartition("\n")[::2]
        self.assertEqual(ask("/health"), ('{"status":"healthy"}', "2 200"))
        said, status = ask(ME, "-H", "Authorization: Bearer " + self.token)
        self.assertEqual((json.loads(said), status), (self.user, "2 200"))
        self.assertEqual(ask(REGISTER, "--json", "{}")[1], "2 422")
        self.assertEqual(ask("/health", "-H", "Host: evil.example")[1], "2 421")
        self.assertEqual(ask(ME, "-H", "Authorization: Bearer " + self.token, "-H", "X_API_KEY: a", "-H", "X-API-Key: b")[1][:3],
                         "2 4")


class BehindLighttpd(Owned, OverHttp2, unittest.TestCase):
    server = fronts.Lighttpd

    def test_security_headers_stand_once_on_a_429(self):
        with fronts.LimitedLighttpd(product) as front:
            while (answer := front.log_in("nobody")).status == 401:
                pass
            self.assertEqual(answer.status, 429)
            self.assert_headers(answer)
            self.assertEqual(answer.headers["Cache-Control"], "no-store")


class BehindNginx(Owned, OverHttp2, unittest.TestCase):
    server = fronts.Nginx

    def test_the_shipped_configuration_counts_logins(self):
        with fronts.LimitedNginx(product) as front:
            statuses = [front.log_in("nobody").status for _ in range(5)]
            self.assertEqual(statuses, [401] * 5)
            answer = front.log_in("nobody")
            self.assertEqual(answer.status, 429)
            self.assert_headers(answer)
            self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
            self.assertTrue(answer.headers["Retry-After"].isdigit())
            self.assertEqual(front.get("/health").status, 200)


class BehindApache(Owned, unittest.TestCase):
    server = fronts.Apache


class BehindModFcgid(Behind, unittest.TestCase):
    server = fronts.ApacheFcgid


class BehindCgi(Behind, unittest.TestCase):
    server = fronts.ApacheCgi


if __name__ == "__main__":
    unittest.main()
