"""Requests that vendors' clients signed, byte for byte, on the compatible path at the time they were made."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from api_desk import api_desk
from calling import Api
from fastapi import FastAPI
from gate_desk import GateDesk
from signature_vectors import V1, V2, V2_BY_SHA1, V3, V4
from signed import AT, KEY, SECRET
from sqlalchemy import update
from stores import on_one_engine
from world import World

from gatepost_server.dataapis.tables import DataApiRow
from gatepost_server.signing import Received

_PARAMETERS = [{"name": name, "column": "city"} for name in ("city", "z", "name", "empty")]


@pytest.fixture
def vendors(api: Api, world: World, control_app: FastAPI) -> Iterator[GateDesk]:
    """The APIs 10083, published, and 10084, in development; the vectors' application may call both."""
    world.store.clock.at = AT
    desk = GateDesk(api_desk(api, world, control_app))
    on = {"features": {"compatible_calls": True}}
    assert desk.desk.root.patch("settings", on).status_code == 200
    shape = {"key": ["id"], "operations": ["list", "get"], "fields": [{"name": "id"}, {"name": "city"}]}
    lists = desk.desk.made(name="Lists", slug="lists", parameters=_PARAMETERS, stage="production", **shape)
    gets = desk.desk.made(name="Gets", slug="gets", parameters=_PARAMETERS, stage="development", **shape)
    with world.store.arranged() as tx:
        for made, number in ((lists, "10083"), (gets, "10084")):
            here = update(DataApiRow).where(DataApiRow.id == made["id"])
            tx.session.execute(here.values(number_text=number))
    ada, given = desk.desk.ada, {"app_key": KEY, "app_secret": SECRET}
    desk.client = desk.desk.client(name="Vectors", **given)
    opened = ada.call("PUT", f"clients/{desk.client}/compatible", json={"enabled": True})
    assert opened.status_code == 200, opened.text
    desk.authorize(api="lists")
    desk.authorize(api="gets", stage="development")
    yield desk
    desk.gate.close()


@on_one_engine
def test_each_is_answered_and_a_copy_of_it_is_not(vendors: GateDesk) -> None:
    listed = sent(vendors, V1)
    assert (listed[0], len(vendors.broker.asked)) == (200, 1)
    assert sent(vendors, V3) == (400, "A400NU"), "all of them have one nonce"


@on_one_engine
@pytest.mark.parametrize(
    ("vector", "expected"),
    [
        (V3, (200, "")),
        (V4, (400, "I400BD")),  # which row is wanted, its unsigned body does not say
        (V2_BY_SHA1, (404, "")),
        (replace(V2_BY_SHA1, path=b"/list/10083"), (400, "I400HD")),
        (replace(V2, path=b"/list/10083"), (400, "A400SG")),
        (replace(V3, path=b"/list/10084"), (400, "A400SG")),
    ],
)
def test_each_comes_to_what_it_asks_for(
    vendors: GateDesk, vector: Received, expected: tuple[int, str]
) -> None:
    assert sent(vendors, vector) == expected


@on_one_engine
def test_no_byte_of_a_signed_part_can_be_changed(vendors: GateDesk) -> None:
    """Through the whole course; the verifier's own test changes every byte that there is."""
    changed = [replace(V3, query=flipped(V3.query, at)) for at in range(0, len(V3.query), 5)]
    changed += [replace(V3, body=flipped(V3.body, at)) for at in range(0, len(V3.body), 10)]
    for spoiled in changed:
        assert sent(vendors, spoiled)[0] in (400, 403)
    assert vendors.broker.asked == []
    vendors.house.uow.clock.advance(minutes=1)  # type: ignore[attr-defined]  # a test's clock
    assert sent(vendors, V3) == (200, "")


def flipped(text: bytes, at: int) -> bytes:
    return text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :]


def sent(desk: GateDesk, vector: Received) -> tuple[int, str]:
    lines = [(name.decode(), value.decode()) for name, value in vector.headers]
    path, query = vector.path.decode(), vector.query.decode("latin-1")
    answer = desk.gate.send(
        vector.method, f"{path}?{query}" if query else path, headers=lines, content=vector.body
    )
    return answer.status_code, answer.headers.get("x-ca-error-code", "")
