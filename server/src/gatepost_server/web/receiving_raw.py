"""Receives a body that is one file, straight to disk, capped."""

import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from gatepost_server.kernel.errors import TooLarge

_MIB: Final = 1024 * 1024


@asynccontextmanager
async def received(request: Request, folder: Path, limit_mb: int, *, too_large: str) -> AsyncIterator[Path]:
    """Write the body of *request* to a file below *folder*; it is removed afterwards.

    *too_large* is what is said of one that is, with what to do.

    Raises:
        TooLarge: it is larger than *limit_mb* MiB.
    """
    handle, name = tempfile.mkstemp(prefix=".upload-", dir=folder)
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            size = 0
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit_mb * _MIB:
                    raise TooLarge(too_large)
                await run_in_threadpool(file.write, chunk)
        yield path
    finally:
        await run_in_threadpool(path.unlink, missing_ok=True)
