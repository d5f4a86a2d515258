"""What is taken is gone at the next request, on every node (I12): what it has read before says nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from imagining import OTHER, PEOPLE, THINGS, actor_of, hours, moment, worlds, write
from oracle import Imagined
from oracle_values import Credential
from sqlalchemy import delete, select
from stores import ORIGIN, SYSTEM, Store, store_on

from gatepost_server.authz import ORGANIZATION, policy, set_active, subject_for
from gatepost_server.authz.facts import load_facts, load_node
from gatepost_server.authz.model import effective, signed_in
from gatepost_server.authz.service.asking import reader_of
from gatepost_server.authz.tables import ExposureRow, GrantRow, MembershipRow, NodeRow, PrincipalRow
from gatepost_server.store import Tx, make_engine, micros

_ROWS = {"grants": GrantRow, "memberships": MembershipRow, "exposures": ExposureRow}
_PREFIXES = {"grants": "grt", "memberships": "mem", "exposures": "exp"}


@contextmanager
def _committed(store: Store, world: Imagined) -> Iterator[None]:
    """Write *world* for all nodes to see; take it out of the store at the end."""
    with store.arranged() as tx:
        nodes, principals = (set(tx.session.scalars(select(row.id))) for row in (NodeRow, PrincipalRow))
        write(tx, world)
    try:
        yield
    finally:
        with store.arranged() as tx:
            for row in _ROWS.values():
                tx.session.execute(delete(row))
            inside = NodeRow.parent_id.not_in(nodes)
            for these in (inside, NodeRow.parent_id.is_not(None)):
                tx.session.execute(delete(NodeRow).where(these, NodeRow.id.not_in(nodes)))
            tx.session.execute(delete(PrincipalRow).where(PrincipalRow.id.not_in(principals)))


def _held(tx: Tx, who: str) -> dict[str, set[str]]:
    reader = reader_of(tx)
    subject = subject_for(reader, actor_of(Credential("session", who)))
    found: dict[str, set[str]] = {}
    for thing in (one for one in THINGS if one != "app_z"):
        node = load_node(reader, thing)
        assert node is not None
        facts = load_facts(reader, subject, node.id, node.kind, micros(tx.now))
        found[thing] = set(policy.names(effective(subject, node, facts)))
    return found


def _ask(node: Store) -> dict[str, dict[str, set[str]]]:
    with node.uow.read(SYSTEM, ORIGIN) as tx:
        return {who: _held(tx, who) for who in PEOPLE}


def _said(world: Imagined, hour: int) -> dict[str, dict[str, set[str]]]:
    return {
        who: {thing: world.rights(who, 5, thing, hour) for thing in THINGS if thing != "app_z"}
        for who in PEOPLE
    }


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(worlds(), hours, st.sampled_from(["grants", "memberships", "exposures", "people"]), st.data())
def test_i12_what_is_taken_is_gone_at_the_next_request_on_every_node(
    store: Store, world: Imagined, hour: int, what: str, data: st.DataObject
) -> None:
    things = {one.id: one for one in world.things.values() if OTHER not in (one.id, one.parent)}
    people = {who: replace(one, org=ORGANIZATION) for who, one in world.people.items()}
    grants = [one for one in world.grants if one.at in things and one.who != signed_in(OTHER)]
    world = replace(world, things=things, people=people, grants=grants)
    there = getattr(world, what)
    assume(there)
    gone = data.draw(st.integers(0, len(there) - 1))
    another = store_on(make_engine(store.engine.url.render_as_string(hide_password=False)))
    store.clock.at = another.clock.at = moment(hour)
    with _committed(store, world):
        try:
            assert _ask(another) == _ask(store) == _said(world, hour)
            with store.arranged() as tx:
                if what == "people":
                    set_active(tx, PEOPLE[gone], is_active=False)
                else:
                    row = _ROWS[what]
                    tx.session.execute(delete(row).where(row.id == f"{_PREFIXES[what]}_{gone}"))
            assert _ask(another) == _ask(store) == _said(_without(world, what, gone), hour)
        finally:
            another.engine.dispose()


def _without(world: Imagined, what: str, gone: int) -> Imagined:
    if what == "people":
        who = PEOPLE[gone]
        return replace(world, people={**world.people, who: replace(world.people[who], is_active=False)})
    less = replace(world)
    there = getattr(world, what)
    setattr(less, what, [*there[:gone], *there[gone + 1 :]])
    return less
