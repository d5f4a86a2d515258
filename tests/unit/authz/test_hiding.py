"""What is hidden costs as many reads as what is not there, so that no clock tells them apart (I24)."""

from dataclasses import replace

import pytest
from stores import counted, on_one_engine
from world import Person, World

from gatepost_server.authz import Hidden, NodeKind, policy, register_holder, register_node, require
from gatepost_server.authz.service.granting import list_grants
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.kernel.ids import new_id

KINDS = {
    NodeKind.APP: "app", NodeKind.PROJECT: "prj", NodeKind.DATASET: "dts", NodeKind.CONNECTION: "con",
    NodeKind.CREDENTIAL: "crd", NodeKind.GROUP: "grp",
}  # fmt: skip
KEY = "key_" + "1" * 24


def thing(world: World, kind: NodeKind) -> str:
    with world.store.arranged() as tx:
        made = register_node(tx, new_id(KINDS[kind], tx.now), kind, "Hidden")
    return made.id


def callers(world: World) -> dict[str, Actor]:
    """Return a caller of each shape that a decision has: alone, within a sponsor, lent, narrowed."""
    ann: Person = world.person("ann", "publisher")
    world.group("Desk", ann.id)
    with world.store.arranged() as tx:
        register_holder(tx, KEY, "key", "robot", None)
    own = Actor(
        ActorKind.GLOBAL_KEY, KEY, "robot", cap=4, sponsor_id=world.person("root", "administrator").id
    )
    return {
        "session": ann.actor,
        "personal": ann.by_key,
        "narrowed": replace(ann.by_key, reach=("app_elsewhere",)),
        "global": own,
        "project": replace(own, kind=ActorKind.PROJECT_KEY, sponsor_id=ann.id, reach=("prj_elsewhere",)),
        "visitor": Actor(ActorKind.VISITOR_KEY, ann.id, "ann", cap=3, behind=ann.actor),
        "guest": Actor(ActorKind.GUEST, "gst_x", "guest", cap=1, reach=("app_elsewhere",)),
    }


@on_one_engine
@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_thing_takes_the_reads_of_a_hidden_one(world: World, kind: NodeKind) -> None:
    hidden, action = thing(world, kind), f"{kind}:list"
    missing = hidden[:-4] + "zzzz"
    other = thing(world, NodeKind.CONNECTION if kind is NodeKind.APP else NodeKind.APP)
    for name, actor in callers(world).items():
        took = []
        for node_id in (hidden, missing, other, ""):
            with counted(world.store.engine) as reads, world.read(actor) as tx, pytest.raises(Hidden):
                require(tx, action, node_id)
            took.append([one.split("WHERE")[0] for one in reads])
        assert took[0], name
        assert took[1:] == [took[0]] * 3, name


@on_one_engine
def test_asking_who_shares_takes_the_same_reads_too(world: World) -> None:
    hidden = thing(world, NodeKind.APP)
    took = []
    for node_id in (hidden, hidden[:-4] + "zzzz"):
        with counted(world.store.engine) as reads, world.read(world.person(f"p{len(took)}").actor) as tx:
            with pytest.raises(Hidden):
                list_grants(tx, node_id)
            took.append(len(reads))
    assert took[0] == took[1]


def test_what_is_not_there_is_nobodys_however_much_they_hold(world: World) -> None:
    root, ann = world.person("root", "administrator"), world.person("ann", "publisher")
    world.grant("ins_" + "0" * 24, ann.id, policy.mask("GLOBAL_ADMIN"))
    for who in (root, ann):
        with world.read(who) as tx, pytest.raises(Hidden):
            require(tx, "app:list", "app_" + "0" * 24)
