"""What a version names for its visitors' keys: nothing else of what the visitor may is in their reach."""

import pytest
from deployments import app_of, deployed, inside, visited
from world import Person, World

from gatepost_server.authn import LevelChanged, agree, asked_of
from gatepost_server.authz import NodeKind, decide
from gatepost_server.authz.policy import Atom
from gatepost_server.projects import create_dataset, create_project
from gatepost_server.store import raw_reader

USE = 1 << Atom.USE


@pytest.fixture
def ada(world: World) -> Person:
    return world.person("ada", "publisher")


@pytest.fixture
def dan(world: World) -> Person:
    return world.person("dan", "publisher")


@pytest.fixture
def held(world: World, dan: Person) -> dict[str, str]:
    """Two projects of Dan's, each with two datasets; the ids of all by name."""
    found = {}
    with world.begin(dan) as tx:
        for key in ("P", "Q"):
            found[key] = create_project(tx, key=key, name=key).id
            for name in ("d1", "d2"):
                found[f"{key}/{name}"] = create_dataset(tx, key, name=name).id
    return found


def reached_for(world: World, deployment_id: str, by: Person, held: dict[str, str]) -> set[str]:
    """Return which projects the app may see, and which datasets it may read, in the name of *by*."""
    subject = inside(world, deployment_id, visited(world, deployment_id, by)[0]).subject
    found = set()
    with raw_reader(world.store.engine) as reader:
        for name, node_id in held.items():
            is_dataset = "/" in name
            action = "dataset:rows" if is_dataset else "project:list"
            kind = NodeKind.DATASET if is_dataset else NodeKind.PROJECT
            if decide(reader, subject, action, node_id, kind, world.now).allowed:
                found.add(name)
    return found


@pytest.mark.parametrize(
    ("reach", "reached"),
    [
        (None, {"P", "P/d1", "P/d2", "Q", "Q/d1", "Q/d2"}),
        (["P"], {"P", "P/d1", "P/d2"}),
        (["P/D1"], {"P/d1"}),
        (["P/d1", "Q"], {"P/d1", "Q", "Q/d1", "Q/d2"}),
        (["P/none", "X", "X/d1"], set()),
    ],
)
def test_a_visitors_key_reaches_what_the_version_names_and_the_visitor_holds(
    world: World, ada: Person, dan: Person, held: dict[str, str], reach: list[str] | None, reached: set[str]
) -> None:
    made = deployed(world, ada, visitor_reach=reach)
    world.grant(app_of(world, made), dan.id, USE)
    assert reached_for(world, made, dan, held) == reached


def test_naming_gives_nobody_what_they_do_not_hold(world: World, ada: Person, held: dict[str, str]) -> None:
    made = deployed(world, ada, visitor_reach=["P/d1"])
    eve = world.person("eve", "publisher")
    world.grant(app_of(world, made), eve.id, USE)
    assert reached_for(world, made, eve, held) == set()
    assert reached_for(world, made, ada, held) == set()


def test_a_name_means_what_bears_it_now(world: World, ada: Person, dan: Person, held: dict[str, str]) -> None:
    made = deployed(world, ada, visitor_reach=["P/later"])
    world.grant(app_of(world, made), dan.id, USE)
    assert reached_for(world, made, dan, held) == set()
    with world.begin(dan) as tx:
        held["P/later"] = create_dataset(tx, "P", name="later").id
    assert reached_for(world, made, dan, held) == {"P/later"}


def test_one_agrees_to_what_one_has_seen_it_reach(world: World, ada: Person, dan: Person) -> None:
    made = deployed(world, ada, visitor_reach=["P/d1"], required_key_scope_level="user")
    app_id = app_of(world, made)
    world.grant(app_id, dan.id, USE)
    with world.read(dan) as tx:
        asked = asked_of(tx, app_id)
    assert asked is not None
    assert asked.reach == ("P/d1",)
    for seen in (None, ["P"], []):
        with world.begin(dan) as tx, pytest.raises(LevelChanged):
            agree(tx, app_id, asked.level, ada.id, seen)
    with world.begin(dan) as tx:
        agree(tx, app_id, asked.level, ada.id, ["P/d1"])
    assert inside(world, made, visited(world, made, dan)[0]).subject.cap == 2
