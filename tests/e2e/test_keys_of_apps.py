"""The keys of applications and of their visitors, with real ones: the life that seed 000 tells."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from callers import Caller, People, open_socket, pack, path_of, with_key
from gate_calls import call
from instances import Instance
from waiting import until

pytestmark = pytest.mark.e2e

SEED = Path(__file__).with_name("apps") / "seed_fastapi"
KEYS = ("GATEPOST_API_KEY", "DATAROBOT_API_TOKEN", "CONNECT_API_KEY")
VISITOR = ("x-gatepost-visitor-key", "x-datarobot-api-key", "posit-connect-user-session-token")
FORGED = "gpv_" + "0" * 48


@pytest.fixture(scope="module")
def ada(people: People) -> Caller:
    """Who builds the applications; she has a project."""
    ada = people.someone()
    ada.ok("POST", "projects", {"key": "ADA", "name": "Hers"})
    return ada


@pytest.fixture(scope="module")
def bob(people: People) -> Caller:
    """Who takes over, or visits; he has a project too."""
    bob = people.someone()
    bob.ok("POST", "projects", {"key": "BOB", "name": "His"})
    return bob


@pytest.fixture(scope="module")
def app(ada: Caller, bob: Caller) -> dict[str, Any]:
    """The seed's application, published by Ada; Bob may edit it."""
    made = ada.publish(SEED, "Seed")
    ada.ok("POST", f"apps/{made['id']}/grants", _to(bob, "editor"))
    ada.ok("POST", f"sources/{made['source_id']}/grants", _to(bob, "editor"))
    return made


def _to(who: Caller, role: str) -> dict[str, Any]:
    return {"to": {"type": "user", "name": who.username}, "role": role}


def asked(who: Caller, app: dict[str, Any], path: str, method: str = "GET") -> Any:
    """Ask an application something in the session of *who*'s new key."""
    with with_key(who.instance, who.make_key("ask")["key"]) as program:
        answer = program.request(method, path_of(app["content_url"]) + path)
        assert answer.status_code == 200, answer.text
        return answer.json()


def text_of(who: Caller, app: dict[str, Any]) -> str:
    """Return the key that the application was started with."""
    given = asked(who, app, "given")
    assert len({given[name] for name in KEYS}) == 1, "one key under all its names"
    return str(given[KEYS[0]])


