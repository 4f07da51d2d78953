# SPDX-License-Identifier: Apache-2.0
"""Every kind of credential before every kind of rule, behind each front server with the real guard: one table, and nothing
that a client says of itself changes a line of it."""
import base64
import dataclasses
import itertools
import os
import unittest

import fronts
import guards
from guards import BROWSER
from product import PASSWORD, Product

PASS, ASK, NO = "pass", "ask who", "no"
PAGE = "page.php"
numbers = itertools.count(1)


@dataclasses.dataclass(frozen=True)
class Shows:
    """A credential that is good, as far as a rule cares: all are ann's."""
    kind: str  # cookie, program (a token or a key) or basic
    site: bool = False  # may be shown to this site
    scopes: frozenset = frozenset()


@dataclasses.dataclass(frozen=True)
class Rule:
    path: str
    says: str
    methods: str = "*"
    lets: object = lambda shown: False  # who of those that showed a good credential
    open: bool = False
    closed: bool = False
    key: bool = False
    basic: bool = False
    scope: str = ""


EVERY_USER = {"lets": lambda shown: True}
RULES = [
    Rule("/anyone", "anyone", open=True),
    Rule("/nobody", "nobody", closed=True),
    Rule("/user", "user", **EVERY_USER),
    Rule("/ann", "user ann-{pid}", **EVERY_USER),
    Rule("/bob", "user bob-{pid}"),
    Rule("/staff", "group staff", **EVERY_USER),
    Rule("/others", "group others"),
    Rule("/users", "role user", **EVERY_USER),
    Rule("/admins", "role admin"),
    Rule("/least", "minimum-role user", **EVERY_USER),
    Rule("/moderators", "minimum-role moderator"),
    Rule("/scope", "scope posts:read", lets=lambda shown: "posts:read" in shown.scopes, scope="posts:read"),
    Rule("/here", "network 127.0.0.0/8", open=True),
    Rule("/elsewhere", "network 192.0.2.0/24"),
    Rule("/mixed", "network 192.0.2.0/24 or group others or user", **EVERY_USER),
    Rule("/key", "user with key", key=True, **EVERY_USER),
    Rule("/basic", "user with basic", basic=True, **EVERY_USER),
    Rule("/both", "user with key basic", key=True, basic=True, **EVERY_USER),
    Rule("/get", "user", methods="GET", **EVERY_USER),
]


def decision(rule, method, shown):
    """What a rule says to who showed this: None for nobody, and for a credential that is not good."""
    if rule is None or rule.methods not in ("*", method) or rule.closed:
        return NO
    if rule.open:
        return PASS
    if shown is None:
        return ASK
    if shown.kind == "basic" and not rule.basic:
        return NO
    if shown.kind != "cookie" and not (rule.key or shown.site or rule.scope in shown.scopes):
        return NO
    return PASS if rule.lets(shown) else NO


def met(answer):
    if answer.status == 200:
        return PASS
    return {401: ASK, 302: ASK, 303: ASK, 403: NO}.get(answer.status, str(answer.status))


# Where a server comes to another answer, and why that is no harm.
DIFFERENCES = {
    ("fcgid", "/get", "POST"): ({ASK, NO}, "what a stranger sees of a refusal is an ErrorDocument, which Apache asks by GET"),
}


def setUpModule():
    global product, user, credentials
    rules = "".join(f"{rule.path} {rule.methods} {rule.says}\n" for rule in RULES).format(pid=os.getpid())
    Matrix.rules = f"site www https://{fronts.SITE}\n{rules}site wiki https://{fronts.OTHER_SITE}\n/ * user\n"
    product = unittest.enterModuleContext(Product(PUBLIC_URL=fronts.URL))
    guards.Guarded.product = product
    product.operate("role", "grant", "user", "site:www", "site:wiki")
    for group in ("staff", "others"):
        product.operate("group", "add", group)
    user = product.register(f"ann-{os.getpid()}")
    product.operate("group", "member", "staff", "--add", user["username"])


def token(scope):
    answer = product.log_in(user["username"], scope=scope)
    assert answer.status == 200, answer
    return answer.json()


def key(scopes):
    answer = product.post_json("/api/v1/api-keys/generate", {"name": f"key {next(numbers)}", "scopes": scopes},
                               Authorization="Bearer " + token("profile:write posts:read site:www site:wiki")["access_token"])
    assert answer.status == 200, answer
    return answer.json()["api_key"]


