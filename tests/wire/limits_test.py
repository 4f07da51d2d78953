# SPDX-License-Identifier: Apache-2.0
"""The rate limits of the policies, counted by lighttpd or by the handlers."""
import http.client
import itertools
import os
import pathlib
import re
import shutil
import subprocess
import unittest

from product import ADMIN_PASSWORD, RELEASE, SOURCE, Answer, Product, free_port, new_folder, until

HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
LOGINS = ("/api/v1/auth/token", "/api/v1/auth/token/", "/api/v1/auth/token?x=1", "/api/v1/auth/login")
JSON = "application/json"


def ask(port, method, path, source="127.0.0.1", body=None, **headers):
    """From another address of this machine."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=(source, 0))
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        return Answer(connection.getresponse())
    finally:
        connection.close()


def told(answer):
    """What the three headers say; each stands once."""
    values = [answer.headers.get_all(name) or [] for name in HEADERS]
    assert all(len(value) <= 1 for value in values), str(answer.headers)
    return tuple(int(value[0]) if value else None for value in values)


def addresses(log):
    """Whom fail2ban would have counted, by our filter."""
    done = subprocess.run(["fail2ban-regex", "-o", "ip", str(log), SOURCE + "/fail2ban/filter.d/gatehouse.conf"],
                          text=True, capture_output=True, check=True)
    return done.stdout.split()


class Cases:
    """What is so whoever counts."""
    SETTINGS = {"GATEHOUSE_RATE_LIMITS": "on", "LOGIN_RATE_LIMIT": "5/day", "REGISTER_RATE_LIMIT": "3/day",
                "RATE_LIMIT": "40/day", "RATE_LIMIT_EXEMPT": "127.0.9.0/24"}
    sources = map("127.0.3.{}".format, itertools.count(1))

    def ask(self, method, path, source="127.0.0.1", **more):
        return ask(self.product.port, method, path, source, **more)

    def log_in(self, path="/api/v1/auth/token", source="127.0.0.1"):
        if path.startswith("/api/v1/auth/token"):
            return self.ask("POST", path, source, body="username=nobody&password=wrong-horse",
                            Content_Type="application/x-www-form-urlencoded")
        return self.ask("POST", path, source, body='{"username":"nobody","password":"wrong-horse"}',
                        Content_Type=JSON, Origin=f"http://127.0.0.1:{self.product.port}")

    def assert_refused(self, answer, limit):
        self.assertEqual(answer.status, 429)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        self.assertEqual(answer.headers.get_all("Cache-Control"), ["no-store"])
        self.assertEqual(answer.json()["type"], "urn:gatehouse:problem:too-many-requests")
        self.assertEqual(answer.json()["detail"], "too many requests from this address")
        most, remaining, reset = told(answer)
        self.assertEqual((most, remaining), (limit, 0))
        self.assertGreater(reset, 0)
        self.assertEqual(answer.headers.get_all("Retry-After"), [str(reset)])

    def test_the_sixth_login_is_refused_at_whichever_url(self):
        source = next(self.sources)
        for left, path in zip((4, 3, 2, 1, 0), itertools.cycle(LOGINS)):
            answer = self.log_in(path, source)
            self.assertEqual(answer.status, 401, (path, answer))
            self.assertEqual(told(answer)[:2], (5, left), path)
        for path in LOGINS:
            self.assert_refused(self.log_in(path, source), 5)
        self.assertEqual(self.log_in(source=next(self.sources)).status, 401)
        self.assertEqual(self.ask("GET", "/", source).status, 200)

    def test_the_fourth_registration_is_refused(self):
        source = next(self.sources)
        said = [self.ask("POST", "/api/v1/users/register", source, body="{}", Content_Type=JSON) for _ in range(4)]
        self.assertEqual([answer.status for answer in said[:3]], [422] * 3)
        self.assert_refused(said[3], 3)

    def test_what_has_no_limit_of_its_own_shares_one(self):
        source = next(self.sources)
        paths = itertools.cycle(("/", "/.well-known/jwks.json", "/openapi.json", "/api/v1/users/me"))
        for _ in range(40):
            self.assertNotEqual(self.ask("GET", next(paths), source).status, 429)
        for _ in range(4):
            self.assert_refused(self.ask("GET", next(paths), source), 40)
        # What is never counted with it: a preflight, and what load balancers ask.
        self.assertEqual(self.ask("OPTIONS", "/api/v1/users/me", source).status, 204)
        self.assertEqual(self.ask("GET", "/health", source).status, 200)

    def test_exempt_networks_are_not_counted(self):
        for _ in range(8):
            answer = self.log_in(source="127.0.9.9")
            self.assertEqual((answer.status, told(answer)), (401, (None, None, None)))

    def test_no_client_chooses_its_bucket(self):
        source = next(self.sources)

        def register(i):
            return self.ask("POST", "/api/v1/users/register", source, body="{}", Content_Type=JSON,
                            X_Forwarded_For=f"192.0.2.{i}", X_Real_IP=f"192.0.2.{i}", Forwarded=f"for=192.0.2.{i}",
                            X_API_Key=str(i), GATEHOUSE_RATE="9 9 9", X_RateLimit_Limit="9")
        for i in range(3):
            self.assertEqual(register(i).status, 422)
        self.assert_refused(register(4), 3)


class CountedByLighttpd(Cases, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.product = cls.enterClassContext(Product(**cls.SETTINGS))

    def test_a_method_that_a_route_does_not_take_is_counted_with_the_others(self):
        source = next(self.sources)
        for method in ("GET", "PUT", "GET", "DELETE", "PATCH"):
            self.assertEqual(self.ask(method, "/api/v1/auth/token", source, body="").status, 405)
        self.assert_refused(self.ask("GET", "/api/v1/auth/token", source), 5)

    def test_the_narrower_allowance_of_a_key_is_told_once_and_by_its_handler(self):
        login = self.product.log_in("admin", ADMIN_PASSWORD)
        self.assertEqual(login.status, 200, login)
        made = self.product.post_json("/api/v1/api-keys/generate", {"requests_per_minute": 7},
                                      Authorization="Bearer " + login.json()["access_token"])
        self.assertEqual(made.status, 200, made)
        answer = self.product.get("/api/v1/users/me", X_API_Key=made.json()["api_key"])
        self.assertEqual((answer.status, told(answer)[:2]), (200, (7, 6)))

    def test_the_log_names_who_was_refused_ten_times_at_most_as_fail2ban_reads_it(self):
        source = next(self.sources)
        for _ in range(20):
            self.log_in(source=source)
        log = pathlib.Path(self.product.var, "log/lighttpd.log")
        self.assertEqual(log.read_text().count(f"gatehouse: 429 {source} login\n"), 10)
        self.assertEqual(addresses(log).count(source), 10)


class CountedByTheHandlers(Cases, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.product = cls.enterClassContext(Product(**cls.SETTINGS, RATE_LIMIT_STORE="mysql"))

    def test_the_log_names_who_was_refused_as_fail2ban_reads_it(self):
        source = next(self.sources)
        for _ in range(7):
            self.log_in(source=source)
        log = pathlib.Path(self.product.var, "log/gatehouse.log")
        until(lambda: log.read_text().count(f'"address":"{source}"') == 7, what="the log")
        self.assertEqual(addresses(log).count(source), 2)


class ByTheAddress:
    """A counter by itself, behind a front server that believes this machine's X-Forwarded-For: addresses of every kind.
    Two requests are let through; 192.0.2.0/25 and 2001:db8:8::/47 are exempt."""
    PASSED = None

    @classmethod
    def setUpClass(cls):
        cls.folder = new_folder()
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        cls.port = free_port()
        cls.configure()
        log = cls.enterClassContext(open(cls.folder + "/log", "wb"))
        server = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *cls.command()], stdout=log, stderr=log)
        cls.addClassCleanup(server.wait)
        cls.addClassCleanup(server.terminate)
        until(cls.answers)

    @classmethod
    def answers(cls):
        try:
            return ask(cls.port, "OPTIONS", "/page")
        except OSError:
            return None

    @classmethod
    def write(cls, name, text):
        pathlib.Path(cls.folder, name).write_text(text)

    def assert_refused(self, sources, verdicts):
        """Verdicts: a letter for each source, y where it is refused."""
        said = [ask(self.port, "POST", "/page", X_Forwarded_For=source, body="").status for source in sources]
        self.assertEqual("".join({429: "y", self.PASSED: "n"}[status] for status in said), verdicts, sources)

    def test_an_ipv6_network_is_one_address_however_it_is_written(self):
        self.assert_refused(("2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:DB8::1:2:3:4:5",
                             "2001:0db8:0000:0001:0:0:0:7"), "nnyy")
        self.assert_refused(("2001:db8:0:2::1", "2001:db8:1:1::1", "2001:db8::1"), "nnn")
        self.assert_refused(("2001:db8:0:0:5::", "2001:db8::6:7:8:9"), "ny")

    def test_ipv4_as_a_dual_stack_socket_shows_it_is_ipv4(self):
        self.assert_refused(("198.51.100.1", "::ffff:198.51.100.1", "198.51.100.1"), "nny")
        self.assert_refused(("::ffff:198.51.100.2",), "n")

    def test_an_address_with_bytes_that_mean_something_elsewhere_is_one(self):
        for source in ("10.0.13.10", "13.10.0.0", "92.36.34.39", "2001:a0d:a:d::1"):
            self.assert_refused([source] * 3, "nny")

    def test_exempt_networks_end_at_their_last_bit(self):
        for source in ("192.0.2.127", "2001:db8:8::1", "2001:db8:9:ffff::1"):
            self.assert_refused([source] * 4, "nnnn")
        for source in ("192.0.2.128", "2001:db8:a::1", "2001:db8:7::1"):
            self.assert_refused([source] * 3, "nny")

    def test_the_log_names_whom_fail2ban_counts(self):
        self.assert_refused(["203.0.113.7"] * 4, "nnyy")
        self.assertEqual(addresses(self.LOG.format(self.folder)).count("203.0.113.7"), 2)


class ByLighttpd(ByTheAddress, unittest.TestCase):
    PASSED = 200
    LOG = "{}/log"

    @classmethod
    def configure(cls):
        for name in ("limits.lua", "limits_headers.lua"):
            shutil.copy(f"{SOURCE}/lighttpd/{name}", cls.folder)
        cls.write("limits_table.lua",
                  'return { rates = { login = { requests = 2, seconds = 86400 } }, exempt = {\n'
                  r'{ bytes = "\032\001\013\184\000\008\000\000\000\000\000\000\000\000\000\000", bits = 47 },' '\n'
                  r'{ bytes = "\192\000\002\000", bits = 25 } },' '\n'
                  'routes = { { path = "/", methods = { GET = "login" } } } }')
        cls.write("page", "page")
        cls.write("lighttpd.conf",
                  f'server.bind = "127.0.0.1"\nserver.port = {cls.port}\nserver.document-root = "{cls.folder}"\n'
                  'server.modules = ("mod_extforward", "mod_magnet", "mod_staticfile")\n'
                  'extforward.forwarder = ("127.0.0.1" => "trust")\nextforward.headers = ("X-Forwarded-For")\n'
                  f'magnet.attract-raw-url-to = ("{cls.folder}/limits.lua")\n'
                  f'magnet.attract-response-start-to = ("{cls.folder}/limits_headers.lua")\n')

    @classmethod
    def command(cls):
        return "lighttpd", "-D", "-f", cls.folder + "/lighttpd.conf"


class ByNginx(ByTheAddress, unittest.TestCase):
    PASSED = 404
    LOG = "{}/error.log"

    @classmethod
    def configure(cls):
        zones = subprocess.run([RELEASE + "/bin/gatehouse", "limits", "nginx", "--zones"], text=True, check=True,
                               capture_output=True, env={"LOGIN_RATE_LIMIT": "2/hour", "PATH": os.environ["PATH"],
                                                         "RATE_LIMIT_EXEMPT": "192.0.2.0/25, 2001:db8:8::/47"})
        cls.write("zones.conf", zones.stdout)
        temporary = "".join(f"{what}_temp_path {cls.folder}/{what};\n"
                            for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        cls.write("nginx.conf", f"""
            daemon off; master_process off; pid {cls.folder}/pid; error_log {cls.folder}/error.log;
            events {{}}
            http {{
              access_log off; {temporary}
              set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;
              include {cls.folder}/zones.conf;
              server {{
                listen 127.0.0.1:{cls.port};
                location / {{
                  limit_req zone=gatehouse_login burst=1 nodelay; limit_req_status 429;
                  try_files /nothing =404;
                }}
              }}
            }}""")

    @classmethod
    def command(cls):
        return "nginx", "-c", cls.folder + "/nginx.conf"

    def test_its_locations_name_zones_that_there_are(self):
        said = subprocess.run([RELEASE + "/bin/gatehouse", "limits", "nginx"], text=True, check=True,
                              capture_output=True).stdout
        zones = pathlib.Path(self.folder, "zones.conf").read_text()
        named = set(re.findall(r"limit_req zone=(\w+) ", said))
        self.assertEqual(named, {"gatehouse_general", "gatehouse_login", "gatehouse_registration", "gatehouse_password",
                                 "gatehouse_health"})
        for zone in named:
            self.assertIn(f" zone={zone}:", zones)
        self.assertRegex(said, r"# /api/v1/auth/token\nlimit_req zone=gatehouse_login burst=4 nodelay;\n")


if __name__ == "__main__":
    unittest.main()
