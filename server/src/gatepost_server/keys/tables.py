"""Keys, their verifiers, and when they were last used."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from gatepost_server.store import Base, Moment, Until, bookkeeping


class KeyRow(Base):
    """A key; it stays listed after its end, its verifiers do not."""

    __tablename__ = "api_keys"
    __table_args__ = (Index("ix_api_keys_owner", "owner_id", "id"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    public_id: Mapped[str] = mapped_column(String(10), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    prefix: Mapped[str] = mapped_column(String(14))
    last_four: Mapped[str] = mapped_column(String(4))
    owner_id: Mapped[str] = mapped_column(ForeignKey("principals.id"))
    cap: Mapped[int | None] = mapped_column(Integer)
    ip_allowlist: Mapped[str | None] = mapped_column(String(5000))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Until, nullable=False)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_by: Mapped[str | None] = mapped_column(String(40))


class VerifierRow(Base):
    """What a presented secret is compared with; a key may have two while it is rotated."""

    __tablename__ = "key_verifiers"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    key_id: Mapped[str] = mapped_column(ForeignKey("api_keys.id"), index=True)
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))
    pepper_version: Mapped[int] = mapped_column(Integer)
    until_at: Mapped[datetime | None] = mapped_column(Until, nullable=False)


class KeyUseRow(Base):
    """When, from where and by what a key was last used; written in batches."""

    __tablename__ = "key_uses"
    __table_args__ = bookkeeping()

    key_id: Mapped[str] = mapped_column(ForeignKey("api_keys.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    ip: Mapped[str | None] = mapped_column(String(45))
    agent: Mapped[str | None] = mapped_column(String(200))
