"""What somebody would write by hand: FastAPI and psycopg over the same table, without any governance.

    uvicorn dataapi_plain:app (with SOURCE, a connection string, in its environment)

A pool of connections, a bound parameter, JSON of the rows; no caller, no rights, no limits, no log.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from fastapi import FastAPI
from psycopg.rows import dict_row
from starlette.responses import JSONResponse, Response

_CONNECTIONS = 16


@asynccontextmanager
async def pooled(app: FastAPI) -> AsyncIterator[None]:
    """Keep connections open as long as it runs."""
    idle: asyncio.Queue[psycopg.AsyncConnection[dict[str, Any]]] = asyncio.Queue()
    for _ in range(_CONNECTIONS):
        made = await psycopg.AsyncConnection.connect(
            os.environ["SOURCE"], row_factory=dict_row, autocommit=True
        )
        await idle.put(made)
    app.state.idle = idle
    yield
    while not idle.empty():
        await idle.get_nowait().close()


app = FastAPI(lifespan=pooled)


async def _rows(query: str, values: list[Any]) -> list[dict[str, Any]]:
    connection = await app.state.idle.get()
    try:
        return await (await connection.execute(query, values)).fetchall()
    finally:
        app.state.idle.put_nowait(connection)


@app.get("/row")
async def row(id: int) -> Response:  # noqa: A002  # its name on the wire
    """Return one row."""
    return JSONResponse(
        {"item": (await _rows("SELECT id, name, city, cases FROM items WHERE id = %s", [id]))[0]}
    )


@app.get("/rows")
async def rows(limit: int = 1000) -> Response:
    """Return the first rows."""
    found = await _rows("SELECT id, name, city, cases FROM items ORDER BY id LIMIT %s", [limit])
    return JSONResponse({"items": found})
