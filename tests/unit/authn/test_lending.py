"""What visitors let an app do in their name: asked above viewer, agreed once, over when anything widens."""

import pytest
from deployments import app_of, deployed, deployed_again, inside, promoted, visited
from stores import on_one_engine
from world import Person, World

from gatepost_server.apps import KeyScopeLevel, Kind, WayFacts
from gatepost_server.apps.model import RUNGS
from gatepost_server.audit.tables import EntryRow
from gatepost_server.authn import (
    LevelChanged,
    NothingLent,
    NothingToLend,
    agree,
    asked_of,
    list_lent,
    take_back_consent,
)
from gatepost_server.authn.visits import Consent, lent_rung
from gatepost_server.authz import Hidden, SessionRequired
from gatepost_server.authz.policy import Atom
from gatepost_server.instance import change_policies

USE = 1 << Atom.USE
AGREED = Consent(2, "usr_ada")
NARROW = Consent(2, "usr_ada", ("P", "Q/d"))


@pytest.mark.parametrize(
    ("wanted", "consent", "policy", "lent"),
    [
        (1, None, "above_viewer", 1),
        (2, None, "above_viewer", 1),
        (3, None, "above_viewer", 1),
        (0, None, "above_viewer", 0),
        (2, AGREED, "above_viewer", 2),
        (1, AGREED, "above_viewer", 1),
        (3, AGREED, "above_viewer", 1),
        (2, Consent(2, "usr_bob"), "above_viewer", 1),
        (1, None, "always", 0),
        (3, AGREED, "always", 0),
        (2, AGREED, "always", 2),
        (3, None, "never", 3),
        (0, AGREED, "never", 0),
    ],
)
def test_how_far_a_visitor_lends_themselves(
    wanted: int, consent: Consent | None, policy: str, lent: int
) -> None:
    assert lent_rung(asking(wanted), consent, policy) == lent


@pytest.mark.parametrize(
    ("reach", "consent", "lent"),
    [
        (None, AGREED, 2),
        (("P",), AGREED, 2),
        (None, NARROW, 1),
        (("P",), NARROW, 2),
        (("P/d", "Q/d"), NARROW, 2),
        (("Q",), NARROW, 1),
        (("Q/other",), NARROW, 1),
    ],
)
def test_it_is_asked_again_when_the_reach_widens(
    reach: tuple[str, ...] | None, consent: Consent, lent: int
) -> None:
    assert lent_rung(asking(2, reach), consent, "above_viewer") == lent


def asking(rung: int, reach: tuple[str, ...] | None = None) -> WayFacts:
    level = next(level for level, one in RUNGS.items() if level is not None and one == rung)
    return WayFacts("dep_a", "app_a", "A", Kind.FASTAPI, "usr_ada", level, reach)


@pytest.fixture
def ada(world: World) -> Person:
    return world.person("ada", "publisher")


@pytest.fixture
def dan(world: World) -> Person:
    return world.person("dan", "publisher")


@pytest.fixture
def deployment(world: World, ada: Person, dan: Person) -> str:
    made = deployed(world, ada, required_key_scope_level="user")
    world.grant(app_of(world, made), dan.id, USE)
    return made


def reaches(world: World, deployment: str, by: Person) -> int:
    return inside(world, deployment, visited(world, deployment, by)[0]).subject.cap


def agreed(world: World, deployment: str, by: Person, level: KeyScopeLevel = KeyScopeLevel.USER) -> None:
    with world.begin(by) as tx:
        asked = asked_of(tx, app_of(world, deployment))
        assert asked is not None
        agree(tx, app_of(world, deployment), level, asked.deployer_id)


def test_agreeing_widens_and_taking_back_narrows_at_the_next_call(
    world: World, deployment: str, dan: Person
) -> None:
    text, _ = visited(world, deployment, dan)
    assert inside(world, deployment, text).subject.cap == 1
    agreed(world, deployment, dan)
    assert inside(world, deployment, text).subject.cap == 2
    with world.begin(dan) as tx:
        take_back_consent(tx, app_of(world, deployment))
    assert inside(world, deployment, text).subject.cap == 1
    with world.begin(dan) as tx, pytest.raises(NothingLent):
        take_back_consent(tx, app_of(world, deployment))


