"""Row rules and associated users: which rows come out, for whom."""

from dataclasses import replace
from typing import Any

import pytest
from calling import Caller, faults, problem
from data_desk import DataDesk
from stores import on_one_engine
from world import Person

from gatepost_server.authz import policy
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.kernel.errors import GatepostError
from gatepost_server.projects import RunAsDenied, RunAsNeeded, plan_rows

REGIONS = b"id,region,big\n1,north,true\n2,south,false\n3,,true\n"
PATH = "projects/P/datasets/orders"


def _rule(column: str, values: list[Any], name: str, kind: str = "user") -> dict[str, Any]:
    return {"column": column, "values": values, "who": {"type": kind, "name": name}}


@pytest.fixture
def ruled(desk: DataDesk) -> DataDesk:
    """A dataset that is read on behalf of persons: bob sees the north, the team what has no region."""
    orders = desk.filled(REGIONS)
    bob, eve = desk.world.person("bob", "publisher"), desk.world.person("eve", "publisher")
    desk.world.group("team", bob.id)
    for who in (bob, eve):
        desk.world.grant(orders, who.id, policy.mask("READ_DATA EXPORT_DATA"))
    rules = {"rules": [_rule("region", ["north"], "bob"), _rule("region", [None], "team", "group")]}
    assert desk.owner.patch(PATH, {"impersonate": True}).status_code == 200
    answer = desk.owner.call("PUT", f"{PATH}/rules", json=rules)
    assert answer.json() == rules, answer.text
    desk.bob, desk.eve, desk.orders = bob, eve, orders  # type: ignore[attr-defined]
    return desk


def _ids(desk: DataDesk, who: Person) -> list[int]:
    return [row["id"] for row in desk.rows(who=desk.api.session(who))]


def _key(desk: DataDesk, run_as: Person | None, kind: ActorKind = ActorKind.PROJECT_KEY) -> Actor:
    """A key of the project that holds READ_DATA, within ada; not yet made by a route."""
    holder = desk.person()
    desk.world.grant(desk.orders, holder.id, policy.mask("READ_DATA"))  # type: ignore[attr-defined]
    return replace(
        holder.actor, kind=kind, cap=4, session_id=None, sponsor_id=desk.ada.id,
        run_as_id=run_as.id if run_as is not None else None,
    )  # fmt: skip


def _through(desk: DataDesk, actor: Actor) -> list[str] | None:
    with desk.world.read(actor) as tx:
        filters = plan_rows(tx, "P", "orders").query.filters
    return None if filters is None else sorted(f"{one.column}={list(one.values)}" for one in filters)


def test_rows_come_out_that_a_rule_lets_through(ruled: Any) -> None:
    assert _ids(ruled, ruled.bob) == [1, 3]
    assert _ids(ruled, ruled.eve) == []
    assert _ids(ruled, ruled.ada) == [1, 2, 3]
    exported = ruled.api.session(ruled.bob).get(f"{PATH}/export")
    assert [line.split(",")[0] for line in exported.text.splitlines()] == ['"id"', '"1"', '"3"']


def test_a_rule_may_name_a_set(ruled: Any) -> None:
    rules = {"rules": [_rule("big", [True], "team", "group")]}
    ruled.owner.call("PUT", f"{PATH}/rules", json=rules)
    assert _ids(ruled, ruled.bob) == [1, 3]
    assert _ids(ruled, ruled.eve) == []


def test_without_rules_and_without_impersonation_all_rows_come_out(ruled: Any) -> None:
    ruled.owner.patch(PATH, {"impersonate": False})
    assert _ids(ruled, ruled.eve) == [1, 2, 3]
    assert _through(ruled, _key(ruled, None)) is None
    ruled.owner.patch(PATH, {"impersonate": True})
    ruled.owner.call("PUT", f"{PATH}/rules", json={"rules": []})
    assert _ids(ruled, ruled.eve) == [1, 2, 3]


@on_one_engine
@pytest.mark.parametrize("kind", [ActorKind.PROJECT_KEY, ActorKind.GLOBAL_KEY])
def test_a_key_needs_an_associated_user_with_the_same_right(ruled: Any, kind: ActorKind) -> None:
    if kind is ActorKind.GLOBAL_KEY:
        ruled.ada = ruled.world.person("root", "administrator")
    with pytest.raises(RunAsNeeded):
        _through(ruled, _key(ruled, None, kind))
    with pytest.raises(RunAsDenied):
        _through(ruled, _key(ruled, ruled.world.person("zoe", "publisher"), kind))
    assert _through(ruled, _key(ruled, ruled.bob, kind)) == ["region=['north']", "region=[None]"]
    assert _through(ruled, _key(ruled, ruled.eve, kind)) == []


@on_one_engine
def test_an_associated_user_adds_no_right_to_a_key(ruled: Any) -> None:
    root = ruled.world.person("root", "administrator")
    assert _through(ruled, _key(ruled, root)) is None
    bare = replace(_key(ruled, root), principal_id=ruled.person().id)
    with pytest.raises(GatepostError) as caught:
        _through(ruled, bare)
    assert caught.value.error_code == "not-found"


def test_who_may_not_share_neither_sees_nor_sets_rules(ruled: Any) -> None:
    caller: Caller = ruled.holder("WRITE_CONF WRITE_DATA READ_DATA")
    for answer in (caller.get(f"{PATH}/rules"), caller.call("PUT", f"{PATH}/rules", json={"rules": []})):
        assert (problem(answer), answer.json()["missing"]) == ((403, "denied"), "SHARE")


@on_one_engine
@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (_rule("colour", ["red"], "bob"), "rules.0.column"),
        (_rule("id", ["x"], "bob"), "rules.0.values"),
        (_rule("id", [1], "nobody"), "rules.0.who.name"),
        (_rule("id", [1], "nobody", "group"), "rules.0.who.name"),
    ],
)
def test_a_rule_that_cannot_be_changes_nothing(ruled: Any, rule: dict[str, Any], field: str) -> None:
    before = ruled.owner.get(f"{PATH}/rules").json()
    answer = ruled.owner.call("PUT", f"{PATH}/rules", json={"rules": [rule]})
    assert answer.status_code == 400
    assert set(faults(answer)) == {field}
    assert ruled.owner.get(f"{PATH}/rules").json() == before


@on_one_engine
def test_a_column_that_rules_name_stays(ruled: Any) -> None:
    with ruled.unchanged():
        assert problem(ruled.put(b"id\n1\n")) == (409, "column-ruled")
    assert ruled.put(b"region,id\nnorth,7\n").status_code == 200
    assert _ids(ruled, ruled.bob) == [7]
