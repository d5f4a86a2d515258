"""Client applications are authorized by who may share an API, with fields and for a time."""

from datetime import timedelta

import pytest
from api_desk import ApiDesk
from calling import faults, problem
from stores import on_one_engine

from gatepost_server.authz import policy
from gatepost_server.dataapis import Stage, authorization_of
from gatepost_server.store import raw_reader


def allowed(desk: ApiDesk, client: str, api: str, stage: Stage = Stage.PRODUCTION) -> object:
    """Return the fields that the gate would let a client have; `nothing` without an authorization."""
    with raw_reader(desk.world.store.engine) as reader:
        found = authorization_of(reader, api, client, stage, desk.world.now)
    return "nothing" if found is None else found.fields


def test_an_authorized_client_may_call_until_the_end(desk: ApiDesk) -> None:
    api, client = desk.made(stage="production")["id"], desk.client()
    body = {"api": "orders", "fields": ["city", "id"], "validity": {"days": 30}}
    given = desk.ada.post(f"clients/{client}/apis", body)
    assert given.status_code == 201, given.text
    assert given.json()["fields"] == ["id", "city"]
    assert allowed(desk, client, api) == {"id", "city"}
    assert allowed(desk, client, api, Stage.DEVELOPMENT) == "nothing"
    assert desk.ada.get(f"clients/{client}").json()["apis"] == 1
    assert [one["api"]["name"] for one in desk.ada.pages(f"clients/{client}/apis")] == ["Orders"]
    seen = desk.ada.pages("projects/P/apis/orders/authorizations")
    assert [one["client"]["id"] for one in seen] == [client]
    desk.world.store.clock.advance(days=30)
    assert allowed(desk, client, api) == "nothing"
    ada = desk.api.session(desk.people["ada"])
    assert ada.pages("projects/P/apis/orders/authorizations") == []


@on_one_engine
def test_stages_are_authorized_one_by_one(desk: ApiDesk) -> None:
    api, client = desk.made()["id"], desk.client()
    body = {"api": api, "validity": "permanent"}
    assert problem(desk.ada.post(f"clients/{client}/apis", body)) == (400, "nothing-published")
    body["stage"] = "development"
    assert desk.ada.post(f"clients/{client}/apis", body).status_code == 201
    assert problem(desk.ada.post(f"clients/{client}/apis", body)) == (409, "already-authorized")
    assert allowed(desk, client, api) == "nothing"
    assert allowed(desk, client, api, Stage.DEVELOPMENT) is None


@on_one_engine
@pytest.mark.parametrize(
    ("more", "field"),
    [({"fields": ["price"]}, "fields"), ({"fields": []}, "fields"), ({"stage": "test"}, "stage")],
)
def test_what_cannot_be_granted_is_refused(desk: ApiDesk, more: dict[str, object], field: str) -> None:
    desk.made(stage="production")
    answer = desk.ada.post(
        f"clients/{desk.client()}/apis", {"api": "orders", "validity": "permanent", **more}
    )
    assert answer.status_code == 400
    assert field in faults(answer)


@on_one_engine
def test_only_who_shares_the_api_authorizes_and_only_a_client(desk: ApiDesk) -> None:
    api, client = desk.made(stage="production")["id"], desk.client()
    body = {"api": "orders", "validity": "permanent"}
    assert problem(desk.vic.post(f"clients/{client}/apis", body)) == (404, "not-found")
    desk.give("vic", "LIST", api)
    assert problem(desk.vic.post(f"clients/{client}/apis", body)) == (403, "denied")
    assert problem(desk.ada.post("clients/app_" + "0" * 24 + "/apis", body)) == (404, "not-found")
    assert problem(desk.vic.get(f"clients/{client}/apis")) == (403, "denied")


@on_one_engine
def test_who_shares_for_a_time_authorizes_for_no_longer(desk: ApiDesk) -> None:
    api, client = desk.made(stage="production")["id"], desk.client()
    vic = desk.people["vic"]
    end = desk.world.now + timedelta(days=10)
    desk.world.grant(api, vic.id, policy.mask("SHARE USE"), end)
    body = {"api": "orders", "validity": {"days": 30}}
    assert problem(desk.vic.post(f"clients/{client}/apis", body)) == (403, "grant-exceeds-own")
    assert desk.vic.post(f"clients/{client}/apis", {**body, "validity": {"days": 9}}).status_code == 201


@on_one_engine
def test_an_authorization_is_ended_from_either_side(desk: ApiDesk) -> None:
    api, client = desk.made(stage="production")["id"], desk.client()
    body = {"api": "orders", "validity": "permanent"}
    given = desk.ada.post(f"clients/{client}/apis", body).json()["id"]
    path = "projects/P/apis/orders/authorizations"
    assert problem(desk.eve.delete(f"{path}/{given}")) == (403, "denied")
    assert problem(desk.ada.delete(f"{path}/grt_{'0' * 24}")) == (404, "unknown-authorization")
    assert desk.ada.delete(f"{path}/{given}").json()["revoked"]
    assert allowed(desk, client, api) == "nothing"
    assert problem(desk.ada.delete(f"clients/{client}/apis/orders")) == (404, "unknown-authorization")
    desk.ada.post(f"clients/{client}/apis", body)
    assert problem(desk.vic.delete(f"clients/{client}/apis/orders")) == (403, "denied")
    assert desk.ada.delete(f"clients/{client}/apis/orders").json()["revoked"]
    assert allowed(desk, client, api) == "nothing"


@on_one_engine
def test_a_deleted_client_and_a_deleted_api_leave_nothing_behind(desk: ApiDesk) -> None:
    api, client = desk.made(stage="production")["id"], desk.client()
    body = {"api": "orders", "validity": "permanent"}
    desk.ada.post(f"clients/{client}/apis", body)
    assert desk.ada.delete(f"clients/{client}").status_code == 200
    assert desk.ada.pages("projects/P/apis/orders/authorizations") == []
    other = desk.client(name="Other")
    desk.ada.post(f"clients/{other}/apis", body)
    assert desk.ada.delete(f"projects/P/apis/{api}").status_code == 200
    assert desk.ada.pages(f"clients/{other}/apis") == []
    assert allowed(desk, other, api) == "nothing"
