# SPDX-License-Identifier: Apache-2.0
"""Ten thousand ways to spell a path, behind each front server with the real guard: none of them leads a stranger to what
is guarded, nor starts a program there."""
import http.client
import os
import pathlib
import random
import unittest

import fronts
import guards
from product import Answer, Product

SEED = int(os.environ.get("GATEHOUSE_SEED", "1"))
COUNT = 10_000
# What is open with all else closed, and what is closed with all around it open.
RULES = f"""
site www https://{fronts.SITE}
/public           *  anyone
/open/secret      *  user
/open/hidden.txt  *  user
/open/app         *  user
/open             *  anyone
/                 *  user
"""
WORD = "guarded-word-"
OPEN_WORD = "a word for everybody"
FILES = ["secret.txt", "index.html", "hidden/index.html", "hidden/a/paper.txt", "open/secret/paper.txt",
         "open/secret/index.html", "open/hidden.txt", "secret.txt.html"]
PROGRAMS = ["app/page.php", "app/index.php", "open/app/page.php", "cgi-bin/page.cgi", "open/app/page.cgi"]
GUARDED = ["/" + path for path in FILES + PROGRAMS] + ["/", "/hidden/", "/open/secret/", "/app/", "/app"]


# ---- how a path may be spelled ----

def some_encoded(path, chance):
    form = chance.choice(("%",) * 6 + ("%25", "%%", "%u00"))
    share = chance.choice((0.1, 0.5, 1))
    return "".join(form + format(ord(c), chance.choice(("02x", "02X"))) if c not in "/%?#" and chance.random() < share else c
                   for c in path)


def harmless(path, chance):
    """As good clients do it."""
    if chance.random() < 0.5:
        return some_encoded(path, chance)
    return chance.choice((path + "?x=/public", path + "?", "/" + path, path.replace("/", "//"), path.replace("/", "/./"),
                          "/public/.." + path, "/open/x/.." + path, "/open/to" + path, "https://www.example.com" + path))


def slashes(path, chance):
    other = chance.choice((
        "%2f", "%2F", "//", "///", "/./", "/.//", "\\", "%5c", "%5C", "/%2e/", "/x/../", "/x/%2e%2e/", "/x/.%2E/", "/;/",
        "/;x=1/", ";/", ";x/", "%252f", "%255c", "%c0%af", "%c1%9c", "%e0%80%af", "%f0%80%80%af", "%ef%bc%8f", "\xc0\xaf",
        "/%00/", "/%09/", "/%20/", "%20/", "./", "%2e/", "/.;/", "/..;/x/../", "/public/../", "/public/..;/", "%3f/", "%23/"))
    where = [i for i, c in enumerate(path) if c == "/"]
    chosen = set(where if chance.random() < 0.3 else chance.sample(where, min(1, len(where))))
    return "".join(other if i in chosen else c for i, c in enumerate(path))


def behind(path, chance):
    """A beginning that is open, and a way out of it."""
    beginning = chance.choice((
        "/public", "/public/x", "/public/note.txt", "/public/page.php", "/public/page.cgi", "/open", "/open/x", "/.gatehouse",
        "/.gatehouse/return", "/.gatehouse/check", "/.gatehouse/page", "/.gatehouse/guard.fcgi", "/public/.", "/public;x",
        "/public%20", "/%70ublic", "/public/%2e", "/.well-known", "/assets", "/nothing"))
    out = chance.choice(("/..", "/%2e%2e", "/.%2e", "/%2E.", "%2f..", "/..%2f..", "/..;", "/..;x=1", "/..%3b", "/%252e%252e",
                         "\\..", "/..\\..", "%5c..", "/..%5c..", "/..%00", "/..%20", "/...", "/..%c0%af..", "%3f/..", "?/..",
                         "#/..", "%23/..", "/..//", "/./..", "//..", "/%c0%ae%c0%ae", "/..%0d", "/..%2e", "", ""))
    return beginning + out * chance.choice((1, 1, 2, 3)) + path


def rewritten(path, chance):
    return chance.choice(("/open/to", "/open/to/", "/public/to", "/open//to", "/open/%74o", "/open/./to", "/open/x/../to")) + path


def followed(path, chance):
    return path + chance.choice((
        "/", "//", ".", "..", "...", "%2e", "/.", "/..", "/./", "%20", " ", "%00", "%00.txt", "%00/../../public/note.txt", ";",
        ";x", ";/public/note.txt", "/;x", "?", "?x", "%3f", "%3fx=/public", "#", "#/public", "%23x", "~", ".bak", "::$DATA",
        "/x", "/x.css", "/public/note.txt", "/../public/note.txt", "/..;/public", "/%2e%2e/public", "%0a", "%0d%0a", "%09",
        "%7f", "%ff", "\\", "%5c", "/%5c", "%2f", "%2f.", "%2f..%2fpublic", ".html", ".txt", ".php", ".css", "%2ehtml", "/.php",
        "/a.php", "/%00.php", "&", "%26", "*", "%2a", "+", "%2b", "'", "\""))


