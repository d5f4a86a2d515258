"""An application that sends to the API what it is told, as hostile code could; standard library only."""

import asyncio
import json
import os
import urllib.error
import urllib.request


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    if scope["method"] == "POST":
        said = await asyncio.to_thread(called, json.loads(body))
    else:
        said = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in scope["headers"]]
    text = json.dumps(said).encode()
    head = [(b"content-type", b"application/json"), (b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": text})


def called(told):
    """Send one request to the API and return its status and text."""
    body = "x" * told["length"] if "length" in told else told.get("body")
    request = urllib.request.Request(
        os.environ["GATEPOST_SERVER"] + told["path"],
        method=told.get("method", "GET"),
        headers=told.get("headers", {}),
        data=None if body is None else body.encode(),
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return {"status": answer.status, "text": answer.read().decode()}
    except urllib.error.HTTPError as refused:
        return {"status": refused.code, "text": refused.read().decode()}
