#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""In the guard's place: a FastCGI program that answers every request as the file `says` beside it has it, a word and
the bytes after it. Started by a front server, or with where to listen (a port or a path) as its argument."""
import os
import select
import socket
import struct
import sys

SAYS = os.path.dirname(os.path.realpath(sys.argv[0])) + "/says"
END, PARAMS, STDOUT, STDERR = 3, 4, 6, 7


def record(kind, content):
    return struct.pack(">BBHHBx", 1, kind, 1, len(content), 0) + content


def answer(connection, how, content):
    # Whole, but for a body: a connection that is closed with something unread in it takes the answer with it.
    asked = b""
    while record(PARAMS, b"") not in asked and (more := connection.recv(65536)):
        asked += more
    if how == "hang":
        wait(connection)
        return
    if how == "raw":
        connection.sendall(content)
    if how in ("out", "err"):
        kind = STDOUT if how == "out" else STDERR
        connection.sendall((record(kind, content) if content else b"") + record(kind, b"") + record(END, bytes(8)))
    if how == "unfinished":
        connection.sendall(record(STDOUT, content))
    if how == "ended":  # by FastCGI's own word for why: 2 overloaded, 3 unknown role
        connection.sendall(record(END, bytes([0, 0, 0, 0, content[0] - ord("0"), 0, 0, 0])))
    if how != "close":
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass


def wait(connection):
    """Until the front server has had enough, or it is told something else to do."""
    def told():
        return os.stat(SAYS).st_ino

    before = told()
    with open(os.path.dirname(SAYS) + "/asked", "w"):
        while told() == before and not select.select([connection], [], [], 0.05)[0]:
            pass


def listener():
    if len(sys.argv) == 1:
        return socket.socket(fileno=0)
    where = sys.argv[1]
    if where.isdigit():
        return socket.create_server(("127.0.0.1", int(where)))
    made = socket.socket(socket.AF_UNIX)
    made.bind(where)
    os.chmod(where, 0o666)
    made.listen(64)
    return made


def main():
    waiting = listener()
    while True:
        connection, _ = waiting.accept()
        with connection, open(SAYS, "rb") as file:
            how, _, content = file.read().partition(b" ")
            try:
                answer(connection, how.decode(), content)
            except OSError:
                pass  # the front server has had enough


if __name__ == "__main__":
    main()