def listed(who: Caller, app: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the keys of an application on the page of *who*."""
    return [key for key in who.ok("GET", "keys?status=active")["items"] if key["app_id"] == app["id"]]


def stopped_and_started(who: Caller, app: dict[str, Any]) -> None:
    who.ok("POST", f"apps/{app['id']}/stop")
    who.ok("POST", f"apps/{app['id']}/start")
    who.settled(app["id"], "running")


def test_the_code_finds_its_key_and_the_server_under_every_name(ada: Caller, app: dict[str, Any]) -> None:
    given = asked(ada, app, "given")
    server = given["GATEPOST_SERVER"]
    assert (given["DATAROBOT_ENDPOINT"], given["CONNECT_SERVER"]) == (f"{server}/api/v2", server)
    assert given["GATEPOST_APP_ID"] == app["id"]
    assert text_of(ada, app).startswith("gpc_")


def test_the_creator_key_is_on_its_users_page_and_can_be_copied(
    ada: Caller, bob: Caller, app: dict[str, Any]
) -> None:
    [key] = listed(ada, app)
    assert (key["name"], key["expires_at"], key["kind"]) == (f"CustomApp {app['id']}", None, "creator")
    assert ada.ok("POST", f"keys/{key['id']}/reveal") == {"key": text_of(ada, app)}
    assert bob.api("POST", f"keys/{key['id']}/reveal").status_code == 404
    for program in (ada.make_key("reader")["key"], text_of(ada, app)):
        with with_key(ada.instance, program) as caller:
            assert caller.api("POST", f"keys/{key['id']}/reveal").status_code == 403
    [shown] = bob.ok("GET", f"apps/{app['id']}/keys")["items"]
    assert (shown["user"]["name"], shown["is_used"]) == (ada.username, True)
    assert "gpc_" not in json.dumps(shown).replace(shown["prefix"], "")


def test_the_seeds_snippets_act_for_the_creator_and_for_the_visitor(
    ada: Caller, bob: Caller, app: dict[str, Any]
) -> None:
    assert asked(bob, app, "ours") == ["ADA"]
    assert asked(bob, app, "datasets") == ["BOB"]


def test_the_key_acts_for_its_user_from_anywhere_but_reads_only(ada: Caller, app: dict[str, Any]) -> None:
    with with_key(ada.instance, text_of(ada, app)) as anywhere:
        assert [one["key"] for one in anywhere.ok("GET", "projects")["items"]] == ["ADA"]
        assert anywhere.api("POST", "projects", {"key": "NEW", "name": "New"}).status_code == 403
        assert anywhere.api("POST", "keys", {"name": "more"}).status_code == 403
    assert asked(ada, app, "make/NEW", "POST") == "denied"


def test_the_key_is_the_same_after_a_stop_and_a_start(ada: Caller, app: dict[str, Any]) -> None:
    before = text_of(ada, app)
    stopped_and_started(ada, app)
    assert text_of(ada, app) == before


def test_another_app_from_the_same_source_has_another_key(ada: Caller, app: dict[str, Any]) -> None:
    again = ada.ok("POST", "apps", {"name": "Again", "source_id": app["source_id"], "version": 1})
    ada.settled(again["id"], "running")
    text = text_of(ada, again)
    assert text != text_of(ada, app)
    receipt = ada.ok("DELETE", f"apps/{again['id']}")
    assert receipt["revoked"]
    with with_key(ada.instance, text) as anywhere:
        assert anywhere.api("GET", "me").status_code == 401
    assert listed(ada, again) == []


def test_who_updates_the_source_gives_the_app_their_key(
    ada: Caller, bob: Caller, app: dict[str, Any]
) -> None:
    hers = text_of(ada, app)
    _updated(ada, app, 2)
    assert text_of(ada, app) == hers, "the same user, the same key"
    _updated(bob, app, 3)
    his = text_of(bob, app)
    assert his != hers
    assert listed(ada, app) == []
    assert [key["name"] for key in listed(bob, app)] == [f"CustomApp {app['id']}"]
    with with_key(ada.instance, hers) as anywhere:
        assert anywhere.api("GET", "me").status_code == 401
    assert asked(ada, app, "ours") == ["BOB"]


def _updated(who: Caller, app: dict[str, Any], number: int) -> None:
    """Add a version to the source, let the app go over to it, and wait until it is what people reach."""
    who.ok("POST", f"sources/{app['source_id']}/versions", files={"bundle": pack(SEED)})
    who.ok("POST", f"apps/{app['id']}/deploy", {"source_version": number, "confirmed_authors": []})
    until(lambda: who.app(app["id"])["live_version"] == number, within=60, what=f"version {number} live")


@pytest.fixture(scope="module")
def base(probe: dict[str, Any]) -> Iterator[str]:
    """Where the echo is."""
    return path_of(probe["content_url"])


@pytest.mark.parametrize("spell", [str, str.lower, str.upper, str.title])
@pytest.mark.parametrize("name", VISITOR)
def test_what_echoes_sees_one_genuine_visitor_key_however_one_is_forged(
    gatepost: Instance, base: str, key: str, name: str, spell: Any
) -> None:
    forged = [f"{spell(name)}: {FORGED}"] * 2
    seen = call(gatepost.port, base, f"Authorization: Key {key}", "Cookie: gp_session=abc", *forged).json
    assert_genuine(seen["headers"], key)


@pytest.mark.parametrize("spell", [str.lower, str.upper])
def test_a_websockets_echo_sees_the_same(gatepost: Instance, base: str, key: str, spell: Any) -> None:
    headers = {spell(name): FORGED for name in VISITOR}
    headers |= {"Authorization": f"Key {key}", "Cookie": "gp_session=abc"}
    with open_socket(gatepost, f"{base}talk", headers) as talk:
        talk.send("headers")
        assert_genuine(json.loads(talk.recv(timeout=20)), key)


def assert_genuine(headers: list[list[str]], key: str) -> None:
    """Check that of what only the gate may say there is one of each, and nothing of the caller's."""
    said = [value for name, value in headers if name.lower() in VISITOR]
    assert len(said) == len(VISITOR)
    assert len(set(said)) == 1
    assert said[0].startswith("gpv_")
    assert said[0] != FORGED
    everything = json.dumps(headers)
    assert FORGED not in everything
    assert key not in everything
    assert "gp_session" not in everything


@pytest.mark.parametrize("name", VISITOR)
def test_an_underscored_spelling_is_refused(gatepost: Instance, base: str, key: str, name: str) -> None:
    lines = (f"Authorization: Key {key}", f"{name.replace('-', '_')}: {FORGED}")
    assert call(gatepost.port, base, *lines).status == 400


def test_a_connection_token_takes_no_visitor_key_away(gatepost: Instance, base: str, key: str) -> None:
    lines = (f"Authorization: Key {key}", f"Connection: close, {', '.join(VISITOR)}")
    assert_genuine(call(gatepost.port, base, *lines).json["headers"], key)
