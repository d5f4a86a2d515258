"""Sources, versions, apps and deployments (governed); builds and replicas (bookkeeping)."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from gatepost_server.store import Base, Moment, bookkeeping


class SourceRow(Base):
    """A named source; `latest` is the number of its last version, 0 before the first."""

    __tablename__ = "sources"
    __table_args__ = (Index("ix_sources_updated", "updated_at", "id"),)

    id: Mapped[str] = mapped_column(ForeignKey("nodes.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), index=True)
    latest: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class SourceVersionRow(Base):
    """Files in a folder and how they are served; never changed once they are no draft any more.

    `folder` is where they lie, by name: another one after each change of a draft. `kind` of
    a draft is what it was uploaded as by name, or empty. `authors` are all whose work is in
    it, as (id, name), the last to change it being `author`.
    """

    __tablename__ = "source_versions"
    __table_args__ = (UniqueConstraint("source_id", "number"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    number: Mapped[int] = mapped_column(Integer)
    folder: Mapped[str] = mapped_column(String(40), unique=True)
    based_on: Mapped[int | None] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    entrypoint: Mapped[str] = mapped_column(String(300))
    because: Mapped[str] = mapped_column(Text)
    requirements: Mapped[str | None] = mapped_column(String(40))
    python: Mapped[str | None] = mapped_column(String(10))
    parameters: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    author_id: Mapped[str] = mapped_column(String(40))
    author_name: Mapped[str] = mapped_column(String(200))
    authors: Mapped[list[list[str]]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Moment)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    files: Mapped[int] = mapped_column(Integer)
    resources: Mapped[dict[str, Any]] = mapped_column(JSON)
    is_bundled: Mapped[bool]


class BuildRow(Base):
    """The build of a version: claimed under a lease by one builder at a time."""

    __tablename__ = "builds"
    __table_args__ = (Index("ix_builds_state", "state", "version_id"), bookkeeping())

    version_id: Mapped[str] = mapped_column(
        ForeignKey("source_versions.id", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)
    env_dir: Mapped[str | None] = mapped_column(Text)
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class AppRow(Base):
    """A hosted application: what is wanted of it."""

    __tablename__ = "apps"
    __table_args__ = (Index("ix_apps_updated", "updated_at", "id"),)

    id: Mapped[str] = mapped_column(ForeignKey("nodes.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, unique=True)
    name: Mapped[str] = mapped_column(String(100), index=True)
    slug: Mapped[str] = mapped_column(String(40))
    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"), index=True)
    desired: Mapped[str] = mapped_column(String(20))
    revision: Mapped[int] = mapped_column(Integer)
    wanted_id: Mapped[str] = mapped_column(String(40))
    is_bundled: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class DeploymentRow(Base):
    """The history of what was put to work, by whom, when."""

    __tablename__ = "deployments"
    __table_args__ = (Index("ix_deployments_app", "app_id", "id"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    app_id: Mapped[str] = mapped_column(ForeignKey("apps.id"))
    version_id: Mapped[str] = mapped_column(ForeignKey("source_versions.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[str] = mapped_column(String(40))
    by_name: Mapped[str] = mapped_column(String(200))


class AppEnvRow(Base):
    """A variable that an app's process finds in its environment; its value is sealed for its place."""

    __tablename__ = "app_env"

    app_id: Mapped[str] = mapped_column(ForeignKey("apps.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[str] = mapped_column(String(40))
    by_name: Mapped[str] = mapped_column(String(200))


class AppParameterRow(Base):
    """The value that an app has for a runtime parameter, as JSON; what its version declares counts."""

    __tablename__ = "app_parameters"

    app_id: Mapped[str] = mapped_column(ForeignKey("apps.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    by_name: Mapped[str] = mapped_column(String(200))


class AppConnectionRow(Base):
    """A data connection that an app's code reaches by a name, and what signs in there."""

    __tablename__ = "app_connections"

    app_id: Mapped[str] = mapped_column(ForeignKey("apps.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    connection_id: Mapped[str] = mapped_column(String(40), index=True)
    credential_id: Mapped[str | None] = mapped_column(String(40))
    in_environment: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[str] = mapped_column(String(40))
    by_name: Mapped[str] = mapped_column(String(200))


class AppOpeningRow(Base):
    """When code of an app last opened a connection there as somebody; the trail has it, once an hour."""

    __tablename__ = "app_openings"
    __table_args__ = bookkeeping()

    app_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    who_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    place: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)


class LiveRow(Base):
    """What an app's visitors reach now, when it was last used, and when somebody last asked it to wake."""

    __tablename__ = "app_lives"
    __table_args__ = bookkeeping()

    app_id: Mapped[str] = mapped_column(ForeignKey("apps.id", ondelete="CASCADE"), primary_key=True)
    deployment_id: Mapped[str | None] = mapped_column(String(40))
    promoted_at: Mapped[datetime | None] = mapped_column(Moment)
    wake_requested_at: Mapped[datetime | None] = mapped_column(Moment)
    last_used_at: Mapped[datetime | None] = mapped_column(Moment)


class ReplicaRow(Base):
    """What the runtime last saw of a deployment's processes, and of the one that stands for all."""

    __tablename__ = "replicas"
    __table_args__ = (Index("ix_replicas_app", "app_id"), bookkeeping())

    deployment_id: Mapped[str] = mapped_column(
        ForeignKey("deployments.id", ondelete="CASCADE"), primary_key=True
    )
    app_id: Mapped[str] = mapped_column(String(40))
    revision: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(Moment)
    socket_path: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    restarts: Mapped[int] = mapped_column(Integer)
    isolation: Mapped[str | None] = mapped_column(String(20))
    is_sticky: Mapped[bool] = mapped_column(default=False)
    processes: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)


class RuntimeStatusRow(Base):
    """What the runtime last said of itself; one row."""

    __tablename__ = "runtime_status"
    __table_args__ = bookkeeping()

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    isolation: Mapped[str] = mapped_column(String(20))
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Moment)
