"""`sort` of every list: an order that a list does not have is refused, never ignored."""

import pytest
from calling import Api, faults, problem
from stores import on_one_engine
from world import World

from gatepost_server.authz import NodeKind


@on_one_engine
@pytest.mark.parametrize("path", ["apps", "sources", "sources/{source}/versions", "keys", "users", "audit"])
def test_an_order_that_there_is_not_is_refused(api: Api, world: World, path: str) -> None:
    root = world.person("root", "administrator")
    source = world.thing(root, NodeKind.SOURCE).id
    answer = api.session(root).get(path.format(source=source), params={"sort": "-colour"})
    assert problem(answer) == (400, "bad-sort")
    assert set(faults(answer)) == {"sort"}
