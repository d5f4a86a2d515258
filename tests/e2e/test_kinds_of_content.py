"""Every kind of content, published from the examples, at both of its addresses."""

import json
import re
from typing import Any

import httpx
import pytest
from callers import Caller, on_origin, open_socket, path_of, with_key
from gate_calls import call
from instances import Instance

pytestmark = pytest.mark.e2e

KINDS = ("asgi", "fastapi", "plumber", "shiny", "static", "streamlit", "wsgi")


@pytest.fixture(scope="module")
def apps(gatepost: Instance) -> dict[str, dict[str, Any]]:
    """The examples as `gatepost up --json` told them, by kind."""
    return {app["kind"]: app for app in gatepost.told["apps"]}


@pytest.fixture(scope="module")
def program(gatepost: Instance, admin: Caller) -> Caller:
    """A program with a key of the administrator, who owns the examples."""
    return with_key(gatepost, admin.make_key("kinds")["key"])


def at_origin(program: Caller, app: dict[str, Any], path: str, **more: Any) -> httpx.Response:
    """Ask the app on its own origin; programs name it in the Host header."""
    return program.get(path, headers=on_origin(app), **more)


@pytest.mark.parametrize("kind", KINDS)
def test_every_example_runs_and_answers_at_both_addresses(program: Caller, apps, kind):
    if kind == "plumber" and kind not in apps:
        pytest.skip("Rscript with plumber is not installed")
    app = apps[kind]
    assert app["state"] in ("running", "idle"), app
    page = "mean" if kind == "plumber" else ""
    assert program.get(path_of(app["content_url"]) + page).status_code == 200
    assert at_origin(program, app, f"/{page}").status_code == 200


@pytest.mark.parametrize("kind", ["fastapi", "plumber", "wsgi"])
def test_a_query_reaches_every_kind_of_service(program: Caller, apps, kind):
    if kind not in apps:
        pytest.skip(f"{kind} does not run on this machine")
    app = apps[kind]
    for answer in (
        program.get(path_of(app["content_url"]) + "mean?samples=5"),
        at_origin(program, app, "/mean?samples=5"),
    ):
        assert answer.status_code == 200
        assert len(answer.json()) == 1


def test_the_number_of_an_app_names_it_too(program: Caller, apps, admin: Caller):
    app = admin.app(path_of(apps["fastapi"]["content_url"]).split("/")[2])
    assert program.get(f"/content/{app['number']}/mean?samples=5").status_code == 200
    assert program.get("/content/999999/mean").status_code == 404


def test_the_slash_after_the_number_is_added_and_the_query_kept(program: Caller, apps):
    path = path_of(apps["asgi"]["content_url"]).rstrip("/")
    answer = program.get(f"{path}?a=1&b=%2F")
    assert (answer.status_code, answer.headers["location"]) == (308, f"{path}/?a=1&b=%2F")


def test_fastapi_knows_its_prefix_and_its_reference_finds_the_schema(program: Caller, apps):
    base = path_of(apps["fastapi"]["content_url"])
    page = program.get(f"{base}docs").text
    schema = re.search(r"url: '([^']+)'", page)
    assert schema is not None
    assert schema[1] == f"{base}openapi.json"
    assert program.get(schema[1]).json()["servers"] == [{"url": base.rstrip("/")}]
    assert "url: '/openapi.json'" in at_origin(program, apps["fastapi"], "/docs").text


def test_wsgi_writes_links_that_are_right_under_the_prefix(program: Caller, apps):
    base = path_of(apps["wsgi"]["content_url"])
    link = re.search(r'href="([^"]+samples=5)"', program.get(base).text)
    assert link is not None
    assert link[1] == f"{base}mean?samples=5"
    assert program.get(link[1]).status_code == 200
    assert 'href="/mean?samples=5"' in at_origin(program, apps["wsgi"], "/").text


