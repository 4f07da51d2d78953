# SPDX-License-Identifier: Apache-2.0
"""The example site behind a guard that is told what to say: one that is not well opens nothing, and what it says of a
person arrives, and nothing that a client says."""
import http.client
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import sys
import unittest

import fronts
from product import Product, until

HERE = os.path.dirname(os.path.realpath(__file__))
SECRET = b"for those who may"
GOOD = b"Status: 200\r\nVariable-GATEHOUSE_DECISION: pass\r\n"

# What it does, and what of that.
AILMENTS = {
    "closes without a word": b"close",
    "ends the request without a word": b"out ",
    "ends it with a word in the log alone": b"err something is wrong",
    "is overloaded": b"ended 2",
    "does not know its role": b"ended 3",
    "says something that is no FastCGI": b"raw Status: 200\r\nVariable-GATEHOUSE_DECISION: pass\r\n\r\n",
    "says nothing but a body": b"out " + SECRET[:3],
    "breaks off in its headers": b"unfinished " + GOOD,
    "gives headers without a status": b"out X-A: b\r\n\r\n",
    "gives a status that is none": b"out Status: fine\r\n\r\n",
    "answers 100": b"out Status: 100\r\n\r\n",
    "answers 204": b"out Status: 204\r\n\r\n",
    "answers 200 and has not decided": b"out Status: 200\r\n\r\n",
    "answers 200 and decides otherwise": b"out Status: 200\r\nVariable-GATEHOUSE_DECISION: deny\r\n\r\n",
    "answers 403 and then 200": b"out Status: 403\r\nStatus: 200\r\n\r\n",
    "answers 500": b"out Status: 500\r\n\r\n",
    "answers 302 without saying where": b"out Status: 302\r\n\r\n",
}
# nginx knows no more of a guard than its status, and takes none for 200; ours always has one, first.
TAKEN_BY_NGINX = {"gives headers without a status", "answers 204", "answers 200 and has not decided",
                  "answers 200 and decides otherwise"}


def setUpModule():
    global product
    product = unittest.enterModuleContext(Product(PUBLIC_URL=fronts.URL))


# What only the guard may say, in every spelling that a program might see under its names, and what it said.
CLAIMS = [f"{name}: root" for name in (
    "X-Auth-User", "X_Auth_User", "x-auth_user", "X_AUTH_USER", "X-Auth-Sub", "X-Auth-Email", "X-Auth-Role", "X_Auth_Role",
    "X-Auth-Groups", "X-Auth-Scope", "Remote-User", "Remote_User", "REMOTE_USER", "Auth-Sub", "Auth_Sub", "AUTH_SUB",
    "Auth-Role", "Auth_Role", "Auth-Email", "Auth-Groups", "Auth-Scope", "Proxy")]
KNOWN = {"REMOTE_USER": "ann", "AUTH_SUB": "7", "AUTH_ROLE": "user"}
AS_VARIABLES = b"".join(f"Variable-{name}: {value}\r\n".encode() for name, value in KNOWN.items())
AS_HEADERS = b"X-Auth-User: ann\r\nX-Auth-Sub: 7\r\nX-Auth-Role: user\r\n"


