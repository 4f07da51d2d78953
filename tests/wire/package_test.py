# SPDX-License-Identifier: Apache-2.0
"""The life of the Debian package on a machine with a real systemd: installed, set up as the README says, asked, redeployed and
upgraded under load, removed. GATEHOUSE_CLEAN_ROOT names the root of a machine on which nothing of ours ever was
(scripts/package-test makes one); else it is this one's, under a layer that is thrown away."""
import concurrent.futures
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import threading
import unittest
import urllib.parse

from machine import Machine
from product import RELEASE, SOURCE, new_folder, until

CLEAN_ROOT = os.environ.get("GATEHOUSE_CLEAN_ROOT", "")
HOST = "auth.example.com"
FIRST, SECOND = "1.0.1", "1.0.2"

# On a machine of its own this is mariadb-server's unit. Here there may be no such package, and its data are not ours.
DATABASE = """[Service]
Type=notify
RuntimeDirectory=mysqld
StateDirectory=gatehouse-test-database
ExecStartPre=mariadb-install-db --no-defaults --user=root --datadir=/var/lib/gatehouse-test-database --skip-test-db \
  --auth-root-authentication-method=socket
ExecStart=mariadbd --no-defaults --user=root --datadir=/var/lib/gatehouse-test-database --socket=/run/mysqld/mysqld.sock \
  --skip-networking
"""


def call(method, path, body=None, headers=()):
    """An answer of the auth host, over TLS: its status and its JSON."""
    raw = socket.create_connection(("127.0.0.1", 443), timeout=60)
    try:
        context = ssl.create_default_context(cafile=call.certificate)
        with context.wrap_socket(raw, server_hostname=HOST) as secure:
            connection = http.client.HTTPSConnection(HOST)
            connection.sock = secure
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            text = response.read()
            return response.status, json.loads(text) if text.startswith(b"{") else text
    finally:
        raw.close()


def ask_fastcgi(port, path):
    """A request, by hand, and what comes back."""
    def record(kind, content):
        return bytes([1, kind, 0, 1]) + len(content).to_bytes(2, "big") + b"\0\0" + content
    pairs = b"".join(bytes([len(name), len(value)]) + name + value for name, value in (
        (b"REQUEST_METHOD", b"GET"), (b"REQUEST_URI", path.encode()), (b"QUERY_STRING", b""),
        (b"REMOTE_ADDR", b"127.0.0.1"), (b"HTTP_HOST", HOST.encode())))
    with socket.create_connection(("127.0.0.1", port), timeout=30) as s:
        s.sendall(record(1, b"\0\1\0\0\0\0\0\0") + record(4, pairs) + record(4, b"") + record(5, b""))
        answer = b""
        while more := s.recv(4096):
            answer += more
        return answer


def log_in(password, username="admin"):
    form = urllib.parse.urlencode({"username": username, "password": password})
    return call("POST", "/api/v1/auth/token", form, {"Content-Type": "application/x-www-form-urlencoded"})


class Load:
    """Clients that ask without a pause, and keep every answer that was not the right one."""

    def __init__(self, machine, token, password, clients=6):
        self.sent, self.wrong, self.ended, self.lock = 0, [], threading.Event(), threading.Lock()
        self.pool = concurrent.futures.ThreadPoolExecutor(clients)
        self.machine, self.token, self.password = machine, token, password
        self.clients = [self.pool.submit(self.ask, number) for number in range(clients)]

    def ask(self, number):
        self.machine.join_network()
        bearer = {"Authorization": f"Bearer {self.token}"}
        while not self.ended.is_set():
            for status, said in ((call("GET", "/api/v1/users/me", headers=bearer)), call("GET", "/health"),
                                 call("GET", "/.well-known/jwks.json"),
                                 *([log_in(self.password)] if number == 0 else [])):
                with self.lock:
                    self.sent += 1
                    if status != 200:
                        self.wrong.append((status, said))

    def __enter__(self):
        until(lambda: self.sent > 50 or self.clients[0].done(), 60, "load")
        return self

    def goes_on(self, despite=0):
        sent = self.sent
        until(lambda: self.sent > sent + 50 or len(self.wrong) > despite, 60, "more load")

    def __exit__(self, *_):
        self.ended.set()
        for client in self.clients:
            client.result(120)
        self.pool.shutdown()


