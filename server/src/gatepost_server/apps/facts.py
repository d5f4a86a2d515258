"""Reads for the gate: an app's routing facts by prepared statements, no ORM."""

import json
from typing import Any, Final

from sqlalchemy import Integer, String, Text, bindparam, cast, or_, select
from sqlalchemy.orm import aliased

from gatepost_server.apps.model import Desired, KeyScopeLevel, Kind, ReplicaState, VersionState
from gatepost_server.apps.naming import AppRef, app_ref
from gatepost_server.apps.resources import read_reach
from gatepost_server.apps.tables import AppRow, BuildRow, DeploymentRow, LiveRow, ReplicaRow, SourceVersionRow
from gatepost_server.apps.views import ContentFacts, WayFacts
from gatepost_server.authz import node_of, with_node
from gatepost_server.store import Prepared, RawReader, Rows

_wanted, _live = aliased(ReplicaRow), aliased(ReplicaRow)
_ALL = with_node(
    select(
        AppRow.id,
        AppRow.number,
        AppRow.slug,
        AppRow.name,
        AppRow.desired,
        SourceVersionRow.kind,
        AppRow.wanted_id,
        LiveRow.deployment_id,
        _live.state,
        _live.socket_path,
        _live.is_sticky,
        _wanted.state,
        BuildRow.state,
    )
    .join(DeploymentRow, DeploymentRow.id == AppRow.wanted_id)
    .join(SourceVersionRow, SourceVersionRow.id == DeploymentRow.version_id)
    .join(BuildRow, BuildRow.version_id == SourceVersionRow.id)
    .outerjoin(LiveRow, LiveRow.app_id == AppRow.id)
    .outerjoin(_live, _live.deployment_id == LiveRow.deployment_id)
    .outerjoin(_wanted, _wanted.deployment_id == AppRow.wanted_id),
    AppRow.id,
)
_BY_ID: Final = Prepared(_ALL.where(AppRow.id == bindparam("app", type_=String())))
_BY_NUMBER: Final = Prepared(_ALL.where(AppRow.number == bindparam("number", type_=Integer())))
_WAYS: Final = (
    select(
        DeploymentRow.id,
        AppRow.id,
        AppRow.name,
        SourceVersionRow.kind,
        DeploymentRow.by_id,
        cast(SourceVersionRow.resources, Text),
    )
    .join(AppRow, AppRow.id == DeploymentRow.app_id)
    .join(SourceVersionRow, SourceVersionRow.id == DeploymentRow.version_id)
)
_WAY: Final = Prepared(
    _WAYS.where(
        DeploymentRow.id == bindparam("deployment", type_=String()),
        AppRow.desired == bindparam("desired", type_=String()),
    )
)
_OF_APP: Final = Prepared(
    _WAYS.outerjoin(LiveRow, LiveRow.app_id == AppRow.id)
    .where(
        AppRow.id == bindparam("app", type_=String()),
        DeploymentRow.by_id == bindparam("deployer", type_=String()),
        or_(DeploymentRow.id == LiveRow.deployment_id, DeploymentRow.id == AppRow.wanted_id),
    )
    .order_by(DeploymentRow.id)
)
# By table: calling an enumeration costs as much as a column.
_DESIRED: Final = {each.value: each for each in Desired}
_KIND: Final = {each.value: each for each in Kind}
_REPLICA: Final = {each.value: each for each in ReplicaState}
_VERSION: Final = {each.value: each for each in VersionState}


def content_facts(reader: RawReader, ref: str | AppRef) -> ContentFacts | None:
    """Return what the gate needs to know of an app; None when there is none of that name.

    *ref* is an id, its 24 hex digits or a number, as written in an address. Rights are
    not asked here.
    """
    wanted = app_ref(ref) if isinstance(ref, str) else ref
    if wanted is None:
        return None
    if wanted.app_id is not None:
        return reader.made(_BY_ID, _content, app=wanted.app_id)
    return reader.made(_BY_NUMBER, _content, number=wanted.number)


def _content(rows: Rows) -> ContentFacts | None:
    if not rows:
        return None
    row = rows[0]
    app_id, number, slug, name, desired, kind, wanted, live, live_state = row[:9]
    socket, is_sticky, wanted_state, built = row[9:13]
    return ContentFacts(
        app_id, number, slug, name, _DESIRED[desired], _KIND[kind], wanted, live,
        _REPLICA.get(live_state), socket, is_sticky, _REPLICA.get(wanted_state), _VERSION[built],
        node_of(row[13:]),
    )  # fmt: skip


def way_facts(reader: RawReader, deployment_id: str) -> WayFacts | None:
    """Return what the API needs to know of a deployment whose process calls it.

    None when it is gone, or its app is to be stopped.
    """
    return _way(reader.first(_WAY, deployment=deployment_id, desired=Desired.RUNNING.value))


def shown_way(reader: RawReader, app_id: str) -> WayFacts | None:
    """Return how far what people reach of an app goes, else what is to be reached; it may be stopped."""
    app = content_facts(reader, app_id)
    shown = app and (app.live_deployment_id or app.wanted_deployment_id)
    return _way(reader.first(_WAY, deployment=shown, desired=app.desired.value)) if app and shown else None


def deployed_for(reader: RawReader, app_id: str, deployer_id: str) -> WayFacts | None:
    """Return what an app runs for somebody who deployed it: what people reach, else what is to be reached.

    None when it is gone, or runs for somebody else; it may be stopped.
    """
    return _way(reader.first(_OF_APP, app=app_id, deployer=deployer_id))


def _way(row: tuple[Any, ...] | None) -> WayFacts | None:
    if row is None:
        return None
    deployment_id, app_id, name, kind, deployer_id, resources = row
    kept = json.loads(resources)
    level = kept.get("required_key_scope_level")
    return WayFacts(
        deployment_id, app_id, name, _KIND[kind], deployer_id,
        None if level is None else KeyScopeLevel(level), read_reach(kept),
    )  # fmt: skip
