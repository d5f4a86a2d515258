"""What is open ends with its ground: WebSockets and event streams are cut, and the receipt counts them."""

import contextlib
import subprocess
from collections.abc import Iterator

import httpx
import pytest
from callers import Caller, People, nobody, on_origin, open_socket, path_of, with_key
from instances import Instance
from waiting import until
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

pytestmark = pytest.mark.e2e


@contextlib.contextmanager
def listening(instance: Instance, path: str, *headers: str) -> Iterator[subprocess.Popen[str]]:
    """Read an event stream with `curl -N`, as people do, with no header that we do not name."""
    command = ["curl", "-sS", "-N", f"{instance.url}{path}"]
    for line in headers:
        command += ["-H", line]
    stream = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with stream:
        yield stream
        stream.kill()


def next_event(stream: subprocess.Popen[str]) -> str:
    """Return the next event of *stream*."""
    assert stream.stdout is not None
    line = stream.stdout.readline()
    assert stream.stdout.readline() == "\n" if line else True
    return line.removeprefix("data: ").rstrip("\n")


def echoed(socket: ClientConnection, text: str) -> str:
    """Send *text* and return what comes back."""
    socket.send(text)
    return str(socket.recv(timeout=20))


def is_cut(socket: ClientConnection, within: float = 20) -> bool:
    """Tell whether the connection is closed from the other side."""
    try:
        socket.recv(timeout=within)
    except ConnectionClosed:
        return True
    return False


@pytest.mark.parametrize("lines", [(), ("Accept:",), ("Accept: text/event-stream",)])
def test_an_event_stream_of_a_deleted_key_is_cut_and_counted(gatepost, owner: Caller, probe, lines):
    """With curl's own Accept, without any, and with the one of browsers."""
    made = owner.make_key("listens")
    path = path_of(probe["content_url"]) + f"events/{made['id']}"
    with listening(gatepost, path, f"Authorization: Key {made['key']}", *lines) as stream:
        assert next_event(stream) == "ready"
        owner.post(path_of(probe["content_url"]) + f"say/{made['id']}", content="still here").read()

        receipt = owner.ok("DELETE", f"keys/{made['id']}")

        assert receipt["connections_closed"] == 1
        until(lambda: stream.poll() is not None, what="the end of curl")


def test_a_websocket_of_a_deleted_key_is_cut_and_counted(gatepost, owner: Caller, probe):
    made = owner.make_key("talks")
    path = path_of(probe["content_url"]) + "talk"
    with open_socket(gatepost, path, {"Authorization": f"Key {made['key']}"}) as socket:
        assert echoed(socket, "hello") == "hello"

        receipt = owner.ok("DELETE", f"keys/{made['id']}")

        assert receipt["connections_closed"] == 1
        assert is_cut(socket)
        assert socket.close_code == 1008


def test_the_receipt_counts_each_connection_once_and_spares_other_peoples(gatepost, owner, probe, key):
    made = owner.make_key("talks twice and listens")
    mine, others = {"Authorization": f"Key {made['key']}"}, {"Authorization": f"Key {key}"}
    base = path_of(probe["content_url"])
    with (
        open_socket(gatepost, f"{base}talk", mine) as one,
        open_socket(gatepost, f"{base}talk", mine) as two,
        open_socket(gatepost, f"{base}talk", others) as spared,
        listening(gatepost, f"{base}events/{made['id']}", f"Authorization: Key {made['key']}") as stream,
    ):
        assert [echoed(socket, "hello") for socket in (one, two, spared)] == ["hello"] * 3
        assert next_event(stream) == "ready"

        receipt = owner.ok("DELETE", f"keys/{made['id']}")

        assert receipt["connections_closed"] == 3
        assert is_cut(one)
        assert is_cut(two)
        assert echoed(spared, "still here") == "still here"


def test_deactivating_a_person_ends_keys_sessions_and_streams(gatepost, people: People, admin, owner, probe):
    """All at once, on the control host and on the app's own origin."""
    person = people.someone("viewer")
    made = person.make_key("of somebody who leaves")
    to = {"to": {"type": "user", "name": person.username}, "role": "consumer"}
    owner.ok("POST", f"apps/{probe['id']}/grants", to)
    account = next(one for one in admin.ok("GET", f"users?q={person.username}")["items"])
    base = path_of(probe["content_url"])
    by_key = {"Authorization": f"Key {made['key']}"}
    with (
        open_socket(gatepost, f"{base}talk", by_key) as socket,
        listening(gatepost, f"{base}events/{made['id']}", f"Authorization: Key {made['key']}") as stream,
    ):
        assert echoed(socket, "hello") == "hello"
        assert next_event(stream) == "ready"

        receipt = admin.ok("PATCH", f"users/{account['id']}", {"is_active": False})

        assert receipt["connections_closed"] == 2
        assert is_cut(socket)
        until(lambda: stream.poll() is not None, what="the end of curl")
    assert person.api("GET", "me").status_code == 401
    with with_key(gatepost, made["key"]) as program:
        assert program.get(base).status_code == 401
        assert program.api("GET", "me").status_code == 401
    refused = nobody(gatepost).api(
        "POST", "login", {"username": person.username, "password": "correct horse battery staple"},
        headers={"Origin": gatepost.url},
    )  # fmt: skip
    assert refused.status_code == 401


def test_taking_a_share_back_cuts_what_it_had_opened(gatepost, people: People, owner, probe):
    person = people.someone("viewer")
    made = person.make_key("of a guest")
    to = {"to": {"type": "user", "name": person.username}, "role": "consumer"}
    grant = owner.ok("POST", f"apps/{probe['id']}/grants", to)
    path = path_of(probe["content_url"]) + "talk"
    with open_socket(gatepost, path, {"Authorization": f"Key {made['key']}"}) as socket:
        assert echoed(socket, "hello") == "hello"

        receipt = owner.ok("DELETE", f"apps/{probe['id']}/grants/{grant['id']}")

        assert receipt["connections_closed"] == 1
        assert is_cut(socket)
    with with_key(gatepost, made["key"]) as program:
        assert program.get(path_of(probe["content_url"])).status_code == 404
        assert program.api("GET", "me").status_code == 200


def test_what_nobody_ends_goes_on_past_several_questions_to_the_authorizer(gatepost, owner, probe, key):
    """The relay asks about open streams every 5 s; what stands on good ground is left alone."""
    base = path_of(probe["content_url"])
    relays = {one.pid for one in gatepost.relays()}
    with open_socket(gatepost, f"{base}talk", {"Authorization": f"Key {key}"}) as socket:
        for turn in range(3):
            made = owner.make_key(f"turn {turn}")
            assert owner.ok("DELETE", f"keys/{made['id']}")["connections_closed"] == 0
            assert echoed(socket, f"turn {turn}") == f"turn {turn}"
    assert {one.pid for one in gatepost.relays()} <= relays  # those of applications deleted before may end


def test_on_an_apps_own_origin_a_key_opens_and_its_end_closes(gatepost, owner, probe):
    made = owner.make_key("by its own host")
    host = on_origin(probe)["Host"]
    headers = {"Authorization": f"Key {made['key']}"}
    assert httpx.get(f"{gatepost.url}/who", headers={**headers, "Host": host}).status_code == 200
    with open_socket(gatepost, "/talk", headers, host=host) as socket:
        assert echoed(socket, "hello") == "hello"
        assert owner.ok("DELETE", f"keys/{made['id']}")["connections_closed"] == 1
        assert is_cut(socket)
    assert httpx.get(f"{gatepost.url}/who", headers={**headers, "Host": host}).status_code == 401
