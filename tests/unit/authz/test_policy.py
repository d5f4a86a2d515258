"""The policy: its laws, its presets and caps, and what each action takes."""

from enum import IntEnum, StrEnum
from itertools import pairwise

import pytest

from gatepost_server.authz import NodeKind, policy
from gatepost_server.authz.declare import Need, Policy
from gatepost_server.authz.model import Node, Subject, effective, judge
from gatepost_server.authz.policy import Atom, Rung
from gatepost_server.authz.service.asking import RECENT

DATASET = "READ_DATA READ_METADATA READ_SCHEMA EXPORT_DATA WRITE_DATA WRITE_METADATA WRITE_SCHEMA"
PROJECT = (
    "READ_CONF READ_DASHBOARDS EXPORT_DATASETS_DATA WRITE_CONF WRITE_DASHBOARDS RUN_SCENARIOS"
    " MODERATE_DASHBOARDS MANAGE_DASHBOARD_AUTHORIZATIONS MANAGE_EXPOSED_ELEMENTS ADMIN"
)
OWNER = f"LIST READ USE EDIT DELETE SHARE OWN RUN {DATASET}"
CONTRIBUTOR = (
    "LIST USE READ_SCHEMA WRITE_DATA READ_CONF READ_DASHBOARDS EXPORT_DATASETS_DATA WRITE_CONF"
    " WRITE_DASHBOARDS RUN_SCENARIOS"
)
ROOTS = (NodeKind.INSTANCE, NodeKind.ORGANIZATION)


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
        "GLOBAL_ADMIN": 8, "RUN": 9, "READ_DATA": 10, "READ_METADATA": 11, "READ_SCHEMA": 12,
        "EXPORT_DATA": 13, "WRITE_DATA": 14, "WRITE_METADATA": 15, "WRITE_SCHEMA": 16, "READ_CONF": 17,
        "READ_DASHBOARDS": 18, "EXPORT_DATASETS_DATA": 19, "WRITE_CONF": 20, "WRITE_DASHBOARDS": 21,
        "RUN_SCENARIOS": 22, "MODERATE_DASHBOARDS": 23, "MANAGE_DASHBOARD_AUTHORIZATIONS": 24,
        "MANAGE_EXPOSED_ELEMENTS": 25, "ADMIN": 26,
    }  # fmt: skip


def test_every_atom_stands_on_a_rung() -> None:
    assert {atom.name: policy.rung_of(atom) for atom in Atom} == {
        "LIST": 1, "READ": 1, "USE": 1, "EDIT": 2, "CREATE": 2, "DELETE": 3, "SHARE": 4, "OWN": 4,
        "GLOBAL_ADMIN": 5, "RUN": 2, "READ_DATA": 1, "READ_METADATA": 1, "READ_SCHEMA": 1,
        "EXPORT_DATA": 1, "WRITE_DATA": 2, "WRITE_METADATA": 2, "WRITE_SCHEMA": 2, "READ_CONF": 1,
        "READ_DASHBOARDS": 1, "EXPORT_DATASETS_DATA": 1, "WRITE_CONF": 2, "WRITE_DASHBOARDS": 2,
        "RUN_SCENARIOS": 2, "MODERATE_DASHBOARDS": 3, "MANAGE_DASHBOARD_AUTHORIZATIONS": 4,
        "MANAGE_EXPOSED_ELEMENTS": 4, "ADMIN": 4,
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
        ("OWN", f"LIST READ USE EDIT DELETE SHARE OWN RUN {DATASET}"),
        ("EXPORT_DATA", "LIST READ_DATA READ_SCHEMA EXPORT_DATA"),
        ("WRITE_DATA", "LIST READ_SCHEMA WRITE_DATA"),
        ("WRITE_METADATA", "LIST READ_METADATA WRITE_METADATA"),
        ("WRITE_SCHEMA", "LIST READ_SCHEMA WRITE_SCHEMA"),
        ("READ_CONF", "LIST READ_CONF READ_DASHBOARDS"),
        ("EXPORT_DATASETS_DATA", "LIST EXPORT_DATASETS_DATA"),
        ("WRITE_CONF", "LIST READ_CONF READ_DASHBOARDS WRITE_CONF WRITE_DASHBOARDS RUN_SCENARIOS"),
        ("MODERATE_DASHBOARDS", "LIST READ_DASHBOARDS WRITE_DASHBOARDS MODERATE_DASHBOARDS"),
        ("MANAGE_DASHBOARD_AUTHORIZATIONS", "LIST READ_DASHBOARDS MANAGE_DASHBOARD_AUTHORIZATIONS"),
        ("MANAGE_EXPOSED_ELEMENTS", "LIST READ_CONF READ_DASHBOARDS MANAGE_EXPOSED_ELEMENTS"),
        ("ADMIN", f"LIST USE {DATASET} {PROJECT}"),
        ("CREATE", "CREATE"),
        ("GLOBAL_ADMIN", "GLOBAL_ADMIN"),
    ],
)
def test_what_each_atom_implies_on_the_same_node(atom: str, reached: str) -> None:
    assert policy.names(policy.closure(policy.mask(atom))) == reached.split()


