"""Projects and what stands in them: datasets with the files of their rows, scenarios, dashboards."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gatepost_server.store import Base, Moment, bookkeeping


class ProjectRow(Base):
    """A project; its key stands in every address below it."""

    __tablename__ = "projects"
    __table_args__ = (Index("ix_projects_updated", "updated_at", "id"),)

    id: Mapped[str] = mapped_column(ForeignKey("nodes.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(50), unique=True)
    name: Mapped[str] = mapped_column(String(100), index=True)
    description: Mapped[str] = mapped_column(Text)
    variables: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class DatasetRow(Base):
    """A dataset."""

    __tablename__ = "datasets"
    __table_args__ = (UniqueConstraint("project_id", "folded"),)

    id: Mapped[str] = mapped_column(ForeignKey("nodes.id"), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str] = mapped_column(String(100))
    folded: Mapped[str] = mapped_column(String(100))
    columns: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    is_declared: Mapped[bool]
    impersonate: Mapped[bool]
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    description: Mapped[str] = mapped_column(Text)
    tags: Mapped[list[str]] = mapped_column(JSON)
    custom: Mapped[dict[str, Any]] = mapped_column(JSON)
    rows: Mapped[int] = mapped_column(BigInteger)
    size: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)
    data_at: Mapped[datetime | None] = mapped_column(Moment)


class QueryRow(Base):
    """The saved query of a dataset; `definer` are the facts of who saved it and whose rights it uses."""

    __tablename__ = "dataset_queries"

    dataset_id: Mapped[str] = mapped_column(ForeignKey("datasets.id", ondelete="CASCADE"), primary_key=True)
    sql: Mapped[str] = mapped_column(Text)
    definer: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(Moment)


class FeedRow(Base):
    """The connection that a dataset is filled from; `definer` are the facts of who last said so.

    `job_id` is the latest job that was to read it, `failure` the fixed word of why that failed.
    """

    __tablename__ = "dataset_feeds"

    dataset_id: Mapped[str] = mapped_column(ForeignKey("datasets.id", ondelete="CASCADE"), primary_key=True)
    connection_id: Mapped[str] = mapped_column(String(40), index=True)
    credential_id: Mapped[str | None] = mapped_column(String(40))
    schema_name: Mapped[str | None] = mapped_column(String(200))
    table_name: Mapped[str | None] = mapped_column(String(200))
    sql: Mapped[str | None] = mapped_column(Text)
    definer: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(Integer)
    saved_at: Mapped[datetime] = mapped_column(Moment)
    job_id: Mapped[str | None] = mapped_column(String(40))
    failure: Mapped[str | None] = mapped_column(String(40))
    read_at: Mapped[datetime | None] = mapped_column(Moment)


class PartRow(Base):
    """One Parquet file of a dataset, in the datasets folder under its id; never changed."""

    __tablename__ = "dataset_parts"
    __table_args__ = (UniqueConstraint("dataset_id", "position"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    dataset_id: Mapped[str] = mapped_column(ForeignKey("datasets.id"))
    position: Mapped[int] = mapped_column(Integer)
    rows: Mapped[int] = mapped_column(BigInteger)
    size: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(Moment)


class GoneRow(Base):
    """What stood below a project once: its entries stay in the project's timeline."""

    __tablename__ = "project_gone"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)


class ScenarioRow(Base):
    """A scenario; `definer` are the facts of who last edited it and whose rights it uses."""

    __tablename__ = "scenarios"
    __table_args__ = (UniqueConstraint("project_id", "folded"),)

    id: Mapped[str] = mapped_column(ForeignKey("nodes.id"), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str] = mapped_column(String(100))
    folded: Mapped[str] = mapped_column(String(100))
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    cron: Mapped[str | None] = mapped_column(String(100))
    definer: Mapped[dict[str, Any]] = mapped_column(JSON)
    run_as_id: Mapped[str | None] = mapped_column(String(40))
    is_run_as_consented: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class ScenarioClockRow(Base):
    """When a scenario is due next; whoever moves it on starts the run."""

    __tablename__ = "scenario_clocks"
    __table_args__ = bookkeeping()

    scenario_id: Mapped[str] = mapped_column(ForeignKey("scenarios.id", ondelete="CASCADE"), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(Moment, index=True)


class RunRow(Base):
    """One run: the steps as they were when it was asked for, and how far each has come.

    A moment of the schedule has one run at most (`slot_at`), whichever worker was there first.
    """

    __tablename__ = "scenario_runs"
    __table_args__ = (
        UniqueConstraint("scenario_id", "slot_at"),
        Index("ix_scenario_runs_scenario", "scenario_id", "id"),
        bookkeeping(),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    scenario_id: Mapped[str] = mapped_column(ForeignKey("scenarios.id", ondelete="CASCADE"))
    slot_at: Mapped[datetime | None] = mapped_column(Moment)
    job_id: Mapped[str] = mapped_column(String(40))
    asked_by_id: Mapped[str | None] = mapped_column(String(40))
    asked_by: Mapped[str] = mapped_column(String(200))
    acts_as_id: Mapped[str | None] = mapped_column(String(40))
    acts_as: Mapped[str] = mapped_column(String(200))
    definer: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(1000))
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class DashboardRow(Base):
    """A dashboard."""

    __tablename__ = "dashboards"
    __table_args__ = (UniqueConstraint("project_id", "folded"),)

    id: Mapped[str] = mapped_column(ForeignKey("nodes.id"), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str] = mapped_column(String(100))
    folded: Mapped[str] = mapped_column(String(100))
    tiles: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class AuthorizationRow(Base):
    """A dataset that viewers of its project's dashboards see as its authorizer may.

    `by_key_id` is set when a key authorized it that holds rights of its own.
    """

    __tablename__ = "dashboard_authorizations"

    dataset_id: Mapped[str] = mapped_column(ForeignKey("datasets.id", ondelete="CASCADE"), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    by_id: Mapped[str] = mapped_column(String(40))
    by_key_id: Mapped[str | None] = mapped_column(String(40))
    by_name: Mapped[str] = mapped_column(String(200))
    given_at: Mapped[datetime] = mapped_column(Moment)
