# SPDX-License-Identifier: Apache-2.0
"""The same executables as plain CGI: started for one request by the test itself, and by lighttpd's mod_cgi."""
import base64
import json
import os
import re
import subprocess
import unittest
import urllib.parse

from gateway import JSON, Reply, ask, environment_of, run_cgi, variables
from product import Client, FORM, PASSWORD, Product, free_port, until

REGISTER, TOKEN, ME = "/api/v1/users/register", "/api/v1/auth/token", "/api/v1/users/me"


def allow_shared_uid(product):
    """Who starts the executables here is the same user."""
    with open(product.var + "/etc/gatehouse.conf", "a") as configuration:
        configuration.write("ALLOW_SHARED_UID = on\n")


class Cgi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.product = cls.enterClassContext(Product())
        allow_shared_uid(cls.product)
        cls.user = cls.product.register()
        cls.token = cls.product.log_in(cls.user["username"]).json()["access_token"]

    def executable(self, name):
        return f"{self.product.var}/bin/{name}.fcgi"

    def cgi(self, name, named, body=b"", arguments=(), **environment):
        return run_cgi(self.executable(name), {**environment_of(self.product, named), **environment}, body, arguments)

    def register(self, email, **environment):
        body = json.dumps({"email": email, "password": PASSWORD}).encode()
        return self.cgi("users_register", variables("POST", REGISTER, body, JSON), body, **environment)

    def log_in(self, **environment):
        body = urllib.parse.urlencode({"username": self.user["username"], "password": PASSWORD}).encode()
        return self.cgi("auth_token", variables("POST", TOKEN, body, FORM), body, **environment)

    def me(self, token):
        return self.cgi("users_me", variables("GET", ME, HTTP_AUTHORIZATION="Bearer " + token))

    def masked(self, reply):
        text = "\n".join(reply.lines) + "\n\n" + reply.body.decode()
        text = re.sub(r"(?i)(x-request-id): .*", r"\1: -", text)
        return re.sub(r'"(access_token|refresh_token)":"[^"]+"', r'"\1":"-"', text)

    def test_the_answer_is_the_same_as_through_fastcgi(self):
        bearer = {"HTTP_AUTHORIZATION": "Bearer " + self.token}
        login = urllib.parse.urlencode({"username": self.user["username"], "password": PASSWORD}).encode()
        wrong = urllib.parse.urlencode({"username": self.user["username"],
                                        "password": "Wrong-Horse-7-Battery"}).encode()
        taken = json.dumps({"email": self.user["email"], "password": PASSWORD}).encode()
        requests = [("health", "GET", "/health"), ("health", "HEAD", "/health"), ("health", "POST", "/health"),
                    ("health_live", "GET", "/health/live/"), ("health_ready", "GET", "/health/ready"),
                    ("root", "GET", "/"), ("root", "GET", "/nothing?x"), ("root", "HEAD", "/nothing"),
                    ("openapi", "GET", "/openapi.json"), ("well_known_jwks", "GET", "/.well-known/jwks.json"),
                    ("users_me", "GET", ME), ("users_me", "GET", ME, None, None, bearer),
                    ("users_me", "HEAD", ME, None, None, bearer),
                    ("users_me", "GET", ME, None, None, {"HTTP_AUTHORIZATION": "Bearer x.y.z"}),
                    ("users_me", "OPTIONS", ME, None, None, {"HTTP_ORIGIN": "http://localhost:3000",
                                                             "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "GET"}),
                    ("users_me", "GET", ME, None, None, {"HTTP_X_REQUEST_ID": "kept"}),
                    ("auth_token", "POST", TOKEN, login, FORM), ("auth_token", "POST", TOKEN, wrong, FORM),
                    ("auth_token", "POST", TOKEN, b"username=%zz", FORM), ("auth_token", "POST", TOKEN, login, JSON),
                    ("users_register", "POST", REGISTER, taken, JSON), ("users_register", "POST", REGISTER, b"{", JSON),
                    ("users_register", "POST", REGISTER, b"{}", JSON), ("users_register", "TRACE", REGISTER),
                    ("users_register", "POST", REGISTER, b"[" * 65537, JSON),
                    ("users_register", "POST", REGISTER, b"x" * (1 << 20), JSON)]
        for name, method, uri, *rest in requests:
            body, content_type, more = [*rest, None, None, None][:3]
            with self.subTest(name=name, method=method, uri=uri):
                named = variables(method, uri, body, content_type, **(more or {}))
                by_fastcgi = ask(f"{self.product.var}/run/{name}.sock", named, body or b"")
                by_cgi = self.cgi(name, named, body or b"")
                self.assertEqual(self.masked(by_cgi), self.masked(by_fastcgi))
                cacheable = by_cgi.status == 200 and name in ("openapi", "well_known_jwks")
                self.assertEqual(by_cgi.headers["cache-control"].startswith("public"), cacheable)

    def test_a_login_under_cgi_opens_the_profile_under_fastcgi_and_the_reverse(self):
        token = self.log_in().json()["access_token"]
        self.assertEqual(self.product.me(token).json(), self.user)
        self.assertEqual(self.me(self.token).json(), self.user)

    def test_neither_query_nor_argv_is_an_option(self):
        for option in ("--describe", "-V", "--version", "--help", "-s", "-d", ""):
            with self.subTest(option=option):
                reply = self.cgi("health", variables("GET", "/health?" + option), arguments=[option] if option else [])
                self.assertEqual((reply.status, reply.json()), (200, {"status": "healthy"}))

    def test_a_person_is_told_what_it_is(self):
        for option, status, said in (("--describe", 0, '"route":"/health"'), ("--version", 0, "health "),
                                     ("-x", 2, "--describe")):
            done = subprocess.run([self.executable("health"), option], env={}, capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL)
            self.assertEqual(done.returncode, status)
            self.assertIn(said, done.stdout + done.stderr)
            self.assertNotIn("Status:", done.stdout)

    def test_configuration_in_the_environment_of_a_request_is_not_read(self):
        chosen = {"REGISTRATION": "closed", "SECRET_KEY": "x" * 40, "ALGORITHM": "HS256",
                  "APP_NAME": "Chosen by a client",
                  "DATABASE_URL": "mysql://nobody:nothing@127.0.0.1:1/none", "DATABASE_URL_FILE": "/nonexistent",
                  "SECRET_KEY_FILE": "/nonexistent", "MASTER_KEY_FILE": "/nonexistent", "CREDENTIALS": "/nonexistent",
                  "ISSUER": "chosen", "PUBLIC_URL": "https://chosen.example", "ACCESS_TOKEN_EXPIRE_MINUTES": "1",
                  "DEBUG": "nonsense"}
        self.assertEqual(self.register("cgi@example.com", **chosen).status, 201)
        reply = self.log_in(**chosen)
        self.assertEqual((reply.status, reply.json()["expires_in"]), (200, 1800))
        head = json.loads(base64.urlsafe_b64decode(reply.json()["access_token"].split(".")[0] + "=="))
        self.assertEqual(head["alg"], "ES256")
        self.assertEqual(self.me(reply.json()["access_token"]).status, 200)
        self.assertNotIn(b"Chosen", self.cgi("root", variables("GET", "/"), **chosen).body)

    def test_what_a_client_can_name_is_not_read(self):
        chosen = {"HTTP_PROXY": "http://6.6.6.6", "HTTP_GATEHOUSE_CONFIG": "/nonexistent",
                  "HTTP_REMOTE_ADDR": "6.6.6.6", "HTTP_X_FORWARDED_FOR": "6.6.6.6", "HTTP_CONTENT_LENGTH": "9",
                  "HTTP_REQUEST_METHOD": "POST",
                  "LISTEN_FDS": "1", "LISTEN_PID": "1"}
        self.assertEqual(self.me(self.token).status, 200)
        reply = self.cgi("users_me", variables("GET", ME, HTTP_AUTHORIZATION="Bearer " + self.token), **chosen)
        self.assertEqual((reply.status, reply.json()), (200, self.user))

    def test_a_body_shorter_than_announced_is_400(self):
        body = json.dumps({"email": "short@example.com", "password": PASSWORD}).encode()
        for announced in (len(body) + 1, 60_000, 65_536, 10 ** 9, 2 ** 62):
            with self.subTest(announced=announced):
                named = variables("POST", REGISTER, body, JSON, CONTENT_LENGTH=str(announced))
                self.assertEqual(self.cgi("users_register", named, body).status, 400)

    def test_a_body_that_is_too_large_is_taken_in_all_the_same(self):
        # Else a front server can't finish sending, and Apache's breaks off before the client has the answer.
        body = b"x" * (1 << 20)
        for more in ({"CONTENT_LENGTH": str(len(body))}, {"HTTP_TRANSFER_ENCODING": "chunked"}):
            with self.subTest(more=more):
                environment = environment_of(self.product, variables("POST", REGISTER, None, JSON, **more))
                with subprocess.Popen([self.executable("users_register")], stdin=subprocess.PIPE, env=environment,
                                      stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
                    process.stdin.write(body)  # a BrokenPipeError where it was not
                    process.stdin.close()
                    self.assertEqual(Reply(process.stdout.read()).status, 413)

    def test_a_body_of_unknown_length_is_read_to_its_end(self):
        body = json.dumps({"email": "unknown-length@example.com", "password": PASSWORD}).encode()
        named = variables("POST", REGISTER, None, JSON, HTTP_TRANSFER_ENCODING="chunked")
        self.assertEqual(self.cgi("users_register", named, body).status, 201)
        self.assertEqual(self.cgi("users_register", named, b"x" * 65_537).status, 413)
        # Without either there is no body.
        self.assertEqual(self.cgi("users_register", variables("POST", REGISTER, None, JSON), body).status, 400)

    def test_a_length_that_is_no_length_is_400(self):
        for length in ("abc", "-1", "+5", " 5", "5 ", "5x", "0x5", "1e3", "99999999999999999999", "५"):
            with self.subTest(length=length):
                self.assertEqual(self.cgi("health", variables("GET", "/health", CONTENT_LENGTH=length)).status, 400)
        self.assertEqual(self.cgi("health", variables("GET", "/health", CONTENT_LENGTH="")).status, 200)

    def test_what_stands_behind_the_body_is_neither_read_nor_waited_for(self):
        body = b"{}"
        environment = environment_of(self.product, variables("POST", REGISTER, body, JSON))
        with subprocess.Popen([self.executable("users_register")], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, env=environment) as process:
            process.stdin.write(body + b"and more")
            process.stdin.flush()
            reply = Reply(process.stdout.read())  # while stdin stays open
            process.stdin.close()
        self.assertEqual(reply.status, 422)

    def test_a_flood_of_variables_is_431(self):
        named = variables("GET", "/health", **{f"HTTP_X_{i}": "x" for i in range(500)})
        self.assertEqual(self.cgi("health", named).status, 431)
        self.assertEqual(self.cgi("health", variables("GET", "/health", HTTP_X="x" * 30_000)).status, 431)

    def test_an_empty_environment_is_still_answered(self):
        self.assertEqual(self.cgi("health", {"GATEWAY_INTERFACE": "CGI/1.1"}).status, 503)
        self.assertEqual(self.cgi("health", {"GATEWAY_INTERFACE": "", "REMOTE_ADDR": "::1"}).status, 404)
        self.assertEqual(self.cgi("health", {"GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_URI": "/health",
                                             "REMOTE_ADDR": "::1"}).status, 405)

    def test_whoever_shares_the_web_servers_user_is_not_served(self):
        config = self.product.folder + "/shared.conf"
        with open(self.product.var + "/etc/gatehouse.conf") as allowed, open(config, "w") as out:
            out.write(allowed.read().replace("ALLOW_SHARED_UID = on", "ALLOW_SHARED_UID = off"))
        os.chmod(config, 0o600)
        environment = {**variables("GET", "/health"), "GATEHOUSE_CONFIG": config}
        done = subprocess.run([self.executable("health")], env=environment, stdin=subprocess.DEVNULL, capture_output=True)
        self.assertEqual(Reply(done.stdout).status, 503)
        self.assertNotIn(b"user", done.stdout)
        self.assertIn("runs as the same user", json.loads(done.stderr)["error"])
        self.assertEqual(len(done.stderr.splitlines()), 1)

    def test_without_a_good_configuration_it_answers_503_and_the_log_says_why(self):
        bad = self.product.folder + "/bad.conf"
        with open(bad, "w") as out:
            out.write("ENVIRONMENT = development\nALGORITHM = foo\n")
        missing = "/nonexistent/gatehouse.conf"
        for config, why in ((bad, bad + ":2: ALGORITHM"), (missing, missing)):
            environment = {**variables("GET", ME), "GATEHOUSE_CONFIG": config}
            done = subprocess.run([self.executable("users_me")], env=environment, stdin=subprocess.DEVNULL,
                                  capture_output=True, timeout=30)
            reply = Reply(done.stdout)
            self.assertEqual(reply.status, 503)
            self.assertEqual(reply.headers["content-type"], "application/problem+json")
            self.assertIn("retry-after", reply.headers)
            self.assertNotIn(config.encode(), done.stdout)
            self.assertIn(why, json.loads(done.stderr.splitlines()[-1])["error"])


CONFIGURATION = """
server.port = {port}
server.bind = "127.0.0.1"
server.document-root = "{var}/bin"
server.modules = ("mod_rewrite", "mod_cgi")
server.errorlog = "{folder}/cgi.log"
cgi.assign = (".fcgi" => "")
url.rewrite-once = ({rules})
"""


class UnderModCgi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.product = product = cls.enterClassContext(Product())
        allow_shared_uid(product)
        rules, last = [], ""
        for name in sorted(os.listdir(product.var + "/bin")):
            if name.endswith(".fcgi"):
                route = json.loads(subprocess.check_output([f"{product.var}/bin/{name}", "--describe"]))["route"]
                if route == "/":
                    last = f'"^[^?]*(\\?.*)?$" => "/{name}$1"'
                else:
                    rules.append(f'"^{re.escape(route)}/?(\\?.*)?$" => "/{name}$1"')
        port = free_port()
        config = product.folder + "/cgi.conf"
        with open(config, "w") as out:
            out.write(CONFIGURATION.format(port=port, var=product.var, folder=product.folder,
                                           rules=", ".join([*rules, last])))
        lighttpd = subprocess.Popen(["lighttpd", "-D", "-f", config], stderr=subprocess.DEVNULL)
        cls.addClassCleanup(lighttpd.wait)
        cls.addClassCleanup(lighttpd.terminate)

        cls.cgi = Client(port)

        def answers():
            try:
                return cls.cgi.get("/health")
            except OSError:
                return None
        until(answers)

    def test_the_whole_walk_goes_under_mod_cgi(self):
        for path in ("/health", "/health/live", "/health/ready"):
            self.assertEqual(self.cgi.get(path).json(), {"status": "healthy"})
        user = self.cgi.register()
        token = self.cgi.log_in(user["email"]).json()["access_token"]
        self.assertEqual(self.cgi.me(token).json(), user)
        self.assertEqual(self.product.me(token).json(), user)
        self.assertEqual(self.cgi.get("/.well-known/jwks.json").body, self.product.get("/.well-known/jwks.json").body)
        self.assertEqual(self.cgi.get("/openapi.json").body, self.product.get("/openapi.json").body)
        self.assertEqual(self.cgi.get("/").body, self.product.get("/").body)

    def test_refusals_are_the_same_under_mod_cgi(self):
        head = f"Host: x\r\nConnection: close\r\nContent-Type: {JSON}\r\n"
        two_names = f"GET /health HTTP/1.1\r\n{head}X-Forwarded-For: a\r\nX_Forwarded_For: b\r\n\r\n".encode()
        chunked = f"POST {REGISTER} HTTP/1.1\r\n{head}Transfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n".encode()
        for request in (lambda p: p.get("/nothing"), lambda p: p.request("HEAD", "/nothing"),
                        lambda p: p.request("DELETE", "/health", Content_Length="0"),
                        lambda p: p.me("x.y.z"), lambda p: p.get(ME), lambda p: p.post_json(REGISTER, b"{"),
                        lambda p: p.post_json(REGISTER, b"x" * (1 << 20)),
                        lambda p: p.post_form(TOKEN, b"username=a&username=b"), lambda p: p.post_form(REGISTER, b"a=b"),
                        lambda p: p.get("/health?--describe"), lambda p: p.get("/health?-V"),
                        lambda p: p.get("/health", Proxy="http://6.6.6.6"), lambda p: p.send(two_names),
                        lambda p: p.send(chunked),
                        lambda p: p.request("TRACE", "/health", Authorization="Bearer secret")):
            by_cgi, by_fastcgi = request(self.cgi), request(self.product)
            self.assertEqual((by_cgi.status, by_cgi.body), (by_fastcgi.status, by_fastcgi.body))
            self.assertEqual(by_cgi.headers.get_all("Content-Type"), by_fastcgi.headers.get_all("Content-Type"))


if __name__ == "__main__":
    unittest.main()
