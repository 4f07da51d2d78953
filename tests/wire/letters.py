# SPDX-License-Identifier: Apache-2.0
"""What waits in the outbox, opened as only the sender can: by libsodium itself and a key that the test has made."""
import base64
import ctypes
import json
import subprocess

SODIUM = ctypes.CDLL("libsodium.so.23")
SODIUM.sodium_init()


class MailKey:
    def __init__(self, public_file):
        self.public, self.private = ctypes.create_string_buffer(32), ctypes.create_string_buffer(32)
        SODIUM.crypto_box_keypair(self.public, self.private)
        with open(public_file, "w") as file:
            file.write(base64.urlsafe_b64encode(self.public.raw).rstrip(b"=").decode() + "\n")

    def open(self, box):
        plain = ctypes.create_string_buffer(max(len(box) - 48, 1))
        done = SODIUM.crypto_box_seal_open(plain, box, ctypes.c_ulonglong(len(box)), self.public, self.private)
        assert done == 0, "sealed to somebody else"
        return json.loads(plain.raw)


def sql(product, statement):
    done = subprocess.run(["mariadb", "--socket", product.var + "/run/db/mysql.sock", "-N", "gatehouse"],
                          input=statement, text=True, errors="replace", capture_output=True, check=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def letters(product, key, topic=None):
    """(topic, recipient, what it is filled in with) of each that waits, oldest first."""
    rows = sql(product, "SELECT kind, recipient, HEX(letter) FROM gh_outbox WHERE state = 'waiting'"
                        " ORDER BY created_at, id")
    return [(kind, to, key.open(bytes.fromhex(letter))) for kind, to, letter in rows if topic in (None, kind)]
