# SPDX-License-Identifier: Apache-2.0
"""As much of the MySQL protocol as tells whether an account may do a thing; a bare machine has no client program."""
import hashlib
import socket
import struct

PROTOCOL_41, WITH_DATABASE, SECURE, PLUGIN = 0x200, 0x8, 0x8000, 0x80000


def scramble(password, nonce):
    """mysql_native_password."""
    once = hashlib.sha1(password.encode()).digest()
    mask = hashlib.sha1(nonce + hashlib.sha1(once).digest()).digest()
    return bytes(a ^ b for a, b in zip(once, mask)) if password else b""


class Session:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(30)
        self.socket.connect(path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def read(self, size):
        data = b""
        while len(data) < size:
            more = self.socket.recv(size - len(data))
            if not more:
                raise ConnectionError("the database hung up")
            data += more
        return data

    def receive(self):
        size, self.sequence = struct.unpack("<I", (head := self.read(4))[:3] + b"\0")[0], head[3]
        return self.read(size)

    def send(self, packet, sequence):
        self.socket.sendall(struct.pack("<I", len(packet))[:3] + bytes([sequence]) + packet)

    def verdict(self, packet):
        return struct.unpack("<H", packet[1:3])[0] if packet[0] == 0xff else 0

    def log_in(self, account, password, database):
        """Answers the server's error number, 0 when it lets one in."""
        greeting = self.receive()
        rest = greeting[greeting.index(0, 1) + 5:]
        nonce = rest[:8] + rest[27:39]
        answer = scramble(password, nonce)
        flags = PROTOCOL_41 | SECURE | PLUGIN | (WITH_DATABASE if database else 0)
        packet = struct.pack("<IIB23x", flags, 1 << 24, 45) + account.encode() + b"\0" + bytes([len(answer)]) + answer
        self.send(packet + (database.encode() + b"\0" if database else b"") + b"mysql_native_password\0",
                  self.sequence + 1)
        said = self.receive()
        if said[0] == 0xfe:  # asks for another method: there is nothing more to say
            self.send(b"", self.sequence + 1)
            said = self.receive()
        return self.verdict(said)

    def run(self, statement):
        """Answers the server's error number, 0 when it obeys. One answer is read: a session is for one statement."""
        self.send(b"\x03" + statement.encode(), 0)
        return self.verdict(self.receive())


def attempt(path, account, password, statement, database="gatehouse"):
    with Session(path) as session:
        return session.log_in(account, password, database) or session.run(statement)
