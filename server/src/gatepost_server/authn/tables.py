"""Visits: who met which deployment, so that it can act for them; and who agreed to how much of that."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gatepost_server.store import Base, Moment, bookkeeping


class VisitRow(Base):
    """A visit: by which session or secret (`opener_id`) a deployment was opened, until when it counts.

    No secret lies here: that of a visitor's key is derived from the id by the pepper.
    """

    __tablename__ = "visits"
    __table_args__ = (
        UniqueConstraint("opener_id", "deployment_id"),
        Index("ix_visits_ends", "ends_at"),
        bookkeeping(),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    public_id: Mapped[str] = mapped_column(String(10), unique=True)
    opener_id: Mapped[str] = mapped_column(String(40))
    app_id: Mapped[str] = mapped_column(String(40))
    deployment_id: Mapped[str] = mapped_column(String(40))
    ip: Mapped[str | None] = mapped_column(String(45))
    began_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)


class VisitorConsentRow(Base):
    """How much somebody lends an app (`rung`, on `reach`, NULL: all), while `deployer_id` deploys it."""

    __tablename__ = "visitor_consents"

    user_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    app_id: Mapped[str] = mapped_column(
        String(40), ForeignKey("nodes.id", ondelete="CASCADE"), primary_key=True
    )
    rung: Mapped[int] = mapped_column(SmallInteger)
    reach: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    deployer_id: Mapped[str] = mapped_column(String(40))
    agreed_at: Mapped[datetime] = mapped_column(Moment)
