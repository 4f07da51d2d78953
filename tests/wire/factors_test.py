# SPDX-License-Identifier: Apache-2.0
"""Second factors as people have them: the QR code is read by a scanner's library, and the codes are another program's."""
import json
import re
import subprocess
import time
import unittest
import urllib.parse

from product import PASSWORD, Product

PROBLEM = "urn:gatehouse:problem:"


def code_of(secret, at=None):
    when = [] if at is None else [f"--now=@{int(at)}"]
    return subprocess.run(["oathtool", "--totp", "-b", *when, secret], check=True, capture_output=True, text=True).stdout.strip()


def raster(svg, scale=4):
    """Our own picture as a PGM: one path of rows, a unit a module."""
    side = int(re.search(r'viewBox="0 0 (\d+) ', svg)[1])
    dark = [bytearray(b"\xff" * side) for _ in range(side)]
    path = re.search(r'<path d="([^"]*)"', svg)[1]
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        dark[int(y)][int(x):int(x) + int(length)] = bytes(int(length))
    rows = [b"".join(bytes([module]) * scale for module in row) * scale for row in dark]
    return b"P5 %d %d 255\n" % (side * scale, side * scale) + b"".join(rows)


class Factors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.product = cls.enterClassContext(Product())

    def setUp(self):
        self.user = self.product.register()
        self.token = self.product.log_in(self.user["username"]).json()["access_token"]

    def ask(self, method, path, value=None, token=None):
        body = b"" if value is None else json.dumps(value).encode()
        headers = {"Content_Type": "application/json"} if body else {}
        return self.product.request(method, "/api/v1/auth/" + path, body, Authorization="Bearer " + (token or self.token),
                                    **headers)

    def enroll(self):
        """A secret that was confirmed, and the recovery codes."""
        offer = self.ask("POST", "totp/enroll")
        self.assertEqual(offer.status, 200, offer)
        self.secret = offer.json()["secret"]
        confirmed = self.ask("POST", "totp/confirm", {"code": code_of(self.secret, time.time() - 30)})
        self.assertEqual(confirmed.status, 200, confirmed)
        self.recovery_codes = confirmed.json()["recovery_codes"]

    def first_step(self):
        answer = self.product.log_in(self.user["username"])
        self.assertEqual((answer.status, answer.json()["type"]), (401, PROBLEM + "second-factor-required"))
        return answer.json()["mfa_token"]

    def test_a_scanner_reads_the_uri_and_another_programs_codes_are_ours(self):
        offer = self.ask("POST", "totp/enroll").json()
        read = subprocess.run(["zbarimg", "-q", "--raw", "-"], input=raster(offer["qr_svg"]), capture_output=True)
        self.assertEqual(read.stdout.decode().strip(), offer["uri"], read.stderr)
        uri = urllib.parse.urlsplit(offer["uri"])
        self.assertEqual((uri.scheme, uri.netloc), ("otpauth", "totp"))
        self.assertEqual(urllib.parse.unquote(uri.path), "/Gatehouse:" + self.user["username"])
        self.assertEqual(dict(urllib.parse.parse_qsl(uri.query)), {
            "secret": offer["secret"], "issuer": "Gatehouse", "algorithm": "SHA1", "digits": "6", "period": "30"})
        confirmed = self.ask("POST", "totp/confirm", {"code": code_of(offer["secret"])})
        self.assertEqual(confirmed.status, 200, confirmed)
        self.assertEqual(len(set(confirmed.json()["recovery_codes"])), 10)

    def test_a_login_takes_two_steps_or_one_with_both(self):
        self.enroll()
        pair = self.product.post_json("/api/v1/auth/token/mfa", {"mfa_token": self.first_step(), "code": code_of(self.secret)})
        self.assertEqual(pair.status, 200, pair)
        self.assertEqual(self.product.me(pair.json()["access_token"]).status, 200)
        answer = self.product.log_in(self.user["username"], otp=self.recovery_codes[0].lower())
        self.assertEqual(answer.status, 200, answer)
        answer = self.product.log_in(self.user["username"], otp=self.recovery_codes[0])
        self.assertEqual((answer.status, answer.json()["type"]), (401, PROBLEM + "wrong-code"))

    def test_a_body_with_delete_comes_through(self):
        self.enroll()
        self.assertEqual(self.ask("DELETE", "totp", {"code": "000000"}).status, 400)
        self.assertEqual(self.ask("DELETE", "totp", {"recovery_code": self.recovery_codes[9]}).status, 200)
        self.assertEqual(self.product.log_in(self.user["username"]).status, 200)

    def test_the_master_key_may_be_replaced_while_there_are_factors(self):
        self.enroll()
        self.assertEqual(self.product.gatehouse("master", "rotate", "--until", "resealed").returncode, 0)
        answer = self.product.log_in(self.user["username"], otp=code_of(self.secret))
        self.assertEqual(answer.status, 200, answer)

    def test_an_operator_takes_a_lost_one_away(self):
        self.enroll()
        self.assertEqual(self.product.gatehouse("user", "remove-factor", self.user["username"]).returncode, 0)
        self.assertEqual(self.product.me(self.token).status, 401)
        self.assertEqual(self.product.log_in(self.user["username"]).status, 200)

    def test_nothing_of_it_is_in_the_log(self):
        self.enroll()
        token, code = self.first_step(), code_of(self.secret)
        self.product.post_json("/api/v1/auth/token/mfa", {"mfa_token": token, "code": code})
        with open(self.product.var + "/log/gatehouse.log") as log:
            text = log.read()
        for secret in (token, self.secret, *self.recovery_codes, PASSWORD):
            self.assertNotIn(secret, text)


if __name__ == "__main__":
    unittest.main()
