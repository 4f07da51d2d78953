# SPDX-License-Identifier: Apache-2.0
"""The real guard behind each front server as it is shipped, and a browser's way through it with nothing but bytes."""
import html
import os
import re
import shutil
import subprocess

import fronts
from product import PASSWORD

BROWSER = {"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Site": "none", "Accept": "text/html"}


def cookie_of(answer, name):
    for cookie in answer.headers.get_all("Set-Cookie") or ():
        if cookie.startswith(name + "=") and not cookie.startswith(name + "=;"):
            return cookie.partition(";")[0]
    raise AssertionError(f"no {name} in {answer.headers.get_all('Set-Cookie')}")


def fill_in(front, where, cookies=(), **fields):
    """Sends the form of a page of the auth host as a browser does. Answers the answer."""
    page = front.get(where, Cookie="; ".join(cookies), **BROWSER)
    assert page.status == 200, page
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.body.decode()))
    cookies = [*cookies, *(cookie.partition(";")[0] for cookie in page.headers.get_all("Set-Cookie"))]
    done = front.post_form(where.partition("?")[0], {**{name: html.unescape(v) for name, v in hidden.items()}, **fields},
                           Origin=fronts.URL, Cookie="; ".join(cookies), Sec_Fetch_Site="same-origin")
    assert done.status == 200, done
    return done


def sign_in(front, user, where):
    return fill_in(front, where, username=user["username"], password=PASSWORD)


def sign_out(front, session):
    assert b"not signed in" in fill_in(front, "/sign-out", [session]).body


def enter(front, user, path, site=fronts.SITE):
    """Signs in to see this page. Answers the guard's cookie and the session's."""
    away = front.request("GET", path, Host=site, **BROWSER)
    assert away.status == 302, away
    done = sign_in(front, user, away.headers["Location"].removeprefix(fronts.URL))
    back = html.unescape(re.search(r'content="0; url=([^"]+)"', done.body.decode())[1])
    entered = front.request("GET", back.removeprefix("https://" + site), Host=site,
                            Cookie=cookie_of(away, "__Host-guard-start"), **BROWSER)
    assert (entered.status, entered.headers["Location"]) == (303, path), entered
    return cookie_of(entered, "__Host-guard"), cookie_of(done, "__Host-session")


class Guarded:
    """For a unittest.TestCase: `front` is a server of this kind before the example site, under these rules. Names of its
    module: `product`."""
    server = None
    rules = None

    @classmethod
    def setUpClass(cls):
        cls.front = cls.server(cls.product, guard=cls.product.var + "/run")
        fronts.write(cls.product.var + "/etc/guard.rules", cls.rules)
        cls.prepare()
        cls.enterClassContext(cls.front)

    @classmethod
    def prepare(cls):
        pass

    def site(self, path, method="GET", **headers):
        return self.front.request(method, path, Host=fronts.SITE, **headers)


class ByLighttpd(Guarded):
    server = fronts.Lighttpd


class ByNginx(Guarded):
    server = fronts.Nginx


class ByApache(Guarded):
    server = fronts.Apache

    @classmethod
    def prepare(cls):
        # Held by whoever starts it, under the guard's own uid, as scripts/run does with a unix socket.
        var = cls.product.var
        owner = os.stat(var + "/credentials/guard")
        group = os.stat(var + "/run/db").st_gid
        run_as = ["setpriv", "--reuid", str(owner.st_uid), "--regid", str(group), "--clear-groups"] if fronts.AS_ROOT else []
        guard = subprocess.Popen(["spawn-fcgi", "-n", "-a", "127.0.0.1", "-p", str(cls.front.guard_port), "--",
                                  shutil.which("env"), *run_as, var + "/bin/guard.fcgi"],
                                 env={**os.environ, **cls.product.settings}, stderr=subprocess.DEVNULL)
        cls.addClassCleanup(guard.wait)
        cls.addClassCleanup(guard.terminate)


class ByModFcgid(Guarded):
    server = fronts.ApacheFcgid

    @classmethod
    def prepare(cls):
        fronts.write(cls.front.home + "/etc/guard.rules", cls.rules)
