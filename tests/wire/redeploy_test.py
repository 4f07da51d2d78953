# SPDX-License-Identifier: Apache-2.0
"""Executables are replaced, restarted and killed while people work: on sockets that scripts/run holds, on one that is held as
systemd does, and by mod_fcgid."""
import collections
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import threading
import unittest

import fronts
from load import BusyClient, all_go_on, under_load
from product import RELEASE, SOURCE, Client, Product, new_folder, running, running_file, until

KILLS = 25


def another_build(executable, target):
    """A file of the same program that differs in its bytes."""
    content = pathlib.Path(executable).read_bytes()
    fronts.write_bytes(target, content + os.urandom(8))
    os.chmod(target, 0o755)


def replaced(path):
    """Those that still run what this file was before."""
    return running(path + " (deleted)")


class Caller(threading.Thread):
    """Calls one URL again and again, and counts what it gets."""

    def __init__(self, client, path, **headers):
        super().__init__(daemon=True)
        self.client, self.path, self.headers = client, path, headers
        self.ended, self.answers, self.wrong = threading.Event(), collections.Counter(), []

    @property
    def sent(self):
        return sum(self.answers.values())

    def run(self):
        while not self.ended.is_set():
            try:
                answer = self.client.get(self.path, **self.headers)
            except OSError:
                answer = None
            self.answers[answer.status if answer else None] += 1


class Replacing(unittest.TestCase):
    def call_while(self, client, token, change):
        """Answers how many requests came to nothing."""
        callers = [Caller(client, "/api/v1/users/me", Authorization="Bearer " + token) for _ in range(6)]
        for caller in callers:
            caller.start()
        try:
            all_go_on(callers)
            change(lambda: all_go_on(callers, 3))
            all_go_on(callers)
        finally:
            for caller in callers:
                caller.ended.set()
            for caller in callers:
                caller.join(60)
        answers = sum((caller.answers for caller in callers), collections.Counter())
        self.assertGreater(answers[200], 100)
        return answers.total() - answers[200]

    def kill_at_random(self, workers):
        """A change: kill -9, and work in between. Answers into self.killed how many."""
        self.killed = 0

        def kill(go_on):
            for _ in range(KILLS):
                found = until(workers, what="a worker")
                try:
                    os.kill(random.choice(found), signal.SIGKILL)
                    self.killed += 1
                except ProcessLookupError:
                    pass
                go_on()
        return kill


