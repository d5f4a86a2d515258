"""External links and guests (governed); invitations and when a guest was last seen (bookkeeping)."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from gatepost_server.store import Base, Moment, bookkeeping


class ExternalLinkRow(Base):
    """External sharing of an application: whether it is on, and for whom.

    `generation` counts how often it was turned off; guests and invitations are of one.
    """

    __tablename__ = "external_links"

    app_id: Mapped[str] = mapped_column(ForeignKey("nodes.id"), primary_key=True)
    link_id: Mapped[str] = mapped_column(String(40), unique=True)
    is_enabled: Mapped[bool] = mapped_column(index=True)
    generation: Mapped[int] = mapped_column(Integer)
    allowed: Mapped[list[str]] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[str] = mapped_column(String(40))
    by_name: Mapped[str] = mapped_column(String(200))


class GuestRow(Base):
    """A guest's session; gone when it ends. Its token is stored as a keyed hash."""

    __tablename__ = "guests"
    __table_args__ = (Index("ix_guests_app", "app_id", "id"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    app_id: Mapped[str] = mapped_column(ForeignKey("external_links.app_id"))
    generation: Mapped[int] = mapped_column(Integer)
    address: Mapped[str] = mapped_column(String(254))
    token_mac: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    since: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment, index=True)
    ip: Mapped[str | None] = mapped_column(String(45))
    user_agent: Mapped[str | None] = mapped_column(String(300))


class GuestSeenRow(Base):
    """When a guest last used the application, to the second or so."""

    __tablename__ = "guests_seen"
    __table_args__ = bookkeeping()

    guest_id: Mapped[str] = mapped_column(ForeignKey("guests.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)


class InvitationRow(Base):
    """A mailed link: good for one application, generation and address, once; gone when it was used."""

    __tablename__ = "invitations"
    __table_args__ = (Index("ix_invitations_app", "app_id", "address"), bookkeeping())

    token_mac: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    app_id: Mapped[str] = mapped_column(ForeignKey("external_links.app_id", ondelete="CASCADE"))
    generation: Mapped[int] = mapped_column(Integer)
    address: Mapped[str] = mapped_column(String(254))
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
