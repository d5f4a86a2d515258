"""Serve an ASGI app, so that it knows the prefix under which the gate shows it."""

import argparse
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

import uvicorn
from finding import ALIVE, enter_code_folder, load_object  # type: ignore[import-not-found,unused-ignore]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Prefixed:
    """Gives `root_path` to *app* as the gate names it, and answers the relay's health check."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "http" and scope["path"] == ALIVE:
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        if scope["type"] in ("http", "websocket"):
            scope = under_prefix(scope)
        await self._app(scope, receive, send)


def under_prefix(scope: Scope) -> Scope:
    """Return *scope* as it is below its prefix; ASGI has the path include the root path."""
    prefix = next((value for name, value in scope["headers"] if name == b"x-forwarded-prefix"), b"")
    root = prefix.decode("latin-1").rstrip("/")
    if not root:
        return scope
    raw = scope.get("raw_path")
    return {
        **scope,
        "root_path": root + scope.get("root_path", ""),
        "path": root + scope["path"],
        "raw_path": prefix.rstrip(b"/") + raw if raw is not None else None,
    }


def find_app(kind: str, entrypoint: str) -> App:
    """Load the app; Shiny Express files have no app object and are wrapped."""
    if kind == "shiny" and ":" not in entrypoint:
        from pathlib import Path  # noqa: PLC0415 — Shiny apps only

        from shiny.express import (  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415
            wrap_express_app,
        )
        from shiny.express._is_express import (  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415
            is_express_app,
        )

        if is_express_app(entrypoint, None):
            return cast("App", wrap_express_app(Path(entrypoint).resolve()))
    return cast("App", load_object(entrypoint, fallback="app"))


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind")
    parser.add_argument("entrypoint")
    parser.add_argument("port", type=int)
    chosen = parser.parse_args()
    enter_code_folder()
    logging.getLogger("uvicorn.access").addFilter(lambda record: ALIVE not in record.getMessage())
    uvicorn.run(
        cast("Any", Prefixed(find_app(chosen.kind, chosen.entrypoint))),
        host="127.0.0.1",
        port=chosen.port,
        proxy_headers=True,
        forwarded_allow_ips="*",  # only the relay can reach this port
        timeout_keep_alive=75,
        timeout_graceful_shutdown=5,
    )


if __name__ == "__main__":
    main()
