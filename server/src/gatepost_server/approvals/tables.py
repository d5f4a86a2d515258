"""Requests, and what became of each."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gatepost_server.store import Base, Moment


class RequestRow(Base):
    """One request; what was asked never changes. `told_at` is when those who may decide were told.

    `sealed` is what of it is secret, until the request is over; `granted` what was approved where
    that is less than was asked for.
    """

    __tablename__ = "requests"
    __table_args__ = (
        Index("ix_requests_asker", "asker_id", "id"),
        Index("ix_requests_node", "node_id", "state"),
        Index("ix_requests_decider", "decider_id", "id"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    state: Mapped[str] = mapped_column(String(12))
    asker_id: Mapped[str] = mapped_column(ForeignKey("principals.id"))
    node_id: Mapped[str | None] = mapped_column(String(40))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    sealed: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    reason: Mapped[str] = mapped_column(Text)
    validity: Mapped[Any] = mapped_column(JSON)
    content_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    told_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decider_id: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(Text)
    granted: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    result_type: Mapped[str | None] = mapped_column(String(30))
    result_id: Mapped[str | None] = mapped_column(String(40))


class NoticeRow(Base):
    """A notice that something ends, told to one person so many days before; each is told once."""

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("who_id", "about_id", "ends_at", "days"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    who_id: Mapped[str] = mapped_column(ForeignKey("principals.id"))
    about_id: Mapped[str] = mapped_column(String(40))
    ends_at: Mapped[datetime] = mapped_column(Moment, index=True)
    days: Mapped[int] = mapped_column(Integer)
    what: Mapped[str] = mapped_column(String(300))
    page: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(Moment)


class ApproverRow(Base):
    """Who decides requests of a kind, where that is not simply who keeps the thing."""

    __tablename__ = "approvers"

    kind: Mapped[str] = mapped_column(String(30), primary_key=True)
    by_administrators: Mapped[bool]
    named: Mapped[list[str]] = mapped_column(JSON)
