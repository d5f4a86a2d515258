"""Pages of data connections: kept, associated from either side, tested, looked into, shared; and refused."""

import re
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from calling import Caller
from connections_desk import PLANTED, ConnectionDesk, HeardBroker, made
from httpx import Response
from world import World

from gatepost_server.connections import Code, Failure, OneTimeLogin, StepName, StoredLogin

HTML = {"accept": "text/html"}
PLACE = {"type": "postgresql", "host": "db.example.com", "database": "sales", "tls": "verify-full"}


def see(who: Caller, path: str) -> Response:
    return who.call("GET", path, headers=HTML)


def send(caller: Caller, path: str, **data: Any) -> Response:
    return caller.call("POST", path, headers=HTML, data=data)


def at(desk: ConnectionDesk, more: str = "") -> str:
    return f"/connections/{desk.sales}{more}"


def test_a_connection_is_made_changed_and_deleted(desk: ConnectionDesk) -> None:
    assert "SQLite file" in see(desk.ada, "/connections/new?type=s3").text
    bad = send(desk.ada, "/connections/new", **{**PLACE, "name": "Billing", "host": "http://x", "port": "0"})
    assert bad.status_code == 400
    assert "without scheme" in bad.text
    assert "1 to 65535" in bad.text
    made = send(desk.ada, "/connections/new", name="Billing", **PLACE)
    here = made.headers["location"]
    assert (made.status_code, here.startswith("/connections/con_")) == (303, True)
    assert "db.example.com" in see(desk.ada, here).text
    assert "Billing" in see(desk.ada, "/connections?q=bill").text

    changed = {**PLACE, "name": "Bills", "host": "other.example.com", "options": "restricted"}
    assert send(desk.ada, f"{here}/edit", **changed).headers["location"] == f"{here}/settings"
    now = desk.ada.get(here[1:]).json()
    assert (now["name"], now["restricted"], now["params"]["host"]) == ("Bills", True, "other.example.com")
    assert "Delete Bills" in see(desk.ada, f"{here}/delete").text
    assert send(desk.ada, f"{here}/delete").headers["location"] == "/connections"
    assert see(desk.ada, here).status_code == 404


def test_a_change_of_place_says_first_whose_credentials_it_detaches(desk: ConnectionDesk) -> None:
    his, hers = desk.stored(desk.bob), desk.stored(desk.ada)
    desk.associated(desk.bob, his)
    desk.associated(desk.ada, hers)
    same = send(desk.ada, at(desk, "/edit"), **PLACE, name="Renamed")
    assert same.status_code == 303

    moved = {**PLACE, "name": "Renamed", "host": "elsewhere.example.com"}
    asked = send(desk.ada, at(desk, "/edit"), **moved)
    assert asked.status_code == 409
    assert "This detaches stored credentials: 1 other person." in asked.text
    assert "Bob" not in asked.text
    assert desk.states(desk.bob) == {his: "attached"}
    assert send(desk.ada, at(desk, "/edit"), **moved, confirmed="yes").status_code == 303
    assert (desk.states(desk.bob), desk.states(desk.ada)) == ({his: "detached"}, {hers: "attached"})

    tab = see(desk.bob, at(desk, "/credentials")).text
    assert "This connection leads elsewhere since you added credentials." in tab
    assert "Detached" in tab
    kept = see(desk.bob, f"/credentials/{his}").text
    assert ("Detached" in kept, at(desk, f"/credentials/{his}/add") in kept) == (True, True)
    assert his not in see(desk.bob, at(desk, "/test")).text
    asked = see(desk.bob, at(desk, f"/credentials/{his}/add")).text
    assert "Warehouse would be sent to elsewhere.example.com:5432" in asked
    assert send(desk.bob, at(desk, f"/credentials/{his}/add")).status_code == 303
    assert desk.states(desk.bob) == {his: "attached"}


