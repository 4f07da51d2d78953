# SPDX-License-Identifier: Apache-2.0
"""A customer of a shared host: the hosting tarball made ready, one database account, and an Apache that is somebody else's.
All of it on this machine, or in the root of an older system."""
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import tarfile

import guards
from fronts import HOST, SITE, new_certificate, write
from product import Answer, Client, PASSWORD, SOURCE, free_port, http, is_alive, until

NAME, ACCOUNT_PASSWORD = "ann_auth", "p:a/s@s%w?rd"
ADMINISTRATOR = {"username": "boss", "email": "boss@example.com", "password": "Quite-Another-9-Sentence"}
# As many hosts have it, whatever we would like.
MAKE_DATABASE = f"""
CREATE DATABASE {NAME} CHARACTER SET latin1;
CREATE USER '{NAME}'@'localhost' IDENTIFIED BY '{ACCOUNT_PASSWORD}';
GRANT ALL PRIVILEGES ON {NAME}.* TO '{NAME}'@'localhost';
"""
RULES = f"""site www https://{SITE}
/public  *  anyone
/key     *  user with key
/        *  user
"""


class Root:
    """Where programs run: this machine, or another system's root with the same network."""

    def __init__(self, path=""):
        self.path = path

    def command(self, *words):
        if not self.path:
            return [*words]
        # A mount table of its own, which goes with it.
        inside = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"'
        return ["unshare", "--mount", "sh", "-c", inside, self.path, *words]

    def start(self, log, *words):
        # A session of its own: what a server starts is ended with it.
        with open(log, "w") as out:
            return subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *self.command(*words)], stdin=subprocess.DEVNULL,
                                    stdout=out, stderr=out, start_new_session=True,
                                    env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TMPDIR": "/tmp"})

    def run(self, *words, said=None, **more):
        return subprocess.run(self.command(*words), input=said, text=True, capture_output=True, check=True, **more).stdout


def make_tarball(folder):
    done = subprocess.run([SOURCE + "/scripts/package-hosting", folder], check=True, capture_output=True, text=True)
    return done.stdout.split("\n")[-2]


def unpack(tarball, folder):
    with tarfile.open(tarball) as archive:
        archive.extractall(folder)
    return next(str(path) for path in pathlib.Path(folder).iterdir() if path.name.startswith("gatehouse-hosting-"))


def prepare(unpacked, into, socket_path, url="https://" + HOST, check=True):
    """On the owner's own machine, which needs nothing but this."""
    said = f"{ACCOUNT_PASSWORD}\n{ADMINISTRATOR['password']}\n"
    return subprocess.run([unpacked + "/gatehouse/bin/gatehouse", "hosting", "prepare", into, "--url", url, "--database", NAME,
                           "--account", NAME, "--socket", socket_path, "--username", ADMINISTRATOR["username"],
                           "--email", ADMINISTRATOR["email"]], input=said, env={}, text=True, capture_output=True, check=check)


class Database:
    """A private server, with a socket only; `folder` as seen from inside the root."""

    def __init__(self, root, folder):
        self.root, self.folder, self.socket = root, folder, folder + "/db.sock"

    def __enter__(self):
        options = ["--no-defaults", f"--datadir={self.folder}/data", *(["--user=root"] if os.getuid() == 0 else [])]
        os.makedirs(self.root.path + self.folder + "/data")
        os.chmod(self.root.path + self.folder, 0o755)
        self.root.run("mariadb-install-db", *options, "--force", "--skip-test-db", "--skip-name-resolve",
                      "--auth-root-authentication-method=socket", f"--auth-root-socket-user={self.user()}")
        self.process = self.root.start(self.root.path + self.folder + "/db.log", self.server(), *options,
                                       f"--socket={self.socket}", f"--pid-file={self.folder}/db.pid",
                                       "--skip-networking", "--skip-name-resolve", "--skip-log-bin",
                                       "--performance-schema=off", f"--tmpdir={self.folder}")
        try:
            until(lambda: os.path.exists(self.root.path + self.socket) or self.process.poll() is not None, 60, "a database")
            self.sql(MAKE_DATABASE)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)

    def user(self):
        return "root" if os.getuid() == 0 else os.environ.get("USER", "nobody")

    def server(self):
        return "mariadbd" if not self.root.path else "/usr/sbin/mariadbd"

    def client(self, *words, said=None):
        return self.root.run("mariadb", "--no-defaults", "-S", self.socket, *words, said=said)

    def sql(self, text, database=""):
        return self.client("-u", self.user(), "-N", "-B", *([database] if database else []), said=text)

    def import_as_customer(self, text):
        """As phpMyAdmin does it: one file, by the account that is all there is."""
        self.client("-u", NAME, "-p" + ACCOUNT_PASSWORD, NAME, said=text)


