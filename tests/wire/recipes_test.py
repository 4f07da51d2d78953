# SPDX-License-Identifier: Apache-2.0
"""The recipes of README.md, "When something went wrong": what stands there is what is run here."""
import base64
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import unittest

import mysql
from product import ADMIN_PASSWORD, PASSWORD, SOURCE, Product, running, until
from load import JWKS, HonestClient, kid_of

NEW_PASSWORD = "A-New-Horse-9-Battery"
CLIENTS = 4


def recipes():
    """Title -> its lines of shell."""
    with open(SOURCE + "/README.md") as readme:
        chapter, = re.findall(r"\n## When something went wrong\n(.*?)\n## ", readme.read(), re.S)
    return {title: [line for block in re.findall(r"\n```\n(.*?)\n```\n", text, re.S) for line in block.splitlines()]
            for title, text in re.findall(r"\n### ([^\n]+)\n(.*?)(?=\n### |\Z)", chapter, re.S)}


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def der_to_raw(der):
    """r and s of an ECDSA signature, 32 bytes each."""
    numbers, at = b"", 2
    for _ in range(2):
        size = der[at + 1]
        numbers += der[at + 2:at + 2 + size].lstrip(b"\0").rjust(32, b"\0")
        at += 2 + size
    return numbers


class PatientClient(HonestClient):
    """One that also asks again: the same refresh with the same Idempotency-Key is the same answer."""

    def run(self):
        while not self.ended.is_set() and not self.wrong:
            pair = self.expect("login", self.product.log_in(self.name_of_user, PASSWORD))
            for number in range(5):
                if pair is None:
                    return
                self.expect("me", self.product.me(pair["access_token"]))
                body = {"refresh_token": pair["refresh_token"]}
                first, again = (self.expect("refresh", self.product.post_json(
                    "/api/v1/auth/refresh", body, Idempotency_Key=f"{number:016}{pair['refresh_token'][-16:]}"))
                    for _ in range(2))
                if first != again:
                    self.wrong.append(("retry", again))
                pair = first