def shortened(path, chance):
    """As MultiViews and index files have it."""
    return chance.choice((path.rpartition(".")[0], path.rpartition("/")[0], path.rpartition("/")[0] + "/")) or "/"


def other_case(path, chance):
    return "".join(c.swapcase() if chance.random() < 0.3 else c for c in path)


def overlong(path, chance):
    where = chance.randrange(len(path))
    c = ord(path[where])
    forms = [(0xc0 | c >> 6 & 3, 0x80 | c & 0x3f), (0xe0, 0x80 | c >> 6 & 3, 0x80 | c & 0x3f),
             (0xf0, 0x80, 0x80 | c >> 6 & 3, 0x80 | c & 0x3f)]
    as_bytes = chance.choice(forms)
    raw = "".join(map(chr, as_bytes)) if chance.random() < 0.2 else "".join(f"%{b:02x}" for b in as_bytes)
    return path[:where] + raw + path[where + 1:]


def with_odd_byte(path, chance):
    where = chance.randrange(len(path) + 1)
    byte = chance.choice((*range(0x21), 0x7f, *range(0x80, 0x100), *b"%\\;?#{}|^`<>\"'[]"))
    return path[:where] + (chr(byte) if chance.random() < 0.3 else f"%{byte:02x}") + path[where:]


def bad_escape(path, chance):
    where = chance.randrange(len(path) + 1)
    return path[:where] + chance.choice(("%", "%2", "%zz", "%%", "%u002e", "%2%66", "%0", "%-1")) + path[where:]


def as_address(path, chance):
    return chance.choice(("https://www.example.com", "http://www.example.com", "HTTPS://WWW.EXAMPLE.COM", "https://auth.example.com",
                          "https://www.example.com:443", "https://x@www.example.com", "//www.example.com", "https:", "*", ".",
                          "", "http://", "https://www.example.com/public/..", "ftp://www.example.com", "/https://www.example.com")
                         ) + (path if chance.random() < 0.9 else path[1:])


WAYS = (harmless, harmless, harmless, harmless, harmless, some_encoded, slashes, slashes, behind, behind, rewritten, followed, followed, shortened, other_case,
        overlong, with_odd_byte, bad_escape, as_address)


def spellings(seed, count):
    """The same ones for the same seed; each once."""
    chance = random.Random(seed)
    found = dict.fromkeys(GUARDED)
    while len(found) < count:
        path = chance.choice(GUARDED)
        for _ in range(chance.choice((1, 2, 2, 3))):
            if path:
                path = chance.choice(WAYS)(path, chance)
        found[path] = None
    return list(found)


class Line:
    """One connection after another to a site, each for as many requests as the server likes."""

    def __init__(self, front):
        self.front = front
        self.connection = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def ask(self, method, target, *fields):
        # A target that ends the line, or the head, may bring a second request along: then all that comes is the answer.
        is_odd = any(c in target for c in "\r\n \t\0")
        lines = [f"{method} {target} HTTP/1.1", f"Host: {fronts.SITE}", *fields]
        if method == "POST":
            lines.append("Content-Length: 0")
        if is_odd:
            lines.append("Connection: close")
        request = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        if is_odd:
            self.__exit__()
        for attempt in (1, 2):
            if fresh := self.connection is None:
                self.connection = self.front.connect(fronts.SITE)
            try:
                self.connection.sendall(request)
                if is_odd:
                    return self.rest()
                response = http.client.HTTPResponse(self.connection, method=method)
                response.begin()
                answer = Answer(response)
                if response.will_close:
                    self.__exit__()
                return answer.status, answer.body
            except (http.client.HTTPException, OSError):
                self.__exit__()
                if fresh:
                    return None, b""  # closed

    def rest(self):
        said = b""
        try:
            while some := self.connection.recv(65536):
                said += some
        except OSError:
            pass
        self.__exit__()
        return None, said


def setUpModule():
    global product
    print("seed", SEED)
    product = unittest.enterModuleContext(Product(PUBLIC_URL=fronts.URL))
    guards.Guarded.product = product