def test_an_old_session_confirms_the_password_before_it_says_where_credentials_go(
    desk: ConnectionDesk, broker: HeardBroker
) -> None:
    hers = desk.stored(desk.ada)
    stale = desk.api.session(desk.ada_person, is_recent=False)
    for path in (at(desk, "/credentials/add"), f"/credentials/{hers}/connections/add"):
        assert see(stale, path).headers["location"] == f"/confirm?next={path}"
    new = f"/credentials/new?type=basic&connection={desk.sales}"
    assert see(stale, new).headers["location"] == f"/confirm?next={quote(new)}"
    over = {**HTML, "hx-request": "true", "hx-target": "dialog-slot"}
    asked = stale.call("POST", at(desk, "/test"), headers=over, data={"credential": hers})
    assert "Is it still you?" in asked.text
    assert f'name="next" value="{at(desk, "/test")}"' in asked.text
    assert broker.heard == []

    desk.associated(desk.ada, hers)
    moved = {**PLACE, "name": "Sales", "host": "elsewhere.example.com"}
    warned = send(stale, at(desk, "/edit"), **moved)
    assert (warned.status_code, "This detaches stored credentials: yours." in warned.text) == (409, True)
    assert desk.states(desk.ada) == {hers: "attached"}
    assert send(stale, at(desk, "/edit"), **moved, confirmed="yes").status_code == 303
    assert desk.states(desk.ada) == {hers: "detached"}


def test_credentials_are_associated_from_the_connection_and_from_the_credential(desk: ConnectionDesk) -> None:
    his = desk.stored(desk.bob)
    token = desk.stored(desk.bob, name="Carrier", type="token", user="", password=None, token=PLANTED)
    offered = see(desk.bob, at(desk, "/credentials/add")).text
    assert his in offered
    assert token not in offered
    assert send(desk.bob, at(desk, "/credentials/add")).status_code == 400
    assert send(desk.bob, at(desk, "/credentials/add"), credential=his).status_code == 303
    page = see(desk.bob, f"/credentials/{his}").text
    assert ("Sales" in page, "1 connection" in page) == (True, True)

    asked = see(desk.bob, f"/credentials/{his}/connections/{desk.sales}/remove").text
    assert "Sales is the last connection of Warehouse" in asked
    kept = send(desk.bob, f"/credentials/{his}/connections/{desk.sales}/remove", then="keep")
    assert kept.headers["location"] == f"/credentials/{his}"
    assert desk.sales in see(desk.bob, f"/credentials/{his}/connections/add").text
    assert send(desk.bob, f"/credentials/{his}/connections/add").status_code == 400
    assert send(desk.bob, f"/credentials/{his}/connections/add", connection=desk.sales).status_code == 303
    gone = send(desk.bob, at(desk, f"/credentials/{his}/remove"), then="delete")
    assert gone.headers["location"] == at(desk, "/credentials")
    assert see(desk.bob, f"/credentials/{his}").status_code == 404


def test_a_connection_that_one_no_longer_sees_counts_before_the_last_is_taken_away(
    desk: ConnectionDesk,
) -> None:
    his = desk.stored(desk.bob)
    desk.associated(desk.bob, his)
    own = made(desk.bob, name="Own")["id"]
    desk.associated(desk.bob, his, own)
    [grant] = [one for one in desk.ada.pages(at(desk, "/grants")[1:]) if one["to"]["name"] == "bob"]
    desk.ada.delete(f"{at(desk)[1:]}/grants/{grant['id']}")
    asked = see(desk.bob, f"/credentials/{his}/connections/{own}/remove").text
    assert ("Remove association" in asked, "is the last connection" in asked) == (True, False)


def test_new_credentials_are_stored_for_the_connection_that_asked(desk: ConnectionDesk) -> None:
    form = see(desk.bob, f"/credentials/new?connection={desk.sales}").text
    assert f'name="connection" value="{desk.sales}"' in form
    body = {"name": "Mine", "user": "reader", "password": PLANTED, "connection": desk.sales}
    stored = send(desk.bob, "/credentials/new", **body)
    assert stored.headers["location"] == at(desk, "/credentials")
    assert list(desk.states(desk.bob).values()) == ["attached"]
    misfit = send(desk.bob, "/credentials/new", type="token", token=PLANTED, name="T", connection=desk.sales)
    assert (misfit.status_code, PLANTED in misfit.text) == (400, False)
    assert len(desk.bob.pages("credentials")) == 1