def basic(name, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def bearer(word):
    return {"Authorization": "Bearer " + word}


def all_credentials(front):
    """name: (the fields that show it, what it is good for or None)."""
    mine, session = guards.enter(front, user, "/user/" + PAGE)
    others, _ = guards.enter(front, user, "/user/" + PAGE, fronts.OTHER_SITE)
    ended, to_end = guards.enter(front, user, "/user/" + PAGE)
    guards.sign_out(front, to_end)
    good, plain, wiki = token("site:www")["access_token"], token("profile:read")["access_token"], token("site:wiki")["access_token"]
    posts = token("posts:read")
    revoked = token("site:www")["access_token"]
    product.request("POST", "/api/v1/auth/logout", Authorization="Bearer " + revoked)
    of_site, of_wiki, of_posts = key("site:www"), key("site:wiki"), key("posts:read")
    value = mine.partition("=")[2]
    me = user["username"]
    posts_read = frozenset({"posts:read"})
    cookie = Shows("cookie", scopes=posts_read)
    return {
        "nothing": ({}, None),
        "nothing, by a browser": (BROWSER, None),
        "the guard's cookie": ({"Cookie": mine}, cookie),
        "the guard's cookie, by a browser": ({"Cookie": mine, **BROWSER}, cookie),
        "the guard's cookie of another site": ({"Cookie": others}, None),
        "the guard's cookie of a session that ended": ({"Cookie": ended}, None),
        "the guard's cookie with another secret": ({"Cookie": mine[:-2] + ("AA" if mine[-2:] != "AA" else "BA")}, None),
        "the guard's cookie under a name that a neighbour can plant": ({"Cookie": "guard=" + value}, None),
        "the guard's cookie twice": ({"Cookie": f"{mine}; {mine}"}, None),
        "the session's cookie": ({"Cookie": session}, None),
        "the session's cookie as the guard's": ({"Cookie": "__Host-guard=" + session.partition("=")[2]}, None),
        "an access token's cookie": ({"Cookie": "__Host-access_token=" + good}, None),
        "an access token as the guard's cookie": ({"Cookie": "__Host-guard=" + good}, None),
        "a token for the site": (bearer(good), Shows("program", site=True)),
        "a token for another site": (bearer(wiki), Shows("program")),
        "a token for no site": (bearer(plain), Shows("program")),
        "a token with a scope that a rule names": (bearer(posts["access_token"]), Shows("program", scopes=posts_read)),
        "a token that was revoked": (bearer(revoked), None),
        "a token that was changed": (bearer(good[:-4] + "AAAA"), None),
        "a refresh token": (bearer(posts["refresh_token"]), None),
        "the guard's cookie as a token": (bearer(value), None),
        "a token that is none": (bearer("x.y.z"), None),
        "a bad token beside a good cookie": ({**bearer("x.y.z"), "Cookie": mine}, None),
        "a key for the site": ({"X_API_Key": of_site}, Shows("program", site=True)),
        "a key for another site": ({"X_API_Key": of_wiki}, Shows("program")),
        "a key with a scope that a rule names": ({"X_API_Key": of_posts}, Shows("program", scopes=posts_read)),
        "a key that is none": ({"X_API_Key": of_site[:-4] + "AAAA"}, None),
        "a key as a token": (bearer(of_site), None),
        "Basic with a key for the site": (basic(me, of_site), Shows("basic", site=True)),
        "Basic with a key for another site": (basic(me, of_wiki), Shows("basic")),
        "Basic with a key and somebody else's name": (basic("bob", of_site), None),
        "Basic with a key, by a browser": ({**basic(me, of_site), "Sec_Fetch_Mode": "navigate"}, None),
        "Basic with the password": (basic(me, PASSWORD), None),
        "Basic with a token": (basic(me, good), None),
        "an unknown scheme": ({"Authorization": "Negotiate " + good}, None),
    }


# What only the guard or the server's configuration may say, beside what guarded_test.py tries.
CLAIMS = {name: value for value, names in {
    "root": ["X-Auth-User", "X_Auth_User", "Remote-User", "REMOTE_USER", "Variable-REMOTE_USER", "Auth-Sub", "X-Auth-Sub",
             "Authenticate-User", "X-Remote-User", "X-Forwarded-User"],
    "wiki": ["GATEHOUSE_SITE", "Gatehouse-Site", "X-Gatehouse-Site"],
    "pass": ["GATEHOUSE_DECISION", "Gatehouse-Decision", "Variable-GATEHOUSE_DECISION", "X-Gatehouse-Guard"],
    "forwarded": ["GATEHOUSE_GUARD", "Gatehouse-Guard"],
    "FILTER": ["FCGI_ROLE", "FCGI-Role"],
    "HEAD": ["X-Forwarded-Method", "X-HTTP-Method-Override", "X-Original-Method", "Request-Method"],
    "/anyone/claimed": ["X-Original-URI", "X-Original-URL", "X-Forwarded-Uri", "X-Rewrite-URL", "Request-Uri", "REQUEST_URI",
                        "Redirect-Uri", "Script-Filename", "Path-Info"],
    "192.0.2.7": ["X-Forwarded-For", "X-Real-IP", "Remote-Addr", "Forwarded", "Client-IP"],
}.items() for name in names}
# Of those, what a page may see as what it is, a client's own word.
IDENTITY = ("REMOTE_USER", "HTTP_REMOTE_USER", "AUTH_SUB", "HTTP_X_AUTH_USER", "HTTP_X_AUTH_SUB", "HTTP_AUTH_SUB", "GATEHOUSE_SITE",
            "GATEHOUSE_GUARD", "FCGI_ROLE", "REQUEST_METHOD", "REQUEST_URI", "REMOTE_ADDR")


class Matrix:
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for folder in (cls.front.folder + "/www", cls.front.folder + "/wiki"):
            if os.path.isdir(folder):
                for path in [rule.path for rule in RULES] + ["/nothing"]:
                    fronts.write(f"{folder}{path}/{PAGE}", "<?php echo json_encode($_SERVER);")
        cls.credentials = all_credentials(cls.front)

    def ask(self, path, method="GET", **fields):
        return self.site(f"{path}/{PAGE}", method, **fields)

    def test_each_credential_meets_each_rule_as_the_table_has_it(self):
        cases = [(rule.path, rule, "GET") for rule in RULES] + [("/nothing", None, "GET"), ("/get", RULES[-1], "POST")]
        for name, (fields, shown) in self.credentials.items():
            for path, rule, method in cases:
                with self.subTest(credential=name, path=path, method=method):
                    answer = self.ask(path, method, **fields)
                    wanted = decision(rule, method, shown)
                    others = DIFFERENCES.get((self.front.name, path, method))
                    self.assertIn(met(answer), others[0] if others else {wanted}, answer)
                    if wanted != PASS:
                        self.assertNotIn(b"REQUEST_METHOD", answer.body)
                        continue
                    # And who it is, that was said; also where nobody is asked.
                    seen = answer.json()
                    known = (user["username"], str(user["id"])) if shown else None
                    self.assertIn((seen.get("REMOTE_USER", ""), seen.get("AUTH_SUB", "")),
                                  [known] if known else [("", ""), ("anonymous", "")])

    def test_nothing_that_a_client_says_of_itself_changes_it(self):
        for credential in ("nothing", "the guard's cookie", "a token for no site"):
            fields, shown = self.credentials[credential]
            for rule in (RULES[0], RULES[1], RULES[2], RULES[6], RULES[13]):
                for claim, value in CLAIMS.items():
                    with self.subTest(credential=credential, path=rule.path, claim=claim):
                        lines = [f"{name.replace('_', '-')}: {word}" for name, word in fields.items()]
                        answer = self.front.raw(f"GET {rule.path}/{PAGE} HTTP/1.1", f"Host: {fronts.SITE}", f"{claim}: {value}",
                                                *lines, host=False)
                        wanted = decision(rule, "GET", shown)
                        self.assertEqual(met(answer), wanted, answer)
                        if wanted == PASS:
                            seen = answer.json()
                            self.assertNotIn(value, [seen.get(name) for name in IDENTITY])


class ByLighttpd(Matrix, guards.ByLighttpd, unittest.TestCase):
    pass


class ByNginx(Matrix, guards.ByNginx, unittest.TestCase):
    pass


class ByApache(Matrix, guards.ByApache, unittest.TestCase):
    pass


class ByModFcgid(Matrix, guards.ByModFcgid, unittest.TestCase):
    pass


if __name__ == "__main__":
    unittest.main()
