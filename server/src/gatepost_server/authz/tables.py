"""Nodes, principals, memberships, grants: everything that rights are computed from."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from gatepost_server.store import Base, Moment, Until, bookkeeping


class NodeRow(Base):
    """A node of the resource tree; a domain row's key is its node's id."""

    __tablename__ = "nodes"
    __table_args__ = (Index("ix_nodes_kind_name", "kind", "name"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("nodes.id"), index=True)
    org_id: Mapped[str | None] = mapped_column(String(40))
    number: Mapped[int | None] = mapped_column(Integer, unique=True)
    is_restricted: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Moment)


class PrincipalRow(Base):
    """One who may act (user, key), or a set that may be granted to.

    `name` is what programs call it (a username), `label` what people read.
    """

    __tablename__ = "principals"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    label: Mapped[str] = mapped_column(String(200))
    org_id: Mapped[str | None] = mapped_column(String(40))
    is_active: Mapped[bool]
    cap: Mapped[int] = mapped_column(Integer)


class OrganizationRow(Base):
    """What an organization allows; names are unique in the instance, whatever their case."""

    __tablename__ = "organizations"

    id: Mapped[str] = mapped_column(ForeignKey("nodes.id"), primary_key=True)
    name_key: Mapped[str] = mapped_column(String(200), unique=True)
    allows_outside_sharing: Mapped[bool]


class MembershipRow(Base):
    """A member of a set, for a time."""

    __tablename__ = "memberships"
    __table_args__ = (Index("ix_memberships_member", "member_id"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    set_id: Mapped[str] = mapped_column(ForeignKey("principals.id"), index=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("principals.id"))
    from_at: Mapped[datetime] = mapped_column(Moment)
    until_at: Mapped[datetime | None] = mapped_column(Until, nullable=False)


class GrantRow(Base):
    """Who holds which atoms on what, from-until, by whom, why."""

    __tablename__ = "grants"
    __table_args__ = (
        Index("ix_grants_node_who", "node_id", "who_id"),
        # Lists read all grants of a person's sets: from the index alone, without the rows.
        Index("ix_grants_who", "who_id", "node_id", "atoms", "until_at", "from_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    who_id: Mapped[str] = mapped_column(ForeignKey("principals.id"))
    node_id: Mapped[str] = mapped_column(ForeignKey("nodes.id"))
    atoms: Mapped[int] = mapped_column(BigInteger)
    role: Mapped[str | None] = mapped_column(String(20))
    from_at: Mapped[datetime] = mapped_column(Moment)
    until_at: Mapped[datetime | None] = mapped_column(Until, nullable=False)
    by_id: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)


class ExposureRow(Base):
    """A dataset that another project's people may use as far as the mask says, for a time."""

    __tablename__ = "exposures"
    __table_args__ = (
        Index("ix_exposures_dataset", "dataset_id"),
        Index("ix_exposures_project", "project_id"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    dataset_id: Mapped[str] = mapped_column(ForeignKey("nodes.id"))
    project_id: Mapped[str] = mapped_column(ForeignKey("nodes.id"))
    mask: Mapped[int] = mapped_column(BigInteger)
    from_at: Mapped[datetime] = mapped_column(Moment)
    until_at: Mapped[datetime | None] = mapped_column(Until, nullable=False)
    by_id: Mapped[str] = mapped_column(String(40))


class CounterRow(Base):
    """Numbers that are given out once and never again."""

    __tablename__ = "counters"
    __table_args__ = bookkeeping()

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int] = mapped_column(Integer)
