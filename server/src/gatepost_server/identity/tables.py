"""Users, sessions and one-time codes."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gatepost_server.store import Base, Moment, bookkeeping


class UserRow(Base):
    """A local account; role and activity belong to its principal.

    `is_email_own` is true as soon as its person wrote the address: nobody proved that it is theirs.
    """

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(ForeignKey("principals.id"), primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    is_email_own: Mapped[bool] = mapped_column(default=False)
    display_name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    must_change_password: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Moment)


class GroupRow(Base):
    """A group; its name is unique in its organization, whatever the case. Members belong to `authz`."""

    __tablename__ = "groups"
    __table_args__ = (UniqueConstraint("org_id", "name_key"),)

    id: Mapped[str] = mapped_column(ForeignKey("nodes.id"), primary_key=True)
    org_id: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80))
    name_key: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(Moment)


class LoginRow(Base):
    """When somebody last signed in; noted, not decided."""

    __tablename__ = "last_logins"
    __table_args__ = bookkeeping()

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)


class SessionRow(Base):
    """A session; gone when it ends. Its token is stored as a keyed hash."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    token_mac: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    client: Mapped[str] = mapped_column(String(10))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), index=True)
    app_id: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    ip: Mapped[str | None] = mapped_column(String(45))
    user_agent: Mapped[str | None] = mapped_column(String(300))


class SessionSeenRow(Base):
    """When a session was last used, to the minute or so."""

    __tablename__ = "sessions_seen"
    __table_args__ = bookkeeping()

    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)


class CodeRow(Base):
    """A one-time code: hand-off to an app's host, CLI login, password reset.

    `purpose` and `bound_to` are part of what the code is good for; a code is deleted by
    the one use it has.
    """

    __tablename__ = "one_time_codes"
    __table_args__ = bookkeeping()

    code_mac: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    session_id: Mapped[str | None] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    bound_to: Mapped[str] = mapped_column(String(300))
    expires_at: Mapped[datetime] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(Integer, default=0)
