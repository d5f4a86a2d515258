"""Whether somebody active owns a thing: by a grant or a set, on it or on its project, at that moment."""

from datetime import timedelta

from world import World

from gatepost_server.authz import SIGNED_IN, Node, NodeKind, has_owner, policy, register_node, set_active
from gatepost_server.authz.tables import MembershipRow, PrincipalRow
from gatepost_server.kernel.ids import new_id
from gatepost_server.projects import create_project
from gatepost_server.store import micros, raw_reader

OWN = policy.mask("OWN")


def is_owned(world: World, node: Node) -> bool:
    with raw_reader(world.store.engine) as reader:
        return has_owner(reader, node, micros(world.now))


def test_somebody_active_owns_it_while_their_grant_counts(world: World) -> None:
    ada, node = world.person("ada", "publisher"), world.thing()
    world.grant(node.id, ada.id, policy.mask("SHARE USE"))
    assert not is_owned(world, node)
    world.grant(node.id, ada.id, OWN, world.now + timedelta(hours=1))
    assert is_owned(world, node)
    with world.store.arranged() as tx:
        set_active(tx, ada.id, is_active=False)
    assert not is_owned(world, node)
    with world.store.arranged() as tx:
        set_active(tx, ada.id, is_active=True)
    assert is_owned(world, node)
    world.store.clock.advance(hours=1)
    assert not is_owned(world, node)


def test_viewers_and_administrators_of_the_server_answer_for_nothing(world: World) -> None:
    node = world.thing()
    world.person("root", "administrator")
    world.grant(node.id, world.person("vic", "viewer").id, OWN)
    assert not is_owned(world, node)


def test_sets_own_through_those_who_are_in_them_now(world: World) -> None:
    ada, node = world.person("ada", "publisher"), world.thing()
    inner = world.group("Inner", ada.id, until=world.now + timedelta(hours=1))
    outer = world.group("Outer")
    with world.store.arranged() as tx:
        tx.session.add(
            MembershipRow(
                id=new_id("mem", tx.now), set_id=outer, member_id=inner, from_at=tx.now, until_at=None
            )
        )
    world.grant(node.id, outer, OWN)
    assert is_owned(world, node)
    world.store.clock.advance(hours=1)
    assert not is_owned(world, node)
    world.grant(node.id, SIGNED_IN, OWN)
    assert is_owned(world, node), "everybody who is signed in"


def test_who_administers_its_project_owns_what_stands_in_it(world: World) -> None:
    ada = world.person("ada", "publisher")
    with world.store.arranged(ada.actor) as tx:
        project = create_project(tx, key="P", name="P")
        node = register_node(tx, new_id("app", tx.now), NodeKind.APP, "In it", parent_id=project.id)
    assert is_owned(world, node)
    with world.store.arranged() as tx:
        tx.session.get_one(PrincipalRow, ada.id).cap = 1
    assert not is_owned(world, node)
