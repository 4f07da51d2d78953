# SPDX-License-Identifier: Apache-2.0
"""The whole product, brought up by scripts/run in a folder and on a port of its own, and bytes to send to it."""
import http.client
import itertools
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
RELEASE = os.environ.get("GATEHOUSE_RELEASE", SOURCE + "/build/release")
PASSWORD = "Correct-Horse-7-Battery"
ADMIN_PASSWORD = "Only-For-This-1-Run"
FORM = "application/x-www-form-urlencoded"
CRASHES = ("Sanitizer", "terminate called", "Segmentation", "Aborted")


def until(condition, seconds=20, what="it"):
    """Polls until the condition holds and answers what it said."""
    deadline = time.monotonic() + seconds
    while not (said := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not happen within {seconds} seconds")
        time.sleep(0.02)
    return said


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def new_folder():
    folder = tempfile.mkdtemp(prefix="gw.", dir="/tmp")  # short: a unix socket's path ends at 107 bytes
    os.chmod(folder, 0o755)  # handlers run as other users
    return folder


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers  # an email.message.Message: get, get_all
        self.body = response.read()

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:200]!r}"


def exchange(port, request, method="GET"):
    """Sends exactly these bytes. Answers None when the connection ended without an answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as s:
        try:
            s.sendall(request)
        except OSError:
            pass  # it may answer and close before it has read all
        response = http.client.HTTPResponse(s, method=method)
        try:
            response.begin()
            return Answer(response)
        except (http.client.HTTPException, ConnectionError):
            return None


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def running(begins, uses=""):
    """Pids of processes that run a file whose path begins so, and that name `uses` in their arguments."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            executable = os.readlink(f"/proc/{pid}/exe")
            with open(f"/proc/{pid}/cmdline") as line:
                arguments = line.read()
        except OSError:
            continue
        if executable.startswith(begins) and uses in arguments and is_alive(pid):
            found.append(int(pid))
    return found


def running_file(path):
    """Pids of processes that run exactly this file, and not what bore its name before."""
    return sorted(set(running(path)) - set(running(path + " (deleted)")))


class Client:
    """Requests to whatever answers on a port of this machine."""
    names = itertools.count(1)

    def __init__(self, port):
        self.port = port

    def send(self, request, method="GET"):
        return exchange(self.port, request, method)

    def request(self, method, path, body=b"", **headers):
        head = {"Host": f"127.0.0.1:{self.port}", "Connection": "close"}
        if body or method in ("POST", "PUT", "PATCH"):
            head["Content-Length"] = str(len(body))
        head.update({name.replace("_", "-"): value for name, value in headers.items()})
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items()), "", ""]
        return self.send("\r\n".join(lines).encode() + body, method)

    def get(self, path, **headers):
        return self.request("GET", path, **headers)

    def post_json(self, path, value, **headers):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return self.request("POST", path, body, Content_Type="application/json", **headers)

    def post_form(self, path, value, **headers):
        body = value if isinstance(value, bytes) else urllib.parse.urlencode(value).encode()
        return self.request("POST", path, body, Content_Type=FORM, **headers)

    def me(self, token):
        return self.get("/api/v1/users/me", Authorization="Bearer " + token)

    def register(self, name=None, password=PASSWORD):
        name = name or f"user{next(self.names)}-{os.getpid()}"
        answer = self.post_json("/api/v1/users/register",
                                {"username": name, "email": name + "@example.com", "password": password})
        assert answer.status == 201, answer
        return answer.json()

    def log_in(self, name, password=PASSWORD, **more):
        return self.post_form("/api/v1/auth/token", {"username": name, "password": password, **more})

    def new_token(self):
        answer = self.log_in(self.register()["username"])
        assert answer.status == 200, answer
        return answer.json()["access_token"]


class Product(Client):
    def __init__(self, folder=None, port=None, run_as=(), expect_ready=True, source=SOURCE, **environment):
        self.own_folder = folder is None
        self.folder = folder or new_folder()
        self.var = environment.get("GATEHOUSE_VAR", self.folder + "/var")
        super().__init__(port or free_port())
        self.environment = {**os.environ, "GATEHOUSE_RELEASE": RELEASE, "GATEHOUSE_VAR": self.var,
                            "GATEHOUSE_PORT": str(self.port), "GATEHOUSE_RATE_LIMITS": "off",
                            "GATEHOUSE_ADMIN_PASSWORD": ADMIN_PASSWORD, **environment}
        self.environment = {name: value for name, value in self.environment.items() if value is not None}
        self.settings = {name: value for name, value in environment.items() if value is not None}
        self.command = [*run_as, "setpriv", "--pdeathsig", "TERM", source + "/scripts/run"]
        self.expect_ready = expect_ready
        self.said = []

    def __enter__(self):
        self.process = subprocess.Popen(self.command, env=self.environment, stdin=subprocess.DEVNULL, text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        self.listener = threading.Thread(target=self.listen, daemon=True)
        self.listener.start()
        if self.expect_ready:
            try:
                until(lambda: self.is_ready() or self.process.poll() is not None, 120, "ready")
                assert self.is_ready(), "".join(self.said) + self.ends_of_logs()
            except BaseException:
                self.__exit__()
                raise
        return self

    def __exit__(self, *_):
        self.stop()
        if self.own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def listen(self):
        for line in self.process.stdout:
            self.said.append(line)

    def is_ready(self):
        return f"ready http://127.0.0.1:{self.port}\n" in self.said

    def stop(self, how=signal.SIGTERM):
        """Answers the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(how)
            self.process.send_signal(signal.SIGCONT)
        status = self.process.wait(60)
        self.listener.join(10)
        self.process.stdout.close()
        return status

    # ---- what runs ----

    def workers(self, name=""):
        """Of an executable, or of all; what sends mail is none."""
        return sorted(set(running(f"{self.var}/bin/{name}")) - set(running_file(f"{self.var}/bin/gatehouse")))

    def database(self):
        return running(os.path.realpath(shutil.which("mariadbd")), self.var)[0]

    def processes(self):
        """All that scripts/run has started for this folder, and itself: whoever names it or inherited that."""
        marks = f"GATEHOUSE_VAR={self.var}\0".encode(), f"{self.var}/".encode()
        found = []
        for process in filter(lambda path: path.name.isdigit(), pathlib.Path("/proc").iterdir()):
            try:
                words = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
            except OSError:
                continue
            if any(mark in words for mark in marks) and is_alive(process.name):
                found.append(int(process.name))
        return found

    def ends_of_logs(self):
        logs = sorted(pathlib.Path(self.var, "log").glob("*"))
        return "".join(f"--- {log.name}\n{log.read_text(errors='replace')[-2000:]}" for log in logs)

    def log(self, level=None):
        lines = []
        with open(self.var + "/log/gatehouse.log") as log:
            for line in log:
                assert not any(crash in line for crash in CRASHES), line
                if line.startswith("{"):
                    lines.append(json.loads(line))
        return [line for line in lines if level in (None, line["level"])]

    def gatehouse(self, *arguments, said="", **settings):
        return subprocess.run([self.var + "/bin/gatehouse", *arguments], input=said, text=True, capture_output=True,
                              timeout=30, env={**os.environ, **settings})

    def operate(self, *arguments, **settings):
        """With the account of whoever made the database, and the settings that this product was started with."""
        url = f"mysql://{pwd.getpwuid(os.getuid()).pw_name}@localhost/gatehouse?socket={self.var}/run/db/mysql.sock"
        done = self.gatehouse(*arguments, **{**self.settings, "DATABASE_URL": url, **settings})
        assert done.returncode == 0, done.stderr
        return done.stdout
