"""Where an administrator says that applications are trusted, browsers find them below `/content/`."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from browsing import log_in, opened
from callers import PASSWORD, Caller, People, sign_in
from instances import Instance
from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.e2e]

PROBE = """
from fastapi import FastAPI, Request, WebSocket
from fastapi.responses import HTMLResponse
app = FastAPI()
PAGE = '''<title>Probe</title><h1>Probe</h1><script>
const said = async way => (await fetch(way, {method: "POST"})).json();
const dialled = () => new Promise(done => {
  const socket = new WebSocket(new URL("ws", location.href).href.replace("http", "ws"));
  socket.onmessage = told => done(told.data);
  socket.onerror = () => done("refused");
});
</script>'''
@app.get("/")
def page():
    answer = HTMLResponse(PAGE)
    answer.set_cookie("own", "kept", path="/")
    return answer
@app.post("/said")
def said(request: Request):
    return {"cookies": sorted(request.cookies), "user": request.headers.get("x-gatepost-user")}
@app.websocket("/ws")
async def ws(socket: WebSocket):
    await socket.accept()
    await socket.send_text("hello " + socket.headers["x-gatepost-user"])
"""


@pytest.fixture(scope="module")
def trusting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance whose administrator trusts everybody who publishes."""
    running = Instance(tmp_path_factory.mktemp("trusting") / "data", "--no-demo", "--apps-are-trusted")
    yield running
    running.close()


@pytest.fixture(scope="module")
def owner(trusting: Instance) -> Caller:
    """A publisher of it."""
    return People(trusting, sign_in(trusting, "admin", trusting.password)).someone()


@pytest.fixture(scope="module")
def app(owner: Caller, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An application with a page, a form and a WebSocket."""
    folder = tmp_path_factory.mktemp("probe")
    (folder / "app.py").write_text(PROBE)
    (folder / "requirements.txt").write_text("fastapi\n")
    made: dict[str, str] = owner.publish(folder, "Probe")
    return made


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of somebody who is not signed in."""
    with opened(browser, request.node.name) as shown:
        yield shown


def test_people_meet_it_on_our_own_host(page: Page, trusting: Instance, owner: Caller, app: dict[str, str]):
    assert app["origin_url"] == app["content_url"]
    page.goto(app["content_url"])
    log_in(page, owner.username, PASSWORD)
    page.get_by_role("heading", name="Probe").wait_for()
    assert page.url == app["content_url"]
    seen = page.evaluate("said('said')")
    assert seen == {"cookies": ["own"], "user": owner.username}
    assert page.evaluate("dialled()") == f"hello {owner.username}"
    [own] = [one for one in page.context.cookies() if one["name"] == "own"]
    assert own["path"] == urlsplit(app["content_url"]).path

    page.goto(f"{trusting.url}/applications/{app['id']}")
    page.frame_locator("iframe").get_by_role("heading", name="Probe").wait_for()


def test_it_is_said_where_people_look_and_guests_stay_out(
    trusting: Instance, owner: Caller, app: dict[str, str]
):
    health = httpx.get(f"{trusting.url}/healthz").json()
    assert health["status"] == "degraded"
    assert "apps-trusted" in health["reasons"]
    body = {"enabled": True, "allowed": ["ann@guest.example"]}
    mail = {"mail": {"host": "127.0.0.1", "port": 9, "from": "gate@example.com", "tls": "none"}}
    admin = sign_in(trusting, "admin", trusting.password)
    admin.ok("PATCH", "settings", mail)
    refused = owner.api("PUT", f"apps/{app['id']}/external", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "no-own-hosts")


def test_another_host_still_may_not_use_its_visitors(trusting: Instance, owner: Caller, app: dict[str, str]):
    """What browsers say of cross-site calls is still believed; keys and nobody are treated as ever."""
    path = urlsplit(app["content_url"]).path + "said"
    asked = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    assert owner.post(path, headers=asked).status_code == 403
    assert httpx.post(trusting.url + path).status_code == 401
    own = {"Origin": trusting.url, "Sec-Fetch-Site": "same-origin"}
    assert owner.post(path, headers=own).json()["user"] == owner.username


def test_nothing_of_hand_offs_is_there(owner: Caller, app: dict[str, str]):
    path = urlsplit(app["content_url"]).path
    asked = {"Accept": "text/html", "Sec-Fetch-Dest": "document"}
    assert owner.get(f"{path}_gatepost/lend?bound=x&to=/", headers=asked).status_code == 404
