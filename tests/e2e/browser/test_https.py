"""The gate's own TLS, with a domain for applications that shares nothing with Gatepost's own, in Chromium."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from browsing import chromium, log_in, opened
from callers import PASSWORD, Caller, People, sign_in
from hostile_pages import ALONE
from instances import Instance
from mail_server import make_certificates
from playwright.sync_api import Browser, Page
from waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.e2e]

HOSTILE = Path(__file__).parents[1] / "apps" / "hostile_page"
APPS = "content.test"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the certificate lies."""
    return tmp_path_factory.mktemp("certificate")


@pytest.fixture(scope="module")
def secure(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance whose gate speaks https, with another domain for applications."""
    made = make_certificates(folder, f"*.{APPS}")
    running = Instance(
        tmp_path_factory.mktemp("secure") / "data",
        *("--no-demo", "--tls-certificate", str(folder / "mine.pem"), "--tls-key", str(folder / "key.pem")),
        *("--apps-domain", f"{APPS}:PORT"),
        trusted=made.client,
    )
    yield running
    running.close()


@pytest.fixture(scope="module")
def owner(secure: Instance) -> Caller:
    """A publisher of it."""
    return People(secure, sign_in(secure, "admin", secure.password)).someone()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser that finds every host of the domain here."""
    with chromium(f"--host-resolver-rules=MAP *.{APPS} 127.0.0.1") as started:
        yield started


@pytest.fixture
def page(browser: Browser, secure: Instance, owner: Caller, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of the publisher, who has signed in; the authority is the test's own."""
    with opened(browser, request.node.name, ignore_https_errors=True) as shown:
        shown.goto(f"{secure.url}/login")
        log_in(shown, owner.username, PASSWORD)
        shown.wait_for_url("**/applications")
        yield shown


def test_cookies_are_for_one_host_and_https_alone(
    page: Page, secure: Instance, owner: Caller, tmp_path: Path
):
    (tmp_path / "index.html").write_text("<title>Near</title><h1>Near</h1>")
    app = owner.publish(tmp_path, "Near")
    page.goto(f"{secure.url}/applications/{app['id']}")
    page.frame_locator("iframe").get_by_role("heading", name="Near").wait_for()
    with page.context.expect_page() as shown:
        page.get_by_role("link", name="Open Solo").click()
    shown.value.get_by_role("heading", name="Near").wait_for()
    assert shown.value.url == app["origin_url"]
    assert app["origin_url"].startswith("https://")
    assert f".{APPS}:{secure.port}/" in app["origin_url"]

    ours = [one for one in page.context.cookies() if "gp_" in one["name"]]
    by_name = {one["name"]: one for one in ours}
    assert {"__Host-gp_session", "__Host-gp_frame"} <= by_name.keys()
    loose = [
        one["name"]
        for one in ours
        if not (one["name"].startswith("__Host-") and one["secure"] and one["path"] == "/")
    ]
    # Said by pages for programs to send back in a header; the server believes no cookie of that name.
    assert loose == ["gp_csrf"]
    assert by_name["__Host-gp_frame"]["sameSite"] == "None"
    assert by_name["__Host-gp_session"]["httpOnly"]


def test_a_hostile_page_reaches_nothing_beyond_its_application(
    page: Page, secure: Instance, owner: Caller, tmp_path: Path
):
    (tmp_path / "index.html").write_text("<title>Near</title><script>localStorage.own = 'kept'</script>")
    near = owner.publish(tmp_path, "Neighbour")
    hostile = owner.publish(HOSTILE, "Hostile page")
    page.goto(near["content_url"])
    page.wait_for_url(near["origin_url"])
    page.goto(hostile["content_url"])
    page.get_by_role("heading", name="Hostile page").wait_for()
    asked = [secure.url, near["origin_url"], hostile["id"]]
    assert page.evaluate("([home, near, id]) => alone(home, near, id)", asked) == ALONE

    made = [one["name"] for one in owner.ok("GET", "keys")["items"]]
    assert not {"called", "unseen", "form"} & {*made}
    page.goto(near["origin_url"])
    assert page.evaluate("localStorage.own") == "kept"
    page.goto(f"{secure.url}/applications")
    page.get_by_role("heading", name="Applications").first.wait_for()


def test_a_renewed_certificate_is_shown_without_a_restart(secure: Instance, folder: Path, tmp_path: Path):
    health = httpx.get(f"{secure.url}/healthz", verify=secure.trusted or True).json()
    assert health == {"status": "degraded", "reasons": ["certificate:ending"]}
    before = _shown_by(secure.port)
    make_certificates(tmp_path, f"*.{APPS}")
    (folder / "mine.pem").write_bytes((tmp_path / "mine.pem").read_bytes())
    (folder / "key.pem").write_bytes((tmp_path / "key.pem").read_bytes())
    wanted = ssl.PEM_cert_to_DER_cert((folder / "mine.pem").read_text())
    until(lambda: _shown_by(secure.port) == wanted, what="the renewed certificate")
    assert before != wanted

    def reasons() -> list[str]:
        said: list[str] = httpx.get(f"{secure.url}/healthz", verify=False).json()["reasons"]
        return said

    make_certificates(tmp_path)
    (folder / "mine.pem").write_bytes((tmp_path / "mine.pem").read_bytes())
    until(lambda: reasons() == ["certificate:unfit"], what="that the new one has another key")
    assert _shown_by(secure.port) == wanted
    (folder / "key.pem").write_bytes((tmp_path / "key.pem").read_bytes())
    until(lambda: "certificate:names" in reasons(), what="that it does not name the applications")


def test_plain_http_is_not_spoken(secure: Instance):
    with socket.create_connection(("127.0.0.1", secure.port)) as plain:
        plain.settimeout(30)
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = b""
        with suppress(ConnectionResetError):
            answer = plain.recv(100)
        assert answer == b""


def _shown_by(port: int) -> bytes:
    """Return the certificate that the gate shows now."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port)) as raw, context.wrap_socket(raw) as secured:
        return secured.getpeercert(binary_form=True) or b""
