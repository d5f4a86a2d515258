"""The relay between the gate and an app: what passes, what is removed, what is cut."""

import asyncio
import contextlib
import hashlib
import time

import httptools

from gatepost_server.runtime.relay.front import STALE_AFTER

GET = b"GET / HTTP/1.1\r\nhost: app\r\n\r\n"


class Request:
    """One request as the app reads it from the wire."""

    def __init__(self):
        self.url, self.headers, self.body, self.is_done = b"", [], bytearray(), False

    def on_url(self, url):
        self.url += url

    def on_header(self, name, value):
        self.headers.append((name, value))

    def on_body(self, body):
        self.body += body

    def on_message_complete(self):
        self.is_done = True


async def read_request(reader):
    request = Request()
    parser = httptools.HttpRequestParser(request)
    while not request.is_done:
        data = await reader.read(65536)
        if not data:
            return None
        with contextlib.suppress(httptools.HttpParserUpgrade):
            parser.feed_data(data)
    return request


def answering(answer):
    """Make an app that answers every request by *answer(request) -> bytes*."""

    async def app(reader, writer):
        with contextlib.suppress(ConnectionError):
            while (request := await read_request(reader)) is not None:
                writer.write(answer(request))
                await writer.drain()
        writer.close()

    return app


def ok(body, *headers):
    head = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n" % len(body)
    return head + b"".join(header + b"\r\n" for header in headers) + b"\r\n" + body


async def exchange(rig, request):
    """Send one request on a connection of its own and return everything that comes back."""
    reader, writer = await rig.connect()
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    body = await reader.readexactly(length) if not request.startswith(b"HEAD") else b""
    writer.close()
    return head, body


def test_our_own_headers_never_reach_the_app_and_all_others_do(relay):
    """x-gp-* is between the gate and us; what else the gate sends is for the app."""
    seen = []

    async def play():
        async with relay(answering(lambda request: seen.append(request.headers) or ok(b"x"))) as rig:
            seen.clear()
            await exchange(
                rig,
                b"GET /a?b=c HTTP/1.1\r\nhost: app\r\nx-gp-ground: g\r\nX-GP-User: eve\r\n"
                b"x-gatepost-user: ann\r\nx-forwarded-prefix: /content/24\r\nX-Gp: kept\r\n\r\n",
            )

    asyncio.run(play())
    names = [name.lower() for name, _ in seen[0]]
    assert names == [b"host", b"x-gatepost-user", b"x-forwarded-prefix", b"x-gp"]