def test_asgi_sees_path_root_path_and_the_prefix(program: Caller, apps):
    base = path_of(apps["asgi"]["content_url"])
    seen = program.get(f"{base}a/b%20c?x=1&x=2").json()
    assert seen["root_path"] == base.rstrip("/")
    assert seen["path"] == f"{base}a/b c"
    assert seen["query"] == "x=1&x=2"
    assert dict(seen["headers"])["x-forwarded-prefix"] == base.rstrip("/")
    there = at_origin(program, apps["asgi"], "/a/b").json()
    assert (there["root_path"], there["path"]) == ("", "/a/b")


@pytest.mark.parametrize("at_its_origin", [False, True], ids=["content url", "own origin"])
def test_streamlit_answers_its_page_its_health_and_its_websocket(
    gatepost, program: Caller, apps, at_its_origin: bool
):
    app = apps["streamlit"]
    base = "/" if at_its_origin else path_of(app["content_url"])
    host = on_origin(app) if at_its_origin else {}
    assert "streamlit" in program.get(base, headers=host).text.lower()
    assert program.get(f"{base}_stcore/health", headers=host).text == "ok"
    headers = (
        {"Authorization": program.headers["Authorization"], "Origin": f"http://{host['Host']}"}
        if host
        else ({"Authorization": program.headers["Authorization"]})
    )
    with open_socket(gatepost, f"{base}_stcore/stream", headers, host=host.get("Host")) as socket:
        assert socket.response is not None
        assert socket.response.status_code == 101


@pytest.mark.parametrize("at_its_origin", [False, True], ids=["content url", "own origin"])
def test_shiny_draws_its_outputs_over_its_websocket(gatepost, program: Caller, apps, at_its_origin: bool):
    """A session is played as Shiny's own script does: init, then values come."""
    app = apps["shiny"]
    base = "/" if at_its_origin else path_of(app["content_url"])
    host = on_origin(app)["Host"] if at_its_origin else None
    headers = {"Authorization": program.headers["Authorization"]}
    with open_socket(gatepost, f"{base}websocket/", headers, host=host) as socket:
        init = {"bins:shiny.number": 20, "range:shiny.number": [43, 96]}
        hidden = {f".clientdata_output_{name}_hidden": False for name in ("count", "mean", "histogram")}
        socket.send(json.dumps({"method": "init", "data": init | hidden}))
        values: dict[str, Any] = {}
        while "count" not in values:
            message = json.loads(socket.recv(timeout=30))
            values |= message.get("values") or {}
    assert int(values["count"]) > 0


def test_static_files_have_types_and_relative_links(program: Caller, apps):
    base = path_of(apps["static"]["content_url"])
    page = program.get(base)
    assert page.headers["content-type"].startswith("text/html")
    assert program.get(f"{base}assets/report.css").headers["content-type"].startswith("text/css")
    assert program.get(f"{base}data/quarters.csv").headers["content-type"].startswith("text/csv")
    assert program.get(f"{base}no-such-file").status_code == 404
    assert program.get(f"{base}assets").status_code in (301, 302, 307, 308, 404)


def test_static_files_answer_head_range_and_etag(program: Caller, apps):
    url = path_of(apps["static"]["content_url"]) + "target.html"
    whole = program.get(url)
    head = program.head(url)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(whole.content))
    part = program.get(url, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole.content)}"
    beyond = program.get(url, headers={"Range": f"bytes={len(whole.content)}-"})
    assert beyond.status_code == 416
    fresh = program.get(url, headers={"If-None-Match": whole.headers["etag"]})
    assert (fresh.status_code, fresh.content) == (304, b"")
    other = program.get(url, headers={"Range": "bytes=10-19", "If-Range": '"another"'})
    assert (other.status_code, other.content) == (200, whole.content)


@pytest.mark.parametrize(
    "path", ["../../../../etc/passwd", "..%2f..%2f..%2fetc/passwd", "%2e%2e/%2e%2e/etc/passwd", "a%00b", ".."]
)
def test_static_files_stay_inside_their_folder(gatepost: Instance, program: Caller, apps, path):
    answer = call(
        gatepost.port,
        path_of(apps["static"]["content_url"]) + path,
        f"Authorization: {program.headers['Authorization']}",
    )
    assert answer.status in (301, 307, 308, 400, 401, 404)
    assert b"root:" not in answer.body