class Guarded:
    server = None
    known = AS_VARIABLES  # how the guard says who it is
    pages = "/app/environment.php", "/cgi-bin/environment.cgi"
    nobody = {}  # what a server says where the guard knows nobody
    taken = set()
    soon = {}  # what makes the server lose its patience sooner
    is_patient = False  # for longer than a test should take, whatever it is told

    @classmethod
    def setUpClass(cls):
        cls.folder = f"{product.folder}/guard-{cls.server.name}"
        os.makedirs(cls.folder)
        shutil.copy(HERE + "/told_guard.py", cls.folder)
        cls.front = cls.server(product, guard=cls.folder)
        cls.front.changes = cls.soon
        cls.prepare()
        cls.enterClassContext(cls.front)
        cls.has_begun = False

    @classmethod
    def prepare(cls):
        pass

    @classmethod
    def start(cls, where):
        guard = subprocess.Popen([sys.executable, cls.folder + "/told_guard.py", str(where)])
        cls.addClassCleanup(guard.wait)
        cls.addClassCleanup(guard.terminate)

    @classmethod
    def start_guard(cls):
        cls.start(cls.folder + "/guard.sock")

    def begin(self):
        if not type(self).has_begun:
            self.start_guard()
            type(self).has_begun = True

    def says(self, what):
        fronts.write_bytes(self.folder + "/says", what)

    def ask(self, path):
        return self.front.request("GET", path, Host=fronts.SITE, Cookie="__Host-guard=x", Authorization="Bearer x")

    def environment(self, path, *fields):
        answer = self.front.raw(f"GET {path} HTTP/1.1", f"Host: {fronts.SITE}", *fields, host=False)
        self.assertEqual(answer.status, 200, answer)
        text = answer.body.decode()
        seen = json.loads(text) if text.startswith("{") else dict(line.partition("=")[::2] for line in text.splitlines())
        return answer, seen

    def test_0_nothing_is_served_while_there_is_no_guard(self):
        for path in ("/secret.txt", "/app/environment.php", "/"):
            self.assertGreaterEqual(self.ask(path).status, 500)

    def test_who_it_is_is_said_by_the_guard_alone(self):
        self.begin()
        for said, known in ((b"", {}), (self.known, KNOWN)):
            self.says(b"out " + GOOD + said + b"\r\n")
            until(lambda: self.ask("/secret.txt").status == 200, what="an answer")
            for path in self.pages:
                for claim in CLAIMS:
                    # Each alone: together they would be too many for a server, or one name twice.
                    with self.subTest(path=path, claim=claim, known=bool(known)):
                        _, seen = self.environment(path, claim)
                        self.assertNotIn("root", seen.values())
                        for name, value in KNOWN.items():
                            self.assertIn(seen.get(name, ""), (known.get(name, ""), self.nobody.get(name, "")))
                        if known:
                            self.assertEqual({name: seen[name] for name in known}, known)

    def test_a_guarded_answer_is_one_persons_and_else_as_the_site_made_it(self):
        self.begin()
        self.says(b"out " + GOOD + self.known + b"\r\n")
        until(lambda: self.ask("/secret.txt").status == 200, what="an answer")
        for path in ("/secret.txt", "/nothing", "/app/environment.php?cache=public", *self.pages):
            with self.subTest(path=path):
                answer = self.ask(path)
                self.assertEqual(answer.headers.get_all("Cache-Control"), ["private"])
                vary = {word.strip() for line in answer.headers.get_all("Vary") for word in line.split(",")}
                self.assertLessEqual({"Cookie", "Authorization"}, vary)
                for name in ("Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options"):
                    self.assertIsNone(answer.headers[name])
        self.assertEqual(self.ask("/app/environment.php").headers.get_all("X-Site"), ["php"])
        self.assertEqual(self.ask("/app/environment.php?cache=no-store").headers.get_all("Cache-Control"), ["no-store"])

    def test_nothing_is_served_while_it_hangs_nor_when_it_ends(self):
        self.begin()
        self.says(b"hang ")
        asked = pathlib.Path(self.folder, "asked")
        for path in ("/secret.txt", "/app/environment.php"):
            with self.subTest(path=path), self.front.connect(fronts.SITE) as s:
                asked.unlink(missing_ok=True)
                s.sendall(f"GET {path} HTTP/1.1\r\nHost: {fronts.SITE}\r\nConnection: close\r\n\r\n".encode())
                until(asked.exists, what="a question")
                s.setblocking(False)
                with self.assertRaises(ssl.SSLWantReadError):
                    s.recv(1)
                s.settimeout(30)
                if self.is_patient:
                    self.says(b"close ")
                response = http.client.HTTPResponse(s)
                response.begin()
                self.assertGreaterEqual(response.status, 500)
                self.assertNotIn(SECRET, response.read())
                self.says(b"hang ")

    def test_nothing_is_served_unless_it_says_so(self):
        self.begin()
        self.says(b"out " + GOOD + b"\r\n")
        until(lambda: self.ask("/secret.txt").status == 200, what="an answer")
        self.assertIn(SECRET, self.ask("/secret.txt").body)
        for name, what in AILMENTS.items():
            self.says(what)
            for path in ("/secret.txt", "/app/environment.php"):
                with self.subTest(name=name, path=path):
                    answer = self.ask(path)
                    if name in self.taken:
                        self.assertEqual(answer.status, 200, "the table is out of date")
                        continue
                    if answer is None:
                        continue  # closed
                    self.assertNotEqual(answer.status, 200)
                    self.assertNotIn(SECRET, answer.body)
                    self.assertNotIn(b"REQUEST_METHOD", answer.body)


