#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whether time tells who has an account: answers for known and unknown addresses in turn, in an order drawn anew for each pair, and
a rank test (Mann-Whitney) over each. Under chance alone |z| is above 2.6 once in a hundred; a difference of a microsecond in a
millisecond takes some hundred thousand pairs to see. Each row: pairs, the medians, z. Some minutes."""
import math
import os
import random
import statistics
import sys
import time

sys.path.insert(0, os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "wire")))
from letters import sql  # noqa: E402 (found by the line above)
from product import PASSWORD, Product  # noqa: E402

PAIRS = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
PEOPLE = 200


def mann_whitney(a, b):
    """z of the sum of ranks; equal times share a rank."""
    ranked = sorted([(value, 0) for value in a] + [(value, 1) for value in b])
    ranks, at = 0.0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        ranks += (at + 1 + end) / 2 * sum(1 for value in ranked[at:end] if value[1] == 0)
        at = end
    n, m = len(a), len(b)
    return (ranks - n * (n + m + 1) / 2) / math.sqrt(n * m * (n + m + 1) / 12)


def compare(what, known, unknown):
    times = ([], [])
    bodies = set()
    for number in range(PAIRS + 100):
        pair = [(0, known), (1, unknown)]
        random.shuffle(pair)
        for which, ask in pair:
            began = time.perf_counter_ns()
            answer = ask(number)
            spent = time.perf_counter_ns() - began
            bodies.add((answer.status, answer.body.decode()))
            if number >= 100:  # the first are slower, connections and caches
                times[which].append(spent)
    assert len(bodies) == 1, bodies
    medians = [statistics.median(each) / 1e6 for each in times]
    print(f"{what:44} {PAIRS:7} pairs   known {medians[0]:8.3f} ms   unknown {medians[1]:8.3f} ms   z = "
          f"{mann_whitney(*times):5.2f}", flush=True)


def main():
    cheap = {"ARGON2_MEMORY_KIB": "8", "ARGON2_PASSES": "1"}
    with Product(REGISTRATION="verified",
                 MAIL_LIMIT="1000000/hour", MAX_LOGIN_ATTEMPTS="1000", **cheap) as product:
        for n in range(PEOPLE):
            product.register(f"known-{n}")

        def ask(path, name, **more):
            return lambda n: product.post_json("/api/v1/auth/" + path, {"email": f"{name}-{n % PEOPLE}@example.com", **more})

        compare("forgot-password", ask("forgot-password", "known"), ask("forgot-password", "never"))
        compare("verify-email/request", ask("verify-email/request", "known"), ask("verify-email/request", "never"))

        def log_in(name, password):
            return lambda n: product.log_in(f"{name}-{n % PEOPLE}", password)

        compare("login, unverified, right / wrong password", log_in("known", PASSWORD), log_in("known", "Wrong-Horse-1-Battery"))
        sql(product, "DELETE FROM gh_throttle")
        compare("login, unverified / nobody", log_in("known", PASSWORD), log_in("never", PASSWORD))


if __name__ == "__main__":
    main()
