"""A data API is designed from what its source shows to who designs it: a table is chosen, not typed."""

from collections.abc import Iterator

import pytest
from calling import Api, Caller
from fastapi import FastAPI
from feed_desk import FeedDesk
from httpx import Response

HTML = {"accept": "text/html"}
NEW = "/projects/P/apis/new"


@pytest.fixture
def desk(api: Api, rig, control_app: FastAPI, postgresql) -> Iterator[FeedDesk]:
    """Project P beside a database with tables in two schemas."""
    rig.allow(postgresql.port)
    made = FeedDesk(api, rig.world, rig.client, control_app, rig.root)
    made.connect(postgresql)
    postgresql.run(
        "DROP TABLE IF EXISTS orders; CREATE TABLE orders AS SELECT 1 AS id, 'Zoë' AS who;"
        " GRANT SELECT ON orders TO PUBLIC; DROP SCHEMA IF EXISTS old CASCADE; CREATE SCHEMA old;"
        ' GRANT USAGE ON SCHEMA old TO PUBLIC; CREATE TABLE old."a table=1-2" (n integer);'
        " GRANT SELECT ON ALL TABLES IN SCHEMA old TO PUBLIC"
    )
    yield made
    made.runner.close()


def press(desk: FeedDesk, do: str, who: Caller | None = None, **typed: str) -> Response:
    data = {"connection": desk.connection, "credential": desk.credential, "name": "Orders", "do": do}
    return (who or desk.ada).call("POST", NEW, headers=HTML, data={**data, "operations": "list", **typed})


def test_a_table_is_chosen_among_what_the_account_may_read_and_its_columns_come_back(desk):
    blank = desk.ada.call(
        "GET", f"{NEW}?connection={desk.connection}&credential={desk.credential}", headers=HTML
    )
    assert "Show the tables" in blank.text
    assert f"/connections/{desk.connection}/browse?credential={desk.credential}" in blank.text

    listed = press(desk, "tables").text
    assert 'value="table=orders"' in listed
    assert 'value="schema=old"' in listed
    assert "a table=1-2" not in listed, "it is in another schema"
    taken = press(desk, "table=orders", schema="public").text
    for words in ("It can be saved", 'name="f-0-name" value="id"', 'name="f-1-name" value="who"'):
        assert words in taken
    made = press(desk, "save", kind="table", schema="public", table="orders", operations="list")
    assert made.status_code == 303, made.text


def test_another_schema_is_looked_into_and_odd_names_are_taken_as_they_are(desk):
    assert 'value="table=a table=1-2"' in press(desk, "schema=old").text
    taken = press(desk, "table=a table=1-2", schema="old").text
    assert 'name="f-0-name" value="n"' in taken


def test_the_columns_of_another_table_take_the_place_of_the_former_ones(desk):
    before = {"kind": "table", "table": "orders", "schema": "old", "f-0-name": "who", "f-0-on": "on"}
    taken = press(desk, "table=a table=1-2", **before).text
    assert ('value="n"' in taken, 'value="who"' in taken) == (True, False)
    kept = press(desk, "table=orders", **{**before, "schema": "public", "f-0-description": "A person"}).text
    assert 'value="A person"' in kept, "the same table again: what was said of its columns stays"


def test_who_may_not_use_the_connection_or_the_account_sees_nothing_of_it(desk):
    bob = desk.api.session(desk.world.person("bob", "publisher"))
    assert press(desk, "tables", who=bob).status_code == 404
    grants = [
        {"to": {"type": "user", "name": name}, "role": role}
        for name, role in (("ada", "admin"), ("bob", "contributor"))
    ]
    assert desk.ada.call("PUT", "projects/P/permissions", json={"grants": grants}).status_code == 200
    seen = press(desk, "tables", who=bob)
    assert 'value="table=orders"' not in seen.text
    assert "gp-note red" in seen.text
