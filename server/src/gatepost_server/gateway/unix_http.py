"""Small HTTP calls to our own unix sockets: Envoy's admin, the runtime, the relays."""

import asyncio
from pathlib import Path

_LARGEST = 64 * 1024 * 1024


async def get(socket: Path, path: str, *, seconds: float = 2.0) -> bytes:
    """Return the body of a 200 answer.

    Raises:
        OSError: nobody answers there in time, or not with 200.
    """
    return await _exchange(
        socket, f"GET {path} HTTP/1.1\r\nhost: local\r\nconnection: close\r\n\r\n".encode(), seconds
    )


async def post(socket: Path, path: str, body: bytes, *, seconds: float = 2.0) -> bytes:
    """Send JSON; return the body of a 2xx answer.

    Raises:
        OSError: nobody answers there in time, or not with 2xx.
    """
    head = f"POST {path} HTTP/1.1\r\nhost: local\r\nconnection: close\r\ncontent-type: application/json\r\n"
    head += f"content-length: {len(body)}\r\n\r\n"
    return await _exchange(socket, head.encode() + body, seconds)


async def clusters_listed(admin: Path) -> set[str]:
    """Return the names of the clusters that Envoy routes to now.

    Raises:
        OSError: Envoy does not answer.
    """
    text = (await get(admin, "/clusters")).decode()
    return {line.partition("::")[0] for line in text.splitlines() if "::" in line}


async def is_listed(admin: Path, cluster: str) -> bool:
    """Tell whether Envoy routes to *cluster* now; False when it cannot be asked."""
    try:
        return cluster in await clusters_listed(admin)
    except OSError:
        return False


async def _exchange(socket: Path, payload: bytes, seconds: float) -> bytes:
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_unix_connection(str(socket), limit=_LARGEST)
            try:
                writer.write(payload)
                await writer.drain()
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                body = await _body(head, reader)
            finally:
                writer.close()
    except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as fault:
        raise OSError(f"{socket.name} did not answer in full within {seconds} s") from fault
    if not head.split(b" ", 2)[1].startswith(b"2"):
        raise OSError(f"{socket.name} answered {head[:60]!r}")
    return body


async def _body(head: bytes, reader: asyncio.StreamReader) -> bytes:
    """Read what the head announces: a length, chunks, or all until the end."""
    if b"transfer-encoding: chunked" in head:
        whole = b""
        while size := int((await reader.readline()).partition(b";")[0].strip() or b"0", 16):
            whole += (await reader.readexactly(size + 2))[:-2]
        return whole
    _, announced, rest = head.partition(b"content-length:")
    if announced:
        return await reader.readexactly(int(rest.partition(b"\r\n")[0]))
    return await reader.read(_LARGEST)
