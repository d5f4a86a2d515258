"""A login that is typed once and held for a while: enough to look into a source, and to read it once."""

from collections.abc import Iterator

import pytest
from calling import Api, Caller
from deployments import app_of, deployed
from fastapi import FastAPI
from feed_desk import FeedDesk
from httpx import Response
from source_servers import PASSWORD

HTML = {"accept": "text/html"}
TYPED = {"user": "reader", "password": PASSWORD}


@pytest.fixture
def desk(api: Api, rig, control_app: FastAPI, postgresql) -> Iterator[FeedDesk]:
    """Project P beside a database with a table of two rows; no account is stored, and none can be."""
    rig.allow(postgresql.port)
    made = FeedDesk(api, rig.world, rig.client, control_app, rig.root)
    place = {"name": "Shop", "type": postgresql.type, "params": postgresql.params}
    made.connection = made.ada.post("connections", place).json()["id"]
    off = api.session(rig.root).patch("settings", {"features": {"stored_credentials": False}})
    assert off.status_code == 200, off.text
    postgresql.run("DROP TABLE IF EXISTS orders; CREATE TABLE orders AS SELECT 1 AS id, 'Zoë' AS who")
    yield made
    made.runner.close()


def held(desk: FeedDesk, who: Caller | None = None) -> str:
    """Sign in for one time, and return the id of the login."""
    tested = (who or desk.ada).post(f"connections/{desk.connection}/test", {**TYPED, "hold": True})
    assert (tested.status_code, tested.json()["ok"], tested.json()["credential_id"]) == (200, True, None)
    found: str = tested.json()["login_id"]
    return found


def look(
    desk: FeedDesk, login: str, what: str = "schemas", who: Caller | None = None, **more: str
) -> Response:
    asked = {"credential_id": login, **more}
    return (who or desk.ada).call("GET", f"connections/{desk.connection}/{what}", params=asked)


def see(who: Caller, path: str) -> Response:
    return who.call("GET", path, headers=HTML)


def send(who: Caller, path: str, **data: str) -> Response:
    return who.call("POST", path, headers=HTML, data=data)


def test_while_nothing_is_stored_a_source_is_looked_into_and_read_once(desk):
    login = held(desk)
    assert {"name": "public"} in look(desk, login).json()["items"]
    assert "orders" in {one["name"] for one in look(desk, login, "tables").json()["items"]}
    names = [one["name"] for one in look(desk, login, "columns", table="orders").json()["items"]]
    assert names == ["id", "who"]
    assert look(desk, login, "preview", table="orders").json()["rows"] == [[1, "Zoë"]]

    desk.credential = login
    told = desk.added(table="orders")
    assert desk.rows() == [{"id": 1, "who": "Zoë"}]
    assert (told["credential"], told["failure"]) == ({"id": login, "name": None}, None)
    assert desk.ada.get("credentials").json()["items"] == []


def test_once_it_is_over_a_refresh_says_so_and_the_rows_stay(desk):
    desk.credential = held(desk)
    desk.added(table="orders")
    gone = desk.ada.delete(f"connections/{desk.connection}/logins/{desk.credential}")
    assert gone.status_code == 204
    assert look(desk, desk.credential).json()["code"] == "login-over"
    assert desk.refresh().status_code == 202
    assert desk.worked()["failure"] == "login-over"
    assert desk.rows() == [{"id": 1, "who": "Zoë"}]
    page = see(desk.ada, "/projects/P/datasets/orders/source").text
    assert "The one-time login is over" in page
    assert "A one-time login, which is stored nowhere" in page


def test_it_serves_nobody_but_the_session_that_gave_it(desk):
    login = held(desk)
    bob = desk.api.session(desk.world.person("bob", "publisher"))
    shared = {"to": {"type": "user", "name": "bob"}, "role": "consumer"}
    assert desk.ada.post(f"connections/{desk.connection}/grants", shared).status_code == 201
    for other in (bob, desk.api.session(desk.ada_person)):
        assert look(desk, login, who=other).json()["code"] == "login-over"
        assert other.delete(f"connections/{desk.connection}/logins/{login}").status_code == 204
    assert look(desk, login).status_code == 200, "nobody else let it go"
    stranger = desk.api.session(desk.world.person("eve", "publisher"))
    assert look(desk, login, who=stranger).status_code == 404
    assert stranger.delete(f"connections/{desk.connection}/logins/{login}").status_code == 404


