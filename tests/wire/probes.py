# SPDX-License-Identifier: Apache-2.0
"""Requests that front servers read differently, and what may come of each: the same behind every one of them."""
ME, REGISTER = "/api/v1/users/me", "/api/v1/users/register"
PROBLEM = "application/problem+json"
JSON = "Content-Type: application/json"

# What can come of a request. A refusal is a problem document, or bare.
SERVED, AS_ANN, SENT_ON, REFUSED, BARE, CLOSED = "served", "served as ann", "sent on", "refused", "refused, bare", "closed"


def decision(answer, ann):
    if answer is None:
        return CLOSED
    if answer.status < 300:
        try:
            return AS_ANN if answer.json() == ann else SERVED
        except ValueError:
            return SERVED
    if answer.status < 400:
        return SENT_ON
    if answer.headers["Content-Type"] != PROBLEM or not isinstance(answer.json()["detail"], str):
        return BARE
    return REFUSED


def get(path, *fields, **how):
    return lambda front, token: front.raw(f"GET {path} HTTP/1.1", *fields, **how)


def me(*fields, **how):
    return lambda front, token: front.raw(f"GET {ME} HTTP/1.1", f"Authorization: Bearer {token}", *fields, **how)


def post(path, *fields, body=b""):
    return lambda front, token: front.raw(f"POST {path} HTTP/1.1", *fields, body=body)


def method(name, *fields):
    return lambda front, token: front.raw(f"{name} {ME} HTTP/1.1", f"Authorization: Bearer {token}", *fields, method=name)


def bytes_of(text):
    """The whole request, but for the token and the end."""
    return lambda front, token: front.send(text.replace("TOKEN", token).encode("latin-1"))


def url(path):
    """With ann's token, so that serving what was not asked for would show."""
    return lambda front, token: front.raw(f"GET {path} HTTP/1.1", f"Authorization: Bearer {token}")


HEAD = "Host: auth.example.com\r\nConnection: close\r\nAuthorization: Bearer TOKEN\r\n"
SMALL = b'{"email":"a"}'

