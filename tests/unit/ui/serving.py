"""Serve the gallery to a real browser, with the policy that real pages carry."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import gallery
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from gatepost_server.ui.shell import content_security_policy
from gatepost_server.ui.static_files import find


def show(request: Request) -> Response:
    name, theme = request.path_params["name"], request.query_params.get("theme", "")
    policy = content_security_policy("gallery", frames=["'self'"])
    html = str(gallery.page(name, theme))  # type: ignore[arg-type]
    if dialog := request.query_params.get("dialog"):
        html = html.replace(
            '<div id="dialog-slot">',
            f'<button id="open" hx-get="/dialog/{dialog}" hx-target="#dialog-slot">open</button>'
            '<div id="dialog-slot">',
        )
    return HTMLResponse(html, headers={"content-security-policy": policy})


def dialog(request: Request) -> Response:
    return HTMLResponse(str(gallery.DIALOGS[request.path_params["name"]]()))


def static(request: Request) -> Response:
    held = find(request.path_params["path"])
    if held is None:
        return Response(status_code=404)
    body, encoding = held.best_for(request.headers.get("accept-encoding", ""))
    headers = {"content-encoding": encoding} if encoding else {}
    return Response(body, media_type=held.content_type, headers=headers)


def frame(_request: Request) -> Response:
    return HTMLResponse(
        "<!doctype html><html lang=en><title>App</title><main><h1>Demand forecast</h1></main></html>"
    )


def tail(request: Request) -> Response:
    return JSONResponse({"text": "", "offset": int(request.query_params["offset"]), "is_over": False})


def state(_request: Request) -> Response:
    return HTMLResponse("<span>Running</span>")


@contextmanager
def served() -> Iterator[str]:
    app = Starlette(
        routes=[
            Route("/page/{name}", show), Route("/dialog/{name}", dialog), Route("/frame", frame),
            Route("/static/{path:path}", static), Route("/applications/x/log", tail),
            Route("/applications/{app_id}/state", state),
        ]
    )  # fmt: skip
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(10)