class Host(Client):
    """An Apache and the customer's folders on it; paths as seen from inside the root."""
    extra = ""  # lines of the site's .htaccess

    def __init__(self, root, folder, ready, owner, by, suexec=None, **settings):
        """ready: what `hosting prepare` wrote. owner: (uid, gid) of the customer's files. by: cgid or fcgid.
        suexec: the customer's name, where the server has it."""
        super().__init__(free_port())
        self.root, self.folder, self.ready, self.owner, self.by = root, folder, ready, owner, by
        self.suexec = suexec
        self.settings = {"REGISTRATION": "open", "REGISTER_RATE_LIMIT": "1000/hour", "LOGIN_RATE_LIMIT": "1000/minute", **settings}
        self.home = folder + "/home"

    def outside(self, path):
        return self.root.path + path

    def upload(self):
        home = self.outside(self.home)
        os.makedirs(home)
        shutil.copytree(self.ready + "/gatehouse", home + "/gatehouse")
        shutil.copytree(self.ready + "/site", home + "/site")
        self.configure(**self.settings)
        write(home + "/gatehouse/etc/guard.rules", RULES)
        self.make_guarded_site(home)
        subprocess.run(["chown", "-R", "{}:{}".format(*self.owner), home], check=True)
        for path in (home, home + "/site", home + "/www"):
            os.chmod(path, 0o755)

    def configure(self, **settings):
        path = pathlib.Path(self.outside(self.home), "gatehouse/etc/gatehouse.conf")
        text = path.read_text()
        for key, value in settings.items():
            text = re.sub(f"(?m)^{key} = .*\n", "", text) + f"{key} = {value}\n"
        path.write_text(text)

    def make_guarded_site(self, home):
        """As README.txt says."""
        shutil.copytree(SOURCE + "/tests/wire/site", home + "/www")
        write(home + "/www/key/secret.txt", "for those who may")
        guard = pathlib.Path(home, "gatehouse/share/htaccess/guard.htaccess").read_text()
        write(home + "/www/.htaccess", guard.replace("/srv/gatehouse/bin", self.home + "/site/gatehouse"))
        os.mkdir(home + "/www/.gatehouse")
        for name in ("guard", "guard_return"):
            shutil.copy(f"{home}/site/gatehouse/{name}.fcgi", home + "/www/.gatehouse")

    def configuration(self):
        certificate, key = new_certificate(self.outside(self.folder), HOST, SITE)
        inside = [path[len(self.root.path):] for path in (certificate, key)]
        modules = ["mpm_event", "authz_core", "alias", "deflate", "dir", "env", "filter", "headers", "mime", "reqtimeout",
                   "rewrite", "setenvif", "ssl", *(["suexec"] if self.suexec else []),
                   *(["fcgid"] if self.by == "fcgid" else []), "cgid"]
        loaded = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in modules)
        identity = f"SuexecUserGroup {self.suexec} {self.suexec}" if self.suexec else ""
        own = f"FcgidIPCDir {self.folder}/ipc\nFcgidProcessTableFile {self.folder}/fcgid_shm" if self.by == "fcgid" else ""
        sites = "".join(f"""<VirtualHost *:{self.port}>
  ServerName {name}
  DocumentRoot {self.home}/{folder}
  DirectoryIndex index.html
  {identity}
  SSLEngine On
  SSLCertificateFile {inside[0]}
  SSLCertificateKeyFile {inside[1]}
</VirtualHost>
""" for name, folder in ((HOST, "site"), (SITE, "www")))
        return f"""ServerRoot {self.folder}
{loaded}
DefaultRuntimeDir {self.folder}
PidFile {self.folder}/apache.pid
ErrorLog {self.folder}/error.log
TypesConfig /etc/mime.types
ServerName localhost
User www-data
Group www-data
ScriptSock {self.folder}/cgisock
{own}
Listen 127.0.0.1:{self.port} https
<Directory />
  AllowOverride None
  Require all denied
</Directory>
<FilesMatch "^\\.ht">
  Require all denied
</FilesMatch>
<Directory {self.home}>
  AllowOverride All
  Options FollowSymLinks
  Require all granted
</Directory>
{sites}
"""

    def __enter__(self):
        os.makedirs(self.outside(self.folder))
        os.chmod(self.outside(self.folder), 0o755)
        self.upload()
        write(self.outside(self.folder) + "/apache.conf", self.configuration())
        self.process = self.root.start(self.outside(self.folder) + "/output.log", "/usr/sbin/apache2", "-D", "FOREGROUND",
                                       "-f", self.folder + "/apache.conf")
        try:
            until(lambda: self.listens() or self.process.poll() is not None, 30, "an Apache")
            assert self.process.poll() is None, self.logs()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)

    def programs(self):
        """Pids of what the server has started of the customer's."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if self.home + "/site/gatehouse/" in os.readlink(f"/proc/{pid}/exe") and is_alive(pid):
                    found.append(int(pid))
            except OSError:
                continue
        return found

    def listens(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 5).close()
            return True
        except OSError:
            return False

    def logs(self):
        return "".join(path.read_text(errors="replace") for path in sorted(pathlib.Path(self.outside(self.folder)).glob("*.log")))

    def send(self, request, method="GET"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        name = re.search(rb"\r\nHost: ([^\r:]+)", request)[1].decode()
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as s:
            with context.wrap_socket(s, server_hostname=name) as tls:
                tls.sendall(request)
                response = http.client.HTTPResponse(tls, method=method)
                response.begin()
                return Answer(response)

    def request(self, method, path, body=b"", **headers):
        return super().request(method, path, body, **{"Host": HOST, **headers})

    def site(self, path, **headers):
        return self.request("GET", path, **{"Host": SITE, **headers})


class Walk:
    """What a customer does on the first day, through self.host."""

    def test_people_register_log_in_ask_who_they_are_and_refresh(self):
        self.assertEqual(self.host.get("/health").json(), {"status": "healthy"}, self.host.logs())
        self.assertEqual(self.host.get("/health/ready").status, 200)
        user = self.host.register()
        tokens = self.host.log_in(user["username"]).json()
        self.assertEqual(self.host.me(tokens["access_token"]).json(), user)
        again = self.host.post_json("/api/v1/auth/refresh", {"refresh_token": tokens["refresh_token"]})
        self.assertEqual(again.status, 200, again)
        self.assertEqual(self.host.me(again.json()["access_token"]).json(), user)
        replayed = self.host.post_json("/api/v1/auth/refresh", {"refresh_token": tokens["refresh_token"]})
        self.assertEqual(replayed.status, 401)
        self.assertIn("reuse", replayed.json()["detail"])
        self.assertEqual(self.host.me(again.json()["access_token"]).status, 401)

    def test_the_first_administrator_administers(self):
        token = self.host.log_in(ADMINISTRATOR["username"], ADMINISTRATOR["password"], scope="admin users:read").json()
        users = self.host.get("/api/v1/admin/users", Authorization="Bearer " + token["access_token"])
        self.assertEqual(users.status, 200, users)
        self.assertEqual(users.json()[0]["role"], "super_admin")

    def test_each_url_has_its_endpoint_and_all_others_are_not_found(self):
        for path, status in (("/", 200), ("/openapi.json", 200), ("/.well-known/jwks.json", 200), ("/sign-in", 200),
                             ("/assets/gatehouse.css", 200), ("/nothing", 404), ("/api/v1/users/me", 401),
                             ("/api/v1/users/me/", 401), ("/api/v1/admin/users/1/role", 405),
                             ("/.gatehouse/return?code=x", 404), ("/gatehouse/guard.fcgi", 404)):
            with self.subTest(path=path):
                self.assertEqual(self.host.get(path).status, status)

    def test_no_file_of_the_installation_is_served(self):
        for path in ("/gatehouse/gatehouse_all.fcgi", "/gatehouse/", "/.htaccess", "/gatehouse/etc/gatehouse.conf",
                     "/etc/gatehouse.conf", "/../gatehouse/etc/gatehouse.conf"):
            with self.subTest(path=path):
                answer = self.host.get(path)
                self.assertGreaterEqual(answer.status, 400)
                self.assertNotIn(b"DATABASE", answer.body)
                self.assertNotIn(b"ELF", answer.body)

    def test_another_name_and_another_way_lead_nowhere(self):
        self.assertEqual(self.host.get("/health", Host="other.example.com").status, 403)


class GuardedWalk(Walk):
    """The same where the host has mod_fcgid."""

    def test_a_browser_signs_in_to_a_guarded_folder(self):
        user = self.host.register()
        mine, _ = guards.enter(self.host, user, "/secret.txt")
        self.assertIn(b"for those who may", self.host.site("/secret.txt", Cookie=mine, **guards.BROWSER).body)

    def test_a_program_comes_in_by_token_and_by_key(self):
        token = self.host.new_token()
        key = self.host.request("POST", "/api/v1/api-keys/generate", Authorization="Bearer " + token).json()["api_key"]
        for credential in ({"Authorization": "Bearer " + token}, {"X_API_Key": key}):
            answer = self.host.site("/key/secret.txt", **credential)
            self.assertEqual((answer.status, answer.body), (200, b"for those who may"), self.host.logs())

    def test_who_has_nothing_to_show_sees_nothing_of_it(self):
        self.assertEqual(self.host.site("/public/note.txt").status, 200)
        for path in ("/secret.txt", "/key/secret.txt", "/", "/.gatehouse/guard.fcgi", "/public/../secret.txt"):
            with self.subTest(path=path):
                answer = self.host.site(path)
                self.assertGreaterEqual(answer.status, 300)
                self.assertNotIn(b"for those who may", answer.body)