def test_it_goes_with_the_place_that_it_was_given_for(desk):
    login = held(desk)
    params = desk.ada.get(f"connections/{desk.connection}").json()["params"]
    moved = desk.ada.patch(f"connections/{desk.connection}", {"params": {**params, "host": "127.0.0.2"}})
    assert moved.status_code == 200, moved.text
    assert look(desk, login).json()["code"] == "login-over"


def test_what_lasts_takes_no_login_for_one_time(desk):
    desk.credential = held(desk)
    desk.added(table="orders")
    scheduled = send(desk.ada, "/projects/P/datasets/orders/source/schedule", every="day", at="04:00")
    assert "takes a stored account" in scheduled.text
    app = app_of(desk.world, deployed(desk.world, desk.ada_person))
    wanted = {"connection_id": desk.connection, "credential_id": desk.credential}
    refused = desk.ada.call("PUT", f"apps/{app}/connections/shop", json=wanted)
    assert (refused.status_code, refused.json()["code"]) == (409, "needs-stored-login")
    again = desk.ada.post(f"connections/{desk.connection}/test", {"credential_id": desk.credential})
    assert again.status_code == 404, "it is no stored credential"


def test_a_login_that_fails_is_not_held_and_one_is_stored_or_held(desk):
    there = f"connections/{desk.connection}/test"
    failed = desk.ada.post(there, {"user": "reader", "password": "not the password", "hold": True}).json()
    assert (failed["ok"], failed["login_id"]) == (False, None)
    both = desk.ada.post(there, {**TYPED, "hold": True, "save_as": "Reader"})
    assert (both.status_code, both.json()["errors"][0]["field"]) == (400, "hold")
    assert desk.ada.post(there, TYPED).json()["login_id"] is None, "nothing is held that nobody asked for"


def test_on_the_pages_a_typed_login_looks_adds_and_is_forgotten(desk):
    there = f"/connections/{desk.connection}"
    asked = see(desk.ada, f"{there}/browse?table=orders").text
    assert "Sign in with an account" in asked
    form = see(desk.ada, f"{there}/sign-in?table=orders&other=1").text
    assert "This login is stored nowhere." in form
    assert "Securely save credentials" not in form
    wrong = send(desk.ada, f"{there}/sign-in", user="reader", password="wrong", table="orders")
    assert "Nothing was stored." in wrong.text
    signed_in = send(desk.ada, f"{there}/sign-in", **TYPED, table="orders")
    assert signed_in.status_code == 303, signed_in.text
    here = signed_in.headers["location"]
    assert PASSWORD not in here
    seen = see(desk.ada, here).text
    assert "You are using a one-time login." in seen
    assert "Zoë" in seen
    login = here.partition("credential=")[2].partition("&")[0]
    assert "Its only row." in send(desk.ada, f"{there}/query", credential=login, sql="SELECT 7 AS n").text
    what = {"credential": login, "namespace": "public", "table": "orders", "project": "P", "name": "orders"}
    added = send(desk.ada, f"{there}/add", **what)
    assert added.status_code == 303, added.text
    desk.worked()
    assert desk.rows() == [{"id": 1, "who": "Zoë"}]
    assert send(desk.ada, f"{there}/logins/{login}/forget").status_code == 303
    after = see(desk.ada, here).text
    assert "The one-time login is over" in after
    assert "Sign in with an account" in after


def test_where_accounts_can_be_stored_the_form_offers_both(desk):
    on = desk.api.session(desk.root).patch("settings", {"features": {"stored_credentials": True}})
    assert on.status_code == 200
    there = f"/connections/{desk.connection}/sign-in"
    assert "Securely save credentials" in see(desk.ada, f"{there}?other=1").text
    once = send(desk.ada, there, **TYPED, page="query")
    assert "credential=lgn_" in once.headers["location"]
    assert desk.ada.get("credentials").json()["items"] == []
    stored = send(desk.ada, there, **TYPED, save="yes", account="Reader")
    [reader] = desk.ada.get("credentials").json()["items"]
    assert f"credential={reader['id']}" in stored.headers["location"]


def test_the_trail_says_where_it_went_and_never_what_it_was(desk):
    look(desk, held(desk))
    said = desk.api.session(desk.root).get("audit?action=connection:sign-in").json()["items"]
    assert [one["changes"]["after"]["login"] for one in said] == ["one-time", "one-time"]
    assert {one["changes"]["after"]["for"] for one in said} == {"test", "look"}
    assert PASSWORD not in desk.api.session(desk.root).get("audit").text
