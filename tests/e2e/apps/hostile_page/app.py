"""An application whose page attacks what stands around it in a browser; plain ASGI, no framework."""

import json
from pathlib import Path

PAGE = Path("page.html").read_bytes()
WORKER = b"addEventListener('fetch', event => {})"
GATES = ("gp_session", "gp_frame", "gp_start", "gp_guest", "gp_affinity", "__Host-gp_session")
seen = set()


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    if scope["type"] == "websocket":
        await send({"type": "websocket.close"})
        return
    headers = dict(scope["headers"])
    seen.update(part.partition("=")[0].strip() for part in headers.get(b"cookie", b"").decode().split(";"))
    kind, body, more = answer(scope["path"].removeprefix(scope.get("root_path", "")))
    lines = [(b"content-type", kind), *((name, value.encode()) for name, value in more)]
    await send({"type": "http.response.start", "status": 200, "headers": lines})
    await send({"type": "http.response.body", "body": body})


def answer(path):
    if path == "/toss":
        lines = [f"{name}=tossed; Path={at}" for name in GATES for at in ("/", "/api", "/_gatepost/")]
        lines += [f"{name}=tossed; Path=/; Secure" for name in GATES]
        lines += ["wide=1; Path=/; Domain=localhost", "gp_session=t; Domain=localhost", "=gp_session=tossed"]
        return b"text/plain", b"", [(b"set-cookie", line) for line in lines]
    if path == "/clear":
        return b"text/plain", b"", [(b"clear-site-data", '"*"')]
    if path == "/worker.js":
        return b"text/javascript", WORKER, [(b"service-worker-allowed", "/")]
    if path == "/seen":
        return b"application/json", json.dumps(sorted(seen - {""})).encode(), []
    open_to_all = [(b"origin-agent-cluster", "?0"), (b"content-security-policy", "frame-ancestors *"),
                   (b"cross-origin-opener-policy", "unsafe-none"),
                   (b"permissions-policy", "camera=*, microphone=*, geolocation=*")]  # fmt: skip
    return b"text/html", PAGE, open_to_all
