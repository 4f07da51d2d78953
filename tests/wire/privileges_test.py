# SPDX-License-Identifier: Apache-2.0
"""Separated by process: what each executable may read, and what somebody who took it over may not."""
import errno
import json
import os
import pathlib
import pwd
import signal
import socket
import stat
import subprocess
import unittest

import mysql
from product import ADMIN_PASSWORD, Product

NOT_THIS_TABLE, NOT_THIS_COLUMN, NOT_THIS_DATABASE, NOT_THIS_ACCOUNT, NOT_THIS_SOCKET = 1142, 1143, 1044, 1045, 1698


def status_of(pid):
    with open(f"/proc/{pid}/status") as status:
        return {name: value.split() for name, value in (line.split(":", 1) for line in status)}


@unittest.skipUnless(os.getuid() == 0, "needs root: started by an ordinary user all executables share one uid")
class Privileges(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.product = cls.enterClassContext(Product())
        cls.product.new_token()
        cls.var = cls.product.var
        cls.names = sorted(path.stem for path in pathlib.Path(cls.var, "bin").glob("*.fcgi"))
        cls.status = {name: [status_of(pid) for pid in cls.product.workers(name + ".fcgi")] for name in cls.names}
        cls.uid = {name: int(status[0]["Uid"][0]) for name, status in cls.status.items()}

    def attempt(self, name, action):
        """Does it as that executable would, and answers how it went: 0 or the error number."""
        status = self.status[name][0]
        child = os.fork()
        if child == 0:
            result = 255
            try:
                os.setgroups([int(group) for group in status["Groups"]])
                os.setgid(int(status["Gid"][0]))
                os.setuid(int(status["Uid"][0]))
                try:
                    action()
                    result = 0
                except OSError as error:
                    result = error.errno
            finally:
                os._exit(result)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def read(self, path):
        def action():
            with open(path, "rb") as file:
                file.read(1)
        return action

    def connect(self, path):
        def action():
            with socket.socket(socket.AF_UNIX) as s:
                s.connect(path)
        return action

    # ---- who they are ----

    def test_each_executable_runs_under_a_uid_of_its_own_and_none_is_root(self):
        self.assertEqual(len(set(self.uid.values())), len(self.names))
        others = {0, pwd.getpwnam("www-data").pw_uid, os.stat(f"/proc/{self.product.database()}").st_uid}
        self.assertFalse(others & set(self.uid.values()))
        self.assertNotEqual(os.stat(f"/proc/{self.product.database()}").st_uid, 0)
        for name in self.names:
            for status in self.status[name]:
                self.assertEqual(set(status["Uid"]), {str(self.uid[name])}, name)
                self.assertEqual(len(set(status["Gid"])), 1, name)

    def test_none_has_a_capability_or_may_get_one(self):
        for name in self.names:
            for status in self.status[name]:
                for capabilities in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
                    self.assertEqual(int(status[capabilities][0], 16), 0, (name, capabilities))
                self.assertEqual(status["NoNewPrivs"], ["1"], name)

    def test_who_restarts_them_has_no_more_power_than_they(self):
        for name in self.names:
            for status in self.status[name]:
                parent = status_of(int(status["PPid"][0]))
                self.assertEqual(parent["Name"], ["multiwatch"])
                self.assertEqual((parent["Uid"], parent["Groups"], parent["NoNewPrivs"]),
                                 (status["Uid"], status["Groups"], ["1"]))

    def test_the_front_server_is_not_root(self):
        servers = [status_of(pid) for pid in self.product.processes()]
        servers = [status for status in servers if status["Name"] == ["lighttpd"]]
        self.assertTrue(servers)
        for status in servers:
            self.assertEqual(set(status["Uid"]), {str(pwd.getpwnam("www-data").pw_uid)})

    def test_no_process_but_roots_has_the_administrators_password(self):
        seen = 0
        for pid in self.product.processes():
            if os.stat(f"/proc/{pid}").st_uid != 0:
                with open(f"/proc/{pid}/environ") as environment:
                    self.assertNotIn(ADMIN_PASSWORD, environment.read())
                    seen += 1
        self.assertGreater(seen, len(self.names))

    def test_only_what_mints_or_opens_is_in_the_minting_group(self):
        minting = str(os.stat(self.var + "/credentials/master.key").st_gid)
        for name in self.names:
            described = json.loads(subprocess.check_output([f"{self.var}/bin/{name}.fcgi", "--describe"]))
            for status in self.status[name]:
                self.assertEqual(minting in status["Groups"] + status["Gid"], described["opens"], name)

    # ---- files and sockets ----

    def test_the_master_key_is_read_by_what_mints_tokens_or_opens_second_factors_and_nobody_else(self):
        read = self.read(self.var + "/credentials/master.key")
        readers = [name for name in self.names if self.attempt(name, read) == 0]
        self.assertEqual(readers, [
            "auth_login", "auth_login_mfa", "auth_reauthenticate", "auth_refresh", "auth_token", "auth_token_mfa", "auth_totp",
            "auth_totp_confirm", "auth_totp_enroll", "auth_totp_recovery_codes", "sign_in_code"])
        self.assertEqual(stat.S_IMODE(os.stat(self.var + "/credentials/master.key").st_mode), 0o440)

    def test_the_key_of_the_audit_seals_is_read_by_what_seals_and_by_no_executable(self):
        path = self.var + "/credentials/audit.key"
        self.assertEqual([name for name in self.names if self.attempt(name, self.read(path)) == 0], [])
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o400)
        sealer = os.stat(path).st_uid
        self.assertNotIn(sealer, {0, *self.uid.values()})
        handlers = int(self.status["users_me"][0]["Gid"][0])

        def sweep():
            return subprocess.run([self.var + "/bin/gatehouse", "sweep"], user=sealer, group=handlers, extra_groups=[],
                                  env={}, capture_output=True, text=True)
        done = sweep()
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        url = f"mysql://root@localhost/gatehouse?socket={self.var}/run/db/mysql.sock"
        verified = subprocess.run([self.var + "/bin/gatehouse", "audit", "verify", "--public-key",
                                   self.var + "/share/audit.jwks.json"],
                                  env={"DATABASE_URL": url}, capture_output=True, text=True)
        self.assertEqual((verified.returncode, verified.stderr), (0, ""), verified.stdout)

    def test_credentials_are_read_by_their_own_executable_and_nobody_else(self):
        for owner in self.names:
            path = f"{self.var}/credentials/{owner}"
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o400)
            self.assertEqual([name for name in self.names if self.attempt(name, self.read(path)) == 0], [owner])

    def test_no_executable_reaches_a_handler(self):
        for owner in self.names:
            self.assertEqual(self.attempt("users_me", self.connect(f"{self.var}/run/{owner}.sock")), errno.EACCES)
        self.assertEqual(self.attempt("users_me", self.connect(f"{self.var}/run/db/mysql.sock")), 0)

    def test_no_executable_writes_where_the_product_lives(self):
        for folder in ("", "bin", "etc", "etc/lighttpd", "run", "run/db", "credentials", "share", "share/sql", "log",
                       "data"):
            with self.subTest(folder=folder):
                path = f"{self.var}/{folder}/written"
                self.assertEqual(self.attempt("users_me", lambda: os.close(os.open(path, os.O_CREAT | os.O_WRONLY))),
                                 errno.EACCES)
        for file in ("bin/users_me.fcgi", "etc/gatehouse.conf", "etc/uids", "share/openapi.json", "run/hash-slot-0",
                     "run/pids", "credentials/users_me"):
            with self.subTest(file=file):
                self.assertEqual(self.attempt("users_me", lambda: os.close(os.open(f"{self.var}/{file}", os.O_WRONLY))),
                                 errno.EACCES)
        self.assertEqual(self.attempt("users_me", lambda: os.unlink(self.var + "/run/auth_token.sock")), errno.EACCES)
        for folder in ("credentials", "run", "data", "log"):
            self.assertEqual(self.attempt("users_me", lambda: os.listdir(f"{self.var}/{folder}")), errno.EACCES)
        self.assertEqual(self.attempt("users_me", self.read(self.var + "/log/gatehouse.log")), errno.EACCES)

    def test_no_executable_touches_the_process_of_another(self):
        minter = self.product.workers("auth_token.fcgi")[0]
        self.assertEqual(self.attempt("users_me", lambda: os.kill(minter, signal.SIGTERM)), errno.EPERM)
        for file in ("mem", "environ", "maps"):
            self.assertEqual(self.attempt("users_me", self.read(f"/proc/{minter}/{file}")), errno.EACCES, file)

    # ---- the database ----

    def account(self, name):
        with open(f"{self.var}/credentials/{name}") as file:
            return dict(line.strip().split(" = ") for line in file)

    def run_as(self, name, statement, database="gatehouse"):
        account = self.account(name)
        return mysql.attempt(self.var + "/run/db/mysql.sock", account["account"], account["password"], statement,
                             database)

    def test_each_account_is_its_executables_own(self):
        for name in self.names:
            self.assertEqual(self.account(name)["account"], "gh_" + name)
        self.assertEqual(len({self.account(name)["password"] for name in self.names}), len(self.names))
        for account, password in (("gh_auth_token", self.account("users_me")["password"]), ("gh_auth_token", ""),
                                  ("gh_nobody", "")):
            # 1698: for an account that is not there MariaDB plays the plugin of another one, of its own choice.
            self.assertIn(mysql.attempt(self.var + "/run/db/mysql.sock", account, password, "SELECT 1"),
                          (NOT_THIS_ACCOUNT, 1698))

    def test_users_me_reads_profiles_and_sessions_and_nothing_more(self):
        for statement in ("SELECT id, username, email, role FROM gh_users", "SELECT id, user_id FROM gh_sessions",
                          "SELECT jti FROM gh_revoked_tokens", "SELECT kid, public_key FROM gh_signing_keys"):
            self.assertEqual(self.run_as("users_me", statement), 0, statement)
        for statement in ("SELECT hash FROM gh_passwords", "SELECT sealed FROM gh_signing_key_secrets",
                          "SELECT username_key FROM gh_users", "SELECT * FROM gh_users", "SELECT id FROM gh_audit",
                          "SELECT Password FROM mysql.user", "INSERT INTO gh_users (username) VALUES ('x')",
                          "UPDATE gh_users SET role = 'admin'", "UPDATE gh_sessions SET refresh_jti = id",
                          "UPDATE gh_users SET email = 'x'", "INSERT INTO gh_recovery_tokens (hash) VALUES ('x')",
                          "DELETE FROM gh_sessions", "DROP TABLE gh_users", "CREATE TABLE x (a INT)", "CREATE USER x",
                          "GRANT SELECT ON gh_passwords TO gh_users_me@localhost", "SET GLOBAL read_only = 1",
                          "SELECT 1 INTO OUTFILE '/tmp/gatehouse-outfile'", "SHOW GRANTS FOR gh_auth_token@localhost",
                          "LOCK TABLES gh_users WRITE", "SET PASSWORD FOR gh_auth_token@localhost = ''", "SHUTDOWN"):
            with self.subTest(statement=statement):
                self.assertIn(self.run_as("users_me", statement), (NOT_THIS_TABLE, NOT_THIS_COLUMN, NOT_THIS_DATABASE,
                                                                   NOT_THIS_ACCOUNT, 1227, 1410))

    def test_auth_token_reads_secrets_and_makes_no_users(self):
        for statement in ("SELECT hash FROM gh_passwords", "SELECT sealed FROM gh_signing_key_secrets"):
            self.assertEqual(self.run_as("auth_token", statement), 0, statement)
        for statement in ("INSERT INTO gh_users (username) VALUES ('x')", "UPDATE gh_users SET role = 'admin'",
                          "DELETE FROM gh_passwords", "DELETE FROM gh_audit", "UPDATE gh_audit SET event = 'x'",
                          "INSERT INTO gh_recovery_tokens (hash) VALUES ('x')", "SELECT letter FROM gh_outbox",
                          "INSERT INTO gh_signing_keys (kid) VALUES ('x')",
                          "UPDATE gh_signing_key_secrets SET sealed = ''", "UPDATE gh_passwords SET user_id = 1"):
            with self.subTest(statement=statement):
                self.assertIn(self.run_as("auth_token", statement), (NOT_THIS_TABLE, NOT_THIS_COLUMN))

    def test_no_executable_changes_what_is_on_record_and_few_read_it(self):
        for name in self.names:
            for statement in ("UPDATE gh_audit SET event = 'x'", "DELETE FROM gh_audit", "SELECT id FROM gh_audit_seals",
                              "INSERT INTO gh_audit_seals (hour) VALUES (1)", "DELETE FROM gh_audit_seals",
                              "INSERT INTO gh_audit_drops (hour) VALUES (1)"):
                with self.subTest(name=name, statement=statement):
                    self.assertIn(self.run_as(name, statement), (NOT_THIS_TABLE, NOT_THIS_COLUMN, NOT_THIS_DATABASE))
            if self.run_as(name, "SELECT id FROM gh_audit") == 0:
                self.assertIn(name, ("admin_audit", "admin_dashboard"))

    def test_what_registers_can_not_read_what_it_wrote(self):
        for statement in ("SELECT hash FROM gh_passwords", "SELECT * FROM gh_audit",
                          "SELECT sealed FROM gh_signing_key_secrets", "SELECT email FROM gh_users",
                          "INSERT INTO gh_recovery_tokens (hash) VALUES ('x')", "SELECT hash FROM gh_recovery_tokens",
                          "UPDATE gh_users SET role = 'admin'", "DELETE FROM gh_users"):
            with self.subTest(statement=statement):
                self.assertIn(self.run_as("users_register", statement), (NOT_THIS_TABLE, NOT_THIS_COLUMN))

    def test_what_needs_no_database_is_let_into_none(self):
        for name in ("health", "health_live"):
            self.assertEqual(self.run_as(name, "SELECT 1"), NOT_THIS_DATABASE, name)
            self.assertEqual(self.run_as(name, "SELECT 1", database=""), 0, name)

    def test_no_executable_is_the_databases_root(self):
        path = self.var + "/run/db/mysql.sock"
        self.assertEqual(mysql.attempt(path, "root", "", "SELECT 1", ""), 0, "as root it works")

        def action():
            raise OSError(mysql.attempt(path, "root", "", "SELECT 1", "") == NOT_THIS_SOCKET and errno.EPERM, "")
        for name in self.names:
            self.assertEqual(self.attempt(name, action), errno.EPERM)


if __name__ == "__main__":
    unittest.main()
