# SPDX-License-Identifier: Apache-2.0
"""What arrived, in the folder to which scripts/run sends mail."""
import email
import email.policy
import pathlib
import re
import subprocess
import time


def sql(product, statement):
    done = subprocess.run(["mariadb", "--socket", product.var + "/run/db/mysql.sock", "-N", "gatehouse"],
                          input=statement, text=True, errors="replace", capture_output=True, check=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def letters(product, topic=None):
    """(topic, recipient, the whole mail, its token or "") of each, oldest first; all that was written has been sent."""
    patience = time.monotonic() + 60
    while sql(product, "SELECT COUNT(*) FROM gh_outbox WHERE state = 'waiting'") != [["0"]]:
        assert time.monotonic() < patience, "mail waits and is not sent"
        time.sleep(0.05)  # between looks
    arrived = []
    for identity, kind in sql(product, "SELECT LOWER(HEX(id)), kind FROM gh_outbox WHERE state = 'sent' AND"
                                       f" {repr(topic) if topic else 'kind'} = kind ORDER BY created_at, id"):
        file, = pathlib.Path(product.var, "mail").glob(f"*-{kind}-{identity}.eml")
        mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
        token = re.search("^[A-Za-z0-9_-]{43}$", parts[0], re.MULTILINE)
        arrived.append((kind, mail["To"], "\n".join([str(mail.items()), *parts]), token.group() if token else ""))
    return arrived