@pytest.mark.parametrize(
    ("atom", "kind", "reached"),
    [
        ("READ_CONF", NodeKind.DATASET, "LIST READ READ_METADATA READ_SCHEMA"),
        ("READ_CONF", NodeKind.APP, "LIST READ"),
        ("READ_CONF", NodeKind.DASHBOARD, "LIST READ USE"),
        (
            "WRITE_CONF",
            NodeKind.DATASET,
            "LIST READ EDIT READ_METADATA READ_SCHEMA WRITE_METADATA WRITE_SCHEMA",
        ),
        ("EXPORT_DATASETS_DATA", NodeKind.DATASET, "LIST READ_DATA READ_SCHEMA EXPORT_DATA"),
        ("EXPORT_DATASETS_DATA", NodeKind.DASHBOARD, ""),
        ("READ_DASHBOARDS", NodeKind.DASHBOARD, "LIST USE"),
        ("READ_DASHBOARDS", NodeKind.DATASET, ""),
        ("MODERATE_DASHBOARDS", NodeKind.DASHBOARD, "LIST READ USE EDIT DELETE"),
        ("RUN_SCENARIOS", NodeKind.SCENARIO, "LIST RUN"),
        ("RUN_SCENARIOS", NodeKind.APP, ""),
        ("ADMIN", NodeKind.SCENARIO, OWNER),
        ("USE", NodeKind.APP, "LIST USE"),
        ("WRITE_DATA", NodeKind.DATASET, "LIST READ_SCHEMA WRITE_DATA"),
        ("WRITE_DATA", NodeKind.APP, ""),
        ("ADMIN", NodeKind.CONNECTION, ""),
        ("ADMIN", NodeKind.CREDENTIAL, ""),
        ("GLOBAL_ADMIN", NodeKind.CONNECTION, OWNER),
        ("GLOBAL_ADMIN", NodeKind.CREDENTIAL, "LIST DELETE"),
        ("GLOBAL_ADMIN", NodeKind.PROJECT, f"LIST USE {DATASET} {PROJECT}"),
        ("GLOBAL_ADMIN", NodeKind.ORGANIZATION, "CREATE"),
    ],
)
def test_what_each_atom_gives_below(atom: str, kind: NodeKind, reached: str) -> None:
    at = NodeKind.INSTANCE if atom == "GLOBAL_ADMIN" else NodeKind.PROJECT
    assert set(policy.names(policy.flowing(policy.mask(atom), at, kind))) == set(reached.split())
    assert policy.flowing(policy.mask(atom), NodeKind.ORGANIZATION, kind) == 0


def test_nothing_implies_or_flows_to_a_higher_rung() -> None:
    for atom in Atom:
        for kind in NodeKind:
            reached = policy.closure(1 << atom)
            for at in (NodeKind.INSTANCE, NodeKind.PROJECT):
                reached |= policy.flowing(1 << atom, at, kind)
            assert policy.capped(reached, policy.rung_of(atom)) == reached


