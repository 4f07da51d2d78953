#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who may include whom (design): fails on an include that goes against the order of the libraries or past a door."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

CORE = {"base", "json", "crypto", "db", "http", "auth", "endpoint", "transport", "outbound"}
MAY_INCLUDE = {
    "base": {"base"},
    "json": {"base", "json"},
    "crypto": {"base", "crypto"},
    "db": {"base", "db"},
    "http": {"base", "json", "http"},
    "auth": {"base", "json", "crypto", "db", "auth"},
    "outbound": {"base", "outbound"},
    "endpoint": CORE - {"transport", "outbound"},
    "transport": CORE - {"outbound"},
    "handlers": {"endpoint", "http", "auth"},
    "tools": CORE - {"transport"},
}
# A library's headers, and the one folder that may see them.
DOORS = {
    r"rapidjson/": "json",
    r"openssl/|sodium|crypt\.h|zxcvbn": "crypto",
    r"cppconn/|mysql": "db",
    r"fcgi": "transport",
    r"curl/": "outbound",
}
INCLUDE = re.compile(r'#include\s+([<"])([^>"]+)[>"]')


def room_of(path):
    parts = path.relative_to(ROOT).parts
    return parts[1] if parts[0] == "common" else parts[0]


def complaints(path):
    room = room_of(path)
    for number, line in enumerate(path.read_text().splitlines(), 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        bracket, name = found.groups()
        where = f"{path.relative_to(ROOT)}:{number}: "
        if bracket == "<":
            for pattern, door in DOORS.items():
                if re.match(pattern, name) and room != door:
                    yield f"{where}{name} may be included in common/{door} only"
            continue
        target = name.split("/")[0]
        if target in CORE and target not in MAY_INCLUDE[room]:
            yield f"{where}{room} may not include {target}"
        if room == "handlers" and (target not in CORE or re.search(r"_(sql|rules)\.h$", name)):
            yield f"{where}a handler may not include {name}"


def main():
    wrong = [
        complaint
        for folder in ("common", "handlers", "tools")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in (".h", ".cpp")
        for complaint in complaints(path)
    ]
    print("\n".join(wrong) if wrong else "includes are in order")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