# name: (request, what may come of it). Two may where the servers are equally right: REFUSED or CLOSED.
PROBES = {
    # Header fields that a client might use to say what only the front server may.
    "Proxy (httpoxy)": (me("Proxy: http://6.6.6.6"), {AS_ANN}),
    "X-Forwarded-For from nobody's proxy": (me("X-Forwarded-For: 6.6.6.6", "X-Real-IP: 6.6.6.6"), {AS_ANN}),
    "Forwarded, Remote-Addr, Remote-User": (me("Forwarded: for=6.6.6.6", "Remote-Addr: 6.6.6.6", "Remote-User: root",
                                               "Request-Method: DELETE", "Request-URI: /", "HTTPS: off"), {AS_ANN}),
    "X-Original-URL and its like": (me("X-Original-URL: /health", "X-Rewrite-URL: /health",
                                       "X-HTTP-Method-Override: DELETE"), {AS_ANN}),
    "hop-by-hop Authorization": (me("Connection: Authorization"), {AS_ANN, REFUSED}),
    # One name for two fields. Underscores are no names: dropped, or refused beside the same name with dashes.
    "X_Forwarded_For beside X-Forwarded-For": (me("X-Forwarded-For: a", "X_Forwarded_For: b"), {AS_ANN, REFUSED}),
    "Content_Length beside Content-Length": (post(REGISTER, JSON, "Content_Length: 1", f"Content-Length: {len(SMALL)}",
                                                  body=SMALL), {REFUSED}),
    "two Authorization": (me("Authorization: Bearer x"), {REFUSED}),
    "the same Authorization twice": (lambda front, token: me(f"Authorization: Bearer {token}")(front, token), {REFUSED}),
    "two Host": (me("Host: evil.example"), {REFUSED}),
    "the same Host twice": (me("Host: auth.example.com"), {AS_ANN, REFUSED}),
    "two Content-Type": (post(REGISTER, JSON, "Content-Type: text/plain", f"Content-Length: {len(SMALL)}", body=SMALL),
                         {REFUSED}),
    "two Cookie": (get(ME, "Cookie: __Host-access_token=x", "Cookie: __Host-access_token=y"), {REFUSED}),
    # Host.
    "no Host": (me(host=False), {REFUSED}),
    "an empty Host": (me("Host:", host=False), {REFUSED}),
    "Host: good@evil": (me("Host: auth.example.com@evil.example", host=False), {REFUSED}),
    "Host: evil": (me("Host: evil.example", host=False), {REFUSED}),
    "Host with our name as its beginning": (me("Host: auth.example.com.evil.example", host=False), {REFUSED}),
    "Host with our name as its end": (me("Host: evilauth.example.com", host=False), {REFUSED}),
    "Host with a path": (me("Host: auth.example.com/evil", host=False), {REFUSED}),
    "Host with a comma": (me("Host: auth.example.com, evil.example", host=False), {REFUSED}),
    "Host with a blank": (me("Host: auth.example.com evil.example", host=False), {REFUSED}),
    "Host in capitals": (me("Host: AUTH.Example.COM", host=False), {AS_ANN}),
    "Host with a port": (me("Host: auth.example.com:8443", host=False), {AS_ANN}),
    "Host with a port that is none": (me("Host: auth.example.com:evil", host=False), {REFUSED}),
    "X-Forwarded-Host": (me("X-Forwarded-Host: evil.example"), {AS_ANN}),
    "HTTP/1.0 with Host": (bytes_of(f"GET {ME} HTTP/1.0\r\n{HEAD}\r\n"), {AS_ANN}),
    "HTTP/1.0 without Host": (bytes_of(f"GET {ME} HTTP/1.0\r\nAuthorization: Bearer TOKEN\r\n\r\n"), {REFUSED}),
    "HTTP/0.9": (bytes_of(f"GET {ME}\r\n\r\n"), {REFUSED, CLOSED}),
    "HTTP/3.0": (bytes_of(f"GET {ME} HTTP/3.0\r\n{HEAD}\r\n"), {REFUSED, CLOSED}),
    "absolute form of somebody else's": (url("http://evil.example" + ME), {REFUSED}),
    # Methods.
    "TRACE": (method("TRACE"), {REFUSED}),
    "TRACK": (method("TRACK"), {REFUSED}),
    "CONNECT": (method("CONNECT"), {REFUSED}),
    "a method that nobody knows": (method("FOO"), {REFUSED}),
    "get": (method("get"), {REFUSED}),
    "PROPFIND": (method("PROPFIND"), {REFUSED}),
    "OPTIONS": (method("OPTIONS"), {SERVED}),
    "OPTIONS *": (bytes_of(f"OPTIONS * HTTP/1.1\r\n{HEAD}\r\n"), {SERVED, REFUSED}),
    # Two readings of where a request ends.
    "chunked body": (post(REGISTER, JSON, "Transfer-Encoding: chunked", body=b"d\r\n" + SMALL + b"\r\n0\r\n\r\n"), {REFUSED}),
    "Content-Length and Transfer-Encoding": (
        post(REGISTER, JSON, "Content-Length: 4", "Transfer-Encoding: chunked", body=b"d\r\n" + SMALL + b"\r\n0\r\n\r\n"),
        {REFUSED, CLOSED}),
    "two lengths": (post(REGISTER, JSON, "Content-Length: 13", "Content-Length: 1", body=SMALL), {REFUSED}),
    "a list of lengths": (post(REGISTER, JSON, "Content-Length: 13, 13", body=SMALL), {REFUSED}),
    "a length with a sign": (post(REGISTER, JSON, "Content-Length: +13", body=SMALL), {REFUSED}),
    "a negative length": (post(REGISTER, JSON, "Content-Length: -1", body=SMALL), {REFUSED}),
    "an unknown coding": (post(REGISTER, JSON, "Transfer-Encoding: xchunked", body=b"d\r\n" + SMALL + b"\r\n0\r\n\r\n"),
                          {REFUSED}),
    "a coding behind a tab": (post(REGISTER, JSON, "Transfer-Encoding:\tchunked", "Content-Length: 4",
                                   body=b"d\r\n" + SMALL + b"\r\n0\r\n\r\n"), {REFUSED, CLOSED}),
    "a coding before a blank": (post(REGISTER, JSON, "Transfer-Encoding : chunked", "Content-Length: 4",
                                     body=b"d\r\n" + SMALL + b"\r\n0\r\n\r\n"), {REFUSED, CLOSED}),
    "a chunk's size that is none": (post(REGISTER, JSON, "Transfer-Encoding: chunked", body=b"zz\r\n{}\r\n0\r\n\r\n"), {REFUSED}),
    "a folded field": (me("X-A: a\r\n b"), {AS_ANN, REFUSED}),
    "a folded length": (post(REGISTER, JSON, "Content-Length:\r\n 13", body=SMALL), {REFUSED}),
    "a bare line feed": (bytes_of(f"GET {ME} HTTP/1.1\n" + HEAD.replace("\r\n", "\n") + "\n"), {AS_ANN, REFUSED}),
    "a bare carriage return": (me("X-A: a\rX-B: b"), {REFUSED, CLOSED}),
    "NUL in a field": (me("X-A: a\0b"), {REFUSED}),
    "a blank before the colon": (me("X-A : a"), {REFUSED, AS_ANN}),
    "a field without a name": (me(": a"), {REFUSED, AS_ANN}),
    "a field without a colon": (me("nothing"), {REFUSED, AS_ANN}),
    "a body with GET": (me("Content-Length: 5", body=b"hello"), {AS_ANN, REFUSED}),
    # One reading of a URL: nobody's, unless it is spelled as the route is.
    **{f"GET {path}": (url(path), {REFUSED, CLOSED}) for path in (
        "/api%2fv1/users/me", "/api/v1%2Fusers/me", "/api/v1/users%5cme", "/api/v1/users\\me", "/a/../api/v1/users/me",
        "/./api/v1/users/me", "/api/v1/./users/me", "/api/v1/users/x/../me", "/api/v1/users/%2e%2e/users/me",
        "/api/v1/users/me/..", "/api/v1/users/me/.", "//api/v1/users/me", "/api//v1/users/me", "/api/v1/users/me//",
        "/api/v1/users/me%00", "/api/v1/users/me%0a", "/api/v1/users/me%20", "/api/v1/users/me;x", "/api/v1/users/me.fcgi",
        "/API/V1/USERS/ME", "/api/v1/users/%zz", "/api/v1/users/me%", "/api/v1/users/me/x", "/api/v1/users/me%3fx",
        "/api/v1/users/me%23", "/gatehouse/users_me.fcgi", "/gatehouse/users_me.fcgi/api/v1/users/me", "/gatehouse/gatehouse",
        "/bin/gatehouse", "/etc/gatehouse.conf", "/../etc/gatehouse.conf", "/assets/../../etc/gatehouse.conf",
        "/assets/%2e%2e/%2e%2e/etc/gatehouse.conf", "/assets/..%2f..%2fetc/gatehouse.conf", "/docs/../openapi.json",
        "/assets/../api/v1/users/me", "/docs/..%2fapi/v1/users/me", "/.problems/400.html", "/problems/400.html",
        "/assets/../problems/400.html", "/.htaccess", "/.git/config", "/%c0%af", "/api/v1/users/%6de\x01")},
    "GET /api/v1/users/%6de": (url("/api/v1/users/%6de"), {REFUSED}),
    "a trailing slash": (url(ME + "/"), {AS_ANN}),
    "a query": (url(ME + "?x=%2f..%2f&x=%00"), {AS_ANN, REFUSED}),
    "a query that looks like an option": (url(ME + "?--describe"), {AS_ANN}),
    "absolute form of ours": (url("http://auth.example.com" + ME), {AS_ANN, REFUSED}),
    # Sizes.
    "a field of 20 kB": (me("X-A: " + "a" * 20_000), {REFUSED}),
    "fields of 30 kB": (me(*[f"X-{i}: " + "a" * 1000 for i in range(30)]), {REFUSED}),
    "70 fields": (me(*[f"X-{i}: {i}" for i in range(70)]), {REFUSED}),
    "300 fields": (me(*[f"X-{i}: {i}" for i in range(300)]), {REFUSED}),
    "a URL of 60 kB": (url("/" + "a" * 60_000), {REFUSED}),
    "a body of 70 kB": (post(REGISTER, JSON, "Content-Length: 70000", body=b" " * 70_000), {REFUSED}),
    "a body of 1 MB": (post(REGISTER, JSON, f"Content-Length: {1 << 20}", body=b" " * (1 << 20)), {REFUSED}),
    "a body of 3 MB": (post(REGISTER, JSON, f"Content-Length: {3 << 20}", body=b" " * (3 << 20)), {REFUSED, CLOSED}),
    "a body said to be endless": (post(REGISTER, JSON, f"Content-Length: {1 << 62}", body=b" "), {REFUSED, CLOSED}),
}

# Where a server comes to another decision, and why that is no harm.
_ECHO = "TraceEnable is the host's to set; what comes back is what the client sent, and no browser sends TRACE"
_AS_1_1 = "Apache takes any HTTP/x.y over TCP for 1.1, and reads it as such"
_TOO_LARGE = "FcgidMaxRequestLen is the host's to set; nothing was done"
DIFFERENCES = {
    ("fcgid", "TRACE"): (SERVED, _ECHO),
    ("cgi", "TRACE"): (SERVED, _ECHO),
    ("apache", "HTTP/3.0"): (AS_ANN, _AS_1_1),
    ("fcgid", "HTTP/3.0"): (AS_ANN, _AS_1_1),
    ("cgi", "HTTP/3.0"): (AS_ANN, _AS_1_1),
    ("fcgid", "a body of 1 MB"): (BARE, _TOO_LARGE),
}


def allowed(front, name):
    if (front.name, name) in DIFFERENCES:
        return {DIFFERENCES[front.name, name][0]}
    decisions = PROBES[name][1]
    # On a shared host, what Apache refuses before it has looked at a .htaccess it refuses in the host's words.
    return decisions | {BARE} if front.is_shared and REFUSED in decisions else decisions