class Recipes(unittest.TestCase):
    def setUp(self):
        self.product = self.enterContext(Product(HASH_SLOTS="8", ARGON2_MEMORY_KIB="1024"))
        self.desk = self.product.folder + "/desk"  # where the operator sits
        os.mkdir(self.desk)

    def start(self, line):
        return subprocess.Popen(["bash", "-ec", line], cwd=self.desk, text=True, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                env={**os.environ, "VAR": self.product.var, "NEW_PASSWORD": NEW_PASSWORD})

    def run_line(self, line):
        with self.start(line) as process:
            said = process.communicate(timeout=150)[0]
        self.assertEqual(process.returncode, 0, f"{line}\n{said}")
        return said

    def follow(self, title):
        return self.run_line("\n".join(recipes()[title]))

    def sql(self, statement):
        done = subprocess.run(["mariadb", "--socket", self.product.var + "/run/db/mysql.sock", "-N", "gatehouse"],
                              input=statement, text=True, capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    @contextlib.contextmanager
    def load(self):
        """None may get another answer than 200; each gets some of them before, and some after."""
        clients = [PatientClient(self.product) for _ in range(CLIENTS)]
        for client in clients:
            client.start()

        def all_have_sent(more):
            aims = [client.sent + more for client in clients]
            until(lambda: all(client.sent > aim or client.wrong for client, aim in zip(clients, aims)), 60, "requests")

        try:
            all_have_sent(10)
            yield
            all_have_sent(30)
        finally:
            for client in clients:
                client.ended.set()
            for client in clients:
                client.join(60)
        self.assertEqual([wrong for client in clients for wrong in client.wrong], [])

    def is_refused_by_all(self, token):
        """Each of the workers reads the keys for itself."""
        return all(self.product.me(token).status == 401 for _ in range(50))

    def test_each_recipe_has_a_test(self):
        self.assertEqual(set(recipes()), {"Backup", "Restore", "A lost administrator", "A leaked signing key",
                                          "A leaked master key", "A leaked database password"})
        for title, lines in recipes().items():
            self.assertGreater(len(lines), 0, title)

    def test_after_a_restore_nothing_of_before_is_good_and_who_logs_in_is_served(self):
        product = self.product
        names = [product.register()["username"] for _ in range(4)]
        idle, left, refreshed, changed = (product.log_in(name).json() for name in names)
        cookies = product.post_json("/api/v1/auth/login", {"username": names[0], "password": PASSWORD})
        jar = "; ".join(cookie.split(";")[0] for cookie in cookies.headers.get_all("Set-Cookie"))
        self.assertIn("session=", jar)
        self.assertEqual(product.get("/api/v1/users/me", Cookie=jar).status, 200)
        self.assertEqual(product.get("/sign-in", Cookie=jar).status, 302, "signed in")
        old_kid = kid_of(idle["access_token"])
        self.follow("Backup")

        product.post_json("/api/v1/auth/logout", {"refresh_token": left["refresh_token"]},
                          Authorization="Bearer " + left["access_token"])
        successor = product.post_json("/api/v1/auth/refresh", {"refresh_token": refreshed["refresh_token"]}).json()
        self.assertEqual(product.post_json("/api/v1/auth/change-password",
                                           {"current_password": PASSWORD, "new_password": NEW_PASSWORD},
                                           Authorization="Bearer " + changed["access_token"]).status, 200)
        late = product.register()
        self.assertEqual(product.me(left["access_token"]).status, 401)

        front_server, = running(os.path.realpath(shutil.which("lighttpd")), product.var)
        os.kill(front_server, signal.SIGSTOP)
        try:
            self.follow("Restore")
        finally:
            os.kill(front_server, signal.SIGCONT)
        for pair in (idle, left, refreshed, successor, changed):
            until(lambda token=pair["access_token"]: self.is_refused_by_all(token), what="refusals")
            answer = product.post_json("/api/v1/auth/refresh", {"refresh_token": pair["refresh_token"]})
            self.assertEqual(answer.status, 401, answer)
        self.assertEqual(product.get("/api/v1/users/me", Cookie=jar).status, 401)
        self.assertEqual(product.get("/sign-in", Cookie=jar).status, 200, "the form")
        for name in names:
            pair = until(lambda who=name: product.log_in(who), what="a login").json()
            self.assertEqual(product.me(pair["access_token"]).status, 200)
        self.assertNotIn(old_kid, product.get(JWKS).body.decode())
        self.assertGreater(product.register()["id"], late["id"] + 900_000, "no number is given twice")
        self.assertIn("restored", product.operate("audit", "export", "--event", "restored"))
        self.run_line("$VAR/bin/gatehouse audit verify")

    def test_a_lost_administrator_is_let_in_again_and_another_one_made(self):
        product = self.product
        product.register("ann")
        token = product.log_in("admin", ADMIN_PASSWORD).json()["access_token"]
        for _ in range(6):
            product.log_in("admin", "Wrong-Horse-1-Battery")
        self.assertEqual(product.log_in("admin", ADMIN_PASSWORD).status, 401, "locked")
        self.follow("A lost administrator")
        self.assertEqual(product.log_in("admin", NEW_PASSWORD).status, 200)
        self.assertEqual(product.log_in("admin", ADMIN_PASSWORD).status, 401)
        self.assertEqual(product.me(token).status, 401)
        ann = product.log_in("ann").json()["access_token"]
        self.assertEqual(product.me(ann).json()["role"], "super_admin")

    def test_what_is_signed_with_a_leaked_key_is_refused_within_a_second(self):
        product = self.product
        key = self.desk + "/leaked.pem"
        subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key], check=True)
        public = subprocess.run(["openssl", "ec", "-in", key, "-pubout", "-outform", "DER"], check=True,
                                capture_output=True).stdout
        # One of theirs that somebody else has got.
        self.sql("INSERT INTO gh_signing_keys (kid, algorithm, public_key, created_at, signs_from) VALUES"
                 f" ('leaked-key-1', 'ES256', X'{public.hex()}', 1, 1)")
        honest = product.new_token()
        head = b64(json.dumps({"alg": "ES256", "typ": "at+jwt", "kid": "leaked-key-1"}).encode())
        signed = head + "." + honest.split(".")[1]
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=signed.encode(), check=True,
                                   capture_output=True).stdout
        forged = signed + "." + b64(der_to_raw(signature))
        until(lambda: product.me(forged).status == 200, what="a forgery that passes")
        self.assertIn(b"leaked-key-1", product.get(JWKS).body)
        self.follow("A leaked signing key")
        until(lambda: self.is_refused_by_all(forged) and self.is_refused_by_all(honest), what="refusals")
        until(lambda: b"leaked-key-1" not in product.get(JWKS).body, what="another key set")
        self.assertEqual(len(product.get(JWKS).json()["keys"]), 1)
        self.assertEqual(product.me(product.new_token()).status, 200)

    def test_the_master_key_is_replaced_under_load_killed_at_each_step_and_no_request_fails(self):
        product = self.product
        rotate, revoke = recipes()["A leaked master key"]
        with open(product.var + "/credentials/master.key") as file:
            leaked = file.read()
        before = os.stat(product.var + "/credentials/master.key")
        with self.load():
            for killed_after in ("added", "seals from now on", "sealed anew"):
                with self.start("exec " + rotate) as process:
                    for line in process.stdout:
                        if killed_after in line:
                            process.kill()
                            break
            said = self.run_line(rotate)
        self.assertRegex(said, "removed ")
        with open(product.var + "/credentials/master.key") as file:
            self.assertNotIn(leaked.strip(), file.read())
        after = os.stat(product.var + "/credentials/master.key")
        self.assertEqual((before.st_mode, before.st_uid, before.st_gid), (after.st_mode, after.st_uid, after.st_gid))
        ids = self.sql("SELECT DISTINCT HEX(SUBSTRING(sealed, 2, 6)) FROM gh_signing_key_secrets UNION"
                       " SELECT DISTINCT HEX(SUBSTRING(successor, 2, 6)) FROM gh_sessions WHERE successor IS NOT NULL")
        self.assertEqual(len(ids.split()), 1, "one key seals all there is")
        pair = product.log_in(product.register()["username"]).json()
        said = self.run_line(revoke)
        until(lambda: self.is_refused_by_all(pair["access_token"]), what="refusals")
        # The leaked key opens nothing of today's database.
        old = self.desk + "/old.key"
        with open(old, "w") as file:
            file.write(leaked)
        os.chmod(old, 0o600)
        refused = product.gatehouse("master", "rotate", MASTER_KEY_FILE=old)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("does not open the signing key", refused.stderr)
        with open(old) as file:
            self.assertEqual(file.read(), leaked)

    def test_a_leaked_database_password_is_worth_nothing_and_no_request_fails(self):
        product = self.product
        path = product.var + "/run/db/mysql.sock"

        def password(account):
            with open(f"{product.var}/credentials/{account}") as file:
                return re.search(r"password = (\S+)", file.read()).group(1)

        leaked = password("users_me")
        owner = os.stat(product.var + "/credentials/users_me").st_uid
        thief = self.enterContext(mysql.Session(path))
        self.assertEqual(thief.log_in("gh_users_me", leaked, "gatehouse"), 0)
        with self.load():
            for _ in range(3):
                self.follow("A leaked database password")
        self.assertEqual(mysql.attempt(path, "gh_users_me", leaked, "SELECT 1"), 1045)
        self.assertEqual(mysql.attempt(path, "gh_users_me", password("users_me"), "SELECT 1"), 0)
        self.assertEqual(os.stat(product.var + "/credentials/users_me").st_uid, owner)
        with self.assertRaises((ConnectionError, OSError, AssertionError)):
            self.assertEqual(thief.run("SELECT id FROM gh_users"), 0)
        before = {name: password(name) for name in ("users_me", "auth_token")}
        self.run_line("$VAR/bin/gatehouse accounts --rotate users_me")
        self.assertNotEqual(password("users_me"), before["users_me"])
        self.assertEqual(password("auth_token"), before["auth_token"])
        self.assertEqual(product.gatehouse("accounts", "--rotate", "nobody").returncode, 1)


if __name__ == "__main__":
    unittest.main()