def test_a_large_upload_streams_with_bounded_memory_and_arrives_whole(relay):
    """Chunked and of known length; the relay's own memory stays small (back-pressure)."""
    size, piece = 200 * 1024 * 1024, bytes(range(256)) * 1024

    async def play(is_chunked):
        got = {"size": 0, "digest": hashlib.sha256()}

        async def app(reader, writer):
            class Counting(Request):
                def on_body(self, body):
                    got["size"] += len(body)
                    got["digest"].update(body)

            request = Counting()
            parser = httptools.HttpRequestParser(request)
            while not request.is_done and (data := await reader.read(65536)):
                parser.feed_data(data)
            writer.write(ok(b"%d" % got["size"]))
            await writer.drain()
            writer.close()

        async with relay(app) as rig:
            reader, writer = await rig.connect()
            framing = b"transfer-encoding: chunked" if is_chunked else b"content-length: %d" % size
            writer.write(b"POST /up HTTP/1.1\r\nhost: app\r\n" + framing + b"\r\n\r\n")
            expected = hashlib.sha256()
            for _ in range(size // len(piece)):
                expected.update(piece)
                writer.write(b"%x\r\n%b\r\n" % (len(piece), piece) if is_chunked else piece)
                await writer.drain()
            if is_chunked:
                writer.write(b"0\r\n\r\n")
            await reader.readuntil(b"\r\n\r\n")
            assert await reader.readexactly(len(str(size))) == b"%d" % size
            writer.close()
        assert got["digest"].digest() == expected.digest()

    asyncio.run(play(is_chunked=False))
    asyncio.run(play(is_chunked=True))


def test_a_slow_reader_holds_the_app_back(relay):
    """An app that sends without end is paused while nobody reads."""
    sent = {"bytes": 0}

    async def app(reader, writer):
        request = await read_request(reader)
        if request is None or request.url != b"/flood":
            writer.write(ok(b""))
            writer.close()
            return
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            while True:
                writer.write(b"x" * 65536)
                await writer.drain()
                sent["bytes"] += 65536

    async def play():
        async with relay(app) as rig:
            _, writer = await rig.connect()
            writer.write(b"GET /flood HTTP/1.1\r\nhost: app\r\n\r\n")
            before = -1
            while before != sent["bytes"]:
                before = sent["bytes"]
                await asyncio.sleep(0.3)
            writer.close()
        return before

    assert 0 < asyncio.run(play()) < 32 * 1024 * 1024


def test_one_connection_carries_many_requests_and_head_has_no_body(relay):
    """Keep-alive on both sides; HEAD with a length, 204 and 304 end at their heads."""

    def answer(request):
        return {
            b"/none": b"HTTP/1.1 204 No Content\r\n\r\n",
            b"/same": b"HTTP/1.1 304 Not Modified\r\netag: x\r\n\r\n",
            b"/head": b"HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n",
        }.get(request.url, ok(request.url))

    async def play():
        async with relay(answering(answer)) as rig:
            reader, writer = await rig.connect()
            for method, path in (
                (b"GET", b"/none"),
                (b"GET", b"/same"),
                (b"HEAD", b"/head"),
                (b"GET", b"/last"),
            ):
                writer.write(b"%b %b HTTP/1.1\r\nhost: app\r\n\r\n" % (method, path))
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
            assert head.startswith(b"HTTP/1.1 200")
            assert await reader.readexactly(5) == b"/last"
            writer.close()
            assert (await rig.stats())["total"] == 4
            assert (await rig.stats())["active"] == 0

    asyncio.run(play())


def test_interim_answers_and_chunked_bodies_pass_untouched(relay):
    """103 before 200, then chunks: byte for byte."""
    raw = (
        b"HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n"
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    )

    async def play():
        async with relay(answering(lambda _: raw)) as rig:
            reader, writer = await rig.connect()
            for _ in range(2):
                writer.write(GET)
                assert await asyncio.wait_for(reader.readexactly(len(raw)), 5) == raw
            writer.close()

    asyncio.run(play())


def test_bytes_after_a_response_never_meet_the_next_request(relay):
    """A hostile app cannot answer a request that was not asked yet."""

    async def play():
        async with relay(answering(lambda _: ok(b"a") + ok(b"poison"))) as rig:
            reader, writer = await rig.connect()
            writer.write(GET)
            with contextlib.suppress(ConnectionError):
                assert b"poison" not in await asyncio.wait_for(reader.read(), 5)
            writer.close()

    asyncio.run(play())


def test_an_app_that_hangs_up_is_a_502_and_a_cut_body_is_seen(relay):
    """No answer at all is said in words; half a body ends the connection."""

    async def app(reader, writer):
        request = await read_request(reader)
        if request is not None and request.url == b"/half":
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf")
            await writer.drain()
        elif request is not None and request.url != b"/none":
            writer.write(ok(b""))
        writer.close()

    async def play():
        async with relay(app) as rig:
            head, body = await exchange(rig, b"POST /none HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\n\r\nx")
            assert head.startswith(b"HTTP/1.1 502")
            assert b"problem+json" in head
            assert b"without an answer" in body
            reader, writer = await rig.connect()
            writer.write(b"GET /half HTTP/1.1\r\nhost: a\r\n\r\n")
            with contextlib.suppress(ConnectionError):
                assert not (await reader.read()).endswith(b"half\r\n")
            writer.close()

    asyncio.run(play())


async def websocket_app(reader, writer):
    """Accept an upgrade by hand and echo; or stream events; or answer."""
    request = await read_request(reader)
    if request is None:
        return writer.close()
    with contextlib.suppress(ConnectionError):
        if request.url == b"/ws":
            writer.write(
                b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\n"
            )
            while data := await reader.read(1024):
                writer.write(data)
                await writer.drain()
        elif request.url == b"/events":
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: 1\n\n")
            await reader.read()
        else:
            writer.write(ok(b""))
    writer.close()
    return None


UPGRADE = (
    b"GET /ws HTTP/1.1\r\nhost: app\r\nx-gp-ground: %b\r\nconnection: Upgrade\r\nupgrade: websocket\r\n"
    b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


async def open_tunnel(rig, ground):
    reader, writer = await rig.connect()
    writer.write(UPGRADE % ground)
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
    writer.write(b"ping")
    assert await reader.readexactly(4) == b"ping"
    return reader, writer


def test_a_recheck_cuts_the_dead_tunnel_with_1008_and_leaves_the_other(relay):
    """DELETE of a key asks at once; the answer says how many connections were closed."""

    async def play():
        async with relay(websocket_app) as rig:
            doomed, doomed_writer = await open_tunnel(rig, b"key-1")
            spared, spared_writer = await open_tunnel(rig, b"key-2")
            assert await rig.recheck() == 0
            rig.dead.add("key-1")
            assert await rig.recheck() == 1
            frame = await asyncio.wait_for(doomed.read(), 5)
            assert frame[:1] == b"\x88"
            assert int.from_bytes(frame[2:4], "big") == 1008
            spared_writer.write(b"still")
            assert await spared.readexactly(5) == b"still"
            assert (await rig.stats())["active"] == 1
            doomed_writer.close()
            spared_writer.close()

    asyncio.run(play())


def test_long_tunnels_and_event_streams_are_asked_about_without_being_told(relay):
    """The sweep finds them; a plain short request is never asked about."""

    async def play():
        async with relay(websocket_app, ask_every=0.2) as rig:
            await exchange(rig, b"GET /plain HTTP/1.1\r\nhost: a\r\nx-gp-ground: short\r\n\r\n")
            _, tunnel = await open_tunnel(rig, b"socket")
            events, writer = await rig.connect()
            writer.write(b"GET /events HTTP/1.1\r\nhost: a\r\nx-gp-ground: stream\r\n\r\n")
            await events.readuntil(b"data: 1")
            await asyncio.sleep(0.5)
            assert rig.asked
            assert rig.asked[-1] == ["socket", "stream"]
            rig.dead.add("stream")
            with contextlib.suppress(ConnectionError):
                await asyncio.wait_for(events.read(), 2)
            assert (await rig.stats())["active"] == 1
            assert not any("short" in grounds for grounds in rig.asked)
            tunnel.close()
            writer.close()

    asyncio.run(play())


def test_a_recheck_counts_what_the_sweep_cut_in_the_moment_before_and_only_once(relay):
    """A revocation is committed, the sweep comes by first, then the receipt is asked for."""

    async def play():
        async with relay(websocket_app, ask_every=0.1) as rig:
            reader, writer = await open_tunnel(rig, b"key")
            rig.dead.add("key")
            await asyncio.wait_for(reader.read(), 5)
            assert [await rig.recheck(), await rig.recheck()] == [1, 0]
            writer.close()

    asyncio.run(play())


def test_a_silent_authorizer_is_waited_for_and_then_the_connection_ends(relay):
    """Keeping is bounded: nobody vouches for long, so the tunnel is cut."""

    async def play():
        async with relay(websocket_app, ask_every=0.1, give_up_after=1.0) as rig:
            reader, writer = await open_tunnel(rig, b"key")
            rig.is_silent = True
            began = time.monotonic()
            await asyncio.sleep(0.4)
            writer.write(b"here")
            assert await reader.readexactly(4) == b"here"
            await asyncio.wait_for(reader.read(), 5)
            assert 0.7 < time.monotonic() - began < 4
            writer.close()

    asyncio.run(play())


def test_a_post_on_a_connection_that_rested_is_answered(relay):
    async def play():
        async with relay(answering(lambda request: ok(bytes(request.body)))) as rig:
            reader, writer = await rig.connect()
            for body in (b"one", b"two"):  # the second cannot be sent twice: it gets a new connection
                writer.write(b"POST / HTTP/1.1\r\nhost: app\r\ncontent-length: 3\r\n\r\n" + body)
                await asyncio.wait_for(reader.readuntil(body), 5)
                await asyncio.sleep(STALE_AFTER * 1.1)
            writer.close()

    asyncio.run(play())


def test_a_stale_connection_of_the_app_is_replaced_unseen(relay):
    """The app closes kept connections when it likes; callers do not notice."""

    async def app(reader, writer):
        if await read_request(reader) is not None:
            writer.write(ok(b"one"))
            await writer.drain()
        writer.close()

    async def play():
        async with relay(app) as rig:
            reader, writer = await rig.connect()
            for _ in range(5):
                writer.write(GET)
                await reader.readuntil(b"one")
                await asyncio.sleep(0.02)
            writer.close()

    asyncio.run(play())
