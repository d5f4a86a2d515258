"""An application that can be asked to do what tests need to see; plain ASGI, no framework.

A stream goes on when `POST /say/NAME` tells it to, so that a test can prove that a piece
arrived before the next one was made, without a clock.
"""

import asyncio
import hashlib
import json
import os
import sys
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import parse_qs

PIECE = b"0123456789abcdef" * 4096
said = defaultdict(asyncio.Queue)
received = Counter()
version = Path("VERSION").read_text().strip() if Path("VERSION").exists() else "1"


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await live(receive, send)
        return
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    verb, _, rest = path.lstrip("/").partition("/")
    if scope["type"] == "websocket":
        await talk(scope, receive, send)
        return
    query = {name: values[-1] for name, values in parse_qs(scope["query_string"].decode()).items()}
    await VERBS.get(verb, mirror)(scope, receive, send, rest, query)


async def mirror(scope, receive, send, rest, query):
    body = await whole(receive)
    await answer(send, {
        "method": scope["method"], "path": scope["path"], "root_path": scope.get("root_path", ""),
        "query": scope["query_string"].decode("latin-1"), "body": body.decode("latin-1"),
        "headers": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in scope["headers"]],
    })  # fmt: skip


async def events(scope, receive, send, name, query):
    """An event stream: says `ready`, then whatever it is told, until it is told `end`."""
    headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    text = "ready"
    while text != "end":
        await send({"type": "http.response.body", "body": f"data: {text}\n\n".encode(), "more_body": True})
        text = await said[name].get()
    await send({"type": "http.response.body", "body": b""})


async def say(scope, receive, send, name, query):
    """Tell the stream of this name to go on with the text of the body."""
    said[name].put_nowait((await whole(receive)).decode())
    await answer(send, {})


async def upload(scope, receive, send, name, query):
    """Count and hash a body of any size, piece by piece."""
    digest, size = hashlib.sha256(), 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        digest.update(message.get("body", b""))
        size += len(message.get("body", b""))
        received[name] = size
        if not message.get("more_body"):
            break
    await answer(send, {"bytes": size, "sha256": digest.hexdigest(), "version": version})


async def progress(scope, receive, send, name, query):
    """Tell how much of an upload has come so far."""
    await answer(send, {"bytes": received[name]})


async def download(scope, receive, send, rest, query):
    """Send as many bytes as asked for, piece by piece."""
    left = int(query["bytes"])
    headers = [(b"content-type", b"application/octet-stream"), (b"content-length", str(left).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    while left > 0:
        await send({"type": "http.response.body", "body": PIECE[:left], "more_body": True})
        left -= len(PIECE)
    await send({"type": "http.response.body", "body": b""})


async def who(scope, receive, send, rest, query):
    """Tell which process of which version this is; in its own namespace the pid is always the same."""
    born = Path("/proc/self/stat").read_text().split()[21]
    await answer(send, {"version": version, "born": born})


async def crash(scope, receive, send, rest, query):
    print("told to crash", file=sys.stderr, flush=True)
    os._exit(3)


async def cookies(scope, receive, send, rest, query):
    """Try to set cookies of all sorts."""
    lines = ["own=1; Path=/", "gp_session=stolen; Path=/", "__Host-gp_session=stolen; Path=/; Secure",
             "wide=1; Domain=localhost; Path=/"]  # fmt: skip
    headers = [(b"content-type", b"application/json")] + [(b"set-cookie", line.encode()) for line in lines]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{}"})


async def shared(scope, receive, send, rest, query):
    """Answer a page of any origin as openly as an application can, a preflight too."""
    origin = dict(scope["headers"]).get(b"origin", b"*")
    headers = [(b"access-control-allow-origin", origin), (b"access-control-allow-credentials", b"true"),
               (b"access-control-allow-headers", b"authorization")]  # fmt: skip
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{}"})


async def talk(scope, receive, send):
    """Send every message back; `headers` is answered by what reached us."""
    while (message := await receive())["type"] != "websocket.disconnect":
        if message["type"] == "websocket.connect":
            await send({"type": "websocket.accept"})
        elif message.get("text") == "headers":
            pairs = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in scope["headers"]]
            await send({"type": "websocket.send", "text": json.dumps(pairs)})
        elif message.get("text") is not None:
            await send({"type": "websocket.send", "text": message["text"]})
        else:
            await send({"type": "websocket.send", "bytes": message["bytes"]})


async def whole(receive):
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


async def answer(send, what):
    body = json.dumps(what).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def live(receive, send):
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})


VERBS = {
    "events": events, "say": say, "upload": upload, "progress": progress,
    "download": download, "who": who, "crash": crash, "cookies": cookies,
    "shared": shared,
}  # fmt: skip
