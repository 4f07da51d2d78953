# SPDX-License-Identifier: Apache-2.0
"""What a hostile client can send through a real lighttpd: refused in the right words, and nothing breaks."""
import base64
import json
import random
import socket
import unittest

from product import FORM, PASSWORD, Product

REGISTER, TOKEN, ME = "/api/v1/users/register", "/api/v1/auth/token", "/api/v1/users/me"
PROBLEM = "application/problem+json"


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class BadInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.product = cls.enterClassContext(Product())
        cls.host = f"127.0.0.1:{cls.product.port}"
        cls.token = cls.product.new_token()
        cls.workers = cls.product.workers()

    def tearDown(self):
        self.assertEqual(self.product.workers(), self.workers, "a worker has ended")
        self.assertEqual(self.product.log("error"), [])
        self.assertEqual(self.product.me(self.token).status, 200)

    def raw(self, *lines, body=b"", host=True, method="GET"):
        head = [lines[0], *([f"Host: {self.host}"] if host else []), "Connection: close", *lines[1:], "", ""]
        return self.product.send("\r\n".join(head).encode("latin-1") + body, method)

    def assert_refused(self, answer, *statuses):
        """With one of these statuses, by a problem document that says so itself."""
        self.assertIsNotNone(answer, "closed without an answer")
        self.assertIn(answer.status, statuses, answer)
        self.assertEqual(answer.headers["Content-Type"], PROBLEM, answer)
        problem = answer.json()
        self.assertEqual(problem["status"], answer.status)
        self.assertIsInstance(problem["detail"], str)
        for error in problem.get("errors", []):
            self.assertEqual(set(error), {"field", "message"})
        return problem

    def test_a_method_that_is_not_served_is_405_and_the_answer_names_those_that_are(self):
        for path, allowed in (("/health", "GET, HEAD, OPTIONS"), (ME, "GET, HEAD, PUT, DELETE, OPTIONS"),
                              ("/", "GET, HEAD, OPTIONS"), ("/api/v1/posts", "GET, HEAD, POST, OPTIONS"),
                              ("/api/v1/posts/1", "GET, HEAD, PUT, DELETE, OPTIONS"),
                              (REGISTER, "POST, OPTIONS"), (TOKEN, "POST, OPTIONS")):
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "LOCK"):
                if method in allowed.split(", "):
                    continue
                with self.subTest(path=path, method=method):
                    answer = self.product.request(method, path, Content_Length="0")
                    self.assert_refused(answer, 405)
                    self.assertEqual(answer.headers["Allow"], allowed)

    def test_a_method_that_nobody_knows_is_refused_by_the_front_server(self):
        for method in ("FOO", "get", "GETX", "G"):
            with self.subTest(method=method):
                self.assert_refused(self.raw(f"{method} /health HTTP/1.1"), 501, 400)

    def test_trace_echoes_nothing(self):
        answer = self.raw(f"TRACE {ME} HTTP/1.1", "Authorization: Bearer secret-of-mine")
        self.assert_refused(answer, 405)
        self.assertNotIn(b"secret-of-mine", answer.body)

    def test_another_content_type_is_415(self):
        good = json.dumps({"email": "type@example.com", "password": PASSWORD}).encode()
        for path, right in ((REGISTER, "application/json"), (TOKEN, FORM)):
            for sent in ("text/plain", "multipart/form-data; boundary=x", "application/jsonx", "application/", "json",
                         "*/*", "application/problem+json", ";" + right, right + ",text/plain",
                         "application/json" if right == FORM else FORM):
                with self.subTest(path=path, sent=sent):
                    self.assert_refused(self.product.request("POST", path, good, Content_Type=sent), 415)
            self.assert_refused(self.product.request("POST", path, good), 415)
            answer = self.product.request("POST", path, b"", Content_Type=right.upper() + " ; charset=utf-8")
            self.assertIn(answer.status, (400, 422))

    def test_a_body_that_is_too_large_is_413(self):
        for size in (65537, 1 << 20, 3 << 20):
            with self.subTest(size=size):
                self.assert_refused(self.product.post_json(REGISTER, b"x" * size), 413)
                self.assert_refused(self.product.post_form(TOKEN, b"x" * size), 413)
        self.assert_refused(self.product.post_json(REGISTER, b" " * 65536), 400)

    def test_what_is_not_a_json_document_is_400(self):
        for body in (b"", b"{", b"}", b"null", b"[]", b'"x"', b"1", b"{}x", b"{}{}", b"\xef\xbb\xbf{}", b"{}\0", b"\0",
                     b'{"\0":1}', b'{"email":1e400}', b'{"email":-1e400}', b'{"email":' + b"9" * 60000 + b"}",
                     b'{"email":0123}', b'{"email":+1}', b'{"email":.5}', b'{"email":0x1}', b'{"email":NaN}',
                     b'{"email":Infinity}', b'{"email":"\\ud800"}', b'{"email":"\\udc00\\ud800"}',
                     b'{"email":"\\u0000"}', b'{"email":"\\x41"}', b'{"email":"\xff"}', b'{"email":"\xc0\xaf"}',
                     b'{"email":"\xed\xa0\x80"}', b'{"email":"\xf5\x80\x80\x80"}', b'{"email":"a\nb"}', b'{"\xff":1}',
                     b"{'email':1}", b'{"email":1,}', b'{"email"}', b"{/**/}", b'{email:"a"}',
                     b'{"email":"a","email":"b"}', b'{"email":"a","e\\u006dail":"b"}', b'{"x":{"a":1,"a":2}}',
                     '{"a":1}'.encode("utf-16"), b"[" * 60000, b"{" * 60000, b'{"a":' * 12000, b'{"a":[' * 10000,
                     b'{"a":' * 20 + b"1" + b"}" * 20, b"{" + b",".join(b'"%d":1' % i for i in range(5000)) + b"}"):
            with self.subTest(body=body[:60]):
                self.assert_refused(self.product.post_json(REGISTER, body), 400)
        self.assert_refused(self.product.post_json(REGISTER, b"[" * 1_000_000), 413)

    def test_a_json_document_with_wrong_fields_is_422_and_names_each(self):
        good = {"email": "field@example.com", "password": PASSWORD, "username": "field"}
        for field in good:
            for value in (9223372036854775808, -1, 0, 1.5, 1e308, True, [], ["a"], {}, {"a": 1}, "", "x" * 300):
                with self.subTest(field=field, value=value):
                    problem = self.assert_refused(self.product.post_json(REGISTER, {**good, field: value}), 422)
                    self.assertEqual([error["field"] for error in problem["errors"]], [field])
        for field in ("role", "is_verified", "id", "is_active", "created_at", "", "Email", "email ", "__proto__"):
            with self.subTest(unknown=field):
                problem = self.assert_refused(self.product.post_json(REGISTER, {**good, field: "super_admin"}), 422)
                self.assertEqual([error["field"] for error in problem["errors"]], [field])
        problem = self.assert_refused(self.product.post_json(REGISTER, {"email": 1, "password": "short",
                                                                        "username": "a b", "x": 1}), 422)
        self.assertEqual({error["field"] for error in problem["errors"]}, {"email", "password", "username", "x"})
        # Nothing of all that made an account.
        self.assert_refused(self.product.log_in(good["email"]), 401)

    def test_a_form_that_can_be_read_in_two_ways_is_400(self):
        for body in (b"username=a&username=b", b"username=a&u%73ername=b&password=c", b"username=%&password=b",
                     b"username=%4&password=b", b"username=%zz&password=b", b"username=%u0041&password=b",
                     b"username=%00&password=b", b"username=\0&password=b", b"%00=a", b"username=%ff&password=b",
                     b"username=%c0%80&password=b", b"username=\xff&password=b", b"=&=",
                     "&".join(f"a{i}=" for i in range(8000)).encode()):
            with self.subTest(body=body[:60]):
                self.assert_refused(self.product.post_form(TOKEN, body), 400)

    def test_a_form_with_wrong_fields_is_422(self):
        for body in (b"", b"&&&", b"username", b"username=&password=", b"username[]=a&password=b",
                     b"username[0]=a&password=b", b"username=a;password=b", b"username=a&password=b&role=admin",
                     b"username=a&password=b&grant_type=client_credentials", b"username=a&password=" + b"x" * 2000,
                     b"username=" + b"x" * 60000 + b"&password=b", b"=" * 60000, b"USERNAME=a&password=b",
                     b" username=a&password=b", b'{"username":"a","password":"b"}'):
            with self.subTest(body=body[:60]):
                self.assert_refused(self.product.post_form(TOKEN, body), 422)

    def test_credentials_in_the_query_are_not_credentials(self):
        user = self.product.register()
        self.assert_refused(self.product.post_form(f"{TOKEN}?username={user['username']}&password={PASSWORD}", b""),
                            422)
        self.assert_refused(self.product.get(f"{ME}?access_token={self.token}"), 401)
        # On http the cookie has its plain name; the https one, and one that stands twice, are nobody's.
        for cookie in (f"__Host-access_token={self.token}", f"access_token={self.token}; access_token={self.token}"):
            self.assert_refused(self.product.get(ME, Cookie=cookie), 401)

    def test_a_chunked_body_is_a_body(self):
        body = json.dumps({"email": "chunked@example.com", "password": PASSWORD}).encode()
        chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:10], body[10:])) + b"0\r\n\r\n"
        head = f"POST {REGISTER} HTTP/1.1", "Content-Type: application/json", "Transfer-Encoding: chunked"
        self.assertEqual(self.raw(*head, body=chunks).status, 201)
        self.assert_refused(self.raw(*head, body=b"zz\r\n{}\r\n0\r\n\r\n"), 400)
        self.assert_refused(self.raw(*head, body=b"fffffffffffffffff\r\n{}\r\n0\r\n\r\n"), 400, 413)
        self.assert_refused(self.raw(*head, body=b"100000\r\n" + b"x" * 0x100000 + b"\r\n0\r\n\r\n"), 413)
        # Two lengths are a smuggled request.
        self.assert_refused(self.raw(*head, "Content-Length: 2", body=b"2\r\n{}\r\n0\r\n\r\n"), 400)
        self.assert_refused(self.raw(head[0], head[1], "Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"), 501, 400)

    def test_a_length_that_is_no_length_is_refused(self):
        head = f"POST {REGISTER} HTTP/1.1", "Content-Type: application/json"
        for length in ("-1", "+2", "0x2", "2 2", "2,2", "two", "99999999999999999999", "9223372036854775807", "1e3"):
            with self.subTest(length=length):
                self.assert_refused(self.raw(*head, f"Content-Length: {length}", body=b"{}"), 400, 413)
        self.assert_refused(self.raw(*head, "Content-Length: 2", "Content-Length: 3", body=b"{}"), 400)
        self.assert_refused(self.raw(*head), 411)

    def test_a_get_does_not_act_on_a_body(self):
        self.assert_refused(self.raw("GET /health HTTP/1.1", "Content-Length: 5", body=b"hello"), 400)

    def test_one_name_for_two_headers_is_400(self):
        for dashed in ("X-Forwarded-For", "User-Agent", "Accept-Language"):
            with self.subTest(dashed=dashed):
                twin = dashed.replace("-", "_")
                self.assert_refused(self.raw("GET /health HTTP/1.1", f"{dashed}: a", f"{twin}: b"), 400)
        self.assert_refused(self.raw(f"GET {ME} HTTP/1.1", "X-Request-ID: a", "X_Request_ID: b"), 400)

    def test_no_header_chooses_what_the_front_server_alone_may_say(self):
        answer = self.raw("GET /health?x HTTP/1.1", "Remote-Addr: 6.6.6.6", "X-Forwarded-For: 6.6.6.6",
                          "Proxy: http://6.6.6.6", "Content-Length: 0", "X-Real-IP: 6.6.6.6", "Request-URI: /",
                          "Request-Method: POST")
        self.assertEqual(answer.status, 200)
        self.raw(f"GET {ME} HTTP/1.1", "X-Forwarded-For: 6.6.6.6", "Remote-Addr: 6.6.6.6", "X-Request-ID: from-where")
        line, = [line for line in self.product.log() if line.get("request_id") == "from-where"]
        self.assertEqual(line["address"], "127.0.0.1")

    def test_two_authorization_headers_are_no_credential(self):
        for first, second in ((self.token, self.token), (self.token, "x"), ("x", self.token)):
            answer = self.raw(f"GET {ME} HTTP/1.1", f"Authorization: Bearer {first}", f"Authorization: Bearer {second}")
            self.assert_refused(answer, 400, 401)

    def test_a_flood_of_headers_is_431(self):
        for count in (64, 100, 200, 800):
            with self.subTest(count=count):
                self.assert_refused(self.raw("GET /health HTTP/1.1", *[f"X-{i}: {i}" for i in range(count)]), 431)
        for size in (20_000, 200_000):
            with self.subTest(size=size):
                self.assert_refused(self.raw("GET /health HTTP/1.1", "X-A: " + "a" * size), 431)
        self.assert_refused(self.raw("GET /health HTTP/1.1", *[f"X-{i}: " + "a" * 1000 for i in range(30)]), 431)

    def test_header_fields_that_break_the_line_are_refused(self):
        for field in ("X-A: a\x01b", "X-A: a\0b", "X-A: a\nX-B: b", "X-A : a", ": a", "X A: a", "no colon", "X-A\0: a"):
            with self.subTest(field=field):
                self.assert_refused(self.raw("GET /health HTTP/1.1", field), 400)

    def test_a_long_url_is_404_or_431(self):
        for size, status in ((1000, 404), (15_000, 404), (60_000, 431), (1_000_000, 431)):
            with self.subTest(size=size):
                self.assert_refused(self.raw(f"GET /{'a' * size} HTTP/1.1"), status)
                self.assert_refused(self.raw(f"GET {'/a' * (size // 2)} HTTP/1.1"), status)
                self.assert_refused(self.raw(f"GET /x?{'a' * size} HTTP/1.1"), status)

    def test_a_url_that_can_be_read_in_two_ways_leads_nowhere(self):
        for url in ("/api%2fv1/users/me", "/api/v1%2Fusers/me", "/%2e%2e/health", "/a/../health", "/./health",
                    "/health/.", "/health/..", "//health", "/health//", "/..;/health", "/health;x", "/health%00",
                    "/health%0a", "/health%0d%0aX:y", "/health%20", "/health%zz", "/health%", "/he%61lth", "/HEALTH",
                    "/health\\", "/\\health", "/health\t", "/%c0%af", "/\xff", "/%ff", "/health%ff",
                    "/%252e%252e/health", "*", "health", "?", "http://evil.example/health", "/health?%00",
                    "/http://127.0.0.1/health", "/health.fcgi", "/health/index.php", "/etc/passwd", "/.git/config"):
            with self.subTest(url=url):
                answer = self.raw(f"GET {url} HTTP/1.1")
                self.assert_refused(answer, 400, 404)

    def test_a_query_changes_nothing(self):
        for query in ("--describe", "-V", "--version", "-s", "--help", "%2d%2ddescribe", "%", "a=%zz", "x=1&x=2",
                      "'\"<>"):
            with self.subTest(query=query):
                answer = self.raw(f"GET /health?{query} HTTP/1.1")
                self.assertEqual((answer.status, answer.json()), (200, {"status": "healthy"}))

    def test_a_host_that_is_not_a_host_is_400(self):
        for host in ("good@evil", "a b", "evil/..", "", "127.0.0.1:99999", "a:b", "%", "ex\0ample", "../x", "a,b"):
            with self.subTest(host=host):
                self.assert_refused(self.raw("GET /health HTTP/1.1", f"Host: {host}", host=False), 400)
        self.assert_refused(self.raw("GET /health HTTP/1.1", host=False), 400)
        self.assert_refused(self.raw("GET /health HTTP/1.1", "Host: evil.example"), 400)

    def test_a_host_that_is_somebody_elses_is_421_and_nowhere_in_an_answer(self):
        for path, status in (("/", 421), ("/api/v1/users/me", 421), ("/nothing", 421), ("/health", 200),
                             ("/health/ready", 200)):
            with self.subTest(path=path):
                answer = self.raw(f"GET {path} HTTP/1.1", "Host: evil.example", host=False)
                self.assertEqual(answer.status, status)
                self.assertNotIn(b"evil.example", answer.body)
                self.assertNotIn("evil.example", str(answer.headers))
        self.assertEqual(self.raw("GET / HTTP/1.1", "Host: localhost:1", host=False).status, 200)

    def test_what_is_not_http_is_refused(self):
        for sent in (b"GET /health\r\n\r\n", b"\x16\x03\x01\x00\xa5\x01\r\n\r\n", b"\r\n\r\n\r\n",
                     b"GET  /health HTTP/1.1\r\n\r\n", b"\0\0\0\0\r\n\r\n"):
            with self.subTest(sent=sent):
                answer = self.product.send(sent)
                if answer is not None:
                    self.assert_refused(answer, 400)
        self.assert_refused(self.raw("GET /health HTTP/3.0"), 505, 400)

    def test_a_token_that_was_touched_opens_nothing(self):
        head, claims, signature = self.token.split(".")

        def part(value):
            return base64url(json.dumps(value).encode())

        jose = json.loads(base64.urlsafe_b64decode(head + "=="))
        body = json.loads(base64.urlsafe_b64decode(claims + "=="))
        pair = self.product.log_in(self.product.register()["username"]).json()
        touched = {
            "none": part({**jose, "alg": "none"}) + f".{claims}.",
            "None": part({**jose, "alg": "None"}) + f".{claims}.",
            "none, signature kept": part({**jose, "alg": "none"}) + f".{claims}.{signature}",
            "HS256": part({**jose, "alg": "HS256"}) + f".{claims}.{signature}",
            "RS256": part({**jose, "alg": "RS256"}) + f".{claims}.{signature}",
            "no alg": part({name: jose[name] for name in jose if name != "alg"}) + f".{claims}.{signature}",
            "typ of a refresh token": part({**jose, "typ": "rt+jwt"}) + f".{claims}.{signature}",
            "no typ": part({name: jose[name] for name in jose if name != "typ"}) + f".{claims}.{signature}",
            "a refresh token": pair["refresh_token"],
            "unknown kid": part({**jose, "kid": "x"}) + f".{claims}.{signature}",
            "kid with SQL": part({**jose, "kid": "' OR 1=1 -- "}) + f".{claims}.{signature}",
            "kid with a path": part({**jose, "kid": "../../../../dev/null"}) + f".{claims}.{signature}",
            "kid is a number": part({**jose, "kid": 7}) + f".{claims}.{signature}",
            "a key of its own": part({**jose, "jwk": {"kty": "EC"},
                                      "jku": "http://evil.example/"}) + f".{claims}.{signature}",
            "crit": part({**jose, "crit": ["exp"]}) + f".{claims}.{signature}",
            "another role": f"{head}." + part({**body, "role": "super_admin"}) + f".{signature}",
            "another sub": f"{head}." + part({**body, "sub": "1"}) + f".{signature}",
            "no exp": f"{head}." + part({name: body[name] for name in body if name != "exp"}) + f".{signature}",
            "no claims": f"{head}.e30.{signature}",
            "claims not an object": f"{head}.W10.{signature}",
            "claims not JSON": f"{head}.AAAA.{signature}",
            "no signature": f"{head}.{claims}.",
            "two parts": f"{head}.{claims}",
            "one part": head,
            "four parts": self.token + ".x",
            "a dot in front": "." + self.token,
            "a dot behind": self.token + ".",
            "dots": "." * 15_000,
            "two dots": "..",
            "truncated": self.token[:-1],
            "extended": self.token + "A",
            "padded": self.token + "=",
            "a signature of zeros": f"{head}.{claims}." + base64url(bytes(64)),
            "signature in DER": f"{head}.{claims}." + base64url(bytes.fromhex("3006020100020100")),
            "a blank in it": f"{head}. {claims}.{signature}",
            "base64, not base64url": f"{head}.{claims}." + "+/" * 43,
            "case changed": self.token.swapcase(),
            "non-zero bits after the end": self.token[:-1] + chr(ord(self.token[-1]) + 1),
            "bytes": "\x80\xff\xfe",
            "long": "a" * 15_000,
            "nested": base64url(b"[" * 9000) + f".{claims}.{signature}",
        }
        for name, token in touched.items():
            with self.subTest(name=name):
                answer = self.raw(f"GET {ME} HTTP/1.1", "Authorization: Bearer " + token)
                self.assert_refused(answer, 401)
                self.assertIn('error="invalid_token"', answer.headers["WWW-Authenticate"])
        self.assert_refused(self.raw(f"GET {ME} HTTP/1.1", "Authorization: Bearer " + "." * 1_000_000), 431)

    def test_another_scheme_is_no_token(self):
        for value in ("", "Bearer", "Bearer ", "Basic " + self.token, "Bearer\t" + self.token, self.token,
                      "Token " + self.token):
            with self.subTest(value=value):
                answer = self.raw(f"GET {ME} HTTP/1.1", "Authorization: " + value)
                self.assert_refused(answer, 401)
                self.assertNotIn("error=", answer.headers["WWW-Authenticate"])

    def test_slow_clients_hold_no_worker(self):
        slow = []
        try:
            for i in range(60):
                s = socket.create_connection(("127.0.0.1", self.product.port))
                s.sendall((f"POST {REGISTER} HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: application/json\r\n"
                           "Content-Length: 50\r\n\r\n{").encode())
                slow.append(s)
            self.product.register()
        finally:
            for s in slow:
                s.close()

    def test_a_thousand_requests_with_a_byte_changed_break_nothing(self):
        rng = random.Random(20240229)
        host = f"Host: {self.host}\r\nConnection: close\r\n"
        good = [
            (f"POST {REGISTER} HTTP/1.1\r\n{host}Content-Type: application/json\r\nContent-Length: 39\r\n\r\n"
             '{"email":"a@b.example","password":"x"}\n').encode(),
            (f"POST {TOKEN} HTTP/1.1\r\n{host}Content-Type: {FORM}\r\nContent-Length: 21\r\n\r\n"
             "username=%41&scope=+x").encode(),
            f"GET {ME}?a=%20 HTTP/1.1\r\n{host}Authorization: Bearer {self.token}\r\n\r\n".encode(),
        ]
        for i in range(1000):
            request = bytearray(good[i % len(good)])
            at = rng.randrange(len(request))
            request[at] = rng.randrange(256)
            # The body's end must not be awaited for ever: what was cut short ends with the connection.
            with self.subTest(i=i), socket.create_connection(("127.0.0.1", self.product.port), timeout=30) as s:
                s.sendall(request)
                s.shutdown(socket.SHUT_WR)
                said = b"".join(iter(lambda: s.recv(65536), b""))
                if said:
                    self.assertRegex(said, rb"^HTTP/1\.[01] (2..|4..|501|505) ", bytes(request))


if __name__ == "__main__":
    unittest.main()