class ByLighttpd(Guarded, unittest.TestCase):
    server = fronts.Lighttpd
    soon = {'"read-timeout" => 10': '"read-timeout" => 3'}


class ByNginx(Guarded, unittest.TestCase):
    server = fronts.Nginx
    soon = {"fastcgi_read_timeout 10s": "fastcgi_read_timeout 3s"}
    known = AS_HEADERS
    pages = "/app/environment.php",  # it runs no CGI
    taken = TAKEN_BY_NGINX


class ByNginxBehindErrorPages(ByNginx):
    """A site with error pages of its own: what they answer must not be taken for what the guard says."""
    server = type("NginxBehindErrorPages", (fronts.Nginx,), {"name": "nginx-errors"})
    soon = {**ByNginx.soon, "index index.html index.php;":
            "index index.html index.php; fastcgi_intercept_errors on;"
            " error_page 403 500 502 503 504 = /public/note.txt;"}
    test_who_it_is_is_said_by_the_guard_alone = None
    test_a_guarded_answer_is_one_persons_and_else_as_the_site_made_it = None
    # The error page is guarded too, and asks once more while the first question hangs.
    test_nothing_is_served_while_it_hangs_nor_when_it_ends = None

    def ask(self, path):
        answer = super().ask(path)
        self.assertNotIn(SECRET, answer.body)
        return answer

    def test_nothing_is_served_unless_it_says_so(self):
        self.begin()
        for what in (b"out Status: 403\r\n\r\n", b"out Status: 503\r\n\r\n", b"close", b"out Status: 401\r\n\r\n"):
            self.says(what)
            for path in ("/secret.txt", *self.pages):
                with self.subTest(what=what, path=path):
                    answer = self.ask(path)
                    self.assertNotIn(b"REQUEST_METHOD", answer.body)
                    self.assertGreaterEqual(answer.status, 400)


class ByApache(Guarded, unittest.TestCase):
    server = fronts.Apache
    is_patient = True  # mod_authnz_fcgi waits half a minute
    nobody = {"REMOTE_USER": "anonymous"}

    @classmethod
    def start_guard(cls):
        cls.start(cls.front.guard_port)


class ByModFcgid(Guarded, unittest.TestCase):
    server = fronts.ApacheFcgid

    @classmethod
    def prepare(cls):
        modules, settings = cls.front.extra
        cls.front.extra = modules, settings + "\nFcgidIOTimeout 3"
        cls.folder = cls.front.home + "/bin"
        os.unlink(cls.folder + "/guard.fcgi")  # the real one

    @classmethod
    def start_guard(cls):
        shutil.copy(HERE + "/told_guard.py", cls.folder + "/guard.fcgi")
        os.chmod(cls.folder + "/guard.fcgi", 0o755)


if __name__ == "__main__":
    unittest.main()
