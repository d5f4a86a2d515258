"""A restricted connection opens to people and to global administrator keys, and to no other key (E9)."""

from dataclasses import replace

import pytest
from calling import Api, Caller
from connections_desk import ConnectionDesk, HeardBroker

from gatepost_server.authz import ActionDenied, policy
from gatepost_server.connections import usable_target
from gatepost_server.kernel.actor import ActorKind

ONCE = {"user": "reader", "password": "a long one"}


def by_key(api: Api, made: dict[str, str]) -> Caller:
    return Caller(api, {"authorization": f"Key {made['key']}"}, key=made["key"])


@pytest.fixture
def callers(desk: ConnectionDesk, api: Api) -> dict[str, Caller]:
    """Everybody who holds USE on the connection, by what they call with."""
    desk.ada.post("projects", {"key": "P", "name": "P"})
    keys = {
        "project key": desk.ada.post("projects/P/keys", {"name": "k", "permissions": ["ADMIN"]}),
        "global key": desk.root.post("admin/keys", {"name": "r", "projects": {"P": ["READ_CONF"]}}),
        "global administrator key": desk.root.post("admin/keys", {"name": "a", "global_admin": True}),
    }
    for key in keys.values():
        assert key.status_code == 201, key.text
        desk.world.grant(desk.sales, key.json()["id"], policy.mask("USE"))
    made = {name: by_key(api, key.json()) for name, key in keys.items()}
    return {"session": desk.bob, "personal key": api.by_key(desk.bob_person), **made}


@pytest.mark.parametrize("is_restricted", [False, True])
def test_people_and_administrators_keys_use_it_and_keys_of_projects_reach_none(
    desk: ConnectionDesk, broker: HeardBroker, callers: dict[str, Caller], *, is_restricted: bool
) -> None:
    path = f"connections/{desk.sales}"
    assert desk.ada.patch(path, {"restricted": is_restricted}).json()["restricted"] is is_restricted
    answers = {name: who.post(f"{path}/test", ONCE).status_code for name, who in callers.items()}
    assert answers == {
        "session": 200, "personal key": 200, "global administrator key": 200,
        "project key": 404, "global key": 404,
    }  # fmt: skip
    assert len(broker.heard) == 3


@pytest.mark.parametrize("kind", [ActorKind.CREATOR_KEY, ActorKind.VISITOR_KEY, ActorKind.RUN_TOKEN])
def test_applications_and_runs_use_it_as_their_person_only_while_it_is_open(
    desk: ConnectionDesk, kind: ActorKind
) -> None:
    lent = replace(desk.bob_person.actor, kind=kind, cap=3, session_id=None)
    with desk.world.read(lent) as tx:
        assert usable_target(tx, desk.sales).connection_id == desk.sales
    assert desk.ada.patch(f"connections/{desk.sales}", {"restricted": True}).status_code == 200
    with desk.world.read(lent) as tx, pytest.raises(ActionDenied):
        usable_target(tx, desk.sales)
    with desk.world.read(desk.bob_person) as tx:
        assert usable_target(tx, desk.sales).connection_id == desk.sales
