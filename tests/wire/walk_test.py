# SPDX-License-Identifier: Apache-2.0
"""The first walk through the house: register, log in, read my profile, verify the token from outside."""
import base64
import json
import os
import signal
import subprocess
import time
import unittest

from product import ADMIN_PASSWORD, PASSWORD, Product, until

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
}


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def claims_of(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


class SignerOfMyOwn:
    """Another issuer, for tokens that ours would not sign. RS256: openssl's signature needs no change of form."""

    def __init__(self, folder):
        self.key = folder + "/key.pem"
        self.openssl("genrsa", "-out", self.key, "2048")
        modulus = self.openssl("rsa", "-in", self.key, "-noout", "-modulus").decode().strip().partition("=")[2]
        jwk = {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "mine", "e": "AQAB",
               "n": base64url(bytes.fromhex(modulus))}
        self.key_set = folder + "/jwks.json"
        with open(self.key_set, "w") as out:
            json.dump({"keys": [jwk]}, out)

    def openssl(self, *arguments, said=b""):
        return subprocess.run(["openssl", *arguments], input=said, check=True, capture_output=True).stdout

    def sign(self, claims):
        parts = [{"alg": "RS256", "typ": "at+jwt", "kid": "mine"}, claims]
        text = ".".join(base64url(json.dumps(part).encode()) for part in parts)
        return text + "." + base64url(self.openssl("dgst", "-sha256", "-sign", self.key, said=text.encode()))


class Walk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.product = cls.enterClassContext(Product())

    def assert_problem(self, answer, status):
        self.assertEqual(answer.status, status, answer)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        problem = answer.json()
        self.assertEqual(problem["status"], status)
        self.assertIsInstance(problem["detail"], str)

    # ---- a person ----

    def test_a_stranger_registers_logs_in_and_reads_the_own_profile(self):
        answer = self.product.post_json("/api/v1/users/register", {
            "email": "Ann.Smith@Example.com", "password": PASSWORD, "full_name": "Ann O'Brien <&>"})
        self.assertEqual(answer.status, 201, answer)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        user = answer.json()
        self.assertEqual(set(user), {"id", "username", "email", "full_name", "role", "is_active", "is_verified",
                                     "created_at", "updated_at", "language"})
        self.assertEqual((user["full_name"], user["role"], user["is_active"]), ("Ann O'Brien <&>", "user", True))

        answer = self.product.log_in(user["username"])
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        pair = answer.json()
        self.assertEqual((pair["token_type"], pair["expires_in"]), ("bearer", 1800))
        self.assertEqual(set(pair["scope"].split()), {"profile:read", "profile:write", "posts:read", "posts:write"})

        answer = self.product.me(pair["access_token"])
        self.assertEqual((answer.status, answer.json()), (200, user))

    def test_the_email_logs_in_as_well_as_the_name_and_case_makes_no_difference(self):
        user = self.product.register()
        for name in (user["username"], user["username"].upper(), user["email"], user["email"].title()):
            self.assertEqual(self.product.log_in(name).status, 200, name)

    def test_what_swagger_ui_sends_beside_the_password_is_ignored(self):
        user = self.product.register()
        basic = "Basic " + base64.b64encode(b"client:secret").decode()
        answer = self.product.post_form("/api/v1/auth/token", {
            "grant_type": "password", "username": user["username"], "password": PASSWORD, "scope": "",
            "client_id": "x", "client_secret": "y"}, Authorization=basic)
        self.assertEqual(answer.status, 200, answer)

    def test_a_login_gets_of_the_asked_scopes_those_it_may_have(self):
        user = self.product.register()
        answer = self.product.log_in(user["username"], scope="posts:read admin nonsense")
        self.assertEqual(answer.json()["scope"], "posts:read")
        answer = self.product.me(answer.json()["access_token"])
        self.assert_problem(answer, 403)
        self.assertIn('error="insufficient_scope"', answer.headers["WWW-Authenticate"])

    def test_name_and_email_are_taken_once_only(self):
        user = self.product.register()
        for name, email in ((user["username"].upper(), "other@example.com"), ("other-name", user["email"].upper())):
            self.assert_problem(self.product.post_json("/api/v1/users/register", {
                "username": name, "email": email, "password": PASSWORD}), 409)

    def test_unknown_name_and_wrong_password_get_the_same_answer(self):
        user = self.product.register()
        answers = [self.product.log_in(name, "Wrong-Horse-7-Battery") for name in (user["username"], "nobody-here")]
        for answer in answers:
            self.assert_problem(answer, 401)
            self.assertTrue(answer.headers["WWW-Authenticate"].startswith("Bearer"))
        self.assertEqual(answers[0].body, answers[1].body)
        names = [sorted(set(answer.headers.keys())) for answer in answers]
        self.assertEqual(names[0], names[1])

    def test_the_administrator_has_every_scope(self):
        answer = self.product.log_in("admin", ADMIN_PASSWORD)
        self.assertEqual(answer.status, 200, answer)
        self.assertIn("admin", answer.json()["scope"].split())
        self.assertEqual(self.product.me(answer.json()["access_token"]).json()["role"], "super_admin")

    # ---- the token, seen from outside ----

    def verify(self, token, *options):
        with open(self.product.folder + "/jwks.json", "wb") as out:
            answer = self.product.get("/.well-known/jwks.json")
            out.write(answer.body)
        return self.product.gatehouse("jwt", "verify", "--jwks", out.name, *options, said=token)

    def test_another_program_verifies_the_token_with_the_published_keys(self):
        token = self.product.new_token()
        url = f"http://127.0.0.1:{self.product.port}"
        verdict = self.verify(token + "\n", "--issuer", url, "--audience", url)
        self.assertEqual(verdict.returncode, 0, verdict.stderr)
        self.assertEqual(json.loads(verdict.stdout), claims_of(token))
        self.assertTrue(claims_of(token)["sub"].isdecimal())

    def test_a_tampered_token_is_refused_with_a_reason(self):
        token = self.product.new_token()
        head, claims, signature = token.split(".")
        other = base64url(json.dumps({**claims_of(token), "role": "super_admin"}).encode())
        refused = [f"{head}.{other}.{signature}", token[:-6] + "AAAAAA", f"{head}.{claims}.", f"{head}.{claims}", "",
                   "x"]
        for tampered in refused:
            verdict = self.verify(tampered)
            self.assertEqual((verdict.returncode, verdict.stdout), (1, ""), tampered)
            self.assertRegex(verdict.stderr, "^gatehouse jwt verify: .")
        verdict = self.verify(token, "--audience", "https://elsewhere.example")
        self.assertEqual(verdict.returncode, 1)
        self.assertIn("aud", verdict.stderr)

    def test_an_expired_or_early_token_is_refused_with_a_reason(self):
        signer = SignerOfMyOwn(self.product.folder)
        now = int(time.time())
        for claims, status, reason in (({"nbf": now - 9, "exp": now + 99}, 0, ""),
                                       ({"nbf": now - 9, "exp": now - 1}, 1, "expired"),
                                       ({"nbf": now + 99, "exp": now + 999}, 1, "not good yet"),
                                       ({"nbf": now - 9}, 1, "no exp")):
            verdict = self.product.gatehouse("jwt", "verify", "--jwks", signer.key_set, said=signer.sign(claims))
            self.assertEqual(verdict.returncode, status, verdict)
            self.assertIn(reason, verdict.stderr)
        # A key of the set decides, not the token's word for it.
        verdict = self.verify(signer.sign({"nbf": now - 9, "exp": now + 99}))
        self.assertEqual(verdict.returncode, 1)
        self.assertEqual(self.product.me(signer.sign({"nbf": now - 9, "exp": now + 99})).status, 401)

    def test_the_key_set_is_public_keys_only_and_cacheable(self):
        answer = self.product.get("/.well-known/jwks.json")
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, "application/jwk-set+json"))
        self.assertIn("public, max-age=", answer.headers["Cache-Control"])
        for key in answer.json()["keys"]:
            self.assertEqual(set(key), {"kty", "crv", "x", "y", "alg", "use", "kid"}, "and no d")

    # ---- what the house says of itself ----

    def test_the_description_lists_every_route_and_method_that_is_in_service(self):
        answer = self.product.get("/openapi.json")
        self.assertEqual(answer.status, 200)
        self.assertTrue(answer.headers["Content-Type"].startswith("application/json"))
        paths = answer.json()["paths"]
        served = {}
        for name in sorted(os.listdir(self.product.var + "/bin")):
            if not name.endswith(".fcgi"):
                continue
            described = json.loads(subprocess.check_output([f"{self.product.var}/bin/{name}", "--describe"]))
            # One name runs through everything.
            self.assertEqual(described["name"] + ".fcgi", name)
            # Pages are for people, and what a guarded site's configuration names is none of our URLs.
            is_page = any(operation["page"] for operation in described["operations"])
            if is_page or described["on_guarded_sites"]:
                continue
            served[described["route"]] = {operation["method"].lower() for operation in described["operations"]}
        self.assertGreaterEqual(len(served), 9)
        self.assertEqual({route: set(operations) for route, operations in paths.items()}, served)

    def test_the_description_is_whole_openapi(self):
        document = self.product.get("/openapi.json").json()
        self.assertTrue(document["openapi"].startswith("3.1."))
        self.assertTrue(document["info"]["title"] and document["info"]["version"])
        ids = []
        for path, operations in document["paths"].items():
            self.assertTrue(path.startswith("/"))
            for method, operation in operations.items():
                self.assertIn(method, {"get", "put", "post", "delete", "patch"})
                ids.append(operation["operationId"])
                self.assertTrue(operation["summary"])
                for status, response in operation["responses"].items():
                    self.assertRegex(status, "^([1-5][0-9][0-9]|default)$")
                    self.assertTrue(response["description"])
                for wanted in operation["security"]:
                    self.assertLessEqual(set(wanted), set(document["components"]["securitySchemes"]))
        self.assertEqual(len(ids), len(set(ids)))

        def references(node):
            for key, value in node.items() if isinstance(node, dict) else enumerate(node):
                if key == "$ref":
                    yield value
                elif isinstance(value, (dict, list)):
                    yield from references(value)

        for reference in references(document):
            node = document
            for step in reference.removeprefix("#/").split("/"):
                node = node[step]
            self.assertIn("type", node)

    def test_the_front_page_says_what_runs_here(self):
        answer = self.product.get("/")
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, "text/html; charset=utf-8"))
        self.assertIn(b'href="/openapi.json"', answer.body)

    def test_an_unknown_url_is_answered_with_a_problem(self):
        for path in ("/nothing", "/api/v1", "/api/v1/users/me/x", "/api/v1/users/meanwhile", "/health/liver",
                     "/openapiXjson", "/index.html", "/api/v2/users/me", "/Health"):
            answer = self.product.get(path)
            self.assert_problem(answer, 404)
            self.assertEqual(answer.headers["Cache-Control"], "no-store")

    def test_a_final_slash_and_a_query_are_the_same_url(self):
        for path in ("/health/", "/health?x=1", "/health/?x", "/openapi.json/"):
            self.assertEqual(self.product.get(path).status, 200, path)

    def test_head_is_get_without_its_body(self):
        for path in ("/", "/health", "/health/ready", "/openapi.json", "/.well-known/jwks.json", "/api/v1/users/me",
                     "/x"):
            get, head = self.product.get(path), self.product.request("HEAD", path)
            self.assertEqual((head.status, head.body), (get.status, b""), path)
            for name in ("Content-Type", "Content-Length", "Cache-Control"):
                self.assertEqual(head.headers[name], get.headers[name], path)

    def test_every_answer_carries_the_security_headers_once_and_a_request_id(self):
        for path in ("/", "/health", "/openapi.json", "/api/v1/users/me", "/nothing"):
            answer = self.product.get(path, X_Request_ID="Mine-7")
            for name, value in SECURITY_HEADERS.items():
                self.assertEqual(answer.headers.get_all(name), [value], path)
            self.assertEqual(len(answer.headers.get_all("Content-Security-Policy")), 1)
            self.assertEqual(answer.headers.get_all("X-Request-ID"), ["Mine-7"])
            self.assertEqual(len(answer.headers.get_all("Cache-Control")), 1)
            self.assertIsNone(answer.headers["Server"])
        made = {self.product.get("/health", X_Request_ID="not a good one").headers["X-Request-ID"] for _ in range(3)}
        self.assertEqual(len(made), 3)

    def test_a_browser_on_an_allowed_origin_may_call_and_another_may_not(self):
        asks = {"Access_Control_Request_Method": "GET", "Access_Control_Request_Headers": "authorization"}
        answer = self.product.request("OPTIONS", "/api/v1/users/me", Origin="http://localhost:3000", **asks)
        self.assertEqual(answer.status, 204)
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "http://localhost:3000")
        self.assertIn("Authorization", answer.headers["Access-Control-Allow-Headers"])
        answer = self.product.request("OPTIONS", "/api/v1/users/me", Origin="http://evil.example", **asks)
        self.assertIsNone(answer.headers["Access-Control-Allow-Origin"])
        self.assertEqual(answer.headers["Vary"], "Origin")

    def test_all_three_health_endpoints_are_healthy(self):
        for path in ("/health", "/health/live", "/health/ready"):
            answer = self.product.get(path)
            self.assertEqual((answer.status, answer.json()), (200, {"status": "healthy"}), path)

    def test_a_request_is_one_log_line_without_secrets(self):
        user = self.product.register()
        token = self.product.log_in(user["username"]).json()["access_token"]
        self.product.get("/api/v1/users/me?secret=in-the-query", Authorization="Bearer " + token,
                         X_Request_ID="seek-me")
        lines = [line for line in self.product.log() if line.get("request_id") == "seek-me"]
        self.assertEqual(len(lines), 1)
        self.assertEqual({name: lines[0][name] for name in ("level", "endpoint", "method", "status", "address",
                                                            "user_id")},
                         {"level": "info", "endpoint": "users_me", "method": "GET", "status": 200,
                          "address": "127.0.0.1", "user_id": user["id"]})
        self.assertLessEqual({"time", "ms", "database_ms"}, set(lines[0]))
        with open(self.product.var + "/log/gatehouse.log") as log:
            text = log.read()
        for secret in (PASSWORD, token, token.split(".")[2], "in-the-query", ADMIN_PASSWORD):
            self.assertNotIn(secret, text)


