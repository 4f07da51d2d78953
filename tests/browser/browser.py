# SPDX-License-Identifier: Apache-2.0
"""A real Chromium, spoken to by Debian's chromedriver (https://www.w3.org/TR/webdriver2/) with the standard library only.

    with Browser() as browser:
        browser.open("http://127.0.0.1:8080/sign-in")
        browser.fill("#username", "ann")
        browser.click("button")
        browser.wait_for("h1", "Welcome")
        assert browser.errors() == []

What acts on an element waits until it is there, is shown and takes it. Every browser is new: no profile, no cookie.
"""
import base64
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

WAIT = 20  # seconds until something that should come is missed
SWITCHES = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
            "--no-default-browser-check", "--disable-default-apps", "--window-size=1280,1600")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the standard's own name for it
VANISHED = ("does not belong to the document", "No node with given id", "Cannot find context with specified id")


class WebDriverError(Exception):
    def __init__(self, kind, message):
        super().__init__(f"{kind}: {message}")
        self.kind = kind


class Browser:
    def __init__(self, hosts=None, insecure=False, javascript=True):
        """`hosts` are names to find at 127.0.0.1 (Chromium finds *.localhost by itself), or, as a dict, at a port there whatever
        port a URL has; `insecure` takes any certificate."""
        ports = hosts if isinstance(hosts, dict) else dict.fromkeys(hosts or ())
        rules = [*(f"MAP {name} 127.0.0.1" + (f":{port}" if port else "") for name, port in ports.items()), "MAP * ~NOTFOUND",
                 *(f"EXCLUDE {name}" for name in ("127.0.0.1", "localhost", "*.localhost"))]
        self.options = {"binary": "/usr/bin/chromium",
                        "args": [*SWITCHES, "--host-resolver-rules=" + " , ".join(rules)],
                        "prefs": {"webkit.webprefs.javascript_enabled": javascript,
                                  "credentials_enable_service": False},
                        "perfLoggingPrefs": {"enableNetwork": True, "enablePage": True}}
        self.insecure = insecure

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="gb.", dir="/tmp")
        self.options["args"].append("--user-data-dir=" + self.folder + "/profile")
        # A group of its own, so that whatever it starts ends with it.
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, text=True, start_new_session=True,
                                       env={**os.environ, "HOME": self.folder, "TMPDIR": self.folder})
        try:
            said = ""
            for line in self.driver.stdout:
                said += line
                if port := re.search(r"started successfully on port (\d+)", line):
                    break
            else:
                raise AssertionError("chromedriver does not start: " + said)
            self.root = f"http://127.0.0.1:{port[1]}"
            session = self.send("POST", "/session", {"capabilities": {"alwaysMatch": {
                "browserName": "chrome", "goog:chromeOptions": self.options, "acceptInsecureCerts": self.insecure,
                "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}}})
            self.root += "/session/" + session["sessionId"]
            self.open("about:blank")  # in place of Chromium's own first page, which asks a lot
            self.errors(), self.requests()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if "/session/" in getattr(self, "root", ""):
            self.send("DELETE", "")
        try:
            os.killpg(self.driver.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.driver.wait()
        self.driver.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    # ---- the protocol ----

    def send(self, method, path, body=None):
        data = json.dumps(body or {}).encode() if method == "POST" else None
        request = urllib.request.Request(self.root + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=90) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as refused:
            value = json.load(refused)["value"]
            kind = value["error"]
            # Between two documents chromedriver passes on what the page's inspector said, by no name of its own.
            if kind == "unknown error" and any(said in value["message"] for said in VANISHED):
                kind = "stale element reference"
            raise WebDriverError(kind, value["message"]) from None

    def devtools(self, command, **parameters):
        """A command of Chromium's own protocol: https://chromedevtools.github.io/devtools-protocol/"""
        return self.send("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def until(self, condition, what):
        """Polls until the condition holds and answers what it said; elements that vanish meanwhile are looked up again."""
        deadline = time.monotonic() + WAIT
        passing = ("no such element", "stale element reference", "element not interactable", "element click intercepted")
        while True:
            try:
                if said := condition():
                    return said
                why = ""
            except WebDriverError as error:
                if error.kind not in passing:
                    raise
                why = str(error)
            if time.monotonic() > deadline:
                raise AssertionError(f"{what} did not happen on {self.url}: {why}\n{self.text()[:2000]}")
            time.sleep(0.05)

    # ---- going somewhere ----

    def open(self, url):
        self.send("POST", "/url", {"url": url})

    def back(self):
        self.send("POST", "/back")

    @property
    def url(self):
        return self.send("GET", "/url")

    @property
    def title(self):
        return self.send("GET", "/title")

    def source(self):
        return self.send("GET", "/source")

    # ---- what is on the page; by CSS selector, and where more than one fits, by a part of its text ----

    def all(self, css, text=None):
        found = [e[ELEMENT] for e in self.send("POST", "/elements", {"using": "css selector", "value": css})]
        return [e for e in found if text is None or text in self.send("GET", f"/element/{e}/text")]

    def has(self, css, text=None):
        return bool(self.all(css, text))

    def wait_for(self, css, text=None):
        return self.until(lambda: self.all(css, text), f"{css} {text or ''}")[0]

    def text(self, css="body"):
        found = self.all(css)
        return self.send("GET", f"/element/{found[0]}/text") if found else ""

    def texts(self, css):
        return [self.send("GET", f"/element/{e}/text") for e in self.all(css)]

    def attribute(self, css, name):
        return self.send("GET", f"/element/{self.wait_for(css)}/attribute/{name}")

    def click(self, css, text=None):
        def click():
            for element in self.all(css, text)[:1]:
                self.send("POST", f"/element/{element}/click")
                return True
        self.until(click, f"a click on {css} {text or ''}")

    def fill(self, css, text):
        """Types it in place of what stood there."""
        def fill():
            for element in self.all(css)[:1]:
                self.send("POST", f"/element/{element}/clear")
                self.send("POST", f"/element/{element}/value", {"text": text})
                return True
        self.until(fill, f"{css} filled")

    def script(self, body, *arguments):
        """`return document.title`, say; the arguments are `arguments[0]` and on."""
        return self.send("POST", "/execute/sync", {"script": body, "args": list(arguments)})

    # ---- what it keeps, asked and complained of ----

    def cookies(self):
        """All of them, of every host and path and whether pages may read them, by name."""
        return {c["name"]: c for c in self.devtools("Storage.getCookies")["cookies"]}

    def set_cookie(self, url, name, value, **more):
        self.devtools("Network.setCookie", url=url, name=name, value=value, **more)

    def clear_cookies(self):
        self.devtools("Network.clearBrowserCookies")

    def errors(self):
        """What the console says since it was last asked, but for notes: script errors, CSP violations, failed requests."""
        return [entry["message"] for entry in self.send("POST", "/se/log", {"type": "browser"})
                if entry["level"] in ("SEVERE", "WARNING")]

    def requests(self):
        """(method, URL) of whatever was asked since this was last called, pages and their parts alike."""
        entries = (json.loads(e["message"])["message"] for e in self.send("POST", "/se/log", {"type": "performance"}))
        sent = (e["params"]["request"] for e in entries if e["method"] == "Network.requestWillBeSent")
        own = ("chrome:", "data:", "about:", "blob:")
        return [(request["method"], request["url"]) for request in sent if not request["url"].startswith(own)]

    def save_picture(self, file):
        with open(file, "wb") as picture:
            picture.write(base64.b64decode(self.send("GET", "/screenshot")))
