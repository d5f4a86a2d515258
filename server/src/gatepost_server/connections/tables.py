"""Tables of the domain; only its queries and services read them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from gatepost_server.store import Base, Moment


class ConnectionRow(Base):
    """A connection; `generation` counts how often its endpoint was changed."""

    __tablename__ = "connections"

    id: Mapped[str] = mapped_column(ForeignKey("nodes.id"), primary_key=True)
    org_id: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(100))
    type: Mapped[str] = mapped_column(String(20))
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    restricted: Mapped[bool]
    impersonate: Mapped[bool]
    generation: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class AssociationRow(Base):
    """A credential that signs in at a connection, as long as the generation is still that one.

    What was tried last with it there is told as it came out: `ok`, or the word of the step that failed.
    """

    __tablename__ = "connection_credentials"

    connection_id: Mapped[str] = mapped_column(ForeignKey("connections.id"), primary_key=True)
    credential_id: Mapped[str] = mapped_column(ForeignKey("credentials.id"), primary_key=True, index=True)
    generation: Mapped[int] = mapped_column(Integer)
    by_id: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Moment)
    tested_at: Mapped[datetime | None] = mapped_column(Moment)
    tested_code: Mapped[str | None] = mapped_column(String(40))
    tested_ms: Mapped[int | None] = mapped_column(Integer)
