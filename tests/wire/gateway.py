# SPDX-License-Identifier: Apache-2.0
"""A front server's side of CGI (RFC 3875) and FastCGI, with nothing between the test and the bytes."""
import json
import os
import re
import socket
import struct
import subprocess

BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR = range(1, 8)
JSON = "application/json"


def variables(method, uri, body=None, content_type=None, **more):
    """What a front server says of a request."""
    named = {"GATEWAY_INTERFACE": "CGI/1.1", "SERVER_PROTOCOL": "HTTP/1.1", "SERVER_SOFTWARE": "test",
             "REQUEST_METHOD": method, "REQUEST_URI": uri, "QUERY_STRING": uri.partition("?")[2],
             "SCRIPT_NAME": uri.partition("?")[0], "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1"}
    if body is not None:
        named["CONTENT_LENGTH"] = str(len(body))
    if content_type is not None:
        named["CONTENT_TYPE"] = content_type
    return {**named, **more}


class Reply:
    """A program's answer. A front server may serve what it guards when the Status is missing, late or twofold."""

    def __init__(self, written):
        assert re.match(rb"Status: [1-5][0-9][0-9]\r\n", written), f"no Status first: {written[:200]!r}"
        head, blank, self.body = written.partition(b"\r\n\r\n")
        assert blank, f"no end of the head: {written[:200]!r}"
        self.lines = head.decode().split("\r\n")
        names = [line.partition(":")[0].lower() for line in self.lines]
        assert names.count("status") == 1, self.lines
        for name in ("content-type", "content-length", "cache-control", "location"):
            assert names.count(name) <= 1, self.lines
        self.status = int(self.lines[0].split()[1])
        self.headers = {name: line.partition(": ")[2] for name, line in zip(names, self.lines)}

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:200]!r}"


def run_cgi(executable, environment, body=b"", arguments=()):
    done = subprocess.run([executable, *arguments], env=environment, input=body, capture_output=True, timeout=30)
    assert done.returncode == 0, done
    return Reply(done.stdout)


def record(kind, content=b"", request=1):
    return struct.pack(">BBHHBx", 1, kind, request, len(content), 0) + content


def stream(kind, data):
    whole = b"".join(record(kind, data[i:i + 65535]) for i in range(0, len(data), 65535))
    return whole + record(kind)


def pair(name, value):
    name, value = name.encode("latin-1"), value.encode("latin-1")
    lengths = b"".join(bytes([len(x)]) if len(x) < 128 else struct.pack(">L", len(x) | 1 << 31) for x in (name, value))
    return lengths + name + value


def encode(named, body=b"", role=1):
    """`named`: a dictionary, or pairs when a name stands twice."""
    pairs = named.items() if isinstance(named, dict) else named
    return (record(BEGIN, struct.pack(">HB5x", role, 0)) + stream(PARAMS, b"".join(pair(*each) for each in pairs)) +
            stream(STDIN, body))


def connect(path):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(30)
    s.connect(path)
    return s


def receive(s):
    """What was written until the request was ended; None when the connection was dropped before."""
    written, buffer = b"", b""
    while True:
        while len(buffer) >= 8:
            _, kind, _, size, padding = struct.unpack(">BBHHBx", buffer[:8])
            if len(buffer) < 8 + size + padding:
                break
            content, buffer = buffer[8:8 + size], buffer[8 + size + padding:]
            if kind == STDOUT:
                written += content
            if kind == END:
                return written
        try:
            more = s.recv(65536)
        except ConnectionError:
            return None
        if not more:
            return None
        buffer += more


def send(path, sent):
    with connect(path) as s:
        s.sendall(sent)
        return receive(s)


def ask(path, named, body=b"", role=1):
    written = send(path, encode(named, body, role))
    assert written is not None, "dropped"
    return Reply(written)


def environment_of(product, named):
    """Of a CGI process: the request, and where the configuration is."""
    return {"PATH": os.defpath, "GATEHOUSE_CONFIG": product.var + "/etc/gatehouse.conf", **named}
