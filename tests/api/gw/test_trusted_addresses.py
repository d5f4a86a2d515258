"""Calls without a signature: an AppKey from a listed address, where this server and the owners allow that."""

import json
from typing import Any

import pytest
from calling import faults, problem
from gate_desk import GateDesk
from httpx import Response
from stores import on_one_engine

HERE = "203.0.113.9"
LISTED = {"enabled": True, "entries": f"{HERE}/32;10.1.2.0/24", "mode": "trust"}
READ_ONLY = {"name": "Cities", "slug": "cities", "operations": ["list", "get"], "key": ["id"]}


def allow(desk: GateDesk, **features: bool) -> None:
    """Turn features of the server on or off."""
    wanted = {"ip_allowlist": True, "ip_trust": True, **features}
    assert desk.desk.root.patch("settings", {"features": wanted}).status_code == 200


def listed(desk: GateDesk, **changed: Any) -> Response:
    """Have an owner say from where calls come."""
    return desk.desk.ada.call("PUT", f"clients/{desk.client}/ip-allowlist", json={**LISTED, **changed})


def unsigned(desk: GateDesk, target: str = "/gw/cities", ip: str = HERE, **headers: str) -> Response:
    """Call without a signature."""
    sent = {"x-ca-key": desk.app_key, "x-forwarded-for": ip, **headers}
    return desk.gate.send("GET", target, headers=list(sent.items()))


@pytest.fixture
def trusting(desk: GateDesk) -> GateDesk:
    """An application whose addresses are trusted, and an API that only reads."""
    allow(desk)
    desk.desk.made(
        **READ_ONLY, stage="production", fields=[{"name": "id"}, {"name": "city"}],
        parameters=[{"name": "city", "column": "city"}],
    )  # fmt: skip
    desk.authorize(api="cities")
    answer = listed(desk)
    assert answer.status_code == 200, answer.text
    assert answer.json()["ip_allowlist"] == {"enabled": True, "entries": LISTED["entries"], "mode": "trust"}
    return desk


def test_a_listed_address_reads_with_the_appkey_alone_and_others_are_told_what_strangers_are(
    trusting: GateDesk,
) -> None:
    read = unsigned(trusting, "/gw/cities?limit=1&city=Oslo")
    assert read.status_code == 200, read.text
    assert unsigned(trusting, "/gw/cities/row?id=1", "10.1.2.77").status_code == 200
    elsewhere = unsigned(trusting, ip="203.0.113.10")
    nobody = unsigned(trusting, ip=HERE, **{"x-ca-key": "nobody-has-this"})
    assert problem(elsewhere) == problem(nobody) == (401, "unauthenticated")
    forged = unsigned(trusting, ip=f"{HERE}, 198.51.100.7")
    assert problem(forged) == (401, "unauthenticated")
    assert trusting.send(trusting.request(target="/gw/cities"), x_forwarded_for=HERE).status_code == 200
    wrong = trusting.request(target="/gw/cities", secret="x" * 43)
    assert problem(trusting.send(wrong, x_forwarded_for=HERE)) == (401, "unauthenticated")
    trusting.app.state.call_notes.write()
    calls = trusting.desk.ada.pages(f"clients/{trusting.client}/calls")
    assert [one["status"] for one in calls] == [200] * 3


@on_one_engine
def test_it_reaches_only_what_reads_and_what_was_granted(trusting: GateDesk) -> None:
    trusting.authorize()
    assert problem(unsigned(trusting, "/gw/orders")) == (403, "signature-needed")
    signed = trusting.request(target="/gw/orders")
    assert trusting.send(signed, x_forwarded_for=HERE).status_code == 200
    assert problem(unsigned(trusting, "/gw/no-such"))[0] == 404
    assert problem(unsigned(trusting, "/gw/cities?limit=0"))[0] == 400
    assert problem(unsigned(trusting, "/gw/cities?city=Oslo&city=Bergen"))[0] in (400, 401)
    (granted,) = [
        one
        for one in trusting.desk.ada.pages(f"clients/{trusting.client}/apis")
        if one["api"]["name"] == "Cities"
    ]
    ended = trusting.desk.ada.delete(f"clients/{trusting.client}/apis/{granted['api']['id']}")
    assert ended.status_code == 200, ended.text
    assert problem(unsigned(trusting))[0] in (403, 404)


@on_one_engine
def test_what_was_turned_off_ends_it_at_once(trusting: GateDesk) -> None:
    assert unsigned(trusting).status_code == 200
    allow(trusting, ip_trust=False)
    assert problem(unsigned(trusting)) == (401, "unauthenticated")
    allow(trusting)
    assert unsigned(trusting).status_code == 200
    assert listed(trusting, mode="require").status_code == 200
    assert problem(unsigned(trusting)) == (401, "unauthenticated")
    assert listed(trusting).status_code == 200
    secrets = trusting.desk.ada.pages(f"clients/{trusting.client}/secrets")
    for one in secrets:
        gone = trusting.desk.ada.delete(f"clients/{trusting.client}/secrets/{one['id']}")
        assert gone.status_code == 200, gone.text
    assert problem(unsigned(trusting)) == (401, "unauthenticated"), "no secret of it counts any more"


@on_one_engine
def test_owners_opt_in_with_a_session_and_within_what_the_server_allows(desk: GateDesk) -> None:
    allow(desk, ip_trust=False)
    assert problem(listed(desk)) == (409, "ip-trust-off")
    allow(desk)
    wide = listed(desk, entries="10.0.0.0/23")
    assert faults(wide) == {"ip_allowlist": "10.0.0.0/23 is too wide: /24 at most, of IPv6 /64"}
    assert faults(listed(desk, entries="2001:db8::/63")) == {
        "ip_allowlist": "2001:db8::/63 is too wide: /24 at most, of IPv6 /64"
    }
    assert faults(listed(desk, enabled=False)) == {"ip_allowlist": "turn the list on, or ask for signatures"}
    by_key = desk.desk.api.by_key(desk.desk.people["ada"]).call(
        "PUT", f"clients/{desk.client}/ip-allowlist", json=LISTED
    )
    assert problem(by_key)[0] == 403
    by_another = desk.desk.vic.call("PUT", f"clients/{desk.client}/ip-allowlist", json=LISTED)
    assert problem(by_another)[0] in (403, 404)
    assert listed(desk, entries="2001:db8::/64;10.0.0.0/24").status_code == 200
    noted = desk.desk.root.get("audit?action=client:ip-allowlist").json()["items"][0]
    assert '"mode"' in json.dumps(noted), noted
    assert "trust" in json.dumps(noted)
