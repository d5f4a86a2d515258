"""Stored settings of the instance, one row a section."""

from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from gatepost_server.store import Base


class SettingRow(Base):
    """One section of settings that administrators change while the server runs."""

    __tablename__ = "instance_settings"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
