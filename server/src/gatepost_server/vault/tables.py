"""Tables of the domain; only its queries and services read them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from gatepost_server.store import Base, Moment, bookkeeping


class CanaryRow(Base):
    """The proof of the wrapping key: one row, and the salt of keys made from a passphrase."""

    __tablename__ = "vault_canary"
    __table_args__ = bookkeeping()

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    wrapped_by: Mapped[str] = mapped_column(String(16))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    salt: Mapped[bytes] = mapped_column(LargeBinary)


class DataKeyRow(Base):
    """A data key of one organization and class, wrapped; the latest one seals, all of them open."""

    __tablename__ = "vault_data_keys"
    __table_args__ = (
        Index("ix_vault_data_keys_scope", "org_id", "sealing_class", "id"),
        bookkeeping(),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    org_id: Mapped[str] = mapped_column(String(40))
    sealing_class: Mapped[str] = mapped_column(String(20))
    wrapped_by: Mapped[str] = mapped_column(String(16), index=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Moment)


class CredentialRow(Base):
    """A stored credential; its secret only as ciphertext."""

    __tablename__ = "credentials"

    id: Mapped[str] = mapped_column(ForeignKey("nodes.id"), primary_key=True)
    org_id: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(100))
    type: Mapped[str] = mapped_column(String(20))
    user: Mapped[str] = mapped_column("user_name", String(500))
    owner_id: Mapped[str] = mapped_column(String(40), index=True)
    health: Mapped[str] = mapped_column(String(20))
    data_key_id: Mapped[str] = mapped_column(ForeignKey("vault_data_keys.id"))
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)
