# SPDX-License-Identifier: Apache-2.0
"""The release before this one is brought up, and becomes this one while people work; and back again."""
import os
import pathlib
import shutil
import signal
import subprocess
import unittest

from load import BusyClient, all_go_on, under_load
from product import RELEASE, SOURCE, Product, running, running_file, until

HOT = ("users_me", "auth_token", "auth_refresh")


def setUpModule():
    global PREVIOUS
    PREVIOUS = subprocess.run([SOURCE + "/scripts/previous"], capture_output=True, text=True, check=True).stdout.strip()
    if not PREVIOUS:
        raise unittest.SkipTest("the history of this checkout does not reach back to the previous release")


def work_of(pid):
    """Bytes that it has written: each request is an answer and a line in the log."""
    return int(pathlib.Path(f"/proc/{pid}/io").read_text().split("wchar: ")[1].split()[0])


class Upgrade(unittest.TestCase):
    def setUp(self):
        self.before = PREVIOUS + "/build/release"
        self.product = self.enterContext(Product(source=PREVIOUS, GATEHOUSE_RELEASE=self.before, HASH_SLOTS="8",
                                                 ARGON2_MEMORY_KIB="1024"))

    def redeploy(self, *words):
        done = subprocess.run([SOURCE + "/scripts/redeploy", *words], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=400,
                              env={**os.environ, "GATEHOUSE_VAR": self.product.var, "GATEHOUSE_RELEASE": RELEASE})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def names(self):
        return sorted(path.stem for path in pathlib.Path(self.product.var, "bin").glob("*.fcgi"))

    def file_of(self, name):
        return f"{self.product.var}/bin/{name}.fcgi"

    def assert_all_are_of(self, release):
        for name in self.names():
            with self.subTest(name=name, release=release):
                self.assertEqual(pathlib.Path(self.file_of(name)).read_bytes(),
                                 pathlib.Path(release, "bin", name + ".fcgi").read_bytes())
                self.assertNotEqual(running_file(self.file_of(name)), [])
                self.assertEqual(running(self.file_of(name) + " (deleted)"), [])

    def schema(self):
        database = f"{self.product.var}/run/db/mysql.sock"
        return int(subprocess.run(["mariadb", "--no-defaults", "-NBS", database, "gatehouse", "-e",
                                   "SELECT MAX(version) FROM gh_migrations"], capture_output=True, text=True,
                                  check=True).stdout)

    def test_there_and_back_and_there_again_under_load_no_request_fails(self):
        self.assert_all_are_of(self.before)
        newest = len(list(pathlib.Path(SOURCE, "sql/migrations").glob("*.sql")))

        def go(clients):
            for words, release, source in ((["all"], RELEASE, SOURCE), (["all"], RELEASE, SOURCE),  # once more is no harm
                                           (["--back", "all"], self.before, PREVIOUS), (["all"], RELEASE, SOURCE)):
                self.redeploy(*words)
                self.assertEqual(self.schema(), newest)
                self.assert_all_are_of(release)
                same = subprocess.run(["diff", "-rq", source + "/sql", self.product.var + "/share/sql"])
                self.assertEqual(same.returncode, 0)
                all_go_on(clients, 40)

        clients = under_load(self, self.product, go, kind=BusyClient)
        self.assertGreater(sum(client.sent for client in clients), 500)
        self.assertEqual(self.product.log("error"), [])

    def test_executables_of_both_releases_serve_the_same_traffic(self):
        def let_half_of_them_stay(clients):
            for name in HOT:
                workers = running_file(self.file_of(name))
                os.replace(self.copy_of(name), self.file_of(name))
                for pid in workers[::2]:
                    os.kill(pid, signal.SIGTERM)
                until(lambda: len(running_file(self.file_of(name))) == len(workers[::2]), what="new ones")
                self.assertEqual(len(running(self.file_of(name) + " (deleted)")), len(workers[1::2]))
            both = [pid for name in HOT for pid in running(self.file_of(name))]
            done = {pid: work_of(pid) for pid in both}
            until(lambda: any(client.wrong for client in clients) or all(work_of(pid) > done[pid] for pid in both), 60,
                  "work for all")
            all_go_on(clients, 40)
            self.assertTrue(all(work_of(pid) > done[pid] for pid in both))

        self.expand()
        under_load(self, self.product, let_half_of_them_stay, kind=BusyClient)
        self.assertEqual(self.product.log("error"), [])

    def expand(self):
        """What an upgrade does first."""
        shutil.copy(RELEASE + "/bin/gatehouse", self.product.var + "/bin/gatehouse.new")
        os.replace(self.product.var + "/bin/gatehouse.new", self.product.var + "/bin/gatehouse")
        self.product.operate("migrate", "--migrations", SOURCE + "/sql/migrations")
        self.product.operate("accounts", "--expand", "yes", "--grants", SOURCE + "/sql/grants")

    def copy_of(self, name):
        path = self.file_of(name) + ".new"
        pathlib.Path(path).write_bytes(pathlib.Path(RELEASE, "bin", name + ".fcgi").read_bytes())
        os.chmod(path, 0o755)
        return path


if __name__ == "__main__":
    unittest.main()