def make_package(folder, version):
    subprocess.run([SOURCE + "/scripts/package", str(folder)], check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, "GATEHOUSE_PACKAGE_VERSION": version, "GATEHOUSE_PACKAGE_COMPRESSION": "gzip"})


class Units(unittest.TestCase):
    def test_units_for_an_installation_elsewhere_are_sound_without_root(self):
        folder = pathlib.Path(new_folder())
        self.addCleanup(shutil.rmtree, folder)
        (folder / "home").mkdir()
        (folder / "home/bin").symlink_to(RELEASE + "/bin")
        subprocess.run([RELEASE + "/bin/gatehouse", "units", "--executables", RELEASE + "/bin", "--out", folder / "out", "--home",
                        folder / "home", "--sockets", folder / "run", "--workers", "2"], check=True, stdout=subprocess.DEVNULL)
        names = {path.stem for path in pathlib.Path(RELEASE, "bin").glob("*.fcgi")}
        units = folder / "out/systemd"
        self.assertEqual({f"gatehouse-{name}.socket" for name in names}, {path.name for path in units.glob("*.socket")})
        users = (folder / "out/sysusers.d/gatehouse.conf").read_text()
        self.assertEqual(names | {"sweep", "audit_seal", "mail"}, set(re.findall(r"^u gh_(\w+) -:gatehouse ", users, re.M)))
        self.assertEqual("Upholds=gatehouse-guard@2.service\n",
                         (units / "gatehouse-guard@1.service.d/workers.conf").read_text().splitlines(True)[2])
        services = sorted(path.name for path in units.glob("*.service"))
        verified = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", *(name.replace("@", "@1") for name in services),
             *(path.name for path in units.iterdir() if path.suffix in (".socket", ".timer", ".target"))],
            env={**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:"}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual((0, ""), (verified.returncode, verified.stdout))
        self.assertEqual(0, subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=20",
                                            *(units / name for name in services)], stdout=subprocess.DEVNULL).returncode)


