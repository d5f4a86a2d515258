"""Application groups, client applications, AppKeys and AppSecrets."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gatepost_server.store import Base, Moment, Until


class ClientGroupRow(Base):
    """A group of client applications; its approvers hold SHARE on its node."""

    __tablename__ = "client_groups"
    __table_args__ = (UniqueConstraint("org_id", "name_key"),)

    id: Mapped[str] = mapped_column(ForeignKey("nodes.id"), primary_key=True)
    org_id: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(100))
    name_key: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(Moment)


class ClientRow(Base):
    """The client facet of an application: what it calls data APIs as."""

    __tablename__ = "clients"
    __table_args__ = (
        UniqueConstraint("group_id", "name_key"),
        Index("ix_clients_updated", "updated_at", "id"),
    )

    id: Mapped[str] = mapped_column(ForeignKey("nodes.id"), primary_key=True)
    group_id: Mapped[str] = mapped_column(ForeignKey("client_groups.id"))
    name: Mapped[str] = mapped_column(String(26), index=True)
    name_key: Mapped[str] = mapped_column(String(100))
    scenario: Mapped[str] = mapped_column(String(128))
    app_key: Mapped[str] = mapped_column(String(127), unique=True)
    is_hosted: Mapped[bool]
    is_listed: Mapped[bool]
    is_ip_checked: Mapped[bool]
    ip_allowlist: Mapped[str] = mapped_column(String(6000))
    is_ip_trusted: Mapped[bool]
    debug_until: Mapped[datetime | None] = mapped_column(Moment)
    is_compatible: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class AppKeyRow(Base):
    """Every AppKey that there is or ever was; never deleted, so that none is given out twice."""

    __tablename__ = "app_keys"

    app_key: Mapped[str] = mapped_column(String(127), primary_key=True)
    client_id: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Moment)


class SecretRow(Base):
    """An AppSecret, sealed; of a member, it counts only as long as the grant of the membership does."""

    __tablename__ = "app_secrets"
    __table_args__ = (Index("ix_app_secrets_client", "client_id", "id"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("clients.id"))
    member_id: Mapped[str | None] = mapped_column(ForeignKey("principals.id"))
    grant_id: Mapped[str | None] = mapped_column(String(40))
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    is_weak: Mapped[bool]
    is_custom: Mapped[bool]
    from_at: Mapped[datetime] = mapped_column(Moment)
    until_at: Mapped[datetime | None] = mapped_column(Until, nullable=False)
    by_id: Mapped[str] = mapped_column(String(40))
    by_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(Moment)
