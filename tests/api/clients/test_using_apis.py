"""Asking that an application may call a data API; approving less than was asked for."""

from typing import Any

import pytest
from calling import Caller, problem
from client_desk import ClientDesk
from stores import on_one_engine

from gatepost_server.authz import NodeKind, own_new_node, register_node
from gatepost_server.connections import create_connection
from gatepost_server.dataapis import Definition, Field, Operation, SqlSource, Stage, authorization_of, kept
from gatepost_server.dataapis.tables import ApiVersionRow, DataApiRow
from gatepost_server.jobs import facts_of
from gatepost_server.kernel.ids import new_id
from gatepost_server.projects import create_project, token_of
from gatepost_server.store import raw_reader

_PLACE = {"host": "db.example.com", "database": "sales"}
_ORDERS = Definition(
    SqlSource("SELECT id, total, email FROM orders"),
    frozenset({Operation.LIST}),
    tuple(Field(name, "text") for name in ("id", "total", "email")),
)


@pytest.fixture
def orders(desk: ClientDesk) -> str:
    """An API `orders` of eve's, published."""
    with desk.world.store.arranged(desk.person("eve").actor) as tx:
        project = create_project(tx, key="SHOP", name="Shop")
        connection = create_connection(tx, "Sales", "postgresql", _PLACE)
        api_id = new_id("api", tx.now)
        node = register_node(tx, api_id, NodeKind.API, "Orders", parent_id=project.id, is_numbered=True)
        own_new_node(tx, node)
        tx.session.add(
            DataApiRow(
                id=api_id, project_id=project.id, project_key="SHOP", slug="orders",
                number_text=str(node.number), name="Orders", folded="orders", description="",
                development_version=1, production_version=1, created_at=tx.now, updated_at=tx.now,
            )
        )  # fmt: skip
        tx.session.flush()
        tx.session.add(
            ApiVersionRow(
                api_id=api_id, number=1, connection_id=connection.id, credential_id=None,
                definition=kept(_ORDERS), definer=facts_of(token_of(tx.actor)), at=tx.now, note="",
            )
        )  # fmt: skip
    return api_id


def _ask(who: Caller, validity: Any = "permanent", **more: Any) -> Any:
    body = {"kind": "use_api", "reason": "Nightly report.", "validity": validity, **more}
    return who.post("requests", body)


def _decide(who: Caller, request: dict[str, Any], **more: Any) -> Any:
    return who.post(f"requests/{request['id']}/approve", {"content_hash": request["content_hash"], **more})


def _fields(desk: ClientDesk, api: str, client: str) -> Any:
    with raw_reader(desk.world.store.engine) as reader:
        found = authorization_of(reader, api, client, Stage.PRODUCTION, desk.world.now)
    return "nothing" if found is None else found.fields


def test_an_owner_asks_for_an_api_and_its_keeper_approves_fewer_fields(desk: ClientDesk, orders: str) -> None:
    made = desk.made()
    asked = _ask(desk["ada"], {"days": 90}, client=made["id"], api="orders").json()
    assert asked["asks"] == "that Loader may call the data API orders in production"
    assert [one["id"] for one in desk["eve"].pages("requests", box="to_decide")] == [asked["id"]]
    assert problem(_decide(desk["bob"], asked))[0] == 404
    assert _fields(desk, orders, made["id"]) == "nothing"
    for more in (
        {"fields": ["salary"]},
        {"fields": []},
        {"validity": "permanent"},
        {"validity": {"days": 91}},
    ):
        assert problem(_decide(desk["eve"], asked, narrower=more))[0] == 400, more
    assert problem(_decide(desk["eve"], asked, narrower={"stage": "development"})) == (400, "unknown-field")

    less = {"fields": ["total", "id"], "validity": {"days": 30}}
    done = _decide(desk["eve"], asked, narrower=less).json()
    assert (done["state"], done["granted"]) == (
        "approved", {"fields": ["id", "total"], "validity": {"days": 30}},
    )  # fmt: skip
    assert _fields(desk, orders, made["id"]) == {"id", "total"}
    assert desk["ada"].get(f"clients/{made['id']}").json()["apis"] == 1
    desk.world.store.clock.advance(days=30)
    assert _fields(desk, orders, made["id"]) == "nothing"
    assert desk.api.session(desk.person("ada")).get(f"clients/{made['id']}").json()["apis"] == 0


def test_only_an_owner_asks_and_an_unknown_api_answers_like_a_known_one(
    desk: ClientDesk, orders: str
) -> None:
    made = desk.made()
    refused = _ask(desk["ann"], client=made["id"], api="orders")
    assert [one["field"] for one in refused.json()["errors"]] == ["client"]
    nothing = _ask(desk["ada"], client=made["id"], api="no-such").json()
    known = _ask(desk["ada"], client=made["id"], api=orders, fields=["id"]).json()
    assert nothing["asks"].replace("no-such", "X") == known["asks"].replace(orders, "X")
    assert nothing["waits_for"] == known["waits_for"] == [], "who keeps what one may not know of is not told"
    assert _decide(desk["eve"], known).status_code == 200
    assert _fields(desk, orders, made["id"]) == {"id"}
    again = _ask(desk["ada"], client=made["id"], api=orders, fields=["id"]).json()
    assert problem(_decide(desk["eve"], again))[0] == 409, "it may call it already"


