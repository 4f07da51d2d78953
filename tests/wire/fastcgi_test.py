# SPDX-License-Identifier: Apache-2.0
"""The handlers at the other end of their sockets: the protocol, hostile bytes, and being replaced under load."""
import contextlib
import fcntl
import os
import random
import select
import shutil
import signal
import socket
import struct
import subprocess
import termios
import threading
import unittest

from gateway import (ABORT, BEGIN, END, JSON, PARAMS, STDIN, Reply, ask, connect, encode, environment_of, receive,
                     record, send, stream, variables)
from product import FORM, Product, until

REGISTER, TOKEN, ME = "/api/v1/users/register", "/api/v1/auth/token", "/api/v1/users/me"


class FastCgi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.product = cls.enterClassContext(Product())
        cls.user = cls.product.register()
        cls.token = cls.product.log_in(cls.user["username"]).json()["access_token"]
        cls.me = variables("GET", ME, HTTP_AUTHORIZATION="Bearer " + cls.token)
        cls.health = variables("GET", "/health")

    def socket_of(self, name):
        return f"{self.product.var}/run/{name}.sock"

    # ---- what is said ----

    def test_every_answer_begins_with_its_one_status(self):
        for name, method, uri, *rest in (
                ("health", "GET", "/health"), ("health", "HEAD", "/health"), ("health", "OPTIONS", "/health"),
                ("health", "FOO", "/health"), ("health", "GET", "/elsewhere"), ("health", "", ""),
                ("health_live", "GET", "/health/live"), ("health_ready", "GET", "/health/ready"), ("root", "GET", "/"),
                ("root", "GET", "/nothing"), ("openapi", "GET", "/openapi.json"), ("users_me", "GET", ME),
                ("well_known_jwks", "GET", "/.well-known/jwks.json"), ("auth_token", "POST", TOKEN, b"a=b", FORM),
                ("users_register", "POST", REGISTER, b"{}", JSON),
                ("users_register", "POST", REGISTER, b"x" * 100_000, JSON)):
            for role in (1, 2, 3):  # whatever the front server takes it for
                with self.subTest(name=name, method=method, uri=uri, role=role):
                    reply = ask(self.socket_of(name), variables(method, uri, *rest), rest[0] if rest else b"", role)
                    self.assertLess(reply.status, 500)
                    if method == "HEAD":
                        self.assertEqual(reply.body, b"")

    def test_one_name_for_two_variables_is_400(self):
        for name in self.health:
            with self.subTest(name=name):
                reply = ask(self.socket_of("health"), [*self.health.items(), (name, self.health[name])])
                self.assertEqual(reply.status, 400)
        self.assertEqual(ask(self.socket_of("users_me"), [*self.me.items(), ("HTTP_AUTHORIZATION", "Bearer x")]).status,
                         400)

    def test_a_body_shorter_than_announced_is_400_and_a_length_that_is_none_too(self):
        for length in ("3", "70000", "-1", "x", "99999999999999999999"):
            named = variables("POST", REGISTER, b"{}", JSON, CONTENT_LENGTH=length)
            self.assertEqual(ask(self.socket_of("users_register"), named, b"{}").status, 400, length)

    def test_odd_variables_harm_nobody(self):
        for more in ({"": "x"}, {"=": "="}, {"X": "\0\xff"}, {"HTTP_" + "A" * 10_000: "x"},
                     {"HTTP_X_REQUEST_ID": 'a"\r\nStatus: 200\r\n\r\n'},
                     {"HTTP_ORIGIN": "http://localhost:3000\r\nX: y"}, {"HTTP_HOST": "a\r\nX: y"},
                     {"REMOTE_ADDR": "::ffff:1.2.3.4"}, {"HTTPS": "on"}, {"CONTENT_TYPE": "\0"},
                     {"HTTP_USER_AGENT": "\xff" * 5000},
                     {"HTTP_AUTHORIZATION": "Bearer \0"}):
            with self.subTest(more=more):
                reply = ask(self.socket_of("users_me"), {**self.me, **more})
                self.assertIn(reply.status, (200, 400, 401))
                self.assertNotIn("x", reply.headers)

    def test_who_can_not_be_told_apart_is_not_served(self):
        for address in ("", "not an address", "127.0.0.1, 127.0.0.2"):
            with self.subTest(address=address):
                self.assertEqual(ask(self.socket_of("users_me"), {**self.me, "REMOTE_ADDR": address}).status, 503)

    def test_requests_are_served_one_after_the_other_by_the_same_process(self):
        workers = self.product.workers("health.fcgi")
        for _ in range(200):
            self.assertEqual(ask(self.socket_of("health"), self.health).status, 200)
        self.assertEqual(self.product.workers("health.fcgi"), workers)

    def test_a_front_server_that_wants_to_keep_the_connection_can_not_keep_a_worker(self):
        kept = record(BEGIN, struct.pack(">HB5x", 1, 1)) + encode(self.health)[16:]
        with connect(self.socket_of("health")) as first:
            first.sendall(kept)
            self.assertEqual(Reply(receive(first)).status, 200)
            self.assertEqual(ask(self.socket_of("health"), self.health).status, 200)

    # ---- hostile bytes ----

    def assert_goes_on_after(self, sent):
        with connect(self.socket_of("health")) as s:
            try:
                s.sendall(sent)
                s.shutdown(socket.SHUT_WR)
                said = receive(s)
            except OSError:
                said = None
        if said:
            Reply(said)
        self.assertEqual(ask(self.socket_of("health"), self.health).status, 200)

    def test_a_client_that_hangs_up_at_any_byte_harms_nobody(self):
        whole = encode(variables("GET", "/health"), b"body")
        for end in range(len(whole)):
            self.assert_goes_on_after(whole[:end])

    def test_a_client_that_does_not_stay_for_the_answer_harms_nobody(self):
        for _ in range(50):
            with connect(self.socket_of("openapi")) as s:
                s.sendall(encode(variables("GET", "/openapi.json")))
        self.assertEqual(ask(self.socket_of("openapi"), variables("GET", "/openapi.json")).status, 200)

    def test_records_that_make_no_sense_harm_nobody(self):
        begin = record(BEGIN, struct.pack(">HB5x", 1, 0))
        parameters = stream(PARAMS, b"")
        for sent in (
                b"\0", b"\xff" * 1000, b"GET /health HTTP/1.1\r\n\r\n", b"\x01\x01", record(99), record(END, bytes(8)),
                record(ABORT), begin + record(ABORT) + parameters, begin + begin, begin + parameters,
                begin + parameters * 2 + record(STDIN), record(9, b"\x0e\0FCGI_MAX_CONNS", 0), record(BEGIN, b"\0"),
                record(BEGIN, struct.pack(">HB5x", 77, 0)), record(BEGIN, struct.pack(">HB5x", 1, 0), 7) + parameters,
                begin + record(PARAMS, b"\xff\xff\xff\xff\xff\xff\xff\xff") + parameters,
                begin + record(PARAMS, b"\x7f\x7f") + parameters,
                begin + record(PARAMS, b"\x80\0\0\0\x80\0\0\0") + parameters + record(STDIN),
                begin + record(STDIN, b"x") + parameters, b"\x02" + encode(self.health)[1:],
                begin + b"\x01\x04\0\x01\xff\xff\xff\0" + b"x" * 100):
            with self.subTest(sent=sent[:40]):
                self.assert_goes_on_after(sent)

    def test_changed_bytes_harm_nobody(self):
        rng = random.Random(20240229)
        good = encode(self.health, b"body")
        for _ in range(500):
            sent = bytearray(good)
            for _ in range(rng.randrange(1, 4)):
                sent[rng.randrange(len(sent))] = rng.randrange(256)
            self.assert_goes_on_after(bytes(sent))

    # ---- starting and ending ----

    def held_socket(self, name="held"):
        s = socket.socket(socket.AF_UNIX)
        self.addCleanup(s.close)
        path = f"{self.product.folder}/{name}.sock"
        if os.path.exists(path):
            os.unlink(path)
        s.bind(path)
        s.listen(128)
        return s, path

    def start(self, name, held, **environment):
        process = subprocess.Popen([f"{self.product.var}/bin/{name}.fcgi"], stdin=held, stderr=subprocess.DEVNULL,
                                   env=environment_of(self.product, environment))
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def test_a_socket_as_standard_input_is_served(self):
        held, path = self.held_socket()
        self.start("users_me", held)
        self.assertEqual(ask(path, self.me).json(), self.user)

    def test_a_socket_passed_by_listen_fds_is_served(self):
        held, path = self.held_socket()
        command = 'LISTEN_FDS=1 LISTEN_PID=%s exec "$0" 3<&%d'
        mine, another = (["bash", "-c", command % (pid, held.fileno()),
                          f"{self.product.var}/bin/users_me.fcgi"] for pid in ("$$", "1"))
        how = {"pass_fds": [held.fileno()], "env": environment_of(self.product, {}), "stdin": subprocess.DEVNULL,
               "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(mine, **how)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertEqual(ask(path, self.me).json(), self.user)
        process.terminate()
        self.assertEqual(process.wait(10), 0)
        # One that was meant for another process is not taken.
        self.assertEqual(subprocess.run(another, timeout=10, **how).returncode, 2)

    def test_arguments_are_not_options_when_it_has_a_socket(self):
        held, path = self.held_socket()
        process = subprocess.Popen([f"{self.product.var}/bin/health.fcgi", "--describe"], stdin=held,
                                   stdout=subprocess.PIPE, env=environment_of(self.product, {}))
        self.assertEqual(ask(path, self.health).status, 200)
        process.terminate()
        self.assertEqual((process.communicate(timeout=10)[0], process.returncode), (b"", 0))

    def test_a_signal_ends_an_idle_worker_with_0(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            held, path = self.held_socket()
            process = self.start("health", held)
            self.assertEqual(ask(path, self.health).status, 200)
            process.send_signal(how)
            self.assertEqual(process.wait(10), 0)

    def test_a_signal_lets_the_request_in_hand_finish_and_leaves_the_queue_to_the_next(self):
        held, path = self.held_socket()
        process = self.start("users_me", held)
        self.assertEqual(ask(path, self.me).status, 200)
        request = encode(self.me)
        with connect(path) as in_hand, contextlib.ExitStack() as stack:
            in_hand.sendall(request[:100])
            until(lambda: struct.unpack("i", fcntl.ioctl(in_hand, termios.TIOCOUTQ, bytes(4))) == (0,), what="reading")
            queue = [stack.enter_context(connect(path)) for _ in range(50)]
            for waiting in queue:
                waiting.sendall(request)
            process.terminate()
            in_hand.sendall(request[100:])
            self.assertEqual(Reply(receive(in_hand)).json(), self.user)
            self.assertEqual(process.wait(10), 0)
            self.assertEqual(select.select(queue, [], [], 0)[0], [], "it went on although it was told to end")
            self.start("users_me", held)
            for waiting in queue:
                self.assertEqual(Reply(receive(waiting)).json(), self.user)

    def test_what_was_queued_while_nobody_lived_is_served_by_the_next_one(self):
        held, path = self.held_socket()
        with connect(path) as s:
            s.sendall(encode(self.health))
            self.start("health", held)
            self.assertEqual(Reply(receive(s)).status, 200)

    def test_workers_that_share_a_socket_all_hear_the_signal(self):
        held, path = self.held_socket()
        workers = [self.start("health", held) for _ in range(4)]
        for _ in range(200):  # each wakes all of them, and three find nothing to accept
            self.assertEqual(ask(path, self.health).status, 200)
        for worker in workers:
            worker.terminate()
        self.assertEqual([worker.wait(10) for worker in workers], [0, 0, 0, 0])

    def test_without_requests_it_ends_when_told_to(self):
        held, path = self.held_socket()
        process = self.start("health", held, IDLE_EXIT_SECONDS="1")
        self.assertEqual(ask(path, self.health).status, 200)
        self.assertEqual(process.wait(60), 0)

    def test_one_that_was_never_asked_ends_when_told_to(self):
        held, _ = self.held_socket()
        self.assertEqual(self.start("health", held, IDLE_EXIT_SECONDS="1").wait(60), 0)

    def test_without_a_good_configuration_it_answers_503_until_it_has_one(self):
        held, path = self.held_socket()
        config = self.product.folder + "/own.conf"
        with open(config, "w") as out:
            out.write("ALGORITHM = foo\n")
        process = self.start("users_me", held, GATEHOUSE_CONFIG=config)
        for _ in range(2):
            reply = ask(path, self.me)
            self.assertEqual((reply.status, "retry-after" in reply.headers), (503, True))
        shutil.copy(self.product.var + "/etc/gatehouse.conf", config)
        self.assertEqual(ask(path, self.me).json(), self.user)
        self.assertIsNone(process.poll())

    # ---- replaced under load ----

    def under_load(self, act):
        """Runs `act` while threads ask, straight and through the front server, and answers what failed."""
        failures, done, answered = [], threading.Event(), [0, 0, 0, 0]

        def straight():
            written = send(self.socket_of("users_me"), encode(self.me))
            return written is not None and Reply(written).status == 200

        def through_the_front():
            answer = self.product.me(self.token)
            return answer is not None and answer.status == 200

        def load(index, request):
            while not done.is_set():
                try:
                    if not request():
                        failures.append("refused or dropped")
                except Exception as error:
                    failures.append(repr(error))
                answered[index] += 1

        requests = straight, straight, through_the_front, through_the_front
        threads = [threading.Thread(target=load, args=each) for each in enumerate(requests)]
        for thread in threads:
            thread.start()
        try:
            until(lambda: min(answered) > 20, what="load")
            act()
            before = list(answered)
            until(lambda: all(now > then + 20 for now, then in zip(answered, before)), what="load afterwards")
        finally:
            done.set()
            for thread in threads:
                thread.join()
        return failures

    def end_each_worker(self):
        for worker in self.product.workers("users_me.fcgi"):
            os.kill(worker, signal.SIGTERM)
            # multiwatch starts another: as many as there were, and not this one.
            until(lambda: worker not in (now := self.product.workers("users_me.fcgi")) and len(now) == self.many,
                  what="a new worker")

    def setUp(self):
        self.many = 2 * os.cpu_count()

    def test_ending_worker_after_worker_under_load_loses_nothing(self):
        before = self.product.workers("users_me.fcgi")
        self.assertEqual(len(before), self.many)
        self.assertEqual(self.under_load(lambda: [self.end_each_worker() for _ in range(3)]), [])
        self.assertFalse(set(before) & set(self.product.workers("users_me.fcgi")))

    def test_ending_all_workers_at_once_under_load_loses_nothing(self):
        def end_all():
            workers = self.product.workers("users_me.fcgi")
            for worker in workers:
                os.kill(worker, signal.SIGTERM)
            until(lambda: not set(workers) & set(now := self.product.workers("users_me.fcgi")) and
                  len(now) == self.many, what="new workers")
        self.assertEqual(self.under_load(lambda: [end_all() for _ in range(3)]), [])

    def test_a_killed_worker_loses_at_most_the_request_in_its_hands(self):
        failures = self.under_load(lambda: os.kill(self.product.workers("users_me.fcgi")[0], signal.SIGKILL))
        self.assertLessEqual(len(failures), 1, failures)
        until(lambda: len(self.product.workers("users_me.fcgi")) == self.many)

    def test_an_executable_replaced_under_load_loses_nothing(self):
        executable = f"{self.product.var}/bin/users_me.fcgi"
        old = os.stat(executable).st_ino

        def deploy():
            shutil.copy(executable, executable + ".new")
            os.rename(executable + ".new", executable)
            self.end_each_worker()

        self.assertEqual(self.under_load(deploy), [])
        new = os.stat(executable).st_ino
        self.assertNotEqual(new, old)
        for worker in self.product.workers("users_me.fcgi"):
            self.assertEqual(os.stat(f"/proc/{worker}/exe").st_ino, new)


if __name__ == "__main__":
    unittest.main()
