"""The tree of things and the principals: registered by domains in their own transaction."""

from typing import Final

from sqlalchemy import delete, or_, select, update

from gatepost_server.authz.model import ANYONE, INSTANCE, ORGANIZATION, Node
from gatepost_server.authz.policy import NodeKind, policy
from gatepost_server.authz.service.asking import forget_subject
from gatepost_server.authz.service.organizations import own_organization, plant_organization
from gatepost_server.authz.tables import (
    CounterRow,
    ExposureRow,
    GrantRow,
    MembershipRow,
    NodeRow,
    PrincipalRow,
)
from gatepost_server.kernel.ids import new_id
from gatepost_server.store import Tx

_CONTENT_NUMBER: Final = "content"


def plant_roots(tx: Tx, organization: str) -> None:
    """Create the instance, its first organization and the two open sets, once."""
    if tx.session.get(NodeRow, INSTANCE) is not None:
        return
    tx.session.add(NodeRow(id=INSTANCE, kind=NodeKind.INSTANCE, name="Gatepost", created_at=tx.now))
    tx.session.flush()
    tx.session.add(
        PrincipalRow(
            id=ANYONE, kind="everyone", name="Anyone", label="Anyone", org_id=None, is_active=True, cap=0
        )
    )
    plant_organization(tx, ORGANIZATION, organization, allows_outside_sharing=False)
    tx.session.add(CounterRow(name=_CONTENT_NUMBER, value=0))
    tx.audit("instance:plant", "instance", INSTANCE, "Gatepost", after={"organization": organization})


def register_node(
    tx: Tx,
    node_id: str,
    kind: NodeKind,
    name: str,
    *,
    parent_id: str | None = None,
    is_numbered: bool = False,
) -> Node:
    """Put a new thing into the tree; content gets a number that is never used again.

    Without a parent it stands in the caller's organization.
    """
    parent_id = parent_id or own_organization(tx)
    number = _next_number(tx) if is_numbered else None
    parent = tx.session.get_one(NodeRow, parent_id)
    tx.session.add(
        NodeRow(
            id=node_id,
            kind=kind,
            name=name,
            parent_id=parent_id,
            org_id=parent.org_id,
            number=number,
            created_at=tx.now,
        )
    )
    tx.session.flush()
    return Node(node_id, kind, name, parent_id, parent.org_id, number)


def number_node(tx: Tx, node_id: str) -> Node:
    """Give a thing that has none a number that is never used again: it becomes content."""
    row = tx.session.get_one(NodeRow, node_id)
    row.number = _next_number(tx)
    tx.session.flush()
    return Node(row.id, NodeKind(row.kind), row.name, row.parent_id, row.org_id, row.number)


def rename_node(tx: Tx, node_id: str, name: str) -> None:
    """Give a thing another name."""
    tx.session.get_one(NodeRow, node_id).name = name


def restrict_node(tx: Tx, node_id: str, *, is_restricted: bool) -> None:
    """Let a thing be used by people only, or by everybody with the right again (E9)."""
    tx.session.get_one(NodeRow, node_id).is_restricted = is_restricted


def remove_node(tx: Tx, node_id: str) -> None:
    """Take a thing without children out of the tree, with every grant on it and what is exposed by it."""
    shown = or_(ExposureRow.dataset_id == node_id, ExposureRow.project_id == node_id)
    tx.session.execute(delete(ExposureRow).where(shown))
    tx.session.execute(delete(GrantRow).where(GrantRow.node_id == node_id))
    tx.session.execute(delete(NodeRow).where(NodeRow.id == node_id))


def register_principal(
    tx: Tx,
    principal_id: str,
    kind: str,
    name: str,
    role: str,
    *,
    label: str = "",
    org_id: str = ORGANIZATION,
) -> None:
    """Make somebody known to rights, with a server role, in an organization."""
    tx.session.add(
        PrincipalRow(
            id=principal_id,
            kind=kind,
            name=name,
            label=label or name,
            org_id=org_id,
            is_active=True,
            cap=policy.roles[role].cap,
        )
    )
    tx.session.flush()
    tx.session.add(
        MembershipRow(
            id=new_id("mem", tx.now),
            set_id=org_id,
            member_id=principal_id,
            from_at=tx.now,
            until_at=None,
        )
    )


def register_set(tx: Tx, set_id: str, kind: str, name: str, org_id: str) -> None:
    """Make a set of an organization known to rights; it holds nothing yet."""
    tx.session.add(
        PrincipalRow(id=set_id, kind=kind, name=name, label=name, org_id=org_id, is_active=True, cap=0)
    )
    tx.session.flush()


def rename_set(tx: Tx, set_id: str, name: str) -> None:
    """Give a set another name, as a thing and as one that roles are given to."""
    rename_node(tx, set_id, name)
    tx.session.execute(update(PrincipalRow).where(PrincipalRow.id == set_id).values(name=name, label=name))


def set_role(tx: Tx, principal_id: str, role: str) -> None:
    """Change a person's server role; every key and session of theirs follows at once."""
    tx.session.execute(
        update(PrincipalRow).where(PrincipalRow.id == principal_id).values(cap=policy.roles[role].cap)
    )
    forget_subject(tx)


def set_active(tx: Tx, principal_id: str, *, is_active: bool) -> None:
    """Activate or deactivate a principal; an inactive one holds nothing."""
    tx.session.execute(
        update(PrincipalRow).where(PrincipalRow.id == principal_id).values(is_active=is_active)
    )
    forget_subject(tx)


def relabel_principal(tx: Tx, principal_id: str, label: str) -> None:
    """Let people read another name; what programs call it stays."""
    tx.session.execute(update(PrincipalRow).where(PrincipalRow.id == principal_id).values(label=label))


def role_names() -> list[str]:
    """Return the server roles, weakest first."""
    return [role.name for role in sorted(policy.roles.values(), key=lambda role: role.cap)]


def _next_number(tx: Tx) -> int:
    return tx.session.execute(
        update(CounterRow)
        .where(CounterRow.name == _CONTENT_NUMBER)
        .values(value=CounterRow.value + 1)
        .returning(CounterRow.value)
    ).scalar_one()


def node_names(tx: Tx, node_ids: list[str]) -> dict[str, str]:
    """Return the names of several nodes, for lists."""
    rows = tx.session.execute(select(NodeRow.id, NodeRow.name).where(NodeRow.id.in_(node_ids)))
    return {row.id: row.name for row in rows}
