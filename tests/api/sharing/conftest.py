"""An application of somebody's who shares it."""

import pytest
from calling import Api, Caller
from world import Person, World

from gatepost_server.authz import Node


@pytest.fixture
def owner(world: World) -> Person:
    return world.person("owner", "publisher")


@pytest.fixture
def mine(api: Api, owner: Person) -> Caller:
    return api.session(owner)


@pytest.fixture
def app(world: World, owner: Person) -> Node:
    return world.thing(owner, name="Demand forecast")
