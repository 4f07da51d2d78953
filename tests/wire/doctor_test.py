# SPDX-License-Identifier: Apache-2.0
"""gatehouse doctor on a live installation: a healthy one, and one with each thing broken in turn."""
import contextlib
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
import unittest

from mysql import attempt
from product import Client, Product, free_port, until

DAY = 24 * 3600 * 1000


def setUpModule():
    global product
    product = unittest.enterModuleContext(Product())


def answers(port):
    try:
        return Client(port).get("/health/live")
    except OSError:
        return None


class Doctor(unittest.TestCase):
    @property
    def var(self):
        return pathlib.Path(product.var)

    def findings(self, *arguments, status=None, **settings):
        """Each as 'error …' or 'warning …', without its fix."""
        done = product.gatehouse("doctor", *arguments, **settings)
        *lines, summary = done.stdout.splitlines()
        found = [" ".join(line.split("; fix: ")[0].split()) for line in lines]
        self.assertTrue(all("; fix: " in line for line in lines), done.stdout)
        errors = sum(line.startswith("error ") for line in found)
        self.assertRegex(summary, f"^[0-9]+ checks, {errors} errors, {len(found) - errors} warnings$")
        self.assertEqual((done.returncode, done.stderr), (1 if errors else 0, ""))
        return found

    def sql(self, statement):
        name = pwd.getpwuid(os.getuid()).pw_name
        refused = attempt(f"{self.var}/run/db/mysql.sock", name, "", statement)
        self.assertEqual(refused, 0, statement)

    @contextlib.contextmanager
    def changed_by(self, breaking, mending):
        for statement in breaking:
            self.sql(statement)
        try:
            yield
        finally:
            for statement in mending:
                self.sql(statement)

    @contextlib.contextmanager
    def with_mode(self, file, mode):
        before = (self.var / file).stat().st_mode
        (self.var / file).chmod(mode)
        try:
            yield
        finally:
            (self.var / file).chmod(before)

    @contextlib.contextmanager
    def without(self, file):
        (self.var / file).rename(self.var / "aside")
        try:
            yield
        finally:
            (self.var / "aside").rename(self.var / file)

    @contextlib.contextmanager
    def with_line(self, file, line):
        before = (self.var / file).stat().st_size
        with open(self.var / file, "a") as out:
            out.write(line + "\n")
        try:
            yield
        finally:
            os.truncate(self.var / file, before)


