"""Stored settings of the instance, one row a section; its global variables; where connections may lead."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from gatepost_server.store import Base, Moment


class SettingRow(Base):
    """One section of settings that administrators change while the server runs."""

    __tablename__ = "instance_settings"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(JSON)


class VariableRow(Base):
    """A global variable: configuration for everybody's scenarios and applications, not secret."""

    __tablename__ = "global_variables"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    updated_at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[str] = mapped_column(String(40))


class EgressRow(Base):
    """A private place that connections may lead to, as `egress.normalized` writes it."""

    __tablename__ = "egress_entries"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    entry: Mapped[str] = mapped_column(String(300), unique=True)
    note: Mapped[str] = mapped_column(String(200))
    added_at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[str] = mapped_column(String(40))
