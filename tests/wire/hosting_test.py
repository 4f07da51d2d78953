# SPDX-License-Identifier: Apache-2.0
"""The hosting tarball on this machine's own Apache; scripts/hosting-test does the same in an older system, with suexec."""
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import unittest

import hosted
from gateway import run_cgi, variables
from hosted import ADMINISTRATOR, NAME
from product import SOURCE, new_folder, until


def setUpModule():
    global folder, root, tarball, unpacked, ready, database
    if os.getuid() != 0:
        raise unittest.SkipTest("only root can be both an Apache and its customer")
    folder = new_folder()
    unittest.addModuleCleanup(shutil.rmtree, folder, ignore_errors=True)
    root = hosted.Root()
    tarball = hosted.make_tarball(folder + "/out")
    unpacked = hosted.unpack(tarball, folder + "/unpacked")
    database = unittest.enterModuleContext(hosted.Database(root, folder + "/db"))
    ready = folder + "/ready"
    hosted.prepare(unpacked, ready, database.socket)
    database.import_as_customer(pathlib.Path(ready, "import.sql").read_text())


def customer():
    return tuple(int(subprocess.check_output(["id", option, "www-data"])) for option in ("-u", "-g"))


class Prepared(unittest.TestCase):
    def gatehouse(self, *words, said="", home=None, **environment):
        home = home or ready + "/gatehouse"
        return subprocess.run([home + "/bin/gatehouse", *words], env=environment, input=said, text=True, capture_output=True)

    def masked(self, name):
        """A database as text, without what is drawn or is a time."""
        text = database.root.run("mariadb-dump", "--no-defaults", "-S", database.socket, "-u", database.user(), "--hex-blob",
                                 "--skip-comments", "--skip-extended-insert", "--order-by-primary", "--compact", name)
        for kid in database.sql("SELECT kid FROM gh_signing_keys", name).split():
            text = text.replace(kid, "KID")
        text = re.sub(r" DEFAULT CHARSET=\w+( COLLATE=\w+)?| AUTO_INCREMENT=\d+", "", text)
        text = re.sub(r"\b1[0-9]{12}\b", "TIME", text)
        return re.sub(r"0x[0-9A-F]{24,}", lambda found: f"BYTES:{len(found[0])}", text)

    def test_the_import_makes_what_the_commands_would_have_made(self):
        url = f"mysql://{database.user()}@localhost/by_commands?socket={database.socket}"
        for words in (["migrate"], ["key", "rotate"], ["user", "add", "--role", "super_admin", "--username",
                       ADMINISTRATOR["username"], "--email", ADMINISTRATOR["email"]]):
            done = self.gatehouse(*words, said=ADMINISTRATOR["password"], DATABASE_URL=url)
            self.assertEqual(done.returncode, 0, done.stderr)
        database.sql("CREATE DATABASE by_import")
        database.sql(pathlib.Path(ready, "import.sql").read_text(), "by_import")
        made = self.masked("by_commands")
        self.assertIn("gh_signing_keys", made)
        self.assertEqual(self.masked("by_import"), made)

    def test_an_upgrade_of_tables_imports_what_is_missing_and_no_more(self):
        whole = pathlib.Path(ready, "import.sql").read_text()
        begins = whole[:whole.index("\n", whole.index("'0020_allowances'")) + 1]
        database.sql("CREATE DATABASE older; CREATE DATABASE whole")
        database.sql(begins, "older")
        have = database.sql("SELECT MAX(version) FROM gh_migrations", "older").strip()
        done = self.gatehouse("hosting", "upgrade", "--from", have)
        self.assertEqual(done.returncode, 0, done.stderr)
        database.sql(done.stdout, "older")
        database.sql(whole[:whole.index("START TRANSACTION")], "whole")
        self.assertEqual(self.masked("older"), self.masked("whole"))
        self.assertEqual(self.gatehouse("hosting", "upgrade", "--from", "9999").returncode, 1)

    def test_what_is_to_be_uploaded_is_nobody_elses_to_read(self):
        fresh = folder + "/fresh"
        hosted.prepare(unpacked, fresh, database.socket)
        for path in ("import.sql", "gatehouse/etc/gatehouse.conf", "gatehouse/credentials/master.key",
                     "gatehouse/credentials/audit.key", "gatehouse/credentials/mail.key"):
            self.assertEqual(stat.S_IMODE(os.stat(f"{fresh}/{path}").st_mode), 0o600, path)
        for path in ("", "gatehouse/etc", "gatehouse/credentials", "gatehouse/run"):
            self.assertEqual(stat.S_IMODE(os.stat(f"{fresh}/{path}").st_mode), 0o700, path)
        self.assertEqual(os.listdir(fresh + "/gatehouse/run"), [".htaccess"])
        for path in pathlib.Path(fresh, "site").rglob("*.*gi"):
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o755, path)

    def test_import_and_configuration_hold_no_password_that_is_not_theirs(self):
        self.assertNotIn(ADMINISTRATOR["password"], pathlib.Path(ready, "import.sql").read_text())
        self.assertNotIn(hosted.ACCOUNT_PASSWORD, pathlib.Path(ready, "import.sql").read_text())
        self.assertNotIn(ADMINISTRATOR["password"], pathlib.Path(ready, "gatehouse/etc/gatehouse.conf").read_text())

    def test_a_folder_that_is_there_is_left_alone(self):
        done = hosted.prepare(unpacked, ready, database.socket, check=False)
        self.assertEqual((done.returncode, done.stderr), (1, f"gatehouse hosting prepare: {ready} is there already\n"))

    def test_plain_http_is_refused(self):
        done = hosted.prepare(unpacked, folder + "/plain", database.socket, url="http://auth.example.com", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertFalse(os.path.exists(folder + "/plain"))

    def test_the_programs_need_no_library_of_the_machine(self):
        for program in ("gatehouse/bin/gatehouse", "site/gatehouse/gatehouse_all.fcgi"):
            head = subprocess.check_output(["readelf", "-ld", f"{unpacked}/{program}"], text=True)
            self.assertNotIn("NEEDED", head)
            self.assertNotIn("INTERP", head)

    def test_what_a_static_build_can_not_do_is_refused_in_words(self):
        good = f"mysql://{NAME}@{{}}/{NAME}"
        self.assertIn("the configuration is good",
                      self.gatehouse("config", "check", DATABASE_URL=good.format("127.0.0.1")).stdout)
        self.assertIn("the configuration is good",
                      self.gatehouse("config", "check", DATABASE_URL=good.format("localhost")).stdout)
        by_name = self.gatehouse("config", "check", DATABASE_URL=good.format("db.example.com"))
        self.assertEqual(by_name.returncode, 1)
        self.assertIn("this static build looks no names up", by_name.stderr)
        for command in ("doctor", "migrate"):
            self.assertIn("this static build looks no names up", "".join(
                (done := self.gatehouse(command, DATABASE_URL=good.format("db.example.com"))).stdout + done.stderr))

    def test_an_account_that_wants_a_plugin_is_recognised(self):
        # MariaDB has no caching_sha2_password; its own ed25519 needs a plugin of the client's just so.
        if database.sql("SELECT 1 WHERE EXISTS (SELECT 1 FROM information_schema.all_plugins WHERE plugin_library = "
                        "'auth_ed25519.so')").strip() != "1":
            self.skipTest("the server's half of ed25519 comes with Debian's mariadb-server, which is not asked for here")
        database.sql("INSTALL SONAME 'auth_ed25519'; CREATE USER modern@localhost IDENTIFIED VIA ed25519 USING PASSWORD('x');"
                     f"GRANT ALL ON {NAME}.* TO modern@localhost")
        url = f"mysql://modern:x@localhost/{NAME}?socket={database.socket}"
        self.assertIn("knows mysql_native_password only", self.gatehouse("doctor", DATABASE_URL=url).stdout)

    def test_the_doctor_finds_nothing_wrong_but_what_a_shared_host_is(self):
        self.assertEqual(self.gatehouse("sweep").returncode, 0)
        done = self.gatehouse("doctor")
        self.assertEqual(done.returncode, 0, done.stdout)
        found = [line.split("; fix: ")[0] for line in done.stdout.splitlines() if line.startswith("warning")]
        self.assertEqual(found, ["warning  outside: this static build asks nothing over http"])

    def test_the_doctor_sees_a_secret_that_the_group_can_read(self):
        for file in ("etc/gatehouse.conf", "credentials/master.key"):
            path = f"{ready}/gatehouse/{file}"
            os.chmod(path, 0o640)
            done = self.gatehouse("doctor")
            os.chmod(path, 0o600)
            self.assertIn(f"error    files: {path} holds a secret and can be read by its group; fix: chmod 600 {path}",
                          done.stdout.splitlines())

    def test_sweeping_by_requests_wants_one_account(self):
        done = self.gatehouse("config", "check", DATABASE_URL=f"mysql://localhost/{NAME}?socket={database.socket}")
        self.assertEqual(done.returncode, 1)
        self.assertIn("SWEEP is requests", done.stderr)


class Executables(unittest.TestCase):
    """One file is all endpoints, and by their names each of them."""

    def run_all(self, path, method="GET", name="gatehouse_all.cgi", **more):
        program = f"{ready}/site/gatehouse/{name}"
        os.makedirs(folder + "/conf", exist_ok=True)
        configuration = folder + "/conf/gatehouse.conf"
        text = pathlib.Path(ready, "gatehouse/etc/gatehouse.conf").read_text()
        pathlib.Path(configuration).write_text(text.replace("SHARED_UID = off", "SHARED_UID = on"))
        os.chmod(configuration, 0o600)
        named = variables(method, path, HTTP_HOST=hosted.HOST, GATEHOUSE_CONFIG=configuration, **more)
        reply = run_cgi(program, named)
        return reply.status, reply.headers.get("content-type"), re.sub(rb'value="[\w-]{43}"', b"DRAWN", reply.body)

    def test_by_an_endpoints_name_it_is_that_endpoint_and_answers_the_same(self):
        described = json.loads(subprocess.check_output([unpacked + "/site/gatehouse/gatehouse_all.fcgi", "--describe"]))
        self.assertGreater(len(described), 30)
        for one in described:
            path = re.sub(r"\{\w+\}", "7", one["route"])
            if one["name"] in ("guard", "guard_return"):
                continue
            with self.subTest(name=one["name"]):
                link = f"{ready}/site/gatehouse/{one['name']}.cgi"
                os.link(ready + "/site/gatehouse/gatehouse_all.cgi", link)
                self.addCleanup(os.unlink, link)
                alone = json.loads(subprocess.check_output([link, "--describe"]))
                self.assertEqual(alone, one)
                for method in ("GET", "POST", "OPTIONS", "TRACE"):
                    self.assertEqual(self.run_all(path, method), self.run_all(path, method, name=one["name"] + ".cgi"))

    def test_a_guard_is_one_by_its_own_name_only(self):
        self.assertEqual(self.run_all("/.gatehouse/return")[0], 404)
        self.assertNotEqual(self.run_all("/anything", name="guard.fcgi")[0], 200)

    def test_its_version_is_told(self):
        said = subprocess.check_output([unpacked + "/site/gatehouse/gatehouse_all.fcgi", "--version"], text=True)
        self.assertIn("gatehouse_all 0.", said)


class Shared(unittest.TestCase):
    """A host whose Apache runs everybody's programs as itself."""

    def test_it_does_not_serve_until_it_is_told_that_nobody_else_is_there(self):
        for by in ("cgid", "fcgid"):
            with self.subTest(by=by), hosted.Host(root, f"{folder}/refused-{by}", ready, customer(), by) as host:
                answer = host.get("/health")
                self.assertEqual(answer.status, 503)
                self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
                self.assertNotIn(b"uid", answer.body)
                until(lambda: "runs as the same user" in host.logs(), what="a line in the log")
                host.configure(ALLOW_SHARED_UID="on")
                self.assertEqual(host.get("/health").status, 200)


class UnderCgi(hosted.Walk, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host = cls.enterClassContext(
            hosted.Host(root, folder + "/cgid", ready, customer(), "cgid", ALLOW_SHARED_UID="on"))

    def test_requests_sweep_where_there_is_no_cron(self):
        # As if this were the hour's first request.
        database.sql("DELETE FROM gh_allowances;"
                     "INSERT INTO gh_revoked_tokens (jti, expires_at) VALUES (REPEAT('x', 16), 1)", NAME)
        until(lambda: self.host.get("/health").status == 200 and
              database.sql("SELECT COUNT(*) FROM gh_revoked_tokens WHERE expires_at = 1", NAME).strip() == "0", 60, "a sweep")
        # Once an hour, whoever comes.
        for _ in range(40):
            self.host.get("/health")
        self.assertEqual(database.sql("SELECT SUM(drawn) FROM gh_allowances", NAME).strip(), "1")


class UnderModFcgid(hosted.GuardedWalk, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host = cls.enterClassContext(
            hosted.Host(root, folder + "/fcgid", ready, customer(), "fcgid", ALLOW_SHARED_UID="on"))

    def test_all_endpoints_are_one_process(self):
        for path in ("/health", "/", "/openapi.json", "/.well-known/jwks.json", "/sign-in"):
            self.host.get(path)
        started = {os.path.basename(os.readlink(f"/proc/{pid}/exe")) for pid in self.host.programs()}
        self.assertEqual(started - {"guard.fcgi"}, {"gatehouse_all.fcgi"})


if __name__ == "__main__":
    unittest.main()
