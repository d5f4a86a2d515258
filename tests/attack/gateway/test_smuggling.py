"""Requests that parsers read differently: refused, or passed on as exactly one clean request."""

import pytest
from gate_rig import Rig

HEAD = b"POST /content/24/in HTTP/1.1\r\nHost: localhost\r\n"
NEXT = b"GET /content/24/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"

REFUSED = {
    "length and chunked": HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + NEXT,
    "chunked and length": HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + NEXT,
    "unequal lengths": HEAD + b"Content-Length: 0\r\nContent-Length: 5\r\n\r\n" + NEXT,
    "equal lengths": HEAD + b"Content-Length: 0\r\nContent-Length: 0\r\n\r\n" + NEXT,
    "a list of lengths": HEAD + b"Content-Length: 0, 5\r\n\r\n" + NEXT,
    "a signed length": HEAD + b"Content-Length: +5\r\n\r\n" + NEXT,
    "a hexadecimal length": HEAD + b"Content-Length: 0x5\r\n\r\n" + NEXT,
    "a negative length": HEAD + b"Content-Length: -1\r\n\r\n" + NEXT,
    "an unknown coding": HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + NEXT,
    "a coding twice": HEAD + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n" + NEXT,
    "identity after chunked": HEAD
    + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"
    + NEXT,
    "a coding with a tab": HEAD + b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n" + NEXT,
    "a space before the colon": HEAD + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + NEXT,
    "a bad chunk size": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n" + NEXT,
    "a chunk that overruns": HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n" + NEXT,
    "an underscore name": HEAD + b"Content_Length: 5\r\n\r\n" + NEXT,
    "two hosts": b"GET /content/24/in HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n" + NEXT,
    "no host": b"GET /content/24/in HTTP/1.1\r\n\r\n" + NEXT,
    "a host with a path": b"GET /content/24/in HTTP/1.1\r\nHost: localhost/evil\r\n\r\n" + NEXT,
    "a host with a user": b"GET /content/24/in HTTP/1.1\r\nHost: a@localhost\r\n\r\n" + NEXT,
    "a NUL in a value": b"GET /content/24/in HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n" + NEXT,
    "a line without a version": b"GET /content/24/in\r\nHost: localhost\r\n\r\n" + NEXT,
    "too many headers": HEAD + b"".join(b"X-%d: 1\r\n" % i for i in range(200)) + b"\r\n" + NEXT,
    "too long a header": HEAD + b"X: " + b"a" * 100_000 + b"\r\n\r\n" + NEXT,
    "connect": b"CONNECT localhost:1 HTTP/1.1\r\nHost: localhost:1\r\n\r\n" + NEXT,
}


@pytest.mark.parametrize("payload", REFUSED.values(), ids=REFUSED)
def test_it_is_refused_and_nothing_after_it_is_read(rig: Rig, payload: bytes) -> None:
    before = len(rig.seen("app"))
    answer = rig.raw(payload, wait=0.5)

    status = answer.split(b" ", 2)[1:2]
    assert status in ([], *([code] for code in (b"400", b"403", b"404", b"413", b"426", b"431", b"501")))
    assert answer.count(b"HTTP/1.1 ") <= 1
    assert not any("smuggled" in request.line for request in rig.seen("app")[before:])


NORMALISED = {
    "bare line feeds": b"GET /content/24/in HTTP/1.1\nHost: localhost\nX-A: 1\n\n",
    "a folded line": b"GET /content/24/in HTTP/1.1\r\nHost: localhost\r\nX-A: 1\r\n  two\r\n\r\n",
    "an absolute target": b"GET http://localhost/content/24/in HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "an empty line first": b"\r\nGET /content/24/in HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a trailing dot": b"GET /content/24/in HTTP/1.1\r\nHost: localhost.\r\n\r\n",
    "a CR in a value": b"GET /content/24/in HTTP/1.1\r\nHost: localhost\r\nX: a\rb: c\r\n\r\n",
    "an old protocol": b"GET /content/24/in HTTP/0.9\r\nHost: localhost\r\n\r\n",
    "dots in the path": b"GET /content/24/x/../in HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "an upper-case coding": HEAD + b"Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("payload", NORMALISED.values(), ids=NORMALISED)
def test_it_arrives_as_one_clean_request_or_not_at_all(rig: Rig, payload: bytes) -> None:
    before = len(rig.seen("app"))
    answer = rig.raw(payload, wait=0.5)
    arrived = rig.seen("app")[before:]

    if answer.split(b" ", 2)[1] == b"200":
        assert [request.line.split(" ")[1] for request in arrived] == ["/in"]
        assert b"\r" not in arrived[0].head.replace(b"\r\n", b"")
        assert b"\n" not in arrived[0].head.replace(b"\r\n", b"")
    else:
        assert arrived == []


@pytest.mark.parametrize("path", ["/content/../../etc", "/content/24/../../api/v1/me", "/content/%2e%2e/x"])
def test_a_climbing_path_is_judged_where_it_ends(rig: Rig, path: str) -> None:
    before = len(rig.seen("app"))
    rig.ask(path)
    for request in rig.seen("app")[before:]:
        assert ".." not in request.line