class HeldByMultiwatch(Replacing):
    @classmethod
    def setUpClass(cls):
        cls.product = cls.enterClassContext(Product(HASH_SLOTS="8", ARGON2_MEMORY_KIB="1024"))
        cls.token = cls.product.new_token()

    def setUp(self):
        self.release = new_folder()
        self.addCleanup(shutil.rmtree, self.release)
        os.mkdir(self.release + "/bin")
        for file in pathlib.Path(RELEASE, "bin").glob("*"):
            if file.suffix == ".fcgi" or file.name == "gatehouse":
                os.symlink(file, f"{self.release}/bin/{file.name}")

    def change(self, *names):
        """What the next redeploy finds built."""
        for name in names:
            path = f"{self.release}/bin/{name}.fcgi"
            os.unlink(path)
            another_build(f"{RELEASE}/bin/{name}.fcgi", path)

    def is_instead(self, name, text):
        path = pathlib.Path(self.release, "bin", name + ".fcgi")
        path.unlink()
        path.write_text(text)
        path.chmod(0o755)

    def start_redeploy(self, *words):
        return subprocess.Popen([SOURCE + "/scripts/redeploy", *words], stdin=subprocess.DEVNULL, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                env={**os.environ, "GATEHOUSE_VAR": self.product.var, "GATEHOUSE_RELEASE": self.release})

    def redeploy(self, *words, status=0):
        process = self.start_redeploy(*words)
        said, _ = process.communicate(timeout=200)
        self.assertEqual(process.returncode, status, said)
        return said

    def file_of(self, name):
        return f"{self.product.var}/bin/{name}.fcgi"

    def content_of(self, name):
        return pathlib.Path(self.file_of(name)).read_bytes()

    def assert_in_service(self, name):
        """What was built, and nothing else."""
        self.assertEqual(self.content_of(name), pathlib.Path(self.release, "bin", name + ".fcgi").read_bytes())
        self.assertEqual(replaced(self.file_of(name)), [])
        self.assertNotEqual(self.product.workers(name + ".fcgi"), [])

    def test_one_after_the_other_is_replaced_under_load_and_no_request_fails(self):
        names = ("users_me", "auth_token", "auth_refresh", "health", "health_ready", "sessions", "api_keys_generate",
                 "auth_logout", "well_known_jwks", "root")
        before = {name: set(self.product.workers(name + ".fcgi")) for name in names}

        def replace_all(clients):
            for _ in range(2):
                self.change(*names)
                said = self.redeploy(*names)
                self.assertEqual([line.split(":")[0] for line in said.splitlines()], list(names))
                all_go_on(clients, 60)

        clients = under_load(self, self.product, replace_all, kind=BusyClient)
        for name in names:
            with self.subTest(name=name):
                self.assert_in_service(name)
                after = set(self.product.workers(name + ".fcgi"))
                self.assertEqual(after & before[name], set())
                self.assertEqual(len(after), len(before[name]))
        self.assertGreater(sum(client.sent for client in clients), 500)
        self.assertEqual(self.product.log("error"), [])

    def test_workers_killed_at_random_lose_at_most_the_request_that_each_was_at(self):
        workers = lambda: self.product.workers("users_me.fcgi")
        many = len(workers())
        lost = self.call_while(self.product, self.token, self.kill_at_random(workers))
        self.assertGreater(self.killed, KILLS / 2)
        self.assertLessEqual(lost, self.killed)
        until(lambda: len(workers()) == many, what="as many workers as before")

    def test_what_can_not_serve_here_is_refused_before_anything_is_touched(self):
        self.change("users_me")
        self.redeploy("users_me")
        workers, content = self.product.workers("users_me.fcgi"), self.content_of("users_me")
        described = subprocess.run([RELEASE + "/bin/users_me.fcgi", "--describe"], capture_output=True, text=True).stdout
        for text, why in (("#!/bin/sh\nexit 1\n", "can't be asked"),
                          ("no program", "can't be asked"),
                          ("#!/bin/sh\necho '{}'\n", "does not say"),
                          ("#!/bin/sh\necho '{\"schema\":{\"needs\":900,\"knows\":900}}'\n", "needs schema 900: run"),
                          ("#!/bin/sh\necho '{\"schema\":{\"needs\":1,\"knows\":-1}}'\n", "too old"),
                          (f"#!/bin/sh\n[ \"$1\" = --describe ] || exit 1\ncat <<'E'\n{described}E\n", "does not start")):
            with self.subTest(why=why):
                self.is_instead("users_me", text)
                self.assertIn(why, self.redeploy("users_me", status=1))
                self.assertEqual(self.content_of("users_me"), content)
        self.assertIn("not in service", self.redeploy("no_such", status=1))
        self.assertIn("which?", self.redeploy(status=1))
        self.assertIn("is the same already", self.redeploy("health_live"))
        self.assertEqual(self.product.workers("users_me.fcgi"), workers)
        self.assertEqual([path for path in os.listdir(self.product.var + "/run") if "trial" in path], [])

    def test_one_that_was_cut_short_is_ended_by_the_next(self):
        many = len(self.product.workers("users_me.fcgi"))
        self.change("users_me")
        process = self.start_redeploy("users_me")
        # The name is another's already, and some still run what it was.
        until(lambda: replaced(self.file_of("users_me")), what="a renamed file")
        process.kill()
        process.communicate()
        self.redeploy("users_me")
        self.assert_in_service("users_me")
        self.assertEqual(len(self.product.workers("users_me.fcgi")), many)

    def test_back_is_the_one_of_before_and_back_once_more_the_newer_one(self):
        first = self.content_of("health")
        self.change("health")
        self.redeploy("health")
        second = self.content_of("health")
        self.assertNotEqual(second, first)
        for expected in (first, second, first):
            self.redeploy("--back", "health")
            self.assertEqual(self.content_of("health"), expected)
            self.assertEqual(replaced(self.file_of("health")), [])
            self.assertEqual(self.product.get("/health").status, 200)

    def test_two_at_once_are_one_too_many(self):
        self.change("users_me")
        with open(self.product.var + "/run/redeploy.lock", "w") as lock:
            subprocess.run(["flock", "--exclusive", "--nonblock", str(lock.fileno())], pass_fds=[lock.fileno()], check=True)
            self.assertIn("somebody else", self.redeploy("users_me", status=1))
        self.redeploy("users_me")
        self.assert_in_service("users_me")


