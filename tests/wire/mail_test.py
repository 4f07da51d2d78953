# SPDX-License-Identifier: Apache-2.0
"""Mail, from what a client did to what arrived at a real SMTP server, by way of the sender that scripts/run starts and of
senders that are killed here."""
import asyncio
import email
import email.policy
import logging
import os
import pathlib
import pwd
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import unittest
import warnings

sys.path.append("/usr/lib/python3/dist-packages")  # Debian's, whichever Python runs this
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from product import PASSWORD, Product, free_port, running_file, until

USER, SECRET = "auth", "The-Password-Of-The-Mail-Server"
FROM = "gatehouse@auth.example.com"


def setUpModule():
    # What it thinks of a server that asks a password without TLS, and of clients that hang up, is what is tried here.
    warnings.filterwarnings("ignore", module="aiosmtpd")
    logging.disable(logging.CRITICAL)
    global product, ca, own_sender
    product = unittest.enterModuleContext(Product(MAIL_FROM=FROM))
    ca = unittest.enterModuleContext(Authority())
    own_sender = until(lambda: running_file(product.var + "/bin/gatehouse"), what="a sender")[0]


def tearDownModule():
    os.kill(own_sender, signal.SIGCONT)


def sql(statement):
    """Rows of texts."""
    account = pwd.getpwuid(os.getuid()).pw_name
    said = subprocess.run(["mariadb", "--no-defaults", f"--socket={product.var}/run/db/mysql.sock", f"--user={account}",
                           "--batch", "--skip-column-names", "gatehouse", "-e", statement],
                          text=True, capture_output=True, check=True)
    return [line.split("\t") for line in said.stdout.splitlines()]


class Authority:
    """A folder with a CA, and certificates of its own making."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="gw.", dir="/tmp")
        self.path = pathlib.Path(self.folder.name)
        os.chmod(self.path, 0o755)
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                     "-subj", "/CN=Test CA", "-keyout", "ca.key", "-out", "ca.pem")
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def openssl(self, *words, **more):
        subprocess.run(["openssl", *words], cwd=self.path, check=True, capture_output=True, **more)

    def context(self, name, is_signed=True):
        """Of a server that says it is `name`."""
        key, request, certificate = (f"{name}.{is_signed}.{suffix}" for suffix in ("key", "csr", "pem"))
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=" + name,
                     "-keyout", key, "-out", request)
        signer = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"] if is_signed else ["-signkey", key]
        self.openssl("x509", "-req", "-in", request, *signer, "-days", "2", "-out", certificate, "-extfile",
                     "/dev/stdin", input=f"subjectAltName=DNS:{name}\n".encode())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path / certificate, self.path / key)
        return context


class SmtpServer:
    """Debian's aiosmtpd on a port of its own. What it was told, and what it says to it."""

    def __init__(self, context=None, implicit=None, refuses=None, answers=None):
        self.envelopes, self.commands, self.logins = [], [], []
        self.refuses, self.answers = refuses or {}, answers
        self.holds = threading.Event()  # set: it does not wait
        self.holds.set()
        self.held = threading.Event()
        self.port = free_port()
        more = {"tls_context": context, "require_starttls": True} if context else {}
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, ssl_context=implicit,
                                     server_hostname="localhost", authenticator=self.authenticate, auth_required=True,
                                     auth_require_tls=False, **more)

    def __enter__(self):
        # Its own way of knocking at the port, which start() waits for, does not know our CA.
        self.controller._trigger_server = lambda: socket.create_connection(("127.0.0.1", self.port)).close()
        self.controller.start()
        return self

    def __exit__(self, *_):
        self.holds.set()
        self.controller.stop()

    def authenticate(self, server, session, envelope, mechanism, data):
        self.commands.append("AUTH")
        self.logins.append((data.login.decode(), data.password.decode(), session.ssl is not None))
        return AuthResult(success=data.password == SECRET.encode())

    async def handle_MAIL(self, server, session, envelope, address, options):
        self.commands.append("MAIL")
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.commands.append("RCPT")
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.commands.append("DATA")
        if self.answers == "before":
            await self.wait()
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        if self.answers == "after":
            await self.wait()
        return "250 OK"

    async def wait(self):
        self.held.set()
        await asyncio.get_running_loop().run_in_executor(None, self.holds.wait)

    def mails(self):
        return [email.message_from_bytes(content, policy=email.policy.default) for _, _, content in self.envelopes]