class Package(unittest.TestCase):
    """One life, told in the order of its test names."""

    @classmethod
    def setUpClass(cls):
        if os.getuid() != 0:
            raise unittest.SkipTest("needs root, to boot a systemd in namespaces")
        cls.shared = pathlib.Path(new_folder())
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        for version in (FIRST, SECOND):
            make_package(cls.shared / version, version)
        cls.deb = {version: next((cls.shared / version).glob("*.deb")) for version in (FIRST, SECOND)}
        # First where no systemd runs: an image that is being built, a chroot.
        package = f"/mnt/{FIRST}/{cls.deb[FIRST].name}"
        first = f"dpkg -i {package}; dpkg --purge gatehouse; test ! -e /etc/gatehouse; test ! -e /var/lib/gatehouse\n"
        cls.machine = cls.enterClassContext(Machine(cls.shared, CLEAN_ROOT or "/", first))
        if not CLEAN_ROOT:
            cls.machine.write("/etc/systemd/system/mariadb.service", DATABASE)
        cls.machine.run("systemctl daemon-reload; systemctl start mariadb")
        call.certificate = str(cls.shared / "certificate.pem")

    def setUp(self):
        self.run_ = self.machine.run

    def inside(self, action, *arguments, **options):
        return self.machine.inside(lambda: action(*arguments, **options))

    def me(self, token):
        return self.inside(call, "GET", "/api/v1/users/me", headers={"Authorization": f"Bearer {token}"})

    def active(self, pattern):
        return sorted(line.split()[0] for line in self.run_(
            f"systemctl list-units --plain --no-legend --state=active,activating '{pattern}'").splitlines())

    def listens(self, port):
        def connects():
            with socket.socket() as s:
                return s.connect_ex(("127.0.0.1", port)) == 0
        return self.machine.inside(connects)

    def install(self, version):
        return self.run_(f"dpkg -i /mnt/{version}/{self.deb[version].name}")

    def test_01_the_package_holds_what_it_should_and_lintian_finds_no_error(self):
        said = subprocess.run(["lintian", "--allow-root", "--tag-display-limit", "0", str(self.deb[FIRST])],
                              stdout=subprocess.PIPE, text=True).stdout
        self.assertEqual([], [line for line in said.splitlines() if line[:2] in ("E:", "W:")])
        files = subprocess.run(["dpkg-deb", "-c", str(self.deb[FIRST])], stdout=subprocess.PIPE, text=True).stdout
        for path in ("./usr/lib/gatehouse/bin/auth_token.fcgi", "./lib/systemd/system/gatehouse-auth_token.socket",
                     "./lib/systemd/system/gatehouse-auth_token@.service", "./usr/share/gatehouse/sql/grants/users_me.sql",
                     "./etc/gatehouse/lighttpd/site.conf", "./usr/share/man/man1/gatehouse.1.gz",
                     "./usr/share/bash-completion/completions/gatehouse", "./usr/share/doc/gatehouse/changelog.gz"):
            self.assertTrue(" " + path in files, path)
        for path in ("posts.fcgi", "posts.sql", "usr/local", "sites-enabled", "conf-enabled"):
            self.assertFalse("/" + path in files, path)
        self.assertNotIn("/srv/gatehouse", subprocess.run(
            ["sh", "-c", f"dpkg-deb --fsys-tarfile {self.deb[FIRST]} | tar -xO ./etc ./lib"], stdout=subprocess.PIPE,
            text=True).stdout)

    def test_02_the_same_source_makes_the_same_package(self):
        again = self.shared / "again"
        make_package(again, FIRST)
        self.assertTrue(self.deb[FIRST].read_bytes() == next(again.glob("*.deb")).read_bytes())

    def test_03_an_installation_starts_nothing_and_knows_no_password(self):
        said = self.install(FIRST)
        self.assertIn("gatehouse setup", said)
        self.assertEqual("disabled", self.machine.attempt("systemctl is-enabled gatehouse.target").stdout.strip())
        self.assertEqual([], self.active("gatehouse*"))
        self.assertEqual("", self.run_("ls /run/gatehouse"))
        self.assertEqual("", self.run_("mariadb -e \"SHOW DATABASES LIKE 'gatehouse'\""))
        self.assertEqual("closed\n", self.run_("sed -n 's/^REGISTRATION = //p' /etc/gatehouse/gatehouse.conf"))
        self.assertEqual(
            "root:gatehouse:710 /etc/gatehouse/credentials\n"
            "gh_audit_seal:gatehouse:400 /etc/gatehouse/credentials/audit.key\n"
            "root:gatehouse-mint:440 /etc/gatehouse/credentials/master.key\n"
            "root:gatehouse:640 /etc/gatehouse/gatehouse.conf\n"
            "root:gatehouse:755 /run/gatehouse\n",
            self.run_("stat -c '%U:%G:%a %n' /etc/gatehouse/credentials /etc/gatehouse/credentials/* "
                      "/etc/gatehouse/gatehouse.conf /run/gatehouse"))
        # Done once more, it changes nothing.
        keys = self.run_("cd /etc/gatehouse && sha256sum credentials/* gatehouse.conf")
        self.run_("/var/lib/dpkg/info/gatehouse.postinst configure")
        self.assertEqual(keys, self.run_("cd /etc/gatehouse && sha256sum credentials/* gatehouse.conf"))

    def test_04_the_units_are_sound_and_every_service_is_in_a_sandbox(self):
        units = "cd /lib/systemd/system && systemd-analyze --no-pager"
        self.assertEqual("", self.run_(f"{units} --man=no verify gatehouse*.socket gatehouse*.timer gatehouse.target "
                                       "gatehouse.service gatehouse-mail.service gatehouse-sweep.service gatehouse-audit-seal.service "
                                       "$(ls -d gatehouse*@.service | sed 's/@/@1/')"))
        self.run_(f"{units} security --offline=true --threshold=20 gatehouse*.service")
        said = self.run_(f"{units} security --offline=true gatehouse*.service")
        levels = [float(level) for level in re.findall(r"Overall exposure level for \S+ ([0-9.]+)", said)]
        self.assertEqual(len(self.run_("ls /lib/systemd/system/gatehouse*.service -d | grep -v '\\.d$'").split()),
                         len(levels))
        self.assertLessEqual(max(levels), 2.0)

    def test_05_the_five_minutes_of_the_readme(self):
        self.run_(f"sed -i 's|^PUBLIC_URL = .*|PUBLIC_URL = https://{HOST}|' /etc/gatehouse/gatehouse.conf")
        # So many clients of one address are nobody's five minutes.
        self.run_("echo 'RATE_LIMIT_EXEMPT = 127.0.0.0/8' >>/etc/gatehouse/gatehouse.conf")
        said = self.run_("gatehouse setup")
        type(self).password = re.search(r"^first administrator: admin, password (\S+) \(shown once\)$", said, re.M)[1]
        self.assertNotIn("password", self.run_("gatehouse setup"))
        self.assertEqual("gh_mail:400\nroot:644\n", self.run_("cd /etc/gatehouse && stat -c %U:%a credentials/mail.key mail.pub"))
        self.run_("gatehouse setup --check yes")
        self.run_("systemctl enable --now gatehouse.target")
        self.assertEqual("0", self.run_("pgrep -c fcgi || true").strip())
        self.run_("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=auth.example.com "
                  "-addext subjectAltName=DNS:auth.example.com -keyout /etc/ssl/private/auth.example.com.key "
                  "-out /etc/ssl/certs/auth.example.com.pem 2>&1 && cp /etc/ssl/certs/auth.example.com.pem /mnt/certificate.pem")
        self.run_("cp /etc/gatehouse/lighttpd/site.conf /etc/lighttpd/lighttpd.conf && "
                  "lighttpd -tt -f /etc/lighttpd/lighttpd.conf && systemctl restart lighttpd")
        until(lambda: self.listens(443), 20, "lighttpd")
        status, pair = self.inside(log_in, self.password)
        self.assertEqual(200, status, pair)
        type(self).token = pair["access_token"]
        self.assertEqual("admin", self.me(self.token)[1]["username"])
        body = json.dumps({"email": "ann@example.com", "password": "a long enough sentence"})
        status, said = self.inside(call, "POST", "/api/v1/users/register", body, {"Content-Type": "application/json"})
        self.assertEqual(403, status, said)

    def test_06_each_executable_is_its_own_user_and_comes_to_the_database_as_that(self):
        self.assertEqual("gh_users_me\n", self.run_("ps -o user:32= -C users_me.fcgi | sort -u"))
        self.assertEqual(4, int(self.run_("pgrep -c users_me.fcgi")))
        self.assertEqual("unix_socket\n", self.run_(
            "mariadb -NBe \"SELECT DISTINCT plugin FROM mysql.user WHERE user LIKE 'gh\\_%'\""))
        # Another system user is not let in as it, root is not either.
        for user in ("nobody", "root", "gh_health"):
            self.assertNotEqual(0, self.machine.attempt(f"setpriv --reuid {user} --clear-groups "
                                                        "mariadb -u gh_users_me gatehouse -e 'SELECT 1'").returncode)
        self.run_("setpriv --reuid gh_users_me --clear-groups mariadb -u gh_users_me gatehouse -e 'SELECT 1'")
        for user, may in (("gh_auth_token", True), ("gh_users_me", False)):
            groups = "gatehouse,gatehouse-mint" if may else "gatehouse"
            read = self.machine.attempt(f"setpriv --reuid {user} --regid gatehouse --groups {groups} "
                                        "cat /etc/gatehouse/credentials/master.key")
            self.assertEqual(may, read.returncode == 0, read)

    def test_07_sweep_and_seal_are_done_by_timers_and_the_doctor_is_content(self):
        for unit in ("sweep", "audit-seal"):
            self.run_(f"systemctl start gatehouse-{unit}.service")
            self.assertIn("gatehouse-" + unit, self.run_("systemctl list-timers --no-pager"))
        said = self.machine.attempt(f"grep -q {HOST} /etc/hosts || echo '127.0.0.1 {HOST}' >>/etc/hosts; "
                                    "gatehouse doctor --ca /etc/ssl/certs/auth.example.com.pem").stdout
        self.assertRegex(said, r"\d+ checks, 0 errors, 0 warnings", said)

    def test_08_restarts_under_load_lose_no_request(self):
        with Load(self.machine, self.token, self.password) as load:
            for _ in range(3):
                for restart in ("gatehouse-users_me@1.service", "gatehouse"):
                    self.run_("systemctl restart " + restart)
                    load.goes_on()
        self.assertEqual([], load.wrong)
        print(f"\nrestarts: {load.sent} requests, none lost")
        self.assertEqual(4, int(self.run_("pgrep -c users_me.fcgi")))

    def test_08b_of_killed_workers_only_the_requests_in_flight_are_lost(self):
        killed = 0
        with Load(self.machine, self.token, self.password) as load:
            for worker in (2, 1, 3, 1):
                self.run_(f"systemctl kill --signal=KILL gatehouse-users_me@{worker}.service")
                killed += 1
                load.goes_on(despite=killed)
                until(lambda: len(self.active("gatehouse-users_me@*.service")) == 4, 20, "four workers")
        self.assertLessEqual(len(load.wrong), killed, load.wrong)
        print(f"\nkilled: {load.sent} requests, {len(load.wrong)} lost of {killed} workers")

    def test_09_an_upgrade_under_load_loses_no_request_and_no_old_process_stays(self):
        with Load(self.machine, self.token, self.password) as load:
            self.install(SECOND)
            load.goes_on()
        self.assertEqual([], load.wrong)
        print(f"\nupgrade: {load.sent} requests, none lost")
        self.assertEqual("", self.run_("ls -l /proc/[0-9]*/exe 2>/dev/null | grep 'fcgi.*(deleted)' || true"))
        self.assertEqual(SECOND, self.run_("dpkg-query -W -f '${Version}' gatehouse"))
        self.assertEqual(200, self.me(self.token)[0])

    def test_10_an_upgrade_that_wants_more_of_the_database_says_so_and_restarts_nothing(self):
        self.run_("mariadb -e \"REVOKE SELECT ON gatehouse.gh_migrations FROM gh_health_ready@localhost\"")
        # An endpoint that only the other release has: nobody is to listen for it any more.
        self.machine.write("/lib/systemd/system/gatehouse-gone.socket", "[Socket]\nListenStream=/run/gatehouse/gone.sock\n"
                           "Service=gatehouse-health@1.service\n")
        self.run_("systemctl daemon-reload; systemctl start gatehouse-gone.socket; rm /lib/systemd/system/gatehouse-gone.socket")
        before = self.run_("pgrep users_me.fcgi")
        said = self.install(FIRST)
        self.assertEqual([], self.active("gatehouse-gone.socket"))
        self.assertIn("gh_health_ready lacks", said)
        self.assertIn("gatehouse setup && systemctl restart gatehouse", said)
        self.assertEqual(before, self.run_("pgrep users_me.fcgi"))
        self.assertEqual(200, self.me(self.token)[0])
        self.run_("gatehouse setup && systemctl restart gatehouse")
        self.assertEqual("200", str(self.inside(call, "GET", "/health/ready")[0]))

    def test_11_who_is_not_asked_ends_and_comes_back_when_asked(self):
        self.run_("sed -i 's/^IDLE_EXIT_SECONDS = .*/IDLE_EXIT_SECONDS = 1/' /etc/gatehouse/gatehouse.conf && "
                  "systemctl restart gatehouse")
        until(lambda: self.active("gatehouse-*@*.service") == [], 60, "the end of all handlers")
        self.assertEqual("", self.run_("systemctl list-units --failed --plain --no-legend 'gatehouse*'"))
        self.assertEqual(200, self.me(self.token)[0])
        self.run_("sed -i 's/^IDLE_EXIT_SECONDS = .*/IDLE_EXIT_SECONDS = 600/' /etc/gatehouse/gatehouse.conf && "
                  "systemctl restart gatehouse")
        self.assertEqual(200, self.me(self.token)[0])
        until(lambda: len(self.active("gatehouse-users_me@*.service")) == 4, 20, "four workers")

    def test_12_one_generated_service_is_started_by_socket_activation_alone(self):
        command = self.run_("sed -n 's/^ExecStart=//p' /lib/systemd/system/gatehouse-health@.service").strip()
        self.run_(f"systemd-run --quiet --unit=alone --property=User=gh_health --property=Group=gatehouse "
                  f"systemd-socket-activate -l 127.0.0.1:9000 {command}")
        until(lambda: self.listens(9000), 20, "the socket")
        self.assertIn(b"Status: 200", self.inside(ask_fastcgi, 9000, "/health"))
        self.run_("systemctl stop alone")

    def test_13_drop_ins_of_the_readme_reach_every_unit(self):
        self.machine.write("/etc/systemd/system/gatehouse-.socket.d/front.conf", "[Socket]\nSocketUser=nobody\n")
        self.machine.write("/etc/systemd/system/gatehouse-.service.d/database.conf",
                           "[Service]\nPrivateNetwork=no\nIPAddressDeny=\nRestrictAddressFamilies=AF_UNIX AF_INET AF_INET6\n")
        # Where Apache's mod_authnz_fcgi asks the guard, which speaks TCP only.
        self.machine.write("/etc/systemd/system/gatehouse-guard.socket.d/apache.conf",
                           "[Socket]\nListenStream=\nListenStream=127.0.0.1:1013\n")
        self.run_("systemctl daemon-reload")
        self.assertEqual("nobody\n", self.run_("systemctl show -P SocketUser gatehouse-health.socket"))
        for unit in ("gatehouse-health@1.service", "gatehouse-users_me@3.service", "gatehouse-sweep.service"):
            self.assertEqual("no\n\n", self.run_(f"systemctl show -P PrivateNetwork {unit}; systemctl show -P IPAddressDeny {unit}"))
            self.assertIn("AF_INET6", self.run_(f"systemctl show -P RestrictAddressFamilies {unit}"))
        self.run_("rm -r /etc/systemd/system/gatehouse-.socket.d /etc/systemd/system/gatehouse-.service.d; "
                  "systemctl daemon-reload; systemctl stop gatehouse-guard.socket 'gatehouse-guard@*'; "
                  "systemctl start gatehouse-guard.socket")
        self.assertIn(b"Status: ", self.inside(ask_fastcgi, 1013, "/"))
        self.run_("rm -r /etc/systemd/system/gatehouse-guard.socket.d; systemctl daemon-reload; "
                  "systemctl stop 'gatehouse-guard@*'; systemctl restart gatehouse-guard.socket")

    def test_14_passwords_for_a_database_elsewhere_belong_to_their_users(self):
        self.run_("install -d -m 710 -g gatehouse /tmp/passwords && gatehouse accounts --by password --credentials /tmp/passwords")
        self.assertEqual("gh_users_me 400\ngh_sweep 400\n",
                         self.run_("stat -c '%U %a' /tmp/passwords/users_me /tmp/passwords/sweep"))
        self.run_("gatehouse setup")  # by the socket again
        self.run_("systemctl restart gatehouse")
        self.assertEqual(200, self.me(self.token)[0])

    def test_15_manual_and_completion_say_what_the_command_does(self):
        said = self.run_("gatehouse --help")
        commands = re.findall(r"^  ([a-z]+(?: [a-z]+)?)  ", said, re.M)
        manual = subprocess.run(["sh", "-c", f"dpkg-deb --fsys-tarfile {self.deb[FIRST]} | "
                                 "tar -xO ./usr/share/man/man1/gatehouse.1.gz | zcat"], stdout=subprocess.PIPE, text=True).stdout
        for command in commands:
            self.assertIn(f".B gatehouse {command}\n", manual)
        completed = self.run_("bash -c '. /usr/share/bash-completion/completions/gatehouse; COMP_WORDS=(gatehouse user ad); "
                              "COMP_CWORD=2; _gatehouse; echo ${COMPREPLY[*]}; COMP_WORDS=(gatehouse key rotate --i); "
                              "COMP_CWORD=3; _gatehouse; echo ${COMPREPLY[*]}; COMP_WORDS=(gatehouse mig); "
                              "COMP_CWORD=1; _gatehouse; echo ${COMPREPLY[*]}'")
        self.assertEqual("add\n--if-needed\nmigrate\n", completed)

    @unittest.skipIf(CLEAN_ROOT, "there is one front server on the clean machine")
    def test_16_nginx_and_apache_take_their_files_as_they_are(self):
        self.run_("systemctl stop lighttpd")
        self.run_("rm -f /etc/nginx/sites-enabled/*; ln -s /etc/gatehouse/nginx/site.conf /etc/nginx/sites-enabled/gatehouse; "
                  "systemctl start nginx")
        self.assertEqual(200, self.me(self.token)[0])
        self.run_("systemctl stop nginx")
        self.run_("rm -f /etc/apache2/sites-enabled/*; "
                  "ln -s /etc/gatehouse/apache/site.conf /etc/apache2/sites-enabled/gatehouse.conf; "
                  "a2enmod $(sed -n 's/^# *a2enmod //p' /etc/gatehouse/apache/site.conf | head -n 1) && systemctl start apache2")
        self.assertEqual(200, self.me(self.token)[0])
        self.run_("systemctl stop apache2 && systemctl start lighttpd; "
                  "rm /etc/apache2/sites-enabled/gatehouse.conf /etc/nginx/sites-enabled/gatehouse")

    def test_17_a_removal_stops_all_and_keeps_what_is_the_administrators(self):
        self.run_("dpkg --remove gatehouse")
        self.assertEqual([], self.active("gatehouse*"))
        self.assertEqual("", self.run_("ls /run/gatehouse | grep sock || true"))
        self.run_("test -e /etc/gatehouse/credentials/master.key && test -e /etc/gatehouse/gatehouse.conf")
        self.install(SECOND)
        self.assertEqual([], self.active("gatehouse*.socket"))
        self.run_("systemctl enable --now gatehouse.target")
        self.assertEqual(200, self.me(self.token)[0])

    def test_18_a_purge_leaves_the_database_and_the_users_and_nothing_else(self):
        self.run_("dpkg --purge gatehouse")
        self.assertEqual([], self.active("gatehouse*"))
        self.assertEqual("", self.run_("find /etc /lib/systemd /usr/lib /usr/share /usr/bin /var/lib /run -name '*gatehouse*' "
                                       "! -path '*gatehouse-test*' ! -path /var/lib/mysql/gatehouse ! -path '/var/lib/dpkg/*'  ! -path '/run/systemd/*' "
                                       "! -path '/run/log/*' ! -path '/etc/hostname'"))
        self.run_("getent passwd gh_users_me")
        self.assertNotEqual("", self.run_("mariadb -e \"SHOW DATABASES LIKE 'gatehouse'\""))
        self.install(FIRST)
        self.run_("dpkg --purge gatehouse")  # one that was never started


if __name__ == "__main__":
    unittest.main()