class Inside(Doctor):
    def test_a_healthy_installation_has_nothing_wrong(self):
        self.assertEqual(self.findings(), [])

    def test_each_thing_that_is_broken_is_found(self):
        secret, program = f"{self.var}/credentials/users_me", f"{self.var}/bin/users_me.fcgi"
        newest = max(int(file.name[:4]) for file in (self.var / "share/sql/migrations").iterdir())
        mail = ("INSERT INTO gh_outbox (id, kind, recipient, addressee, letter, state, created_at, due_at, ended_at)"
                " VALUES (REPEAT('x', 16), 'verify_email', '', REPEAT('x', 32), '',")
        no_mail = "DELETE FROM gh_outbox WHERE id = REPEAT('x', 16)"
        rows = [
            (self.with_mode("credentials/users_me", 0o444),
             f"error files: {secret} holds a secret and can be read by others"),
            (self.with_mode("credentials/master.key", 0o460),
             f"error files: {self.var}/credentials/master.key holds a secret and can be changed by its group"),
            (self.with_line("credentials/master.key", "\nold " + "A" * 43),
             f"warning files: {self.var}/credentials/master.key has an old or a next key"),
            (self.with_mode("bin/users_me.fcgi", 0o777),
             f"error files: {program} can be changed by others than its owner"),
            (self.with_mode("etc", 0o777), f"error files: {self.var}/etc can be changed by everybody"),
            (self.with_line("etc/gatehouse.conf", "ISUER = x"),
             f"error configuration: {self.var}/etc/gatehouse.conf:10: ISUER: unknown key"),
            (self.with_line("etc/gatehouse.conf", "KEY_PUBLISH_MINUTES = 1"),
             "warning configuration: KEY_PUBLISH_MINUTES is 1"),
            (self.with_line("etc/gatehouse.conf", "ALGORITHM = RS256"), "warning keys: the newest is of ES256"),
            (self.with_line("etc/gatehouse.conf", "ALGORITHM = nonsense"), "error configuration: "),
            (self.without("credentials/users_me"), f"error accounts: {secret} is missing"),
            (self.without("share/sql/grants/users_me.sql"), f"error accounts: {program} has no "),
            (self.changed_by([f"DELETE FROM gh_migrations WHERE version = {newest}"],
                             [f"INSERT INTO gh_migrations VALUES ({newest}, 'x', 0, 0)"]),
             f"error schema: it is at {newest - 1}, this build makes it {newest}"),
            (self.changed_by(["DELETE FROM gh_migrations WHERE version = 1"],
                             ["INSERT INTO gh_migrations VALUES (1, '0001_users', 0, 0)"]),
             f"error schema: of {newest} migrations {newest - 1} are on record"),
            (self.changed_by(["INSERT INTO gh_migrations VALUES (9999, 'x', 9999, 0)"],
                             ["DELETE FROM gh_migrations WHERE version = 9999"]),
             "error schema: users_me is older than the schema allows"),
            (self.changed_by(["REVOKE SELECT (hash) ON gh_passwords FROM gh_auth_token@localhost"],
                             ["GRANT SELECT (hash) ON gh_passwords TO gh_auth_token@localhost"]),
             "error accounts: gh_auth_token lacks SELECT (`hash`) ON `gatehouse`.`gh_passwords`"),
            (self.changed_by(["GRANT DELETE ON gh_users TO gh_users_me@localhost"],
                             ["REVOKE DELETE ON gh_users FROM gh_users_me@localhost"]),
             "warning accounts: gh_users_me may do more than its file says: DELETE ON `gatehouse`.`gh_users`"),
            (self.changed_by(["RENAME USER gh_users_me@localhost TO gone@localhost"],
                             ["RENAME USER gone@localhost TO gh_users_me@localhost"]), "error accounts: gh_users_me: "),
            (self.changed_by([f"UPDATE gh_signing_keys SET signs_from = signs_from - {400 * DAY}"],
                             [f"UPDATE gh_signing_keys SET signs_from = signs_from + {400 * DAY}"]), "warning keys: "),
            (self.changed_by(["UPDATE gh_signing_keys SET retires_at = 1"],
                             ["UPDATE gh_signing_keys SET retires_at = NULL"]), "error keys: there is none that signs"),
            (self.changed_by(["INSERT INTO gh_revoked_tokens (jti, expires_at) VALUES (REPEAT('x', 16), 1)"],
                             ["DELETE FROM gh_revoked_tokens WHERE expires_at = 1"]),
             "warning sweep: gh_revoked_tokens has rows that ran out two days ago"),
            (self.changed_by(["UPDATE gh_audit_seals SET hour = hour - 100"],
                             ["UPDATE gh_audit_seals SET hour = hour + 100"]), "error audit: the newest seal is of "),
            (self.without("etc/mail.pub"), f"error mail: {self.var}/etc/mail.pub: can't be read: no mail can be written"),
            (self.without("credentials/mail.key"), f"error mail: there is no {self.var}/credentials/mail.key"),
            (self.with_mode("credentials/mail.key", 0o444),
             f"error files: {self.var}/credentials/mail.key holds a secret and can be read by others"),
            (self.without("mail"), f"error mail: {self.var}/mail is no folder"),
            (self.changed_by([f"{mail} 'waiting', 1, 9000000000000000, NULL)"], [no_mail]),
             "error mail: 1 have waited for more than an hour"),
            (self.changed_by([f"{mail} 'dead', 1, 1, 9000000000000000)"], [no_mail]),
             "warning mail: 1 were given up since yesterday"),
            (self.changed_by(["SET GLOBAL read_only = 1"], ["SET GLOBAL read_only = 0"]),
             "error database: it is read-only"),
            (self.changed_by(["SET GLOBAL innodb_flush_log_at_trx_commit = 2"],
                             ["SET GLOBAL innodb_flush_log_at_trx_commit = 1"]),
             "warning database: innodb_flush_log_at_trx_commit is not 1"),
            (self.changed_by(["ALTER DATABASE gatehouse CHARACTER SET latin1"],
                             ["ALTER DATABASE gatehouse CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"]),
             "warning database: the character set of its default is latin1"),
            (self.with_line("log/gatehouse.log", '{"message":"X-Forwarded-For was sent, and TRUSTED_PROXIES is empty"}'),
             "warning log: X-Forwarded-For arrives while TRUSTED_PROXIES is empty"),
        ]
        for broken, finding in rows:
            with self.subTest(finding):
                with broken:
                    found = self.findings()
                self.assertTrue(any(line.startswith(finding) for line in found), found)
        self.assertEqual(self.findings(), [])

    def test_mail_that_could_not_leave_is_found_before_there_is_any(self):
        templates = self.var / "templates"
        (templates / "en").mkdir(parents=True)
        self.addCleanup(shutil.rmtree, templates)
        (templates / "en/verify_email.txt").write_text("Subject: x\n")
        (templates / "other.pub").write_text("A" * 43 + "\n")
        password = self.var / "credentials/mail.password"
        for settings, finding in (
                ({"MAIL_URL": f"smtp://127.0.0.1:{free_port()}"}, "error mail: SMTP: Couldn't connect to server"),
                ({"MAIL_URL": f"smtp://ann@127.0.0.1:{free_port()}"},
                 f"warning mail: {password} can't be read, so the server was not asked"),
                ({"MAIL_URL": "sendmail:/nowhere/sendmail"}, "error mail: /nowhere/sendmail can't be run"),
                ({"MAIL_URL": ""}, "error mail: MAIL_FROM is set and MAIL_URL is not: mail waits for ever"),
                ({"MAIL_FROM": "", "REQUIRE_VERIFIED_EMAIL": "on"}, "error configuration: REQUIRE_VERIFIED_EMAIL"),
                ({"MAIL_TEMPLATES": str(templates)}, f"warning mail: {templates}/en/verify_email.txt: has no Not-you"),
                ({"MAIL_PUBLIC_KEY_FILE": str(templates / "other.pub")},
                 f"error mail: {templates}/other.pub is not the other half of {self.var}/credentials/mail.key")):
            with self.subTest(finding):
                found = self.findings(**settings)
                self.assertTrue(any(line.startswith(finding) for line in found), found)
        self.assertEqual(self.findings(MAIL_FROM=""), [])

    def test_a_database_that_is_away_is_said(self):
        with self.without("credentials/gatehouse"):
            found = self.findings(DATABASE_URL="mysql://root@localhost/gatehouse?socket=/nowhere")
        self.assertEqual([line for line in found if line.startswith("error database: ")], found)
        self.assertEqual(len(found), 1)

    def test_a_clock_that_is_wrong_is_found(self):
        # An account without SUPER, for which the server sets another time as it connects.
        make = ["CREATE USER clock@localhost IDENTIFIED BY 'x'", "GRANT ALL ON gatehouse.* TO clock@localhost",
                "SET GLOBAL init_connect = 'SET timestamp = 1000000000'"]
        with self.changed_by(make, ["SET GLOBAL init_connect = ''", "DROP USER clock@localhost"]):
            with self.without("credentials/gatehouse"):
                found = self.findings(
                    DATABASE_URL=f"mysql://clock:x@localhost/gatehouse?socket={self.var}/run/db/mysql.sock")
        self.assertTrue(any(line.startswith("error database: its clock is -") for line in found), found)

    def test_plain_http_is_an_error_in_production(self):
        found = self.findings(ENVIRONMENT="production")
        self.assertIn("error configuration: PUBLIC_URL is http://127.0.0.1:" + str(product.port) +
                      ": passwords and tokens travel in the clear", found)

    def test_a_front_server_whose_guard_can_be_passed_is_found(self):
        file = self.var / "etc/guarded.conf"
        file.write_text(f'include "{self.var}/etc/lighttpd/main.conf"\n'
                        '$HTTP["host"] == "www.example.com" {\n'
                        '  fastcgi.server = ("/" => (("socket" => "/g.sock", "mode" => "authorizer")))\n'
                        '  $HTTP["url"] =^ "/app" { fastcgi.server = (".php" => (("socket" => "/php.sock"))) }\n'
                        '}\n')
        found = self.findings("--lighttpd", str(file))
        self.assertIn('error lighttpd: "fastcgi.server =" in $HTTP["url"] =^ "/app" takes away the guard of '
                      '$HTTP["host"] == "www.example.com"', found)
        self.assertIn("error lighttpd: before 1.4.77, requests hang with HTTP/2, a body and a guard", found)
        self.assertIn("warning lighttpd: /php.sock has no read-timeout: a process that hangs is waited for, for ever", found)

    def test_the_shipped_configuration_of_a_guarded_site_has_nothing_wrong(self):
        shipped = (self.var / "etc/lighttpd/site.conf").read_text().replace("/srv/gatehouse", str(self.var))
        file = self.var / "etc/shipped.conf"
        file.write_text(shipped + 'include var.home + "/etc/lighttpd/guarded-site.conf"\n')
        self.addCleanup(file.unlink)
        self.assertEqual(self.findings("--lighttpd", str(file)), [])

    def test_a_page_that_nobody_guards_is_found(self):
        site = f"http://127.0.0.1:{product.port}"
        self.assertEqual(self.findings("--guarded", site + "/api/v1/users/me"), [])
        self.assertEqual(
            self.findings("--guarded", f"{site}/api/v1/users/me {site}/health"),
            [f"error guard: {site}/health {how} is answered 200: nobody guards it"
             for how in ("without identity", "with a made-up identity")])
        self.assertIn("can't be reached", self.findings("--guarded", f"http://127.0.0.1:{free_port()}/")[0])

    def test_the_rules_of_the_guard_say_what_to_ask(self):
        site = f"http://127.0.0.1:{product.port}"
        rules = self.var / "etc/guard.rules"
        self.addCleanup(rules.unlink)
        rules.write_text(f"site own {site}\n/openapi.json * anyone\n/health * user\n/api/v1/users/me * user\n")
        self.assertEqual(
            self.findings(),
            [f"error guard: {site}/{path} {how} is answered 200: nobody guards it"
             for path in ("", "health") for how in ("without identity", "with a made-up identity")])
        rules.write_text("site own nowhere\n")
        self.assertTrue(self.findings()[0].startswith(f"error guard: {rules}:1: 'nowhere' is no origin"))

    def test_a_configuration_that_is_served_is_found(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="gs.", dir="/tmp"))
        self.addCleanup(shutil.rmtree, folder)
        folder.chmod(0o755)
        (folder / "gatehouse/etc").mkdir(parents=True)
        (folder / "gatehouse/etc/gatehouse.conf").write_text("DATABASE_URL = mysql://\n")
        port = free_port()
        routes = folder / "routes.conf"
        first = '$HTTP["url"] =~ "^/(assets|docs)/" { }\n'
        written = (self.var / "etc/lighttpd/routes.conf").read_text()
        self.assertIn(first, written)
        routes.write_text(written.replace(first, first + 'else $HTTP["url"] =~ "^/gatehouse/" { server.document-root = "%s" }\n' % folder))
        host = (self.var / "etc/lighttpd/host.conf").read_text()
        (folder / "host.conf").write_text(host.replace('var.home + "/etc/lighttpd/routes.conf"', f'"{routes}"'))
        main = (self.var / "etc/lighttpd/main.conf").read_text().replace(f"server.port = {product.port}", f"server.port = {port}")
        both = f'include "{self.var}/etc/lighttpd/server.conf"\ninclude "{folder}/host.conf"'
        (folder / "main.conf").write_text(main.replace(f'include "{self.var}/etc/lighttpd/gatehouse.conf"', both))
        lighttpd = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", "lighttpd", "-D", "-f", folder / "main.conf"],
                                    stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(lighttpd.wait)
        self.addCleanup(lighttpd.terminate)
        until(lambda: answers(port), what="lighttpd")
        url = f"http://127.0.0.1:{port}"
        self.assertEqual(self.findings(url), [f"error site: {url}/gatehouse/etc/gatehouse.conf is served to everybody"])
        (folder / "gatehouse/etc/gatehouse.conf").unlink()
        until(lambda: not self.findings(url), what="a word that all is well")  # lighttpd remembers a file for a second

    def test_who_is_away_is_said(self):
        url = f"http://127.0.0.1:{free_port()}"
        self.assertTrue(self.findings(url)[0].startswith(f"error site: {url} can't be reached"))


