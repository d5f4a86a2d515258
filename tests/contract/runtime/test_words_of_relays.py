"""What only a relay may say to the gate, and no application."""

import asyncio
import contextlib

import pytest

POST = b"POST / HTTP/1.1\r\nhost: app\r\ncontent-length: 0\r\n\r\n"


@pytest.mark.parametrize(
    ("said", "is_taken"), [(b"x-gp-unsent: 1", False), (b"X-GP-Unsent:", False), (b"x-own: 1", True)]
)
def test_no_app_has_its_requests_sent_again(relay, said, is_taken):
    """The gate would repeat even a POST, many times, if it read that nothing had been sent."""

    async def app(reader, writer):
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(b"HTTP/1.1 200 OK\r\n" + said + b"\r\ncontent-length: 1\r\n\r\nx")
        writer.close()

    async def play():
        async with relay(app) as rig:
            reader, writer = await rig.connect()
            writer.write(POST)
            if is_taken:
                assert said in await asyncio.wait_for(reader.readuntil(b"\r\n\r\nx"), 30)
            else:
                assert b"unsent" not in (await asyncio.wait_for(reader.read(), 30)).lower()
            writer.close()

    asyncio.run(play())
