"""Row rules compare with what is known of the caller, and with nothing that the caller can write."""

from collections.abc import Iterator

import pytest
from api_desk import ApiDesk, api_desk
from calling import Api, faults, problem
from fastapi import FastAPI
from gate_desk import GateDesk
from stores import on_one_engine
from world import World


@pytest.fixture
def desk(api: Api, world: World, control_app: FastAPI) -> ApiDesk:
    return api_desk(api, world, control_app)


@pytest.fixture
def ruled(desk: ApiDesk, request: pytest.FixtureRequest) -> Iterator[GateDesk]:
    """The API with one row rule, on `owner`."""
    made = GateDesk(desk, row_rules=[{"column": "owner", "caller": request.param}])
    made.authorize()
    desk.give("vic", "USE", made.orders["id"])
    yield made
    made.gate.close()


def compared(desk: GateDesk) -> object:
    """Return what the last call's rule compared with; None: with nothing, so that no row is there."""
    last = desk.statements()[-1]
    assert ('."owner" = ' in last.text) != ("1 = 0" in last.text)
    return last.values[-1] if '."owner" = ' in last.text else None


@on_one_engine
@pytest.mark.parametrize("ruled", ["name"], indirect=True)
def test_a_name_is_a_username_and_nothing_that_one_gives_oneself(ruled: GateDesk) -> None:
    desk, vic = ruled.desk, ruled.by(ruled.desk.vic)
    mine = {"display_name": "ada", "email": "vic@example.com"}
    assert desk.vic.patch("me", mine).status_code == 200
    assert vic.get("/gw/orders").status_code == 200
    assert compared(ruled) == "vic"
    key = desk.api.by_key(desk.people["vic"], name="ada")
    assert ruled.by(key).get("/gw/orders").status_code == 200
    assert compared(ruled) == "vic"
    # Applications and keys are called as their owners like, and as people or others are.
    assert ruled.signed().status_code == 200
    assert compared(ruled) is None
    assert problem(ruled.signed("DELETE", body=b'{"rows":[{"id":7}]}')) == (403, "rows-not-yours")
    made = desk.ada.post("projects/P/keys", {"name": "vic", "permissions": ["ADMIN"]})
    assert made.status_code == 201, made.text
    sent = {"authorization": f"Key {made.json()['key']}"}
    assert ruled.gate.nobody.get("/gw/orders", headers=sent).status_code == 200
    assert compared(ruled) is None


@on_one_engine
@pytest.mark.parametrize("ruled", ["email"], indirect=True)
def test_an_address_that_somebody_wrote_themselves_compares_with_nothing(ruled: GateDesk) -> None:
    vic = ruled.by(ruled.desk.vic)
    assert vic.get("/gw/orders").status_code == 200
    assert compared(ruled) == "vic@example.com"
    stolen = {"display_name": "Vic", "email": "ada@example.com"}
    assert ruled.desk.vic.patch("me", stolen).status_code == 200
    assert vic.get("/gw/orders").json()["items"]
    assert compared(ruled) is None
    assert problem(vic.post("/gw/orders", {"rows": [{"id": 7}]})) == (403, "rows-not-yours")
    back = {"display_name": "Vic", "email": "vic@example.com"}
    assert ruled.desk.vic.patch("me", back).status_code == 200
    assert vic.get("/gw/orders").status_code == 200
    assert compared(ruled) is None, "who wrote it once may write it again"


@on_one_engine
@pytest.mark.parametrize("ruled", ["client_id"], indirect=True)
def test_an_application_is_known_by_its_id_and_its_appkey(ruled: GateDesk) -> None:
    assert ruled.signed().status_code == 200
    assert compared(ruled) == ruled.client
    assert ruled.by(ruled.desk.vic).get("/gw/orders").status_code == 200
    assert compared(ruled) is None


@on_one_engine
def test_a_rule_stands_on_text(desk: ApiDesk) -> None:
    """MySQL takes every word for the number 0: a rule on a number would open the rows of 0 to all."""
    refused = desk.make(row_rules=[{"column": "id", "caller": "id"}])
    assert refused.status_code == 400
    assert "row_rules" in faults(refused)
    assert desk.make(row_rules=[{"column": "city", "caller": "id"}]).status_code == 201
