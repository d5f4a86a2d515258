"""Carrying bytes between two connections, as they come."""

import asyncio
from contextlib import suppress
from typing import Final

CHUNK: Final = 65_536
End = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def pipe(near: End, far: End) -> None:
    """Carry bytes both ways until either end closes, or we are cancelled; afterwards both are closed."""
    ways = [asyncio.create_task(_carry(*way)) for way in ((near[0], far[1]), (far[0], near[1]))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        for _, writer in (near, far):
            writer.close()


async def _carry(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    with suppress(OSError):  # an end that breaks has closed
        while chunk := await source.read(CHUNK):
            to.write(chunk)
            await to.drain()