class DatabaseAway(unittest.TestCase):
    def test_the_house_waits_for_its_database_and_goes_on_when_it_is_back(self):
        with Product() as product:
            user = product.register()
            token = product.log_in(user["username"]).json()["access_token"]
            workers = product.workers()
            database = product.database()
            with open(f"/proc/{database}/cmdline") as line, open(f"/proc/{database}/environ") as environment:
                command = line.read().rstrip("\0").split("\0")
                how = {"env": dict(name.split("=", 1) for name in environment.read().rstrip("\0").split("\0")),
                       "stdin": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            if os.getuid() == 0:
                owner = os.stat(f"/proc/{database}")
                how |= {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}

            # scripts/run would tidy up at once; held still, it leaves the handlers on their own.
            product.process.send_signal(signal.SIGSTOP)
            os.kill(database, signal.SIGKILL)
            until(lambda: product.get("/health/ready").status == 503)
            requests = [
                lambda: product.get("/health/ready"), lambda: product.me(token),
                        lambda: product.log_in(user["username"]),
                lambda: product.post_json("/api/v1/users/register", {"email": "late@example.com",
                                                                     "password": PASSWORD}),
                lambda: product.get("/.well-known/jwks.json")]
            for request in requests * 2:
                answer = request()
                self.assertEqual(answer.status, 503, answer)
                self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
                self.assertGreater(int(answer.headers["Retry-After"]), 0)
                self.assertNotIn(b"sock", answer.body)
                self.assertNotIn(b"ysql", answer.body)
            for path in ("/health", "/health/live", "/", "/openapi.json"):
                self.assertEqual(product.get(path).status, 200, path)
            self.assertEqual(product.get("/nothing").status, 404)

            again = subprocess.Popen(command, **how)
            try:
                until(lambda: product.get("/health/ready").status == 200)
                self.assertEqual(product.me(token).json(), user)
                self.assertEqual(product.log_in(user["username"]).status, 200)
                self.assertEqual(product.register()["role"], "user")
                self.assertEqual(product.get("/.well-known/jwks.json").status, 200)
                self.assertEqual(product.workers(), workers, "none had to start anew")
            finally:
                product.stop()
                again.terminate()
                again.wait(30)


if __name__ == "__main__":
    unittest.main()
