"""The policy: its laws, its presets and caps, and what each action takes."""

from enum import IntEnum, StrEnum
from itertools import pairwise

import pytest

from gatepost_server.authz import NodeKind, policy
from gatepost_server.authz.declare import Need, Policy
from gatepost_server.authz.model import Subject, effective, judge
from gatepost_server.authz.policy import Atom, Rung
from gatepost_server.authz.service.asking import RECENT

ITEMS = (NodeKind.APP, NodeKind.SOURCE)


class _Atom(IntEnum):
    LOW = 0
    HIGH = 1


class _Kind(StrEnum):
    THING = "thing"


def _policy() -> Policy:
    made = Policy(_Atom, _Kind)
    made.rung(1, "LOW")
    made.rung(2, "HIGH")
    return made


def test_bit_numbers_of_atoms_are_what_grants_have_stored() -> None:
    assert {atom.name: atom.value for atom in Atom} == {
        "LIST": 0, "READ": 1, "USE": 2, "EDIT": 3, "DELETE": 4, "SHARE": 5, "OWN": 6, "CREATE": 7,
        "GLOBAL_ADMIN": 8,
    }  # fmt: skip


def test_every_atom_stands_on_a_rung() -> None:
    assert {atom.name: policy.rung_of(atom) for atom in Atom} == {
        "LIST": 1, "READ": 1, "USE": 1, "EDIT": 2, "CREATE": 2, "DELETE": 3, "SHARE": 4, "OWN": 4,
        "GLOBAL_ADMIN": 5,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("atom", "reached"),
    [
        ("LIST", "LIST"),
        ("READ", "LIST READ"),
        ("USE", "LIST USE"),
        ("EDIT", "LIST READ EDIT"),
        ("DELETE", "LIST DELETE"),
        ("SHARE", "LIST READ EDIT SHARE"),
        ("OWN", "LIST READ USE EDIT DELETE SHARE OWN"),
        ("CREATE", "CREATE"),
        ("GLOBAL_ADMIN", "GLOBAL_ADMIN"),
    ],
)
def test_what_each_atom_implies_on_the_same_node(atom: str, reached: str) -> None:
    assert policy.names(policy.closure(policy.mask(atom))) == reached.split()


@pytest.mark.parametrize("kind", ITEMS)
def test_only_an_administrators_right_flows_into_items(kind: NodeKind) -> None:
    flowing = {atom.name: policy.names(policy.flowing(1 << atom, kind)) for atom in Atom}
    own = ["LIST", "READ", "USE", "EDIT", "DELETE", "SHARE", "OWN"]
    assert flowing == {atom.name: own if atom is Atom.GLOBAL_ADMIN else [] for atom in Atom}


def test_nothing_implies_or_flows_to_a_higher_rung() -> None:
    for atom in Atom:
        for kind in NodeKind:
            reached = policy.closure(1 << atom) | policy.flowing(1 << atom, kind)
            assert policy.capped(reached, policy.rung_of(atom)) == reached


def test_closing_twice_is_closing_once_and_every_cap_of_it_is_closed() -> None:
    for mask in range(2 ** len(Atom)):
        closed = policy.closure(mask)
        assert closed & mask == mask
        assert policy.closure(closed) == closed
        for cap in Rung:
            capped = policy.capped(closed, cap)
            assert policy.closure(capped) == capped


def test_caps_are_thresholds() -> None:
    everything = 2 ** len(Atom) - 1
    levels = [policy.capped(everything, cap) for cap in Rung]
    assert levels[0] == 0
    assert levels[-1] == everything
    assert all(low & high == low for low, high in pairwise(levels))


@pytest.mark.parametrize(
    ("kind", "role", "held"),
    [
        (NodeKind.APP, "consumer", "LIST USE"),
        (NodeKind.APP, "editor", "LIST READ USE EDIT SHARE"),
        (NodeKind.APP, "owner", "LIST READ USE EDIT DELETE SHARE OWN"),
        (NodeKind.SOURCE, "consumer", "LIST READ"),
        (NodeKind.SOURCE, "editor", "LIST READ EDIT SHARE"),
        (NodeKind.SOURCE, "owner", "LIST READ USE EDIT DELETE SHARE OWN"),
    ],
)
def test_presets(kind: NodeKind, role: str, held: str) -> None:
    assert policy.names(policy.closure(policy.presets[kind][role])) == held.split()


def test_presets_exist_for_items_only() -> None:
    assert {kind: sorted(roles) for kind, roles in policy.presets.items() if roles} == {
        kind: ["consumer", "editor", "owner"] for kind in ITEMS
    }


@pytest.mark.parametrize(
    ("role", "cap", "on_organization", "on_instance", "on_app"),
    [
        ("viewer", 1, "", "", ""),
        ("publisher", 4, "CREATE", "", ""),
        ("administrator", 5, "CREATE", "GLOBAL_ADMIN", "LIST READ USE EDIT DELETE SHARE OWN"),
    ],
)
def test_server_roles(role: str, cap: int, on_organization: str, on_instance: str, on_app: str) -> None:
    assert policy.roles[role].cap == cap
    assert policy.role_of_cap(cap) == role
    subject = Subject("usr", role_cap=cap, cap=5)
    held = {kind: policy.names(effective(subject, kind, [])) for kind in NodeKind}
    assert held == {
        NodeKind.ORGANIZATION: on_organization.split(),
        NodeKind.INSTANCE: on_instance.split(),
        NodeKind.APP: on_app.split(),
        NodeKind.SOURCE: on_app.split(),
    }


def test_an_action_that_needs_an_atom_says_on_which_kind() -> None:
    for action in policy.actions.values():
        assert (action.atom is None) == (action.need is not None)
        assert (action.atom is None) == (action.on is None)


def test_what_needs_a_recent_proof_of_identity() -> None:
    assert {action.name for action in policy.actions.values() if action.is_recent} == {
        "key:create", "user:create", "user:role", "user:deactivate", "user:reset", "settings:change",
    }  # fmt: skip
    assert RECENT.total_seconds() == 600


def test_what_concerns_oneself_is_never_an_atom() -> None:
    assert {action.name for action in policy.actions.values() if action.need is Need.SELF} >= {
        "key:create", "key:delete", "key:list", "session:list", "session:end", "password:change",
    }  # fmt: skip


def test_asking_a_node_for_what_is_no_nodes_is_a_defect() -> None:
    with pytest.raises(ValueError, match="not asked of a node"):
        judge(Subject("usr"), "key:create", NodeKind.APP, [])


def test_an_atom_without_a_rung_breaks_the_law() -> None:
    made = Policy(_Atom, _Kind)
    made.rung(1, "LOW")
    with pytest.raises(ValueError, match="stands on no rung"):
        made.close()


def test_implying_a_higher_rung_breaks_the_law() -> None:
    made = _policy()
    made.implies("LOW", "HIGH")
    with pytest.raises(ValueError, match="stands higher"):
        made.close()


def test_flowing_to_a_higher_rung_breaks_the_law() -> None:
    made = _policy()
    made.flows("LOW", "HIGH", below=[_Kind.THING])
    with pytest.raises(ValueError, match="stands higher"):
        made.close()


def test_a_lawful_policy_closes() -> None:
    made = _policy()
    made.implies("HIGH", "LOW")
    made.close()
    assert made.holders_of(_Atom.LOW) == 3


def test_names_that_are_no_atoms_are_refused() -> None:
    with pytest.raises(KeyError):
        policy.mask("LIST WRITE_EVERYTHING")
