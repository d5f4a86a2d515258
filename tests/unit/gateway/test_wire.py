"""The authorizer's wire, spoken to over a socket pair by a loop like its own."""

import asyncio
import socket

import pytest

from gatepost_server.gateway.authorizer.answers import Answer
from gatepost_server.gateway.authorizer.wire import Wire, as_bytes


class Echo:
    """Answers with what it was asked; `/later` after a while, `/live` with its body."""

    def __init__(self) -> None:
        self.asked = []
        self.has_waited = asyncio.Event()

    def reads_body(self, target):
        return target == "/live"

    def answer(self, request):
        self.asked.append(request)
        if request.target == "/later":
            return self._later()
        return Answer(200, [("x-method", request.method)], request.body or request.target.encode())

    async def _later(self):
        try:
            await asyncio.sleep(0.1)
            return Answer(200, (), b"later")
        finally:
            self.has_waited.set()


def spoken(*pieces, pause=0.0, then_close=False):
    """Send *pieces* to a wire; return all it said until it closed or fell silent, and the echo."""

    async def play():
        echo, wires = Echo(), set()
        ours, theirs = socket.socketpair()
        await asyncio.get_running_loop().connect_accepted_socket(lambda: Wire(echo, wires), theirs)
        reader, writer = await asyncio.open_connection(sock=ours)
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(pause)
        said = b""
        if then_close:
            writer.close()
            await asyncio.wait_for(echo.has_waited.wait(), 2)
        else:
            try:
                while got := await asyncio.wait_for(reader.read(65536), 0.5):
                    said += got
                said += b"<closed>"
            except TimeoutError:
                pass
            writer.close()
        return said, echo, wires

    return asyncio.run(play())


def test_a_request_in_pieces_is_one_request():
    said, echo, _ = spoken(b"GET /pi", b"ng HTTP/1.1\r\nHo", b"st: a\r\n\r\n", pause=0.02)
    assert said.startswith(b"HTTP/1.1 200 OK\r\nx-method: GET\r\ncontent-length: 5\r\n\r\n/ping")
    assert echo.asked[0].headers == [("host", "a")]


def test_one_connection_carries_many_requests():
    said, echo, _ = spoken(b"GET /a HTTP/1.1\r\nhost: a\r\n\r\nGET /b HTTP/1.1\r\nhost: b\r\n\r\n")
    assert said.count(b"200 OK") == 2
    assert not said.endswith(b"<closed>")
    assert [(one.target, one.headers) for one in echo.asked] == [
        ("/a", [("host", "a")]),
        ("/b", [("host", "b")]),
    ]


def test_what_takes_time_is_answered_when_it_is_there():
    said, _, _ = spoken(b"GET /later HTTP/1.1\r\n\r\n")
    assert said.endswith(b"\r\n\r\nlater")


def test_a_request_before_the_answer_to_the_last_ends_the_connection():
    """Envoy and the relays send one at a time; whoever does not is not one of them."""
    said, echo, _ = spoken(b"GET /later HTTP/1.1\r\n\r\n", b"GET /b HTTP/1.1\r\n\r\n", pause=0.02)
    assert said.startswith(b"HTTP/1.1 400")
    assert said.endswith(b"<closed>")
    assert len(echo.asked) == 1


def test_nothing_is_waited_for_once_the_caller_has_gone():
    _, _, wires = spoken(b"GET /later HTTP/1.1\r\n\r\n", pause=0.02, then_close=True)
    assert wires == set()


def test_only_a_wanted_body_is_kept():
    said, echo, _ = spoken(
        b"POST /live HTTP/1.1\r\ncontent-length: 5\r\n\r\nhello"
        b"POST /else HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    )
    assert [one.body for one in echo.asked] == [b"hello", b""]
    assert said.endswith(b"/else")


def test_a_head_is_answered_without_a_body():
    said, _, _ = spoken(b"HEAD /abc HTTP/1.1\r\n\r\n")
    assert said.endswith(b"content-length: 4\r\n\r\n")


@pytest.mark.parametrize(
    "request_head",
    [
        b"GET /a HTTP/1.1\r\nconnection: close\r\n\r\n",
        b"GET /a HTTP/1.0\r\n\r\n",
        b"GET /a HTTP/1.1\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nframes",
    ],
)
def test_who_will_not_stay_is_answered_and_let_go(request_head):
    said, _, _ = spoken(request_head)
    assert said.startswith(b"HTTP/1.1 200")
    assert b"connection: close" in said
    assert said.endswith(b"/a<closed>")


def test_what_is_no_http_is_refused():
    said, echo, _ = spoken(b"\x16\x03\x01 hello\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 400")
    assert said.endswith(b"<closed>")
    assert echo.asked == []


@pytest.mark.parametrize("value", ["a\r\nx-gp-cluster: b", "a\nb", "a\rb"])
def test_a_header_that_would_break_its_line_is_never_sent(value):
    assert as_bytes(Answer(200, [("x-gatepost-user", value)])) == (
        b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"
    )


def test_a_name_beyond_latin_is_written_as_far_as_it_goes():
    assert b"x-gatepost-user: Zo\xeb ?\r\n" in as_bytes(Answer(200, [("x-gatepost-user", "Zoë 李")]))