def test_closing_twice_is_closing_once_and_every_cap_of_it_is_closed() -> None:
    pairs = [1 << one | 1 << other for one in Atom for other in Atom]
    for mask in (0, 2 ** len(Atom) - 1, *pairs):
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
        (NodeKind.APP, "owner", OWNER),
        (NodeKind.SOURCE, "consumer", "LIST READ"),
        (NodeKind.SOURCE, "editor", "LIST READ EDIT SHARE"),
        (NodeKind.SCENARIO, "consumer", "LIST READ RUN"),
        (NodeKind.DATASET, "consumer", "LIST READ_DATA READ_METADATA READ_SCHEMA"),
        (NodeKind.DATASET, "editor", f"LIST READ EDIT SHARE {DATASET}"),
        (NodeKind.DATASET, "owner", OWNER),
        (NodeKind.CREDENTIAL, "consumer", "LIST USE"),
        (NodeKind.CLIENT_GROUP, "approver", "LIST READ EDIT SHARE"),
        (NodeKind.PROJECT, "viewer", "LIST USE READ_CONF READ_DASHBOARDS"),
        (
            NodeKind.PROJECT,
            "contributor",
            CONTRIBUTOR,
        ),
        (NodeKind.PROJECT, "admin", f"LIST USE {DATASET} {PROJECT}"),
    ],
)
def test_presets(kind: NodeKind, role: str, held: str) -> None:
    assert set(policy.names(policy.closure(policy.presets[kind][role]))) == set(held.split())


def test_no_editor_of_a_credential_and_no_role_on_the_roots() -> None:
    assert set(policy.presets[NodeKind.CREDENTIAL]) == {"consumer", "owner"}
    assert [policy.presets[kind] for kind in ROOTS] == [{}, {}]


@pytest.mark.parametrize(
    ("role", "cap", "on_organization", "on_instance", "on_app"),
    [
        ("viewer", 1, "", "", ""),
        ("publisher", 4, "CREATE", "", ""),
        ("administrator", 5, "CREATE", "GLOBAL_ADMIN", OWNER),
    ],
)
def test_server_roles(role: str, cap: int, on_organization: str, on_instance: str, on_app: str) -> None:
    assert policy.roles[role].cap == cap
    assert policy.role_of_cap(cap) == role
    subject = Subject("usr", role_cap=cap, cap=5, org_id="thing")
    held = {kind: policy.names(effective(subject, node(kind), [[]])) for kind in NodeKind}
    assert held[NodeKind.ORGANIZATION] == on_organization.split()
    assert held[NodeKind.INSTANCE] == on_instance.split()
    assert set(held[NodeKind.APP]) == set(held[NodeKind.SOURCE]) == set(on_app.split())


@pytest.mark.parametrize(
    ("role", "home", "held"),
    [
        ("viewer", "thing", ""),
        ("publisher", "thing", "CREATE"),
        ("publisher", "another", ""),
        ("publisher", None, ""),
        ("administrator", "another", "CREATE"),
    ],
)
def test_publishers_create_in_their_own_organization_only(role: str, home: str | None, held: str) -> None:
    subject = Subject("usr", role_cap=policy.roles[role].cap, cap=5, org_id=home)
    assert policy.names(effective(subject, node(NodeKind.ORGANIZATION), [[]])) == held.split()


def node(kind: NodeKind) -> Node:
    return Node("thing", kind, "thing", "prj", "org")


def test_an_action_that_needs_an_atom_says_on_which_kind() -> None:
    for action in policy.actions.values():
        assert (action.atom is None) == (action.need is not None)
        assert (action.atom is None) == (action.on is None)


def test_what_needs_a_recent_proof_of_identity() -> None:
    assert {action.name for action in policy.actions.values() if action.is_recent} == {
        "credential:associate",
        "key:create", "key:rotate", "key:make-global", "key:widen-global", "project:make-key", "user:create",
        "user:role", "user:deactivate", "user:reset", "settings:change", "group:create",
        "organization:create", "organization:edit", "user:move", "project:adopt-key", "key:reveal",
        "credential:edit", "credential:change", "client:create", "client_group:create", "app:make-secret",
        "app:reveal-secret", "app:admit", "app:owners", "client_group:approve",
    }  # fmt: skip
    assert RECENT.total_seconds() == 600


def test_what_concerns_oneself_is_never_an_atom() -> None:
    assert {action.name for action in policy.actions.values() if action.need is Need.SELF} >= {
        "key:create", "key:delete", "key:list", "session:list", "session:end", "password:change",
    }  # fmt: skip


def test_asking_a_node_for_what_is_no_nodes_is_a_defect() -> None:
    with pytest.raises(ValueError, match="not asked of a node"):
        judge(Subject("usr"), "key:create", node(NodeKind.APP), [[]])


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
    made.flows("LOW", "HIGH", at=_Kind.THING, below=[_Kind.THING])
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
