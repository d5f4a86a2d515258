"""How a stored credential came out at each of its connections, told beside each."""

from typing import Any

import pytest
from calling import Caller
from connections_desk import PLANTED, ConnectionDesk, HeardBroker, made

from gatepost_server.connections import Code, StepName

HTML = {"accept": "text/html"}


@pytest.fixture
def his(desk: ConnectionDesk) -> str:
    """Bob's credential, which signs in at ada's connection."""
    stored = desk.stored(desk.bob)
    desk.associated(desk.bob, stored)
    return stored


def last_of(desk: ConnectionDesk, connection: str | None = None) -> Any:
    there = f"connections/{connection or desk.sales}/credentials"
    [one] = desk.bob.pages(there)
    return one["tested"]


def tried(who: Caller, desk: ConnectionDesk, his: str, connection: str | None = None) -> None:
    answer = who.post(f"connections/{connection or desk.sales}/test", {"credential_id": his})
    assert answer.status_code == 200, answer.text


def test_it_is_told_where_and_when_and_how_it_came_out(
    desk: ConnectionDesk, broker: HeardBroker, his: str
) -> None:
    assert last_of(desk) is None
    tried(desk.bob, desk, his)
    good = last_of(desk)
    assert (good["ok"], good["code"], good["ms"]) == (True, "ok", 15)
    broker.codes = ((StepName.TCP, Code.UNREACHABLE),)
    tried(desk.bob, desk, his)
    assert (last_of(desk)["ok"], last_of(desk)["code"]) == (False, "unreachable")


def test_each_connection_has_its_own(desk: ConnectionDesk, broker: HeardBroker, his: str) -> None:
    other = made(desk.bob, name="Staging")["id"]
    desk.associated(desk.bob, his, other)
    tried(desk.bob, desk, his)
    broker.codes = ((StepName.LOGIN, Code.LOGIN_REFUSED),)
    tried(desk.bob, desk, his, other)
    assert (last_of(desk)["ok"], last_of(desk, other)["code"]) == (True, "login-refused")
    page = desk.bob.call("GET", f"/credentials/{his}", headers=HTML).text
    assert "Healthy" in page
    assert "Failing: login refused" in page
    there = desk.bob.call("GET", f"/connections/{other}/credentials", headers=HTML).text
    assert ("Failing: login refused" in there, "Healthy" in there) == (True, False)


def test_checking_all_of_them_tells_it_of_each_but_not_of_a_secret_that_is_not_stored(
    desk: ConnectionDesk, broker: HeardBroker, his: str
) -> None:
    checked = desk.bob.post(f"credentials/{his}/check", {"password": "another long one"})
    assert (checked.status_code, last_of(desk)) == (200, None)
    assert desk.bob.post(f"credentials/{his}/check", {}).status_code == 200
    assert last_of(desk)["ok"] is True


def test_what_was_tried_before_a_change_tells_nothing(
    desk: ConnectionDesk, broker: HeardBroker, his: str
) -> None:
    tried(desk.bob, desk, his)
    desk.world.store.clock.advance(seconds=1)
    assert desk.bob.patch(f"credentials/{his}", {"password": PLANTED + "2"}).status_code == 200
    assert last_of(desk) is None
    tried(desk.bob, desk, his)
    assert last_of(desk)["ok"] is True
    params = {"host": "other.example.com", "database": "sales"}
    assert desk.ada.patch(f"connections/{desk.sales}", {"params": params}).status_code == 200
    assert last_of(desk) is None, "it leads elsewhere"
    desk.associated(desk.bob, his)
    assert last_of(desk) is None, "and nobody tried it there"


def test_what_is_stored_after_a_good_test_was_tested(desk: ConnectionDesk, broker: HeardBroker) -> None:
    once = {"user": "reader", "password": PLANTED, "save_as": "Reader"}
    assert desk.bob.post(f"connections/{desk.sales}/test", once).json()["credential_id"]
    assert last_of(desk)["ok"] is True
