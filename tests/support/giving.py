"""Giving in random worlds: whatever people and keys try to give, and what the store holds afterwards."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from hypothesis import strategies as st
from imagining import (
    HOURS,
    PEOPLE,
    SETS,
    actor_of,
    member,
    moment,
    plant_on_behalf,
    worlds,
    write,
)
from oracle import Credential, Given, Imagined, Thing, Window
from sqlalchemy import select
from stores import ORIGIN, SYSTEM, Store

from gatepost_server.authz import (
    ORGANIZATION,
    WantedGrant,
    add_member,
    endow,
    expose,
    give_role,
    load_node,
    policy,
    reader_of,
    require_held,
    set_access,
    set_grants,
)
from gatepost_server.authz.service.asking import forget_subject
from gatepost_server.authz.tables import ExposureRow, GrantRow, MembershipRow
from gatepost_server.kernel.errors import GatepostError
from gatepost_server.store import Tx

GROUPS = {name: Thing(name, "group", ORGANIZATION) for name in SETS}
_ROLES, _PROJECT_ROLES = ["consumer", "editor", "owner"], ["viewer", "contributor", "admin"]


@dataclass(frozen=True)
class Step:
    """Something that somebody tries: in which way, on what, for whom, until when.

    Who endows a key names by `to` who answers for it.
    """

    by: Credential
    way: str
    on: str
    to: str
    role: str
    atoms: frozenset[str]
    until: int | None
    run_as: str | None = None


_ON = {
    "give": ["app_a", "app_c", "dts_a", "prj_a", "prj_b"],
    "add": SETS,
    "expose": ["dts_a", "dts_b"],
    "open": ["app_a", "app_c"],
    "replace": ["prj_a", "dts_a"],
    "endow": ["prj_a", "dts_a"],
}


_people = st.builds(Credential, st.just("session"), st.sampled_from(PEOPLE))
_keys = st.one_of(
    st.builds(
        Credential, st.just("project"), st.just("key_a"), st.just(4), st.sampled_from(PEOPLE),
        st.just(frozenset({"prj_b"})),
    ),
    st.builds(
        Credential, st.just("global"), st.just("key_b"), st.sampled_from([4, 5]), st.just("usr_c"),
        st.sampled_from([None, frozenset({"prj_b"})]),
    ),
    st.builds(Credential, st.just("personal"), st.sampled_from(PEOPLE), reach=st.just(frozenset({"prj_b"}))),
)  # fmt: skip
"""Keys that count in prj_b, to which things are exposed, or everywhere; people make keys, no keys do."""


@st.composite
def steps(draw: st.DrawFn) -> Step:
    """Something that fits what it is about, so that rights alone decide."""
    way = draw(st.sampled_from(["give", "give", "give", "add", "add", "expose", "open", "replace", "endow"]))
    on = draw(st.sampled_from(_ON[way]))
    role = draw(st.sampled_from(_PROJECT_ROLES if on.startswith("prj") else _ROLES))
    atoms = st.frozensets(st.sampled_from(["READ_DATA", "WRITE_DATA", "USE", "SHARE"]), min_size=1)
    return Step(
        draw(_people if way == "endow" else _people | _keys), way, on,
        draw(st.sampled_from([*PEOPLE, *SETS])), role, draw(atoms),
        draw(st.none() | st.integers(HOURS + 1, 2 * HOURS)), draw(st.sampled_from([None, *PEOPLE])),
    )  # fmt: skip


@st.composite
def worlds_with_owners(draw: st.DrawFn) -> Imagined:
    """Worlds in which much can be given: publishers hold things, some for a time, in few grants."""
    world = draw(worlds())
    people = {one: person._replace(role="publisher", is_active=True) for one, person in world.people.items()}
    people["usr_c"] = people["usr_c"]._replace(role=draw(st.sampled_from(["publisher", "administrator"])))
    held = {"prj_a": ["ADMIN"], "prj_b": ["ADMIN"], "app_a": ["OWN", "SHARE"], "dts_a": ["OWN", "SHARE"]}
    held |= {name: ["OWN", "SHARE"] for name in SETS}
    ends = st.none() | st.integers(HOURS, 2 * HOURS)
    given_now = [
        Given(
            draw(st.sampled_from(PEOPLE)), where, frozenset({draw(st.sampled_from(atoms))}),
            Window(0, draw(ends)),
        )
        for where, atoms in held.items()
    ]  # fmt: skip
    given_now += [
        Given(key, where, frozenset({draw(st.sampled_from(atoms))}), Window(0, None))
        for key, where, atoms in [
            ("key_a", "prj_b", ["ADMIN"]), ("key_b", "prj_b", ["ADMIN"]), ("key_b", "grp_a", ["OWN"]),
            ("key_b", "dts_a", ["READ_DATA", "OWN", "LIST"]),
        ]
    ]  # fmt: skip
    return replace(world, people=people, things=world.things | GROUPS, grants=[*world.grants[:3], *given_now])


def held_by(world: Imagined, by: Credential, run_as: str | None, thing: str, at: int) -> set[str]:
    """Return Eff of who gives; on dts_a, which is read on behalf of persons, Eff_data."""
    held = world.by(by, thing, at)
    if thing != "dts_a" or by.kind not in ("project", "global"):
        return held
    return held & ({"LIST"} | (set() if run_as is None else world.rights(run_as, 5, thing, at)))


def endowed(taken: Sequence[Step]) -> tuple[Credential, int | None] | None:
    """Return the key that was endowed last, which counts in prj_a within who answers for it, and its end."""
    last = next((one for one in reversed(taken) if one.way == "endow"), None)
    return last and (Credential("project", "key_a", 4, last.to, frozenset({"prj_a"})), last.until)


class _Undo(Exception):
    """Ends an example; nothing of it is kept."""


@contextmanager
def begun(store: Store, world: Imagined, hour: int) -> Iterator[Tx]:
    store.clock.at = moment(hour)
    with pytest.raises(_Undo), store.uow.begin(SYSTEM, ORIGIN) as tx:
        write(tx, world)
        plant_on_behalf(tx)
        yield tx
        raise _Undo


def take(tx: Tx, step: Step) -> bool:
    """Let somebody try a step; return whether it was let through."""
    tx.actor = replace(actor_of(step.by), confirmed_at=tx.now, run_as_id=step.run_as)
    forget_subject(tx)
    until = None if step.until is None else moment(step.until)
    before = tx.session.begin_nested()
    try:
        if step.way == "give":
            give_role(tx, step.on, step.to, step.role, until=until)
        elif step.way == "add":
            add_member(tx, step.on, step.to, until=until)
        elif step.way == "expose":
            expose(tx, step.on, "prj_b" if step.on == "dts_a" else "prj_a", until=until)
        elif step.way == "open":
            set_access(tx, step.on, "anyone", "anyone")
        elif step.way == "replace":
            set_grants(tx, step.on, [WantedGrant(step.to, policy.mask(step.atoms), until=until)])
        else:
            wanted = {step.on: policy.mask(step.atoms)}
            node = load_node(reader_of(tx), step.on)
            assert node is not None
            require_held(tx, wanted, ("project:make-key", node), sponsor_id=step.to, until=until)
            endow(tx, "key_a", wanted)
        tx.session.flush()
    except GatepostError:
        before.rollback()
        return False
    before.commit()
    return True


def read(tx: Tx, world: Imagined) -> Imagined:
    """Return the world as the store has it now."""
    grants = [
        Given(row.who_id, row.node_id, frozenset(policy.names(row.atoms)), _window(row))
        for row in tx.session.scalars(select(GrantRow))
        if row.node_id in world.things
    ]
    members = [
        member(row.member_id, row.set_id, _window(row)) for row in tx.session.scalars(select(MembershipRow))
    ]
    exposures = [
        Given(row.dataset_id, row.project_id, frozenset(policy.names(row.mask)), _window(row))
        for row in tx.session.scalars(select(ExposureRow))
    ]
    return replace(world, grants=grants, memberships=members, exposures=exposures)


def _window(row: GrantRow | MembershipRow | ExposureRow) -> Window:
    start = moment(0)
    end = None if row.until_at is None else int((row.until_at - start).total_seconds()) // 3600
    return Window(int((row.from_at - start).total_seconds()) // 3600, end)
