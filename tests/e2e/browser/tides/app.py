"""A page with a link, as plain ASGI; it tells where it is and for whom."""

PAGE = """<!doctype html><html lang="en"><title>Tides</title><main><h1>Tides of Cuxhaven</h1>
<p>at {path} for {who}</p><a href="low">Low water</a></main></html>"""


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    who = dict(scope["headers"]).get(b"x-gatepost-user", b"nobody").decode()
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    headers = [(b"content-type", b"text/html; charset=utf-8")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": PAGE.format(path=path, who=who).encode()})
