# SPDX-License-Identifier: Apache-2.0
"""Honest clients at work while something happens. None of them may notice."""
import base64
import json
import threading

from product import PASSWORD, until

JWKS = "/.well-known/jwks.json"


def kid_of(token):
    return json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))["kid"]


class HonestClient(threading.Thread):
    """Logs in, does what people do and refreshes its token, again and again, and keeps every answer that was not as it
    should be. It also verifies as others do, with a copy of the key set that is fetched anew when it meets a key that is
    not in it."""

    def __init__(self, product):
        super().__init__(daemon=True)
        self.product, self.user = product, product.register()
        self.ended = threading.Event()
        self.sent, self.wrong, self.kids, self.key_set = 0, [], set(), set()

    @property
    def name_of_user(self):
        return self.user["username"]

    def expect(self, what, answer, status=200):
        self.sent += 1
        if answer is None or answer.status != status:
            self.wrong.append((what, answer))
            return None
        return answer.json() if answer.body else {}

    def find_key(self, kid):
        if kid not in self.key_set:
            self.key_set = {key["kid"] for key in self.product.get(JWKS).json()["keys"]}
        if kid not in self.key_set:
            self.wrong.append(("key set", kid))
        self.kids.add(kid)

    def use(self, pair):
        """Answers the next pair; None where something was wrong."""
        self.find_key(kid_of(pair["access_token"]))
        self.expect("me", self.product.me(pair["access_token"]))
        return self.expect("refresh", self.product.post_json("/api/v1/auth/refresh",
                                                             {"refresh_token": pair["refresh_token"]}))

    def run(self):
        try:
            while not self.ended.is_set() and not self.wrong:
                pair = self.expect("login", self.product.log_in(self.name_of_user, PASSWORD))
                for _ in range(10):
                    if pair is None or self.ended.is_set():
                        break
                    pair = self.use(pair)
        except Exception as error:  # a refused connection, too
            self.wrong.append(("exception", error))


class BusyClient(HonestClient):
    """Beside that, a little of everything."""
    key = None

    def use(self, pair):
        product, bearer = self.product, {"Authorization": "Bearer " + pair["access_token"]}
        self.expect("health", product.get("/health"))
        self.expect("ready", product.get("/health/ready"))
        self.expect("sessions", product.get("/api/v1/sessions", **bearer))
        self.expect("change", product.request("PUT", "/api/v1/users/me", json.dumps({"full_name": "Ann"}).encode(),
                                              Content_Type="application/json", **bearer))
        if not self.key:
            self.key = self.expect("key", product.post_json("/api/v1/api-keys/generate", {}, **bearer))["api_key"]
            self.expect("me by key", product.get("/api/v1/users/me", X_API_Key=self.key))
        self.expect("unknown", product.get("/nothing-here"), 404)
        self.expect("refused", product.me("x"), 401)
        last = self.product.log_in(self.name_of_user)
        if self.expect("second login", last):
            bearer = {"Authorization": "Bearer " + last.json()["access_token"]}
            self.expect("logout", product.post_json("/api/v1/auth/logout", {}, **bearer))
            self.expect("after the logout", product.get("/api/v1/users/me", **bearer), 401)
        return super().use(pair)


def under_load(test, product, change, clients=4, kind=HonestClient):
    """Runs change(clients) while they work, from before until after it; answers the clients when each has ended well."""
    crowd = [kind(product) for _ in range(clients)]
    for client in crowd:
        client.start()
    try:
        all_go_on(crowd)
        change(crowd)
        all_go_on(crowd)
    finally:
        for client in crowd:
            client.ended.set()
        for client in crowd:
            client.join(60)
    test.assertEqual([wrong for client in crowd for wrong in client.wrong], [])
    return crowd


def all_go_on(crowd, requests=5):
    """Until each has had so many more answers, or one a wrong one."""
    then = [client.sent + requests for client in crowd]
    until(lambda: any(client.wrong for client in crowd) or
          all(client.sent >= some for client, some in zip(crowd, then)), 120, "more answers")
