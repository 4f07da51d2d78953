# SPDX-License-Identifier: Apache-2.0
"""The hosting tarball in the root of a Debian 11, as a customer of its Apache (suexec). Run by scripts/hosting-test."""
import os
import pathlib
import shutil
import signal
import unittest

import hosted
from hosted import NAME
from product import new_folder, until

CUSTOMER = (5001, 5001)


def setUpModule():
    global folder, old, inside, ready, database
    old = hosted.Root(os.path.realpath(os.environ["GATEHOUSE_OLD_ROOT"]))
    folder = new_folder()
    unittest.addModuleCleanup(shutil.rmtree, folder, ignore_errors=True)
    inside = "/home/" + os.path.basename(folder)
    unittest.addModuleCleanup(shutil.rmtree, old.path + inside, ignore_errors=True)
    os.mkdir(old.path + inside)
    os.chmod(old.path + inside, 0o755)
    unpacked = hosted.unpack(hosted.make_tarball(folder + "/out"), folder + "/unpacked")
    database = unittest.enterModuleContext(hosted.Database(old, inside + "/db"))
    ready = folder + "/ready"
    hosted.prepare(unpacked, ready, database.socket)
    database.import_as_customer(pathlib.Path(ready, "import.sql").read_text())


class Customer:
    @classmethod
    def setUpClass(cls):
        cls.host = cls.enterClassContext(hosted.Host(old, f"{inside}/{cls.by}", ready, CUSTOMER, cls.by, suexec="ann"))

    def test_it_runs_as_the_customer(self):
        # Who can read the configuration is who owns it, and it answers; the log shows no refusal.
        self.assertEqual(self.host.get("/health").status, 200, self.host.logs())
        configuration = old.path + self.host.home + "/gatehouse/etc/gatehouse.conf"
        self.assertEqual((os.stat(configuration).st_uid, os.stat(configuration).st_mode & 0o777), (5001, 0o600))

    def test_a_secret_that_others_can_read_stops_it(self):
        master_key = pathlib.Path(old.path + self.host.home, "gatehouse/credentials/master.key")
        configuration = pathlib.Path(old.path + self.host.home, "gatehouse/etc/gatehouse.conf")
        for file in (configuration, master_key):
            os.chmod(file, 0o644)
            self.restart()
            self.assertEqual(self.host.log_in("boss").status, 503)
            until(lambda: f"{str(file)[len(old.path):]}: holds a secret and can be read by others" in self.host.logs())
            os.chmod(file, 0o600)
        self.restart()
        self.assertEqual(self.host.log_in("nobody").status, 401)

    def restart(self):
        """What mod_fcgid keeps has read its files already."""
        for pid in self.host.programs():
            os.kill(pid, signal.SIGTERM)
        until(lambda: not self.host.programs())

    def test_the_command_sweeps_from_cron_as_the_customer(self):
        database.sql("INSERT INTO gh_revoked_tokens (jti, expires_at) VALUES (REPEAT('c', 16), 1)", NAME)
        command = self.host.home + "/gatehouse/bin/gatehouse"
        said = old.run("setpriv", "--reuid=5001", "--regid=5001", "--clear-groups", command, "sweep", env={})
        self.assertIn("gh_revoked_tokens: 1", said)
        said = old.run("setpriv", "--reuid=5001", "--regid=5001", "--clear-groups", command, "config", "check", env={})
        self.assertIn("the configuration is good", said)


class UnderCgi(Customer, hosted.Walk, unittest.TestCase):
    by = "cgid"

    def test_nothing_stays_behind(self):
        self.host.get("/")
        until(lambda: not self.host.programs(), 30)

    def test_a_guarded_folder_is_shut_and_not_open(self):
        self.assertGreaterEqual(self.host.site("/secret.txt").status, 500)


class UnderModFcgid(Customer, hosted.GuardedWalk, unittest.TestCase):
    by = "fcgid"


class WithoutSuexec(unittest.TestCase):
    def test_it_is_refused(self):
        www_data = (33, 33)
        for by in ("cgid", "fcgid"):
            with self.subTest(by=by), hosted.Host(old, f"{inside}/plain-{by}", ready, www_data, by) as host:
                self.assertEqual(host.get("/health").status, 503)
                until(lambda: "runs as the same user" in host.logs(), what="a line in the log")


if __name__ == "__main__":
    unittest.main()