def test_one_click_on_a_stored_account_tests_at_once_and_another_one_can_be_kept(
    desk: ConnectionDesk, broker: HeardBroker
) -> None:
    his = desk.stored(desk.bob)
    asked = see(desk.bob, at(desk, "/test")).text
    assert ("Warehouse" in asked, "Use different account" in asked) == (True, True)
    place = "db.example.com:5432, encrypted, and the server's certificate is checked"
    assert place in unescape(asked)
    assert place in unescape(see(desk.bob, at(desk, "/test?other=1")).text)
    done = send(desk.bob, at(desk, "/test"), credential=his)
    assert done.status_code == 200
    assert "Signed in as Warehouse." in done.text
    assert broker.heard[0][1] == StoredLogin(his)

    form = see(desk.bob, at(desk, "/test?other=1")).text
    assert ("Securely save credentials" in form, "Account name" in form) == (True, True)
    once = {"type": "basic", "user": "writer", "password": PLANTED}
    assert "Signed in as writer." in send(desk.bob, at(desk, "/test"), **once).text
    assert len(desk.bob.pages("credentials")) == 1
    saved = send(desk.bob, at(desk, "/test"), **once, save="yes", account="Writer")
    assert "Stored as Writer, and added to this connection." in saved.text
    assert [one["name"] for one in desk.bob.pages("credentials")] == ["Warehouse", "Writer"]
    assert isinstance(broker.heard[-1][1], OneTimeLogin)
    assert not [one for one in desk.api.sent if PLANTED in one.text]


def test_whoever_has_no_stored_account_is_led_to_the_form_at_once(desk: ConnectionDesk) -> None:
    asked = see(desk.bob, at(desk, "/test")).text
    assert ('name="password"' in asked, "Use different account" in asked) == (True, False)
    assert 'name="password"' in see(desk.bob, at(desk, "/sign-in")).text
    looking = see(desk.bob, at(desk, "/browse")).text
    assert ("Sign in with an account" in looking, "Use different account" in looking) == (True, False)

    desk.root.patch("settings", {"features": {"stored_credentials": False}})
    once = see(desk.bob, at(desk, "/test")).text
    assert ('name="password"' in once, "Securely save" in once) == (True, False)
    unstored = see(desk.bob, at(desk, "/sign-in")).text
    assert ('name="password"' in unstored, "This login is stored nowhere." in unstored) == (True, True)

    desk.root.patch("settings", {"features": {"stored_credentials": True}})
    desk.stored(desk.bob)
    for path in ("/test", "/sign-in"):
        offered = see(desk.bob, at(desk, path)).text
        assert ("Use different account" in offered, 'name="password"' in offered) == (True, False), path


def test_whoever_had_an_account_detached_is_told_so_where_they_sign_in(desk: ConnectionDesk) -> None:
    desk.associated(desk.bob, desk.stored(desk.bob, name="Old one"))
    told = "Old one was detached when this connection was changed."
    assert told not in see(desk.bob, at(desk, "/test")).text
    desk.ada.patch(at(desk)[1:], {"params": {"host": "elsewhere.example.com"}})
    for path in ("/test", "/sign-in", "/browse"):
        seen = see(desk.bob, at(desk, path)).text
        assert (told in seen, 'name="password"' in seen) == (True, False), path
    assert told not in see(desk.ada, at(desk, "/test")).text, "it is nobody else's to know"


def test_a_login_goes_only_where_the_page_said(desk: ConnectionDesk, broker: HeardBroker) -> None:
    """Ada leads the connection elsewhere while bob looks at the page that says where it leads."""
    his = desk.stored(desk.bob)
    seen = re.search(r'name="generation" value="(\d+)"', see(desk.bob, at(desk, "/test")).text)
    assert seen is not None
    before = {"generation": seen[1]}
    desk.ada.patch(at(desk)[1:], {"params": {"host": "evil.example.com", "tls": "disable"}})
    typed = {"type": "basic", "user": "reader", "password": PLANTED}
    for path, data in (
        ("/test", {"credential": his}),
        ("/test", typed),
        ("/credentials/add", {"credential": his}),
        (f"/credentials/{his}/add", {}),
    ):
        refused = send(desk.bob, at(desk, path), **data, **before)
        assert refused.status_code == 409, path
        assert "was changed since you looked" in refused.text
        assert "evil.example.com:5432, not encrypted" in refused.text
    chosen = f"{desk.sales}@{seen[1]}"
    assert send(desk.bob, f"/credentials/{his}/connections/add", connection=chosen).status_code == 409
    assert (broker.heard, desk.states(desk.bob)) == ([], {})


