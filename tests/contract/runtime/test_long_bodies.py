"""Bodies without a length: counted by the relay, refused beyond what the server passes on."""

import asyncio
import contextlib

CHUNKED = b"POST / HTTP/1.1\r\nhost: app\r\ntransfer-encoding: chunked\r\n\r\n"


async def counting(reader, writer, whole=None):
    """Play an app that answers every whole chunked body by its length, anything else by nothing."""
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = 0
            while b"chunked" in head and (size := int(await reader.readuntil(b"\r\n"), 16)):
                length += len(await reader.readexactly(size + 2)) - 2
            if b"chunked" in head:
                await reader.readuntil(b"\r\n")
                if whole is not None:
                    whole.append(length)
            said = b"%d" % length
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(said), said))
    writer.close()


def chunks(*sizes):
    return b"".join(b"%x\r\n%b\r\n" % (size, b"x" * size) for size in sizes)


def test_a_chunked_body_passes_up_to_the_limit(relay):
    async def play():
        async with relay(counting, body_limit=1000) as rig:
            reader, writer = await rig.connect()
            for sizes in ((1000,), (400, 600), (1,)):  # each body is measured by itself
                writer.write(CHUNKED + chunks(*sizes) + b"0\r\n\r\n")
                said = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n%d" % sum(sizes)), 5)
                assert said.startswith(b"HTTP/1.1 200")
            writer.close()
            await asyncio.sleep(0.1)

    asyncio.run(play())


def test_a_chunked_body_beyond_the_limit_is_refused_and_never_whole(relay):
    """The caller reads why, though it is still sending; the app sees its request break off."""
    whole = []

    async def app(reader, writer):
        await counting(reader, writer, whole)

    async def play():
        async with relay(app, body_limit=1000) as rig:
            reader, writer = await rig.connect()
            writer.write(CHUNKED + chunks(900))
            await asyncio.sleep(0.1)
            writer.write(chunks(101))
            said = await asyncio.wait_for(reader.readuntil(b"}"), 5)
            writer.write(chunks(500) + b"0\r\n\r\n")
            await asyncio.wait_for(reader.read(), 5)
            assert said.startswith(b"HTTP/1.1 413 Too large\r\n")
            assert b"connection: close" in said
            assert b'"code": "too-large"' in said
            writer.close()
            await asyncio.sleep(0.1)

    asyncio.run(play())
    assert whole == []


def test_an_answer_that_has_begun_is_cut_when_the_body_goes_on_too_long(relay):
    async def app(reader, writer):
        with contextlib.suppress(ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n")
            await reader.read()
        writer.close()

    async def play():
        async with relay(app, body_limit=1000) as rig:
            reader, writer = await rig.connect()
            writer.write(CHUNKED + chunks(10))
            await asyncio.wait_for(reader.readuntil(b"abc"), 5)
            with contextlib.suppress(ConnectionError):
                writer.write(chunks(1000))
                assert b"413" not in await asyncio.wait_for(reader.read(), 5)
            writer.close()
            await asyncio.sleep(0.1)

    asyncio.run(play())