class Guarded(Doctor):
    """A site behind lighttpd and the guard."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="gs.", dir="/tmp"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.folder.chmod(0o755)
        (self.folder / "app").mkdir()
        for page in ("index.html", "app/index.html"):
            (self.folder / page).write_text("for people who signed in")
        self.port = free_port()
        self.site = f"http://127.0.0.1:{self.port}"
        rules = self.var / "etc/guard.rules"
        self.addCleanup(rules.unlink)
        rules.write_text(f"site www {self.site}\n/app * user\n/ * user\n")

    def serve(self, more=""):
        """Answers the configuration's file."""
        file = self.folder / "lighttpd.conf"
        (self.folder / "answers.lua").write_text("return 0\n")
        as_www_data = 'server.username = "www-data"\nserver.groupname = "www-data"\n' if os.getuid() == 0 else ""
        file.write_text(f"""{as_www_data}
server.bind = "127.0.0.1"
server.port = {self.port}
server.document-root = "{self.folder}"
index-file.names = ("index.html")
server.modules = ("mod_setenv", "mod_magnet", "mod_fastcgi")
server.feature-flags = ("server.h2proto" => "disable")
setenv.add-environment = ("GATEHOUSE_SITE" => "www")
magnet.attract-response-start-to = ("{self.folder}/answers.lua")
fastcgi.server = ("/" => ((
  "socket" => "{self.var}/run/guard.sock", "mode" => "authorizer", "check-local" => "disable", "read-timeout" => 10)))
{more}
""")
        lighttpd = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", "lighttpd", "-D", "-f", file],
                                    stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(lighttpd.wait)
        self.addCleanup(lighttpd.terminate)
        until(lambda: answers(self.port), what="lighttpd")
        return str(file)

    def test_a_site_that_is_guarded_has_nothing_wrong(self):
        self.assertEqual(self.findings("--lighttpd", self.serve()), [])

    def test_a_part_that_lost_its_guard_is_found_from_both_sides(self):
        file = self.serve('$HTTP["url"] =^ "/app" { fastcgi.server = () }')
        self.assertEqual(self.findings("--lighttpd", file), [
            'error lighttpd: "fastcgi.server =" in $HTTP["url"] =^ "/app" takes away the guard of the configuration',
            f"error guard: {self.site}/app without identity is answered 301: nobody guards it",
            f"error guard: {self.site}/app with a made-up identity is answered 301: nobody guards it"])

    def test_a_guard_that_does_not_run_is_found(self):
        file = self.serve()
        with self.without("run/guard.sock"):
            self.assertEqual(self.findings("--lighttpd", file), [
                f"error guard: {self.site}/{path} {how} is answered 503"
                for path in ("", "app") for how in ("without identity", "with a made-up identity")])


