"""Reads for the gate: a data API as a call of it means, and what a client application may call."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import String, Text, bindparam, case, cast, or_, select

from gatepost_server.authz import (
    Node,
    decide_on,
    grant_counts,
    load_node,
    node_of,
    subject_for,
    with_node,
)
from gatepost_server.connections import NoLogin, StoredLogin, Target, target_facts
from gatepost_server.dataapis.definitions import definition_of
from gatepost_server.dataapis.model import CallerFacts, Definition, Stage
from gatepost_server.dataapis.tables import ApiAuthorizationRow, ApiVersionRow, DataApiRow
from gatepost_server.identity.facts import given_email_of
from gatepost_server.jobs import actor_of
from gatepost_server.kernel.actor import Actor
from gatepost_server.store import Prepared, RawReader, micros

_text = bindparam("text", type_=String())
_stage = bindparam("stage", type_=String())
_pointer = case(
    (_stage == Stage.PRODUCTION.value, DataApiRow.production_version), else_=DataApiRow.development_version
)
_API: Final = Prepared(
    with_node(
        select(
            DataApiRow.slug,
            DataApiRow.name,
            ApiVersionRow.number,
            ApiVersionRow.connection_id,
            ApiVersionRow.credential_id,
            cast(ApiVersionRow.definition, Text),
            cast(ApiVersionRow.definer, Text),
        )
        .join(
            ApiVersionRow, (ApiVersionRow.api_id == DataApiRow.id) & (ApiVersionRow.number == _pointer)
        )
        .where(
            or_(DataApiRow.id == _text, DataApiRow.slug == _text, DataApiRow.number_text == _text)
        ),
        DataApiRow.id,
    )
)  # fmt: skip
_AUTHORIZATIONS: Final = Prepared(
    select(ApiAuthorizationRow.grant_id, cast(ApiAuthorizationRow.fields, Text))
    .where(
        ApiAuthorizationRow.api_id == bindparam("api", type_=String()),
        ApiAuthorizationRow.client_id == bindparam("client", type_=String()),
        ApiAuthorizationRow.stage == _stage,
    )
    .order_by(ApiAuthorizationRow.grant_id)
)


@dataclass(frozen=True)
class FoundApi:
    """A data API as it is in a stage, before anything is asked about its definer and its source."""

    node: Node
    slug: str
    name: str
    stage: Stage
    version: int
    definition: Definition
    connection_id: str
    credential_id: str | None
    definer: Actor


@dataclass(frozen=True)
class ApiFacts:
    """What a call of a data API takes: the version that its stage means, and as whom it reads.

    `target` is None when the connection is gone. `is_definer_able` says whether who saved the version
    is active and may use the connection and the credential *now*: if not, the call is refused
    (`DefinerLost`). That the credential signs in at the connection as it is, the broker asks.
    """

    node: Node
    slug: str
    name: str
    stage: Stage
    version: int
    definition: Definition
    target: Target | None
    login: StoredLogin | NoLogin
    definer: Actor
    is_definer_able: bool


@dataclass(frozen=True)
class Allowed:
    """That a client application may call an API in a stage; `fields` None are all of them."""

    grant_id: str
    fields: frozenset[str] | None


def find_api(reader: RawReader, text: str, stage: Stage) -> FoundApi | None:
    """Return the data API that *text* names (id, slug or number) as it is in *stage*.

    None when there is none, or nothing of it in that stage. What the caller may is not asked here.
    """
    row = reader.first(_API, text=text, stage=stage.value)
    if row is None:
        return None
    slug, name, number, connection_id, credential_id, definition, definer = row[:7]
    return FoundApi(
        node_of(row[7:]), slug, name, stage, number, _definition(definition), connection_id, credential_id,
        actor_of(_json(definer)),
    )  # fmt: skip


def api_facts(reader: RawReader, api: FoundApi, now: datetime) -> ApiFacts:
    """Return what a call of *api* takes; ask before whether the caller may call it."""
    found = target_facts(reader, api.connection_id)
    target = None if found is None or found[1] else found[0]
    is_able = target is not None and may_define(
        reader, api.definer, api.connection_id, api.credential_id, now
    )
    return ApiFacts(
        node=api.node,
        slug=api.slug,
        name=api.name,
        stage=api.stage,
        version=api.version,
        definition=api.definition,
        target=target,
        login=NoLogin() if api.credential_id is None else StoredLogin(api.credential_id),
        definer=api.definer,
        is_definer_able=is_able,
    )


def may_define(
    reader: RawReader, definer: Actor, connection_id: str, credential_id: str | None, now: datetime
) -> bool:
    """Tell whether calls may read as *definer*: active, and both theirs to use at this moment."""
    subject = subject_for(reader, definer)
    wanted = [("connection:use", connection_id)]
    if credential_id is not None:
        wanted.append(("credential:use", credential_id))
    for action, node_id in wanted:
        node = load_node(reader, node_id)
        if node is None or not decide_on(reader, subject, action, node, now).allowed:
            return False
    return subject.is_active


def caller_facts(
    reader: RawReader, actor: Actor, *, client_id: str | None = None, app_key: str | None = None
) -> CallerFacts:
    """Return what row rules may compare with, of what callers cannot choose for themselves.

    Names are usernames: keys and applications are called as their owners like, and several alike. An
    address counts that somebody was given, not one that they wrote themselves.
    """
    subject = subject_for(reader, actor)
    who = actor.principal_id or ""
    is_somebody = who.startswith("usr_") and subject.principal_id == who
    return CallerFacts(
        id=who,
        kind=actor.principal_kind,
        name=subject.name if is_somebody else None,
        email=given_email_of(reader, who) if is_somebody else None,
        organization=subject.org_id,
        client_id=client_id,
        app_key=app_key,
    )


def authorization_of(
    reader: RawReader, api_id: str, client_id: str, stage: Stage, now: datetime
) -> Allowed | None:
    """Return what a client application may call of an API in *stage*; None: nothing.

    Of several authorizations that count the fields add up; the last given is named.
    """
    found: Allowed | None = None
    for grant_id, raw in reader.all(_AUTHORIZATIONS, api=api_id, client=client_id, stage=stage.value):
        if not grant_counts(reader, grant_id, micros(now)):
            continue
        fields = None if raw is None else frozenset(_json(raw))
        if found is not None:
            fields = None if fields is None or found.fields is None else fields | found.fields
        found = Allowed(grant_id, fields)
    return found


@lru_cache(maxsize=2000)
def _definition(text: str) -> Definition:
    return definition_of(json.loads(text))


def _json(text: str) -> Any:
    return json.loads(text)
