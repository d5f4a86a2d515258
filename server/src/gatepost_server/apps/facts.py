"""Reads for the gate: an app's routing facts by prepared statements, no ORM."""

import json
from typing import Final

from sqlalchemy import Integer, String, Text, bindparam, cast, select
from sqlalchemy.orm import aliased

from gatepost_server.apps.model import Desired, KeyScopeLevel, Kind, ReplicaState, VersionState
from gatepost_server.apps.naming import AppRef, app_ref
from gatepost_server.apps.tables import AppRow, BuildRow, DeploymentRow, LiveRow, ReplicaRow, SourceVersionRow
from gatepost_server.apps.views import ContentFacts, WayFacts
from gatepost_server.store import Prepared, RawReader

_wanted, _live = aliased(ReplicaRow), aliased(ReplicaRow)
_ALL = (
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
        _wanted.state,
        BuildRow.state,
    )
    .join(DeploymentRow, DeploymentRow.id == AppRow.wanted_id)
    .join(SourceVersionRow, SourceVersionRow.id == DeploymentRow.version_id)
    .join(BuildRow, BuildRow.version_id == SourceVersionRow.id)
    .outerjoin(LiveRow, LiveRow.app_id == AppRow.id)
    .outerjoin(_live, _live.deployment_id == LiveRow.deployment_id)
    .outerjoin(_wanted, _wanted.deployment_id == AppRow.wanted_id)
)
_BY_ID: Final = Prepared(_ALL.where(AppRow.id == bindparam("app", type_=String())))
_BY_NUMBER: Final = Prepared(_ALL.where(AppRow.number == bindparam("number", type_=Integer())))
_WAY: Final = Prepared(
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
    .where(
        DeploymentRow.id == bindparam("deployment", type_=String()),
        AppRow.desired == bindparam("desired", type_=String()),
    )
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
        row = reader.first(_BY_ID, app=wanted.app_id)
    else:
        row = reader.first(_BY_NUMBER, number=wanted.number)
    if row is None:
        return None
    app_id, number, slug, name, desired, kind, wanted, live, live_state, socket, wanted_state, built = row
    return ContentFacts(
        app_id, number, slug, name, _DESIRED[desired], _KIND[kind], wanted, live,
        _REPLICA.get(live_state), socket, _REPLICA.get(wanted_state), _VERSION[built],
    )  # fmt: skip


def way_facts(reader: RawReader, deployment_id: str) -> WayFacts | None:
    """Return what the API needs to know of a deployment whose process calls it.

    None when it is gone, or its app is to be stopped.
    """
    row = reader.first(_WAY, deployment=deployment_id, desired=Desired.RUNNING.value)
    if row is None:
        return None
    deployment_id, app_id, name, kind, deployer_id, resources = row
    level = json.loads(resources).get("required_key_scope_level")
    return WayFacts(
        deployment_id, app_id, name, _KIND[kind], deployer_id, None if level is None else KeyScopeLevel(level)
    )