def test_each_speaks_for_themselves(world: World, deployment: str, ada: Person, dan: Person) -> None:
    agreed(world, deployment, dan)
    assert (reaches(world, deployment, dan), reaches(world, deployment, ada)) == (2, 1)


@on_one_engine
@pytest.mark.parametrize("wider", ["level", "deployer"])
def test_it_is_asked_again_when_the_level_or_the_deployer_changes(
    world: World, deployment: str, ada: Person, dan: Person, wider: str
) -> None:
    agreed(world, deployment, dan)
    by = dan.id if wider == "deployer" else ada.id
    level = "admin" if wider == "level" else "user"
    again = deployed_again(world, app_of(world, deployment), by, required_key_scope_level=level)
    promoted(world, again)
    assert reaches(world, again, dan) == 1
    with world.read(dan) as tx:
        asked = asked_of(tx, app_of(world, deployment))
        assert asked is not None
        assert (asked.level, asked.until_then, asked.has_agreed) == (level, "viewer", False)
        assert [one.counts for one in list_lent(tx)] == [False]


def test_nothing_is_asked_up_to_viewer_but_where_the_policy_says_so(
    world: World, ada: Person, dan: Person
) -> None:
    deployment = deployed(world, ada)
    app_id = app_of(world, deployment)
    world.grant(app_id, dan.id, USE)
    with world.read(dan) as tx:
        assert asked_of(tx, app_id) is None
    with world.begin(world.person("root", "administrator")) as tx:
        change_policies(tx, {"visitor_consent": "always"})
    assert reaches(world, deployment, dan) == 0
    with world.read(dan) as tx:
        asked = asked_of(tx, app_id)
        assert asked is not None
        assert (asked.level, asked.until_then) == ("viewer", "none")
    agreed(world, deployment, dan, KeyScopeLevel.VIEWER)
    assert reaches(world, deployment, dan) == 1


@on_one_engine
def test_never_asks_nobody(world: World, deployment: str, dan: Person) -> None:
    with world.begin(world.person("root", "administrator")) as tx:
        change_policies(tx, {"visitor_consent": "never"})
    assert reaches(world, deployment, dan) == 2
    with world.read(dan) as tx:
        assert asked_of(tx, app_of(world, deployment)) is None


def test_what_cannot_be_agreed_to_is_refused(world: World, deployment: str, ada: Person, dan: Person) -> None:
    with world.begin(dan) as tx, pytest.raises(LevelChanged):
        agree(tx, app_of(world, deployment), KeyScopeLevel.ADMIN, ada.id)
    with world.begin(dan) as tx, pytest.raises(LevelChanged):
        agree(tx, app_of(world, deployment), KeyScopeLevel.USER, dan.id)
    with world.begin(world.person("eve", "publisher")) as tx, pytest.raises(Hidden):
        agree(tx, app_of(world, deployment), KeyScopeLevel.USER, ada.id)
    with world.begin(dan.by_key) as tx, pytest.raises(SessionRequired):
        agree(tx, app_of(world, deployment), KeyScopeLevel.USER, ada.id)
    bare = deployed(world, ada, required_key_scope_level="none")
    with world.begin(ada) as tx, pytest.raises(NothingToLend):
        agree(tx, app_of(world, bare), KeyScopeLevel.NONE, ada.id)
    assert reaches(world, deployment, dan) == 1


def test_the_trail_says_who_agreed_to_what(world: World, deployment: str, dan: Person) -> None:
    agreed(world, deployment, dan)
    with world.begin(dan) as tx:
        take_back_consent(tx, app_of(world, deployment))
    with world.store.arranged() as tx:
        rows = tx.session.query(EntryRow).filter(EntryRow.action.startswith("visitor:")).all()
    said = [(row.action, row.resource_id) for row in rows]
    app_id = app_of(world, deployment)
    assert sorted(said) == [("visitor:agree", app_id), ("visitor:take-back", app_id)]
