"""Who may fill a dataset from a connection, within whose rights it is read: each with its refused twin."""

from collections.abc import Iterator

import pytest
from calling import Api, Caller
from fastapi import FastAPI
from feed_desk import ROOT, FeedDesk

from gatepost_server.authz import policy


@pytest.fixture
def desk(api: Api, rig, control_app: FastAPI, postgresql) -> Iterator[FeedDesk]:
    """Project P beside a database; bob may add to it, and use nothing yet."""
    rig.allow(postgresql.port)
    made = FeedDesk(api, rig.world, rig.client, control_app, rig.root)
    made.connect(postgresql)
    postgresql.run("DROP TABLE IF EXISTS orders; CREATE TABLE orders AS SELECT 1 AS id")
    yield made
    made.runner.close()


def holder(desk: FeedDesk, name: str, *, dataset: str = "", **atoms: str) -> Caller:
    """Somebody who holds atoms on the project, the connection and the credential, and on orders."""
    who = desk.world.person(name, "publisher")
    on = {"project": desk.project, "connection": desk.connection, "credential": desk.credential}
    if dataset:
        desk.world.grant(desk.ada.get(f"{ROOT}/orders").json()["id"], who.id, policy.mask(dataset))
    for thing, held in atoms.items():
        desk.world.grant(on[thing], who.id, policy.mask(held))
    return desk.api.session(who)


ALL = {"project": "WRITE_CONF", "connection": "USE", "credential": "USE"}


def test_adding_takes_three_rights(desk):
    assert desk.add("all", holder(desk, "whole", **ALL), table="orders").status_code == 202
    for number, (lacking, code) in enumerate((("project", 404), ("connection", 404), ("credential", 404))):
        held = {name: atoms for name, atoms in ALL.items() if name != lacking}
        answer = desk.add(f"no{number}", holder(desk, f"lacks{number}", **held), table="orders")
        assert answer.status_code == code, (lacking, answer.text)
    seen = holder(desk, "seen", **(ALL | {"credential": "LIST"}))
    assert desk.add("seen", seen, table="orders").status_code == 403


def test_refreshing_takes_the_dataset_alone_and_reads_as_who_said_from_where(desk):
    desk.added(table="orders")
    writer, reader = holder(desk, "writer", dataset="WRITE_DATA"), holder(desk, "reader", dataset="READ_DATA")
    assert desk.refresh(who=reader).status_code == 403
    assert desk.refresh(who=writer).status_code == 202
    assert desk.worked()["failure"] is None


def test_what_the_definer_may_is_asked_at_each_reading(desk):
    bob = holder(desk, "bob", project="WRITE_CONF WRITE_DATA", connection="USE")
    shared = {"to": {"type": "user", "name": "bob"}, "role": "consumer"}
    grant = desk.ada.post(f"credentials/{desk.credential}/grants", shared).json()["id"]
    assert desk.add("bobs", bob, table="orders").status_code == 202
    assert desk.worked("bobs")["failure"] is None
    assert desk.ada.delete(f"credentials/{desk.credential}/grants/{grant}").status_code == 200
    assert desk.refresh("bobs").status_code == 202  # ada may use both; it reads as bob all the same
    assert desk.worked("bobs")["job"]["state"] == "failed"
    saved = desk.ada.call("PUT", f"{ROOT}/bobs/from", json=desk.source(table="orders"))
    assert saved.status_code == 202, saved.text
    told = desk.worked("bobs")
    assert (told["failure"], told["acts_as"]) == (None, "ada")


def test_whom_nobody_told_of_a_connection_does_not_learn_its_name(desk):
    desk.added(table="orders")
    told = desk.feed(who=holder(desk, "viewer", project="READ_CONF"))
    assert told["connection"] == {"id": desk.connection, "name": None}
    assert told["credential"] == {"id": desk.credential, "name": None}
    assert told["table"] == "orders"
    stranger = holder(desk, "stranger", dataset="READ_DATA")
    assert stranger.get(f"{ROOT}/orders/from").status_code == 403


def test_a_restricted_connection_is_read_in_a_session_and_by_no_schedule(desk):
    desk.ada.patch(f"connections/{desk.connection}", {"restricted": True})
    assert desk.added(table="orders")["failure"] is None
    desk.refresh()
    assert desk.worked()["failure"] is None
    step = {"type": "refresh_dataset", "dataset": "orders"}
    desk.ada.post("projects/P/scenarios", {"name": "nightly", "steps": [step]})
    run = desk.ada.post("projects/P/scenarios/nightly/run").json()["run"]
    desk.worked()
    assert desk.ada.get(f"projects/P/scenarios/nightly/runs/{run}").json()["state"] == "failed"
    assert len(desk.rows()) == 1


def test_over_a_connection_where_each_works_as_themselves_keys_fill_nothing(desk):
    key = desk.api.session(desk.root).post("admin/keys", {"name": "a", "global_admin": True}).json()
    by_key = Caller(desk.api, {"authorization": f"Key {key['key']}"}, key=key["key"])
    for node, who in (
        (desk.connection, key["id"]),
        (desk.credential, key["id"]),
        (desk.credential, desk.root.id),
    ):
        desk.world.grant(node, who, policy.mask("USE"))
    assert desk.add("before", by_key, table="orders").status_code == 202
    desk.ada.patch(f"connections/{desk.connection}", {"impersonate": True})
    refused = desk.add("after", by_key, table="orders")
    assert (refused.status_code, refused.json()["code"]) == (403, "key-is-nobody")
    looked = by_key.get(f"connections/{desk.connection}/preview?table=orders&credential_id={desk.credential}")
    tested = by_key.post(f"connections/{desk.connection}/test", {"credential_id": desk.credential})
    assert [(one.status_code, one.json()["code"]) for one in (looked, tested)] == [(403, "key-is-nobody")] * 2
    assert desk.ada.get(f"connections/{desk.connection}/preview?table=orders").status_code == 200
    assert desk.worked("before")["failure"] == "key-is-nobody"
    assert desk.added("mine", table="orders")["failure"] is None
    assert desk.ada.get(f"{ROOT}/mine").json()["impersonate"] is True
    assert desk.ada.patch(f"{ROOT}/mine", {"impersonate": False}).json()["code"] == "connection-impersonates"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "from"), ({"table": "a", "sql": "SELECT 1"}, "from"), ({"table": ""}, "from.table"),
        ({"sql": " "}, "from.sql"), ({"sql": "SELECT 1", "schema": "x"}, "from.schema"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_its_field(desk, said, field):
    refused = desk.add(**said)
    assert refused.status_code == 400
    assert [one["field"] for one in refused.json()["errors"]] == [field]


def test_one_way_of_filling_at_a_time(desk):
    desk.added(table="orders")
    query = {"query": "SELECT 1 AS id"}
    assert desk.ada.call("PUT", f"{ROOT}/orders/query", json=query).json()["code"] == "from-connection"
    desk.ada.delete(f"{ROOT}/orders/from")
    assert desk.ada.call("PUT", f"{ROOT}/orders/query", json=query).status_code == 200
    refused = desk.ada.call("PUT", f"{ROOT}/orders/from", json=desk.source(table="orders"))
    assert refused.json()["code"] == "from-query"