class Outside(Doctor):
    """The same installation behind an nginx that was set up in a hurry, and behind one with certificates."""

    NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  ssl_certificate {folder}/site.pem; ssl_certificate_key {folder}/site.key;
  server {{
    listen 127.0.0.1:{plain};
    error_page 405 =200 /health;
    location / {{
      proxy_pass http://127.0.0.1:{product};
      proxy_set_header Authorization "";
      proxy_hide_header X-Content-Type-Options;
      add_header X-Frame-Options DENY always;
    }}
  }}
  server {{
    listen 127.0.0.1:{old} ssl;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2;
    ssl_ciphers DEFAULT:@SECLEVEL=0;
    location / {{ proxy_pass http://127.0.0.1:{product}; }}
  }}
  server {{
    listen 127.0.0.1:{good} ssl;
    ssl_protocols TLSv1.2 TLSv1.3;
    server_tokens off;
    add_header Strict-Transport-Security max-age=31536000 always;
    location / {{ proxy_pass http://127.0.0.1:{product}; }}
  }}
}}
"""

    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(product.folder, "nginx")
        folder.mkdir()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", "7", "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", folder / "site.key", "-out", folder / "site.pem"], check=True, capture_output=True)
        cls.folder, cls.ports = folder, {name: free_port() for name in ("plain", "old", "good")}
        (folder / "nginx.conf").write_text(cls.NGINX.format(folder=folder, product=product.port, **cls.ports))
        nginx = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", "nginx", "-c", folder / "nginx.conf"],
                                 stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cls.addClassCleanup(nginx.wait)
        cls.addClassCleanup(nginx.terminate)
        cls.server = until(lambda: answers(cls.ports["plain"]), what="nginx").headers["Server"]

    def test_what_a_careless_front_server_does_is_found(self):
        site = f"http://127.0.0.1:{self.ports['plain']}"
        self.assertEqual(self.findings(site), [
            "error headers: /health/live has X-Frame-Options 2 times",
            "error headers: a 404 has X-Frame-Options 2 times",
            "error site: Authorization does not reach the handlers",
            "error site: TRACE is answered 200",
            "warning headers: /health/live has no X-Content-Type-Options",
            f"warning headers: Server says its version: {self.server}",
            "warning headers: a 404 has no X-Content-Type-Options"])

    def test_a_certificate_that_nobody_vouches_for_is_found(self):
        found = self.findings(f"https://127.0.0.1:{self.ports['good']}")
        self.assertEqual(len(found), 2, found)
        self.assertTrue(found[0].startswith("error tls: the certificate is not believed: "), found)
        self.assertRegex(found[1], "^warning tls: the certificate ends in [67] days$")

    def test_one_that_is_vouched_for_and_about_to_end_is_a_warning(self):
        found = self.findings(f"https://127.0.0.1:{self.ports['good']}", "--ca", f"{self.folder}/site.pem")
        self.assertEqual(len(found), 1, found)
        self.assertRegex(found[0], "^warning tls: the certificate ends in [67] days$")

    def test_old_tls_is_found(self):
        found = self.findings(f"https://127.0.0.1:{self.ports['old']}", "--ca", f"{self.folder}/site.pem")
        self.assertIn("error tls: versions before 1.2 are taken", found)
        self.assertIn("warning headers: /health/live has no Strict-Transport-Security", found)


if __name__ == "__main__":
    unittest.main()
