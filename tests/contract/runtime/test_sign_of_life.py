"""What counts as a sign of life: any answer, or where a version names a path one that says all is well."""

import asyncio

import pytest

from gatepost_server.runtime.relay.plan import RelayPlan
from gatepost_server.runtime.relay.service import is_answering


async def _asked(answer: bytes, path: str = "/", *, is_well_only: bool = False) -> tuple[bool, bytes]:
    """Return whether a server that says *answer* counts as answering, and what it was asked."""
    heard = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readline())
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        plan = RelayPlan("x", "y", "z", port=port, alive_path=path, is_well_only=is_well_only)
        return await is_answering(plan, within=20), heard[0]


@pytest.mark.parametrize(
    "status", [b"200 OK", b"204 No Content", b"302 Found", b"404 Not Found", b"503 Away"]
)
def test_any_answer_counts_and_a_named_path_has_to_be_well(status: bytes) -> None:
    answer = b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\n\r\n"
    assert asyncio.run(_asked(answer)) == (True, b"GET / HTTP/1.1\r\n")
    is_well = status[:1] in (b"2", b"3")
    named = asyncio.run(_asked(answer, "/well?deep=1", is_well_only=True))
    assert named == (is_well, b"GET /well?deep=1 HTTP/1.1\r\n")


@pytest.mark.parametrize("answer", [b"", b"hello\r\n", b"220 smtp\r\n"])
def test_what_is_no_http_is_no_sign(answer: bytes) -> None:
    assert asyncio.run(_asked(answer))[0] is False