def test_a_test_that_fails_says_at_which_step_and_what_may_help(
    desk: ConnectionDesk, broker: HeardBroker
) -> None:
    broker.codes = ((StepName.TLS, Code.TLS_UNTRUSTED),)
    once = {"type": "basic", "user": "reader", "password": PLANTED, "save": "yes", "account": "Kept"}
    found = send(desk.bob, at(desk, "/test"), **once).text
    assert "Give its CA certificate." in found
    assert "Nothing was stored." in found
    assert found.count("not reached") == 2
    assert desk.bob.pages("credentials") == []
    broker.is_silent = True
    silent = send(desk.bob, at(desk, "/test"), **once)
    assert (silent.status_code, "does not answer" in silent.text) == (400, True)
    assert PLANTED not in silent.text


def test_while_storing_is_off_a_login_is_tried_once_and_not_offered_to_be_kept(
    desk: ConnectionDesk, broker: HeardBroker
) -> None:
    desk.root.patch("settings", {"features": {"stored_credentials": False}})
    assert "Securely save credentials" not in see(desk.bob, at(desk, "/test?other=1")).text
    once = {"type": "basic", "user": "reader", "password": PLANTED}
    assert "Signed in as reader." in send(desk.bob, at(desk, "/test"), **once).text
    refused = send(desk.bob, at(desk, "/test"), **once, save="yes")
    assert (refused.status_code, "turned off" in refused.text) == (400, True)
    assert len(broker.heard) == 1


def test_a_source_is_looked_into_down_to_its_rows(desk: ConnectionDesk, broker: HeardBroker) -> None:
    assert "Look into " in see(desk.bob, at(desk, "/browse")).text
    his = desk.stored(desk.bob)
    desk.associated(desk.bob, his)
    assert "orders" in see(desk.bob, at(desk, "/browse")).text
    rows = see(desk.bob, at(desk, f"/browse?credential={his}&schema=public&table=orders")).text
    assert "The first 2 rows; there are more." in rows
    assert "integer" in rows
    broker.failure = Failure.CANNOT_CONNECT
    assert "The source cannot be looked at now." in see(desk.bob, at(desk, "/browse")).text


def test_a_connection_and_a_credential_are_shared_for_use(desk: ConnectionDesk, broker: HeardBroker) -> None:
    hers = desk.stored(desk.ada)
    desk.associated(desk.ada, hers)
    assert see(desk.ada, at(desk, "/access")).status_code == 200
    assert send(desk.ada, f"/credentials/{hers}/access/add", who="bob").status_code == 303
    shown = see(desk.bob, f"/credentials/{hers}").text
    assert ("owned by Ada" in shown, "/edit" in shown) == (True, False)
    used = send(desk.bob, at(desk, "/test"), credential=hers)
    assert "Signed in as Warehouse." in used.text
    assert see(desk.bob, f"/credentials/{hers}/connections/add").status_code == 403
    [grant] = [one for one in desk.ada.pages(f"credentials/{hers}/grants") if one["role"] == "consumer"]
    assert "Take consumer from Bob" in see(desk.ada, f"/credentials/{hers}/access/{grant['id']}/remove").text
    assert send(desk.ada, f"/credentials/{hers}/access/{grant['id']}/remove").status_code == 303
    assert see(desk.bob, f"/credentials/{hers}").status_code == 404


def test_what_somebody_gave_on_both_is_taken_back_at_once(desk: ConnectionDesk) -> None:
    hers = desk.stored(desk.ada)
    desk.share(f"credentials/{hers}", "bob")
    for path in (at(desk), f"/credentials/{hers}"):
        given = f"{path}/access/given-by/{desk.ada_person.id}/remove"
        assert "Bob" in see(desk.ada, given).text
        assert send(desk.ada, given).headers["location"] == f"{path}/access"
        assert see(desk.bob, path).status_code == 404


