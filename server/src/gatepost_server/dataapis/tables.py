"""Tables of the domain; only its queries, facts and services read them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gatepost_server.store import Base, Moment, bookkeeping


class DataApiRow(Base):
    """A data API of a project; its stages point at versions."""

    __tablename__ = "data_apis"
    __table_args__ = (UniqueConstraint("project_id", "folded"),)

    id: Mapped[str] = mapped_column(ForeignKey("nodes.id"), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    project_key: Mapped[str] = mapped_column(String(50), index=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    number_text: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    folded: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text)
    development_version: Mapped[int | None] = mapped_column(Integer)
    production_version: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class ApiVersionRow(Base):
    """One version, never changed: `definer` are the facts of who saved it and whose rights it uses."""

    __tablename__ = "data_api_versions"

    api_id: Mapped[str] = mapped_column(ForeignKey("data_apis.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    connection_id: Mapped[str] = mapped_column(String(40), index=True)
    credential_id: Mapped[str | None] = mapped_column(String(40), index=True)
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    definer: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Moment)
    note: Mapped[str] = mapped_column(String(500))


class ApiAuthorizationRow(Base):
    """That a client application may call an API, beside the grant of USE that says until when."""

    __tablename__ = "data_api_authorizations"
    __table_args__ = (
        Index("ix_data_api_authorizations_api", "api_id", "client_id", "stage"),
        Index("ix_data_api_authorizations_client", "client_id", "grant_id"),
    )

    grant_id: Mapped[str] = mapped_column(ForeignKey("grants.id", ondelete="CASCADE"), primary_key=True)
    api_id: Mapped[str] = mapped_column(String(40))
    client_id: Mapped[str] = mapped_column(String(40))
    stage: Mapped[str] = mapped_column(String(12))
    fields: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))


class DataSourceRow(Base):
    """That a client application may read a dataset, beside the grant of READ_DATA that says until when."""

    __tablename__ = "data_sources"
    __table_args__ = (
        Index("ix_data_sources_dataset", "dataset_id", "client_id"),
        Index("ix_data_sources_client", "client_id", "grant_id"),
    )

    grant_id: Mapped[str] = mapped_column(ForeignKey("grants.id", ondelete="CASCADE"), primary_key=True)
    dataset_id: Mapped[str] = mapped_column(String(40))
    client_id: Mapped[str] = mapped_column(String(40))
    columns: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))


class ApiCallRow(Base):
    """One call of a data API, as its log tells it: no parameter and no row."""

    __tablename__ = "data_api_calls"
    __table_args__ = (
        Index("ix_data_api_calls_api", "api_id", "id", "at", "status"),
        Index("ix_data_api_calls_caller", "caller_id", "id", "at", "status"),
        bookkeeping(),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    api_id: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(Integer)
    stage: Mapped[str] = mapped_column(String(12))
    operation: Mapped[str] = mapped_column(String(12))
    caller_kind: Mapped[str] = mapped_column(String(20))
    caller_id: Mapped[str | None] = mapped_column(String(40))
    caller_name: Mapped[str] = mapped_column(String(200))
    ip: Mapped[str | None] = mapped_column(String(60))
    status: Mapped[int] = mapped_column(Integer)
    code: Mapped[str | None] = mapped_column(String(60))
    rows: Mapped[int | None] = mapped_column(Integer)
    ms: Mapped[int] = mapped_column(Integer)
    request_id: Mapped[str] = mapped_column(String(40))