class Mail(unittest.TestCase):
    def setUp(self):
        os.kill(own_sender, signal.SIGSTOP)
        self.name = product.register()["username"]
        sql("UPDATE gh_users SET is_verified = 1")
        sql("DELETE FROM gh_outbox")
        self.token = product.log_in(self.name).json()["access_token"]

    def cause(self, name="backup"):
        """A mail to somebody: an API key was made."""
        answer = product.post_json("/api/v1/api-keys/generate", {"name": name}, Authorization="Bearer " + self.token)
        self.assertEqual(answer.status, 200, answer)

    def settings(self, port, scheme="smtp", host="localhost", **more):
        password = ca.path / "password"
        password.write_text(SECRET + "\n")
        password.chmod(0o600)
        return {"MAIL_FROM": FROM, "MAIL_URL": f"{scheme}://{USER}@{host}:{port}", "MAIL_CA_FILE": str(ca.path / "ca.pem"),
                "MAIL_PASSWORD_FILE": str(password), **more}

    def send(self, **settings):
        """One pass; what it said."""
        done = product.gatehouse("mail", "send", "--once", "yes", **settings)
        self.assertNotIn(SECRET, done.stdout + done.stderr)
        return done.stdout

    def states(self):
        return dict(sql("SELECT state, COUNT(*) FROM gh_outbox GROUP BY state"))

    def error(self):
        return sql("SELECT COALESCE(error, '') FROM gh_outbox")[0][0]

    # ---- the way there ----

    def test_a_mail_arrives_over_verified_tls_with_one_recipient_and_both_parts(self):
        with SmtpServer(ca.context("localhost")) as server:
            self.cause("Gr\u00fc\u00dfe.example")
            self.assertEqual(self.send(**self.settings(server.port)), "sent 1, to nobody 0, given up 0, to be tried again 0\n")
        self.assertEqual(server.logins, [(USER, SECRET, True)])
        (sender, recipients, _), = server.envelopes
        mail, = server.mails()
        self.assertEqual((sender, recipients), (FROM, [self.name + "@example.com"]))
        self.assertEqual((mail["From"].addresses[0].addr_spec, mail["To"].addresses[0].addr_spec), (FROM, recipients[0]))
        self.assertEqual(mail["Auto-Submitted"], "auto-generated")
        self.assertRegex(mail["Message-ID"], "^<[0-9a-f]{32}@auth.example.com>$")
        self.assertEqual([part.get_content_type() for part in mail.iter_parts()], ["text/plain", "text/html"])
        for part in mail.iter_parts():
            self.assertIn("Gr\u00fc\u00dfe example", part.get_content())
        self.assertEqual(mail.defects, [])

    def test_a_link_follows_the_configuration_whatever_a_request_says_of_hosts(self):
        with SmtpServer(ca.context("localhost")) as server:
            tricks = {"X_Forwarded_Host": "evil.example", "Forwarded": "host=evil.example;proto=https",
                      "X_Forwarded_Proto": "https", "X_Host": "evil.example", "X_Original_URL": "http://evil.example/"}
            for header, value in tricks.items():
                product.post_json("/api/v1/api-keys/generate", {"name": header}, Authorization="Bearer " + self.token,
                                  **{header: value})
            body = b'{"name": "absolute"}'
            product.send(b"POST http://evil.example/api/v1/api-keys/generate HTTP/1.1\r\nHost: evil.example\r\n"
                         b"Connection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
                         b"Authorization: Bearer %s\r\n\r\n%s" % (len(body), self.token.encode(), body), "POST")
            self.cause("plain")
            sql("UPDATE gh_outbox SET addressee = id")
            self.send(**self.settings(server.port))
        self.assertGreaterEqual(len(server.envelopes), 2)
        for mail in server.mails():
            text = "".join(part.get_content() for part in mail.iter_parts())
            self.assertNotIn("evil", text)
            self.assertNotIn("evil", str(mail).replace("X_Original", ""))

    def test_smtps_speaks_tls_from_the_first_byte(self):
        with SmtpServer(implicit=ca.context("localhost")) as server:
            self.cause()
            self.send(**self.settings(server.port, "smtps"))
        self.assertEqual((len(server.envelopes), self.states()), (1, {"sent": "1"}))

    def test_one_connection_carries_several(self):
        with SmtpServer(ca.context("localhost")) as server:
            for name in ("a", "b", "c"):
                self.cause(name)
            self.send(**self.settings(server.port))
        self.assertEqual((len(server.envelopes), len(server.logins)), (3, 1))

    def test_nothing_is_said_to_who_offers_no_tls_or_is_not_who_they_should_be(self):
        cases = {"no STARTTLS": lambda: SmtpServer(), "another's name": lambda: SmtpServer(ca.context("evil.example")),
                 "nobody's signature": lambda: SmtpServer(ca.context("localhost", is_signed=False))}
        for case, make in cases.items():
            with self.subTest(case), make() as server:
                sql("DELETE FROM gh_outbox")
                self.cause(case)
                self.assertEqual(self.send(**self.settings(server.port)),
                                 "sent 0, to nobody 0, given up 0, to be tried again 1\n")
                self.assertEqual((server.commands, server.envelopes, self.states()), ([], [], {"waiting": "1"}))
                self.assertTrue(self.error().startswith("SMTP: "), self.error())
        with SmtpServer(implicit=ca.context("evil.example")) as server:
            sql("UPDATE gh_outbox SET due_at = 0")
            self.send(**self.settings(server.port, "smtps"))
            self.assertEqual((server.commands, self.states()), ([], {"waiting": "1"}))

    def test_a_refusal_for_good_ends_a_mail_and_any_other_does_not(self):
        address = self.name + "@example.com"
        for answer, state in (("550 5.1.1 no such user", "dead"), ("450 4.2.1 later", "waiting")):
            with self.subTest(answer), SmtpServer(ca.context("localhost"), refuses={address: answer}) as server:
                sql("DELETE FROM gh_outbox")
                self.cause(answer)
                self.send(**self.settings(server.port))
                self.assertEqual(self.states(), {state: "1"})
                self.assertIn(f"(RCPT: {answer[:3]})", self.error())
                self.assertNotIn("user)", self.error())

    def test_a_password_that_is_wrong_costs_no_mail_its_life(self):
        with SmtpServer(ca.context("localhost")) as server:
            for name in ("a", "b"):
                self.cause(name)
            settings = self.settings(server.port)
            pathlib.Path(settings["MAIL_PASSWORD_FILE"]).write_text("another\n")
            done = product.gatehouse("mail", "send", "--once", "yes", **settings)
        self.assertEqual((done.returncode, server.envelopes, self.states()), (1, [], {"waiting": "2"}))
        self.assertNotIn("another", done.stdout + done.stderr)

    def test_a_program_in_place_of_sendmail_gets_the_recipient_as_an_argument(self):
        with SmtpServer(ca.context("localhost")) as server:
            configuration = ca.path / "msmtprc"
            configuration.write_text(f"account default\nhost localhost\nport {server.port}\ntls on\ntls_starttls on\n"
                                     f"tls_trust_file {ca.path}/ca.pem\nauth plain\nuser {USER}\npassword {SECRET}\n"
                                     "allow_from_override on\n")
            configuration.chmod(0o600)
            program = ca.path / "sendmail"
            program.write_text(f'#!/bin/sh\nenv >{ca.path}/environment\nexec msmtp -C {configuration} "$@"\n')
            program.chmod(0o755)
            sql(f"UPDATE gh_users SET email = '-oQ/tmp@example.com' WHERE username = '{self.name}'")
            self.cause()
            said = self.send(MAIL_FROM=FROM, MAIL_URL=f"sendmail:{program}", SECRET_THING="x")
            self.assertEqual(said, "sent 1, to nobody 0, given up 0, to be tried again 0\n")
        (sender, recipients, _), = server.envelopes
        self.assertEqual((sender, recipients), (FROM, ["-oQ/tmp@example.com"]))
        self.assertNotIn("SECRET_THING", (ca.path / "environment").read_text())
        self.cause("gone")
        self.send(MAIL_FROM=FROM, MAIL_URL="sendmail:/bin/false")
        self.assertEqual((self.states(), self.error() or ""), ({"sent": "1", "waiting": "1"}, self.error() or ""))

    # ---- killed ----

    def kill_while_it_sends(self, answers):
        with SmtpServer(ca.context("localhost"), answers=answers) as server:
            self.cause()
            server.holds.clear()
            settings = self.settings(server.port)
            with subprocess.Popen([product.var + "/bin/gatehouse", "mail", "send"], env={**os.environ, **settings},
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as sender:
                self.assertTrue(server.held.wait(30))
                sender.kill()
            server.answers = None
            server.holds.set()
            self.assertEqual(self.send(**settings), "sent 0, to nobody 0, given up 0, to be tried again 0\n", "a lease")
            sql("UPDATE gh_outbox SET due_at = 0")  # in place of ten minutes
            self.assertEqual(self.send(**settings), "sent 1, to nobody 0, given up 0, to be tried again 0\n")
            self.assertEqual((self.states(), self.send(**settings)[:6]), ({"sent": "1"}, "sent 0"))
            return server.mails()

    def test_killed_before_the_server_had_it_a_mail_arrives_once(self):
        # aiosmtpd goes on with what it was given, as any server may: then there are two of one id.
        mails = self.kill_while_it_sends("before")
        self.assertEqual(len({mail["Message-ID"] for mail in mails}), 1)
        self.assertIn(len(mails), (1, 2))

    def test_killed_after_the_server_had_it_a_mail_arrives_twice_with_one_id(self):
        mails = self.kill_while_it_sends("after")
        self.assertEqual((len(mails), len({mail["Message-ID"] for mail in mails})), (2, 1))
        self.assertEqual(mails[0].as_bytes(), mails[1].as_bytes())

    def test_killed_between_commit_and_send_a_mail_arrives_once(self):
        with SmtpServer(ca.context("localhost")) as server:
            settings = self.settings(server.port)
            with subprocess.Popen([product.var + "/bin/gatehouse", "mail", "send"],
                                  env={**os.environ, **settings}, stdout=subprocess.DEVNULL) as sender:
                sender.send_signal(signal.SIGSTOP)
                self.cause()
                sender.kill()
            self.assertEqual(self.states(), {"waiting": "1"})
            self.send(**settings)
        self.assertEqual((len(server.envelopes), self.states()), (1, {"sent": "1"}))

    def test_asked_to_end_a_sender_ends_after_the_mail_it_is_at(self):
        with SmtpServer(ca.context("localhost"), answers="after") as server:
            for name in ("a", "b"):
                self.cause(name)
            server.holds.clear()
            with subprocess.Popen([product.var + "/bin/gatehouse", "mail", "send"],
                                  env={**os.environ, **self.settings(server.port)}, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL) as sender:
                self.assertTrue(server.held.wait(30))
                sender.terminate()
                server.holds.set()
                self.assertEqual(sender.wait(30), 0)
        self.assertEqual((len(server.envelopes), self.states()), (1, {"sent": "1", "waiting": "1"}))

    # ---- what lies where ----

    def test_a_dump_of_the_database_does_not_show_what_mail_says(self):
        self.cause("a-name-that-stands-nowhere-else")
        account = pwd.getpwuid(os.getuid()).pw_name
        dump = subprocess.run(["mariadb-dump", "--no-defaults", f"--socket={product.var}/run/db/mysql.sock",
                               f"--user={account}", "gatehouse", "gh_outbox"], capture_output=True, check=True).stdout
        self.assertIn(b"api_key_made", dump)
        self.assertNotIn(b"a-name-that-stands", dump)

    def test_scripts_run_sends_it_to_a_folder_and_says_which(self):
        self.assertIn(f"mail lies in {product.var}/mail\n", product.said)
        os.kill(own_sender, signal.SIGCONT)
        self.cause()
        folder = pathlib.Path(product.var, "mail")
        until(lambda: self.states() == {"sent": "1"}, what="a mail sent")
        identity = sql("SELECT LOWER(HEX(id)) FROM gh_outbox")[0][0]
        file, = folder.glob(f"*-api_key_made-{identity}.eml")
        self.assertIn(f"\nTo: <{self.name}@example.com>\n", file.read_text())
        self.assertEqual([draft.name for draft in folder.glob(".*")], [])

    @unittest.skipUnless(os.getuid() == 0, "separated by uid only as root")
    def test_the_key_that_opens_mail_is_read_by_its_sender_and_by_no_executable(self):
        key = os.stat(product.var + "/credentials/mail.key")
        uids = dict(line.split() for line in pathlib.Path(product.var, "etc/uids").read_text().splitlines())
        self.assertEqual((key.st_uid, key.st_mode & 0o777), (int(uids["mail"]), 0o400))
        self.assertEqual(len(set(uids.values())), len(uids))
        self.assertEqual(os.stat(f"/proc/{own_sender}").st_uid, int(uids["mail"]))


if __name__ == "__main__":
    unittest.main()
