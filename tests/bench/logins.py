#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a login leaves in the database, as rows and bytes per million: 20,000 real ones over HTTP, four of each of 5,000
people, each in another minute, from one address and by a browser of today; then what is left when their sessions have ended for good and were swept. Some minutes."""
import concurrent.futures
import os
import subprocess
import sys

sys.path.insert(0, os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "wire")))
from product import PASSWORD, Product  # noqa: E402 (found by the line above)

PEOPLE, EACH, THREADS = 5000, 4, 8
LOGINS = PEOPLE * EACH
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


def sql(product, statement):
    return subprocess.run(["mariadb", "--socket", product.var + "/run/db/mysql.sock", "-N", "gatehouse"],
                          input=statement, text=True, capture_output=True, check=True).stdout


def log_in(product, name):
    return product.post_form("/api/v1/auth/token", {"username": name, "password": PASSWORD}, User_Agent=BROWSER)


def measure(product):
    """Table -> (rows, bytes), its free pages not counted."""
    tables = sql(product, "SHOW TABLES").split()
    # Rebuilt, so that a page is as full as ever it is.
    sql(product, "; ".join(f"OPTIMIZE TABLE {table}" for table in tables))
    rows = dict(zip(tables, map(int, sql(product, "; ".join(f"SELECT COUNT(*) FROM {table}" for table in tables)).split())))
    sizes = sql(product, "SELECT TABLE_NAME, DATA_LENGTH + INDEX_LENGTH FROM information_schema.TABLES"
                         " WHERE TABLE_SCHEMA = 'gatehouse'")
    return {name: (rows[name], int(size)) for name, size in (line.split() for line in sizes.splitlines())}


def report(title, before, after):
    print(f"\n{title}, per million logins")
    total_rows = total_bytes = 0
    for table in sorted(after):
        rows, size = (now - then for now, then in zip(after[table], before[table]))
        total_rows, total_bytes = total_rows + rows, total_bytes + size
        if rows:
            print(f"  {table:20} {rows * 1_000_000 // LOGINS:10,} rows {size / LOGINS:8.0f} MB")
    print(f"  {'all':20} {total_rows * 1_000_000 // LOGINS:10,} rows {total_bytes / LOGINS:8.0f} MB")


def main():
    # Cheap hashes: what is stored is the same.
    with Product(ARGON2_MEMORY_KIB="8", ARGON2_PASSES="1", HASH_SLOTS="16") as product:
        with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
            names = [user["username"] for user in pool.map(lambda n: product.register(f"person-{n:06}"), range(PEOPLE))]
            before = measure(product)
            for _ in range(EACH):
                answers = [answer.status for answer in pool.map(lambda name: log_in(product, name), names)]
                assert answers == [200] * PEOPLE, set(answers)
                # As if it had been an hour ago: logins of one person in one minute share a row.
                sql(product, "UPDATE gh_audit_counts SET minute = minute - 60 ORDER BY minute")
        report("after the logins", before, measure(product))
        sql(product, "UPDATE gh_sessions SET ends_at = 1")
        subprocess.run([product.var + "/bin/gatehouse", "sweep", "--seconds", "900"], check=True, capture_output=True)
        report("when the sessions have ended and were swept", before, measure(product))


if __name__ == "__main__":
    main()