class Holder:
    """Holds a listening socket and starts its workers on demand, each by systemd-socket-activate, which does for one service
    what systemd does for all: it waits for the first connection and then becomes the executable, with the socket as fd 3.
    When one ends, another waits in its place."""

    def __init__(self, path, executable, workers, **environment):
        self.executable, self.many = executable, workers
        # The only variables that the executable gets.
        self.settings = [word for setting in environment.items() for word in ("-E", "=".join(setting))]
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(path)
        self.socket.listen(128)
        os.chmod(path, 0o666)
        self.stopping = threading.Event()
        self.slots = [threading.Thread(target=self.hold, daemon=True) for _ in range(workers)]
        self.processes = {}

    def __enter__(self):
        for slot in self.slots:
            slot.start()
        until(lambda: len(self.processes) == self.many)
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for process in list(self.processes.values()):
            process.terminate()
        for slot in self.slots:
            slot.join(30)
        self.socket.close()

    def hold(self):
        while not self.stopping.is_set():
            become = 'exec 3<&$0; LISTEN_FDS=1 LISTEN_PID=$$ exec systemd-socket-activate "$@"'
            words = ["setpriv", "--pdeathsig", "TERM", "sh", "-c", become, str(self.socket.fileno()), *self.settings,
                     self.executable]
            process = subprocess.Popen(words, pass_fds=[self.socket.fileno()], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.processes[threading.get_ident()] = process
            if self.stopping.is_set():
                process.terminate()
            process.wait()

    def workers(self):
        return running_file(self.executable)


class LighttpdOfHolder(fronts.Lighttpd):
    """Whose socket for users_me is the holder's, and all others the product's."""
    name = "holder"

    def link_home(self):
        super().link_home()
        os.unlink(self.home + "/run")
        os.mkdir(self.home + "/run")
        for path in pathlib.Path(self.product.var, "run").glob("*.sock"):
            if path.name != "users_me.sock":
                os.symlink(path, f"{self.home}/run/{path.name}")

    def routes(self, server):
        return super().routes(server).replace(self.product.var + "/run", self.home + "/run")


class StartedOnDemand(Replacing):
    IDLE = "0"

    def setUp(self):
        self.product = self.enterContext(Product(PUBLIC_URL=fronts.URL, IDLE_EXIT_SECONDS=self.IDLE))
        self.token = self.product.new_token()
        # Beside the one that multiwatch holds, with the configuration and credentials that it finds from where it is.
        self.executable = self.product.var + "/held/users_me.fcgi"
        os.mkdir(self.product.var + "/held")
        another_build(RELEASE + "/bin/users_me.fcgi", self.executable)
        self.front = LighttpdOfHolder(self.product)
        self.holder = self.enterContext(Holder(self.front.home + "/run/users_me.sock", self.executable, 4,
                                               **self.product.settings))
        self.assertEqual(self.holder.workers(), [], "nobody has asked yet")
        self.enterContext(self.front)
        self.assertEqual(self.front.me(self.token).status, 200)

    def assert_ours(self):
        self.assertNotEqual(self.holder.workers(), [])


class HeldAsBySystemd(StartedOnDemand):
    def test_one_worker_after_the_other_is_replaced_under_load_and_no_request_fails(self):
        self.assert_ours()

        def replace(go_on):
            for _ in range(5):
                another_build(RELEASE + "/bin/users_me.fcgi", self.executable)
                for pid in replaced(self.executable):
                    os.kill(pid, signal.SIGTERM)
                    until(lambda: pid not in replaced(self.executable), what="its end")
                    go_on()
                self.assertEqual(replaced(self.executable), [])
                self.assert_ours()

        self.assertEqual(self.call_while(self.front, self.token, replace), 0)

    def test_all_at_once_end_and_what_comes_meanwhile_waits_in_the_socket(self):
        def stop(go_on):
            for _ in range(10):
                for pid in self.holder.workers():
                    os.kill(pid, signal.SIGTERM)
                go_on()

        self.assertEqual(self.call_while(self.front, self.token, stop), 0)

    def test_workers_killed_at_random_lose_at_most_the_request_that_each_was_at(self):
        lost = self.call_while(self.front, self.token, self.kill_at_random(self.holder.workers))
        self.assertLessEqual(lost, self.killed)


class ScaledToZero(StartedOnDemand):
    IDLE = "1"

    def test_who_is_idle_ends_and_the_next_request_starts_another(self):
        for _ in range(3):
            until(lambda: not self.holder.workers(), what="nobody at work")
            self.assertEqual(self.front.me(self.token).status, 200)
            self.assert_ours()


class ByModFcgid(Replacing):
    def setUp(self):
        self.product = self.enterContext(Product(PUBLIC_URL=fronts.URL, RATE_LIMIT_EXEMPT="127.0.0.1"))
        self.token = self.product.new_token()
        self.front = self.enterContext(fronts.ApacheFcgid(self.product))
        self.executable = self.front.home + "/bin/users_me.fcgi"
        self.assertEqual(self.front.me(self.token).status, 200)

    def test_a_renamed_file_serves_what_comes_next_and_no_request_fails(self):
        def replace(go_on):
            for _ in range(5):
                another_build(RELEASE + "/bin/users_me.fcgi", self.executable + ".new")
                os.replace(self.executable + ".new", self.executable)
                until(lambda: go_on() or running_file(self.executable), what="the new one at work")

        self.assertEqual(self.call_while(self.front, self.token, replace), 0)

    def test_workers_killed_at_random_lose_at_most_the_request_that_each_was_at(self):
        lost = self.call_while(self.front, self.token, self.kill_at_random(lambda: running_file(self.executable)))
        self.assertLessEqual(lost, self.killed)


del Replacing, StartedOnDemand

if __name__ == "__main__":
    unittest.main()
