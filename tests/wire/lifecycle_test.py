# SPDX-License-Identifier: Apache-2.0
"""scripts/run from its first start to its last stop."""
import base64
import json
import os
import shutil
import signal
import socket
import unittest

from product import ADMIN_PASSWORD, PASSWORD, RELEASE, SOURCE, Product, new_folder, until

NOBODY = 65534


class Lifecycle(unittest.TestCase):
    def folder(self):
        folder = new_folder()
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        return folder

    def assert_nothing_left(self, product):
        until(lambda: not product.processes(), what="the end of " + str(product.processes()))

    def assert_ends(self, product, *words):
        """By itself, with one clear sentence."""
        with product:
            self.assertNotEqual(product.process.wait(60), 0)
        said = [line for line in product.said if line.strip()]
        self.assertEqual(len(said), 1, product.said)
        for word in words:
            self.assertIn(word, said[0])

    def assert_refuses(self, product, *words):
        self.assert_ends(product, *words)
        self.assert_nothing_left(product)

    def test_a_second_start_finds_everything_as_it_was(self):
        folder = self.folder()
        with Product(folder) as first:
            user = first.register()
            keys = first.get("/.well-known/jwks.json").body
            token = first.log_in(user["username"]).json()["access_token"]
            self.assertEqual(first.stop(signal.SIGTERM), 0)
            self.assert_nothing_left(first)
        # Under another port the issuer is another, so the token's would not be ours.
        with Product(folder, first.port, GATEHOUSE_ADMIN_USERNAME="second",
                     GATEHOUSE_ADMIN_PASSWORD="Another-Horse-8-Battery",
                     GATEHOUSE_ADMIN_EMAIL="second@example.com") as second:
            self.assertEqual(second.get("/.well-known/jwks.json").body, keys)
            self.assertEqual(second.me(token).json(), user)
            self.assertEqual(second.log_in("admin", ADMIN_PASSWORD).status, 200)
            self.assertEqual(second.log_in("second", "Another-Horse-8-Battery").status, 401,
                             "there is an administrator already")
            self.assertNotIn("password", "".join(second.said))
            self.assertEqual(second.stop(signal.SIGINT), 0)
            self.assert_nothing_left(second)

    def test_a_password_is_made_and_shown_once_when_none_is_given_and_there_is_no_default(self):
        folder = self.folder()
        with Product(folder, GATEHOUSE_ADMIN_PASSWORD=None, GATEHOUSE_ADMIN_USERNAME="Boss",
                     GATEHOUSE_ADMIN_EMAIL="boss@example.com") as product:
            line, = [line for line in product.said if "password" in line]
            password = line.partition("password ")[2].split()[0]
            answer = product.log_in("Boss", password)
            self.assertEqual(answer.status, 200)
            me = product.me(answer.json()["access_token"]).json()
            self.assertEqual((me["username"], me["email"], me["role"]), ("Boss", "boss@example.com", "super_admin"))
            for guess in ("admin", "Boss", "password", "Password1!", "changeme", "gatehouse", "Admin123!"):
                self.assertEqual(product.log_in("admin", guess).status, 401, guess)
            self.assertEqual(product.log_in("Boss", "Admin123!").status, 401)
            with open(product.var + "/log/gatehouse.log") as log:
                self.assertNotIn(password, log.read())
        with Product(folder, product.port, GATEHOUSE_ADMIN_PASSWORD=None) as again:
            self.assertEqual([line for line in again.said if "password" in line], [])
            self.assertEqual(again.log_in("Boss", password).status, 200)

    def test_a_configuration_key_acts_by_its_own_name(self):
        with Product(REGISTRATION="closed", APP_NAME="House <of> Tests", ACCESS_TOKEN_EXPIRE_MINUTES="5",
                     ALGORITHM="EdDSA", ISSUER="https://issuer.example") as product:
            self.assertEqual(product.post_json("/api/v1/users/register", {"email": "a@example.com",
                                                                          "password": PASSWORD}).status, 403)
            self.assertIn(b"House &lt;of&gt; Tests", product.get("/").body)
            pair = product.log_in("admin", ADMIN_PASSWORD).json()
            self.assertEqual(pair["expires_in"], 300)
            parts = pair["access_token"].split(".")[:2]
            head, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in parts)
            self.assertEqual((head["alg"], claims["iss"], claims["aud"]), ("EdDSA", "https://issuer.example",
                                                                           "https://issuer.example"))
            with open(product.folder + "/jwks.json", "wb") as out:
                out.write(product.get("/.well-known/jwks.json").body)
            self.assertEqual(product.gatehouse("jwt", "verify", "--jwks", out.name,
                                               said=pair["access_token"]).returncode, 0)

    def test_a_bad_value_is_refused_by_the_name_of_its_key(self):
        for key, value in (("ALGORITHM", "foo"), ("REGISTRATION", "yes"), ("PUBLIC_URL", "http://x/path"),
                           ("MAX_LOGIN_ATTEMPTS", "0")):
            with self.subTest(key=key):
                self.assert_refuses(Product(expect_ready=False, **{key: value}), key, "must be")
        self.assert_refuses(Product(expect_ready=False, ALGORITHM="HS256"), "SECRET_KEY")

    def test_a_port_that_is_none_and_a_folder_that_can_not_be_are_refused(self):
        self.assert_refuses(Product(expect_ready=False, GATEHOUSE_PORT="http"), "GATEHOUSE_PORT")
        self.assert_refuses(Product(expect_ready=False, GATEHOUSE_VAR="/dev/null/var"), "GATEHOUSE_VAR")
        long = self.folder() + "/" + "x" * 60
        self.assert_refuses(Product(expect_ready=False, GATEHOUSE_VAR=long), "60 characters")

    def test_a_port_that_is_taken_is_refused(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            self.assert_refuses(Product(port=port, expect_ready=False), f"port {port} is taken")

    def test_two_of_them_stand_side_by_side_and_one_stops_alone(self):
        with Product() as one, Product() as other:
            user = one.register("side-by-side")
            self.assertEqual(other.register("side-by-side")["username"], user["username"], "another database")
            token = one.log_in("side-by-side").json()["access_token"]
            self.assertEqual(other.me(token).status, 401, "other keys")
            before = sorted(one.processes())
            self.assert_ends(Product(one.folder, expect_ready=False), "already running")
            self.assertEqual(other.stop(), 0)
            self.assert_nothing_left(other)
            self.assertEqual(sorted(one.processes()), before)
            self.assertEqual(one.me(token).json(), user)

    def test_after_a_kill_the_next_start_cleans_up_and_works(self):
        with Product(self.folder()) as killed:
            user = killed.register()
            token = killed.log_in(user["username"]).json()["access_token"]
            old = set(killed.processes()) - {killed.process.pid}
            killed.process.kill()
            killed.process.wait()
            self.assertGreater(len(killed.workers()), 0, "they go on without it")
            with Product(killed.folder, killed.port) as product:
                self.assertEqual(product.me(token).json(), user)
                until(lambda: not old & set(product.processes()), what="the end of those it found")
                self.assertEqual(product.stop(), 0)
                self.assert_nothing_left(product)

    def test_a_start_cut_short_at_any_step_leaves_nothing_behind_and_the_next_one_works(self):
        folder = self.folder()
        for sign, how in (("data.new/mysql", signal.SIGKILL), ("log/migrate.log", signal.SIGINT),
                          ("credentials/users_me", signal.SIGKILL), ("run/root.sock", signal.SIGINT)):
            with self.subTest(sign=sign), Product(folder, expect_ready=False) as product:
                until(lambda: os.path.exists(f"{product.var}/{sign}"), 60, what=sign)
                os.killpg(product.process.pid, how)  # as a terminal, or a power cut, does
                product.process.wait(60)
                self.assert_nothing_left(product)
        with Product(folder) as product:
            self.assertEqual(product.log_in("admin", ADMIN_PASSWORD).status, 200)
            self.assertEqual(product.register()["role"], "user")

    def test_it_ends_and_says_so_when_a_part_has_ended(self):
        with Product() as product:
            os.kill(product.database(), signal.SIGKILL)
            self.assertEqual(product.process.wait(60), 1)
            self.assert_nothing_left(product)
        self.assertIn("a process it started has ended", product.said[-1])

    @unittest.skipUnless(os.getuid() == 0,
                         "needs root to become somebody else; as an ordinary user all the others show it")
    def test_an_ordinary_user_runs_all_of_it_under_one_uid(self):
        folder = self.folder()
        os.chown(folder, NOBODY, NOBODY)
        as_nobody = ("setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups")
        # A copy of what it needs: the checkout itself may lie where others can't go, such as /root.
        checkout = folder + "/checkout"
        for part in ("scripts", "sql", "lighttpd", "web"):
            shutil.copytree(f"{SOURCE}/{part}", f"{checkout}/{part}")
        shutil.copytree(RELEASE + "/bin", checkout + "/build/release/bin")
        with Product(folder, run_as=as_nobody, source=checkout, HOME=folder,
                     GATEHOUSE_RELEASE=checkout + "/build/release") as product:
            user = product.register()
            self.assertEqual(product.me(product.log_in(user["email"]).json()["access_token"]).json(), user)
            for pid in product.processes():
                self.assertEqual(os.stat(f"/proc/{pid}").st_uid, NOBODY)
            self.assertEqual(len({os.path.basename(os.readlink(f"/proc/{pid}/exe")) for pid in product.workers()}),
                             len([name for name in os.listdir(product.var + "/bin") if name.endswith(".fcgi")]))
            self.assertEqual(product.stop(), 0)
            self.assert_nothing_left(product)


if __name__ == "__main__":
    unittest.main()
