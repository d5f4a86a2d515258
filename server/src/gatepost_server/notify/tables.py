"""The mail server's settings, what the environment says of it, and the box of mails."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from gatepost_server.store import Base, Moment, bookkeeping


class MailServerRow(Base):
    """What administrators have set; one row."""

    __tablename__ = "mail_server"

    id: Mapped[str] = mapped_column(String(10), primary_key=True)
    host: Mapped[str | None] = mapped_column(String(253))
    port: Mapped[int | None] = mapped_column(Integer)
    tls: Mapped[str | None] = mapped_column(String(10))
    user: Mapped[str | None] = mapped_column(String(500))
    password_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    sender: Mapped[str | None] = mapped_column(String(400))


class MailEnvironmentRow(Base):
    """What the environment sets, as a process said at its start; never the password itself."""

    __tablename__ = "mail_environment"
    __table_args__ = bookkeeping()

    id: Mapped[str] = mapped_column(String(10), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(JSON)


class MailRow(Base):
    """One mail to one address; its text goes when it was sent or given up."""

    __tablename__ = "mails"
    __table_args__ = (
        Index("ix_mails_due", "state", "next_at"),
        Index("ix_mails_about", "about_id", "id"),
        bookkeeping(),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    to_address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(40))
    about_id: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(300))
    attempts: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(Moment)
    until_at: Mapped[datetime | None] = mapped_column(Moment)
    next_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