@pytest.mark.parametrize("more", ["", "/credentials", "/test", "/browse", "/edit", "/delete", "/access"])
def test_404_strangers_find_nothing_and_consumers_change_nothing(
    desk: ConnectionDesk, world: World, more: str
) -> None:
    eve = desk.api.session(world.person("eve", "publisher"))
    assert see(eve, at(desk, more)).status_code == 404
    is_for_users = more in ("", "/credentials", "/test", "/browse")
    assert see(desk.bob, at(desk, more)).status_code == (200 if is_for_users else 403)


def test_403_a_viewer_makes_none_and_others_cannot_move_somebody_elses_credential(
    desk: ConnectionDesk, world: World
) -> None:
    vic = desk.api.session(world.person("vic", "viewer"))
    assert see(vic, "/connections/new").status_code == 403
    assert send(vic, "/connections/new", **PLACE, name="Mine").status_code == 403
    assert "Add new data connection" not in see(vic, "/connections").text
    hers = desk.stored(desk.ada)
    assert send(desk.bob, at(desk, "/credentials/add"), credential=hers).status_code == 404
    assert send(desk.bob, at(desk, "/test"), credential=hers).status_code == 404


def test_a_change_that_would_fail_somewhere_is_shown_before_it_is_saved(
    desk: ConnectionDesk, broker: HeardBroker
) -> None:
    his = desk.stored(desk.bob)
    here = f"/credentials/{his}"
    unused = send(desk.bob, f"{here}/edit", name="Warehouse", user="other", password=f"{PLANTED}-2")
    assert (unused.status_code, broker.heard) == (303, [])
    desk.associated(desk.bob, his)
    assert send(desk.bob, f"{here}/edit", name="Renamed", user="other").status_code == 303
    assert broker.heard == []

    broker.codes = ((StepName.LOGIN, Code.LOGIN_REFUSED),)
    asked = send(desk.bob, f"{here}/edit", name="Renamed", user="third", password=f"{PLANTED}-3")
    assert asked.status_code == 409
    assert "With this it would fail at its connection Sales." in asked.text
    assert "Log in: The server does not accept this user with this secret." in asked.text
    assert desk.bob.get(f"credentials/{his}").json()["user"] == "other"
    anyway = {"name": "Renamed", "user": "third", "password": f"{PLANTED}-3", "confirmed": "yes"}
    assert send(desk.bob, f"{here}/edit", **anyway).status_code == 303
    assert desk.bob.get(f"credentials/{his}").json()["health"] == "untested"

    broker.is_silent = True
    silent = send(desk.bob, f"{here}/edit", name="Renamed", user="fourth", password=PLANTED)
    assert (silent.status_code, "It could not be tried." in silent.text) == (409, True)
    broker.is_silent, broker.codes = False, ()
    assert send(desk.bob, f"{here}/edit", name="Renamed", user="fourth", password=PLANTED).status_code == 303
    assert desk.bob.get(f"credentials/{his}").json()["health"] == "ok"
    assert not [one for one in desk.api.sent if PLANTED in one.text]


def test_a_credential_is_tried_at_all_its_connections_from_its_page(
    desk: ConnectionDesk, broker: HeardBroker
) -> None:
    his = desk.stored(desk.bob)
    desk.associated(desk.bob, his)
    assert f"/credentials/{his}/test" in see(desk.bob, f"/credentials/{his}").text
    assert "Test all" in see(desk.bob, f"/credentials/{his}/test").text
    assert "It works." in send(desk.bob, f"/credentials/{his}/test").text
    broker.codes = ((StepName.TCP, Code.UNREACHABLE),)
    assert "It fails at 1 of 1." in send(desk.bob, f"/credentials/{his}/test").text
    broker.is_silent = True
    assert "does not answer" in send(desk.bob, f"/credentials/{his}/test").text
    stale = desk.api.session(desk.bob_person, is_recent=False)
    assert see(stale, f"/credentials/{his}/test").headers["location"].startswith("/confirm")
    assert send(desk.root, f"/credentials/{his}/test").status_code == 403
    assert send(desk.ada, f"/credentials/{his}/test").status_code == 404
