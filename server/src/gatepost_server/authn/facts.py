"""Reads of visits, by prepared statements."""

import json
from typing import Any, Final

from sqlalchemy import BigInteger, String, Text, bindparam, cast, literal_column, select

from gatepost_server.authn.tables import VisitorConsentRow, VisitRow
from gatepost_server.authn.visits import Consent, Visit
from gatepost_server.store import Prepared, RawReader

_ALL: Final = select(
    VisitRow.id,
    VisitRow.public_id,
    VisitRow.opener_id,
    VisitRow.app_id,
    VisitRow.deployment_id,
    VisitRow.ip,
    VisitRow.ends_at,
).where(literal_column("visits.ends_at", BigInteger()) > bindparam("now", type_=BigInteger()))
_BY_PUBLIC_ID: Final = Prepared(_ALL.where(VisitRow.public_id == bindparam("public_id", type_=String())))
_BY_ID: Final = Prepared(_ALL.where(VisitRow.id == bindparam("visit", type_=String())))
_OF: Final = Prepared(
    _ALL.where(
        VisitRow.opener_id == bindparam("opener", type_=String()),
        VisitRow.deployment_id == bindparam("deployment", type_=String()),
    )
)

_CONSENT: Final = Prepared(
    select(VisitorConsentRow.rung, VisitorConsentRow.deployer_id, cast(VisitorConsentRow.reach, Text)).where(
        VisitorConsentRow.user_id == bindparam("user", type_=String()),
        VisitorConsentRow.app_id == bindparam("app", type_=String()),
    )
)


def visit_by_public_id(reader: RawReader, public_id: str, now: int) -> Visit | None:
    """Return the visit whose key has *public_id*, unless it is over at *now* (microseconds)."""
    return _visit(reader.first(_BY_PUBLIC_ID, public_id=public_id, now=now))


def visit_by_id(reader: RawReader, visit_id: str, now: int) -> Visit | None:
    """Return a visit by its id, unless it is over at *now* (microseconds)."""
    return _visit(reader.first(_BY_ID, visit=visit_id, now=now))


def visit_of(reader: RawReader, opener_id: str, deployment_id: str, now: int) -> Visit | None:
    """Return the visit that a session or secret began at a deployment, unless it is over."""
    return _visit(reader.first(_OF, opener=opener_id, deployment=deployment_id, now=now))


def consent_of(reader: RawReader, user_id: str, app_id: str) -> Consent | None:
    """Return what somebody agreed to lend an app, whether or not it still counts."""
    row = reader.first(_CONSENT, user=user_id, app=app_id)
    if row is None:
        return None
    rung, deployer_id, reach = row
    return Consent(rung, deployer_id, None if reach is None else tuple(json.loads(reach)))


def _visit(row: tuple[Any, ...] | None) -> Visit | None:
    return None if row is None else Visit(*row)
