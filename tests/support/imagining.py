"""Random worlds for property tests, and how one is written into a store."""

from datetime import datetime, timedelta

from clocks import START
from hypothesis import strategies as st
from oracle import Given, Imagined, Membership, Person, Thing, Window

from gatepost_server.authz import ANYONE, INSTANCE, ORGANIZATION, SIGNED_IN, policy
from gatepost_server.authz.tables import GrantRow, MembershipRow, NodeRow, PrincipalRow
from gatepost_server.store import Tx

HOURS = 12
PEOPLE = ["usr_a", "usr_b", "usr_c"]
SETS = ["grp_a", "grp_b", "grp_c"]
ITEMS = {"app_a": "app", "app_b": "app", "src_a": "source"}
ROOTS = {
    INSTANCE: Thing(INSTANCE, "instance", None),
    ORGANIZATION: Thing(ORGANIZATION, "organization", INSTANCE),
}
ATOMS = ["LIST", "READ", "USE", "EDIT", "DELETE", "SHARE", "OWN", "CREATE", "GLOBAL_ADMIN"]

hours = st.integers(0, HOURS)
windows = st.builds(
    lambda start, span: Window(start, None if span is None else start + span),
    hours,
    st.none() | st.integers(0, HOURS),
)
memberships = st.builds(Membership, st.sampled_from([*PEOPLE, *SETS]), st.sampled_from(SETS), windows)
grants = st.builds(
    Given,
    st.sampled_from([*PEOPLE, *SETS, ANYONE, SIGNED_IN]),
    st.sampled_from([*ITEMS, *ITEMS, *ROOTS]),
    st.frozensets(st.sampled_from(ATOMS), min_size=1, max_size=3),
    windows,
)


@st.composite
def worlds(draw: st.DrawFn) -> Imagined:
    """People of random roles, sets in sets, a few things, and grants of anything to anybody."""
    made = Imagined(things=dict(ROOTS))
    for person in PEOPLE:
        role = draw(st.sampled_from(["viewer", "publisher", "publisher", "administrator"]))
        made.people[person] = Person(person, role, draw(st.integers(0, 5)) > 0)
    for item, kind in ITEMS.items():
        made.things[item] = Thing(item, kind, ORGANIZATION)
    made.memberships = draw(st.lists(memberships, max_size=5))
    made.grants = draw(st.lists(grants, max_size=8))
    return made


def write(tx: Tx, world: Imagined) -> None:
    """Write *world* into the store as it is, asking nobody."""
    for person in world.people.values():
        cap = policy.roles[person.role].cap
        tx.session.add(
            _principal(person.id, "user", is_active=person.is_active, cap=cap, org_id=ORGANIZATION)
        )
    for set_id in SETS:
        tx.session.add(_principal(set_id, "group"))
    for thing in world.things.values():
        if thing.id not in ROOTS:
            tx.session.add(
                NodeRow(
                    id=thing.id, kind=thing.kind, name=thing.id, parent_id=thing.parent,
                    org_id=ORGANIZATION, created_at=tx.now,
                )
            )  # fmt: skip
    tx.session.flush()
    for number, one in enumerate(world.memberships):
        start, end = _moments(one.window)
        tx.session.add(
            MembershipRow(
                id=f"mem_{number}", set_id=one.set_id, member_id=one.member, from_at=start, until_at=end
            )
        )
    for number, given in enumerate(world.grants):
        start, end = _moments(given.window)
        tx.session.add(
            GrantRow(
                id=f"grt_{number}", who_id=given.who, node_id=given.at, atoms=policy.mask(given.atoms),
                from_at=start, until_at=end, by_id="", reason="",
            )
        )  # fmt: skip
    tx.session.flush()


def moment(hour: int) -> datetime:
    """Return the moment of an hour of the world."""
    return START + timedelta(hours=hour)


def _moments(window: Window) -> tuple[datetime, datetime | None]:
    return moment(window.start), None if window.end is None else moment(window.end)


def _principal(
    principal_id: str, kind: str, *, is_active: bool = True, cap: int = 0, org_id: str | None = None
) -> PrincipalRow:
    return PrincipalRow(
        id=principal_id, kind=kind, name=principal_id, label=principal_id, org_id=org_id,
        is_active=is_active, cap=cap,
    )  # fmt: skip
