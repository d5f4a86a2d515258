"""Random worlds for property tests, and how one is written into a store."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from clocks import START
from hypothesis import strategies as st
from oracle import DATA, ITEM, PROJECT, Credential, Given, Imagined, Person, Thing, Window

from gatepost_server.authz import ANYONE, INSTANCE, ORGANIZATION, SIGNED_IN, plant_organization, policy
from gatepost_server.authz.model import signed_in
from gatepost_server.authz.tables import ExposureRow, GrantRow, MembershipRow, NodeRow, PrincipalRow
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.projects.tables import DatasetRow, ProjectRow
from gatepost_server.store import Tx

HOURS = 12
PEOPLE = ["usr_a", "usr_b", "usr_c"]
SETS = ["grp_a", "grp_b", "grp_c"]
KEYS = ["key_a", "key_b"]
ITEMS = {"app_a": "app", "app_b": "app", "src_a": "source"}
_IN_ORGANIZATION = [
    *(Thing(item, kind, ORGANIZATION) for item, kind in ITEMS.items()),
    Thing("prj_a", "project", ORGANIZATION),
    Thing("prj_b", "project", ORGANIZATION),
    Thing("con_a", "connection", ORGANIZATION, is_restricted=True),
    Thing("con_b", "connection", ORGANIZATION),
    Thing("crd_a", "credential", ORGANIZATION),
]
_IN_PROJECTS = [
    Thing("dts_a", "dataset", "prj_a"),
    Thing("dts_b", "dataset", "prj_a"),
    Thing("dts_c", "dataset", "prj_b"),
    Thing("scn_a", "scenario", "prj_a"),
    Thing("dsh_a", "dashboard", "prj_a"),
    Thing("app_c", "app", "prj_a"),
]
OTHER = "org_b"
_ELSEWHERE = [Thing("app_z", "app", OTHER)]
THINGS = {thing.id: thing for thing in (*_IN_ORGANIZATION, *_IN_PROJECTS, *_ELSEWHERE)}
ROOTS = {
    INSTANCE: Thing(INSTANCE, "instance", None),
    ORGANIZATION: Thing(ORGANIZATION, "organization", INSTANCE),
    OTHER: Thing(OTHER, "organization", INSTANCE),
}


def member(who: str, set_id: str, window: Window) -> Given:
    """Return that somebody, or a set, is in a set."""
    return Given(who, set_id, frozenset(), window)


hours = st.integers(0, HOURS)
windows = st.builds(
    lambda start, span: Window(start, None if span is None else start + span),
    hours,
    st.none() | st.integers(0, HOURS),
)
memberships = st.builds(member, st.sampled_from([*PEOPLE, *SETS]), st.sampled_from(SETS), windows)
_ITEM, _DATA, _PROJECT = ITEM.split(), DATA.split(), PROJECT.split()
_ATOMS = {
    "instance": ["GLOBAL_ADMIN"],
    "organization": ["CREATE"],
    "project": [*_PROJECT, "ADMIN", "WRITE_CONF", "MANAGE_EXPOSED_ELEMENTS", *_DATA, *_ITEM],
    "dataset": [*_ITEM, *_DATA],
}
_WHERE = [*ITEMS, *THINGS, "prj_a", "prj_a", "prj_b", "dts_a", *ROOTS]


@st.composite
def grants(draw: st.DrawFn) -> Given:
    """Any atoms that belong on a thing, to anybody."""
    where = draw(st.sampled_from(_WHERE))
    atoms = _ATOMS.get((THINGS | ROOTS)[where].kind, _ITEM)
    return Given(
        draw(st.sampled_from([*PEOPLE, *SETS, *KEYS, ANYONE, SIGNED_IN, signed_in(OTHER)])),
        where,
        draw(st.frozensets(st.sampled_from(atoms), min_size=1, max_size=3)),
        draw(windows),
    )


exposures = st.builds(
    Given,
    st.sampled_from(["dts_a", "dts_b"]),
    st.just("prj_b"),
    st.frozensets(st.sampled_from(["READ_DATA", "READ_METADATA", "READ_SCHEMA", "EXPORT_DATA"]), min_size=1),
    windows,
)
_reaches = st.none() | st.frozensets(st.sampled_from([*THINGS, INSTANCE]), min_size=1, max_size=3)
_people = st.sampled_from(PEOPLE)
direct = st.one_of(
    st.just(Credential("anonymous", None, 1)),
    st.builds(
        Credential, st.sampled_from(["session", "personal"]), _people, st.integers(0, 5), reach=_reaches
    ),
    st.builds(
        Credential, st.just("project"), st.just("key_a"), st.just(4), _people,
        st.sampled_from([frozenset({"prj_a"}), frozenset({"prj_b"})]),
    ),
    st.builds(Credential, st.just("global"), st.just("key_b"), st.sampled_from([4, 5]), _people, _reaches),
)  # fmt: skip
lent = st.one_of(
    st.builds(
        Credential, st.sampled_from(["creator", "visitor", "run"]), _people, st.integers(0, 3), reach=_reaches
    ),
    st.builds(
        Credential, st.sampled_from(["creator", "visitor", "run"]), st.just("usr_a"), st.integers(0, 3),
        reach=_reaches, behind=direct,
    ),
    st.builds(Credential, st.just("application"), st.just("key_a"), st.just(1)),
    st.just(Credential("guest", "gst_a", 1, reach=frozenset({"app_a"}))),
)  # fmt: skip
credentials = direct | lent
_KINDS = {
    "anonymous": ActorKind.ANONYMOUS, "session": ActorKind.SESSION, "personal": ActorKind.PERSONAL_KEY,
    "project": ActorKind.PROJECT_KEY, "global": ActorKind.GLOBAL_KEY, "creator": ActorKind.CREATOR_KEY,
    "visitor": ActorKind.VISITOR_KEY, "run": ActorKind.RUN_TOKEN, "application": ActorKind.APP_KEY,
    "guest": ActorKind.GUEST,
}  # fmt: skip


def actor_of(how: Credential) -> Actor:
    """Return the caller that a credential makes."""
    return Actor(
        _KINDS[how.kind],
        how.who,
        how.who or "",
        cap=how.cap,
        reach=None if how.reach is None else tuple(how.reach),
        sponsor_id=how.sponsor,
        behind=None if how.behind is None else actor_of(how.behind),
    )


@st.composite
def worlds(draw: st.DrawFn) -> Imagined:
    """People of random roles, sets in sets, a few things, and grants of anything to anybody."""
    made = Imagined(things=dict(ROOTS))
    for person in PEOPLE:
        role = draw(st.sampled_from(["viewer", "publisher", "publisher", "administrator"]))
        org = draw(st.sampled_from([ORGANIZATION, ORGANIZATION, ORGANIZATION, OTHER]))
        made.people[person] = Person(person, role, draw(st.integers(0, 5)) > 0, org)
    made.things |= THINGS
    made.memberships = draw(st.lists(memberships, max_size=5))
    made.grants = draw(st.lists(grants(), max_size=10))
    made.exposures = draw(st.lists(exposures, max_size=2))
    return made


def write(tx: Tx, world: Imagined, sets: Sequence[str] = SETS, keys: Sequence[str] = KEYS) -> None:
    """Write *world* into the store as it is, asking nobody; *keys* hold grants and are no persons."""
    if OTHER in world.things:
        plant_organization(tx, OTHER, "Other", allows_outside_sharing=False)
    for person in world.people.values():
        cap = policy.roles[person.role].cap
        tx.session.add(_principal(person.id, "user", is_active=person.is_active, cap=cap, org_id=person.org))
    for set_id in sets:
        tx.session.add(_principal(set_id, "group"))
    for key_id in keys:
        tx.session.add(_principal(key_id, "key", cap=5))
    for thing in world.things.values():
        if thing.id not in ROOTS:
            tx.session.add(
                NodeRow(
                    id=thing.id, kind=thing.kind, name=thing.id, parent_id=thing.parent,
                    org_id=OTHER if thing.parent == OTHER else ORGANIZATION,
                    is_restricted=thing.is_restricted, created_at=tx.now,
                )
            )  # fmt: skip
            tx.session.flush()
    for number, one in enumerate(world.memberships):
        start, end = _moments(one.window)
        tx.session.add(
            MembershipRow(id=f"mem_{number}", set_id=one.at, member_id=one.who, from_at=start, until_at=end)
        )
    for number, given in enumerate(world.grants):
        start, end = _moments(given.window)
        tx.session.add(
            GrantRow(
                id=f"grt_{number}", who_id=given.who, node_id=given.at, atoms=policy.mask(given.atoms),
                from_at=start, until_at=end, by_id="", reason="",
            )
        )  # fmt: skip
    for number, open_to in enumerate(world.exposures):
        start, end = _moments(open_to.window)
        tx.session.add(
            ExposureRow(
                id=f"exp_{number}", dataset_id=open_to.who, project_id=open_to.at,
                mask=policy.mask(open_to.atoms), from_at=start, until_at=end, by_id="",
            )
        )  # fmt: skip
    tx.session.flush()


def plant_on_behalf(tx: Tx, ruled: Sequence[str] = ()) -> None:
    """Let dts_a of prj_a hold rows that are read on behalf of persons; a rule for each of *ruled*."""
    when = {"created_at": tx.now, "updated_at": tx.now}
    tx.session.add(ProjectRow(id="prj_a", key="P", name="P", description="", variables={}, **when))
    tx.session.flush()
    rules = [{"column": "c", "values": [who], "who_id": who} for who in ruled]
    tx.session.add(
        DatasetRow(
            id="dts_a", project_id="prj_a", name="d", folded="d", columns=[{"name": "c", "type": "string"}],
            is_declared=True, impersonate=True, rules=rules, description="", tags=[], custom={}, rows=0,
            size=0, data_at=None, **when,
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