@on_one_engine
def test_the_page_of_a_request_approves_less(desk: ClientDesk, orders: str) -> None:
    made = desk.made()
    asked = _ask(desk["ada"], client=made["id"], api="orders").json()
    html = {"accept": "text/html"}
    page = desk["eve"].call("GET", f"/requests/{asked['id']}", headers=html).text
    assert "Approve less than was asked for" in page
    assert page.count('name="less_fields"') == 3
    sent = desk["eve"].call(
        "POST", f"/requests/{asked['id']}/approve", headers={**html, "x-gatepost-csrf": None},
        data={
            "csrf_token": desk["eve"].csrf, "content_hash": asked["content_hash"], "less_validity": "30",
            "less_fields": ["id", "total", "email"],
        },
    )  # fmt: skip
    assert sent.status_code == 303, sent.text
    assert _fields(desk, orders, made["id"]) is None, "all of the fields are no fewer"
    told = desk["ada"].call("GET", f"/requests/{asked['id']}", headers=html).text
    assert "Less than was asked for" in told
    assert "for 30 days" in told


def test_who_is_waited_for_is_told_to_who_knows_the_thing(desk: ClientDesk) -> None:
    made = desk.made()
    body = {"kind": "join_client", "client": made["id"], "reason": "I load.", "validity": {"days": 30}}
    asked = desk["ann"].post("requests", body).json()
    assert asked["waits_for"] == ["Ada"]
    done = _decide(desk["ada"], asked, narrower={"validity": {"days": 7}})
    assert done.json()["granted"] == {"validity": {"days": 7}}
    desk.world.store.clock.advance(days=7)
    assert len(desk.texts(made["app_key"])) == 1


@on_one_engine
def test_an_application_that_its_owners_do_not_list_is_named_to_who_decides_and_approved(
    desk: ClientDesk, orders: str
) -> None:
    made = desk.made()
    assert desk["ada"].patch(f"clients/{made['id']}", {"listed": False}).status_code == 200
    assert problem(desk["eve"].get(f"clients/{made['id']}"))[0] == 404
    direct = desk["eve"].post(f"clients/{made['id']}/apis", {"api": "orders", "validity": "permanent"})
    assert problem(direct) == (404, "not-found"), "nobody has asked"
    asked = _ask(desk["ada"], client=made["id"], api="orders").json()
    seen = desk["eve"].get(f"requests/{asked['id']}").json()
    assert seen["asks"] == "that Loader may call Orders in production"
    done = _decide(desk["eve"], asked)
    assert done.status_code == 200, done.text
    assert _fields(desk, orders, made["id"]) is None
    assert problem(desk["eve"].get(f"clients/{made['id']}"))[0] == 404, (
        "approving shows nobody the application"
    )


@on_one_engine
def test_an_owner_asks_for_longer_and_for_more_and_does_without(desk: ClientDesk, orders: str) -> None:
    made = desk.made()
    here, html = f"/clients/{made['id']}/apis", {"accept": "text/html"}

    def send(who: Caller, path: str, **data: Any) -> Any:
        headers = {**html, "x-gatepost-csrf": None}
        return who.call("POST", f"{here}/{path}", headers=headers, data={"csrf_token": who.csrf, **data})

    told = {"api": "orders", "stage": "production", "reason": "Nightly report."}
    assert send(desk["ann"], "request", **told).status_code == 403
    bad = send(desk["ada"], "request", api="orders", stage="production", validity="30")
    assert (bad.status_code, "Reason" in bad.text) == (400, True)
    assert send(desk["ada"], "request", **told, fields="id", validity="30").status_code == 303
    [first] = desk["eve"].pages("requests", box="to_decide")
    assert _decide(desk["eve"], first).status_code == 200
    page = desk["ada"].call("GET", here, headers=html).text
    assert "Request renewal or more" in page
    assert desk["ann"].call("GET", here, headers=html).status_code == 403

    assert send(desk["ada"], "request", **told, fields="id, total", validity="90").status_code == 303
    [more] = desk["eve"].pages("requests", box="to_decide")
    told_of = desk["eve"].call("GET", f"/requests/{more['id']}", headers=html).text
    assert "the fields id, until " in told_of
    assert _decide(desk["eve"], more).status_code == 200
    desk.world.store.clock.advance(days=60)
    assert _fields(desk, orders, made["id"]) == {"id", "total"}, "a later end, and one field more"
    ada, eve = desk.api.session(desk.person("ada")), desk.api.session(desk.person("eve"))
    assert len(ada.get(f"clients/{made['id']}/apis").json()["items"]) == 1

    assert send(ada, f"{orders}/development/end").status_code == 404
    assert send(eve, f"{orders}/production/end").status_code == 403
    assert "The next call is refused" in ada.call("GET", f"{here}/{orders}/production/end", headers=html).text
    assert send(ada, f"{orders}/production/end").status_code == 303
    assert _fields(desk, orders, made["id"]) == "nothing"