class Paths:
    rules = RULES
    runs = "app/page.php", "open/app/page.php", "cgi-bin/page.cgi"
    with_dots = ("//secret.txt", "/public/../secret.txt", "/./secret%2etxt", "/public/%2e%2e/secret.txt",
                 "/open/x/../secret/paper.txt")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        www = cls.front.folder + "/www"
        for path in FILES:
            fronts.write(f"{www}/{path}", WORD + path)
        fronts.write(www + "/public/note.txt", OPEN_WORD)
        # Whoever runs them, in each of the servers.
        cls.ledger = fronts.write(cls.front.folder + "/ledger", "")
        os.chmod(cls.ledger, 0o666)
        for path in PROGRAMS:
            if path.endswith(".php"):
                fronts.write(f"{www}/{path}", f"<?php file_put_contents('{cls.ledger}', $_SERVER['REQUEST_URI'] . \"\\n\", "
                                              f"FILE_APPEND); echo '{WORD}{path}';")
            else:
                fronts.write(f"{www}/{path}", f"#!/bin/sh\necho \"$REQUEST_URI\" >>{cls.ledger}\n"
                                              f"printf 'Content-Type: text/plain\\r\\n\\r\\n{WORD}{path}'\n")
            os.chmod(f"{www}/{path}", 0o755)
        fronts.write(www + "/public/page.php", f"<?php echo '{OPEN_WORD}';")
        fronts.write(www + "/public/page.cgi", f"#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\n{OPEN_WORD}'\n")
        os.chmod(www + "/public/page.cgi", 0o755)
        cls.let_rewrite(www)
        cls.user = cls.front.register()

    @classmethod
    def let_rewrite(cls, www):
        pass

    def ran(self):
        return pathlib.Path(self.ledger).read_text(errors="replace")

    def test_no_spelling_leads_a_stranger_to_what_is_guarded(self):
        methods = random.Random(SEED)
        reached = []
        with Line(self.front) as line:
            self.assertEqual(line.ask("GET", "/public/note.txt"), (200, OPEN_WORD.encode()))
            statuses = {}
            for target in spellings(SEED, COUNT):
                method = methods.choice(("GET",) * 8 + ("HEAD", "POST"))
                status, body = line.ask(method, target)
                statuses[status] = statuses.get(status, 0) + 1
                if WORD.encode() in body:
                    reached.append((method, target, body[:200]))
                if not reached and self.ran():
                    reached.append((method, target, "ran"))
            self.assertEqual(line.ask("GET", "/public/note.txt"), (200, OPEN_WORD.encode()))
        self.assertEqual(reached, [], f"seed {SEED}")
        self.assertEqual(self.ran(), "", f"seed {SEED}")
        # Read as they were meant: by far not all of them were just broken.
        self.assertGreater(statuses.get(401, 0), COUNT // 10, statuses)

    def test_who_may_gets_there_by_many_a_spelling(self):
        cookie, _ = guards.enter(self.front, self.user, "/secret.txt")
        with Line(self.front) as line:
            for target in ("/secret.txt", "/%73ecret.txt", "/secret.txt?x=%2f..%2f", "/open/hidden.txt", "/", "/hidden/",
                           "/open/secret/", *self.with_dots, *("/" + path for path in self.runs)):
                with self.subTest(target=target):
                    status, body = line.ask("GET", target, "Cookie: " + cookie)
                    self.assertEqual(status, 200, body)
                    self.assertIn(WORD.encode(), body)
            reached = sum(WORD.encode() in line.ask("GET", target, "Cookie: " + cookie)[1]
                          for target in spellings(SEED, COUNT)[::10])
        self.assertGreater(reached, COUNT // 400)


class ByLighttpd(Paths, guards.ByLighttpd, unittest.TestCase):
    with_dots = ()  # it refuses them before anybody else is asked

    @classmethod
    def prepare(cls):
        cls.front.also = f"""
server.modules += ("mod_rewrite")
$HTTP["host"] == "{fronts.SITE}" {{ url.rewrite-once = ("^/(open|public)/to(/.*)" => "$2") }}
"""


class ByNginx(Paths, guards.ByNginx, unittest.TestCase):
    runs = "app/page.php", "open/app/page.php"  # it runs no CGI


class ByApache(Paths, guards.ByApache, unittest.TestCase):
    @classmethod
    def prepare(cls):
        super().prepare()
        cls.front.changes = {"FollowSymLinks ExecCGI": "FollowSymLinks ExecCGI MultiViews", "fcgi cgid": "fcgi cgid negotiation"}

    @classmethod
    def let_rewrite(cls, www):
        with open(www + "/.htaccess", "a") as rules:
            rules.write("RewriteEngine On\nRewriteRule ^(open|public)/to(/.*) $2\n")


class ByModFcgid(Paths, guards.ByModFcgid, unittest.TestCase):
    let_rewrite = ByApache.let_rewrite


if __name__ == "__main__":
    unittest.main()
