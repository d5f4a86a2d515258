"""What people let applications that they open do in their name (permission-model §4.5, Consent)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from gatepost_server.apps import KeyScopeLevel, WayFacts, require_app, way_facts
from gatepost_server.apps.facts import content_facts
from gatepost_server.apps.model import RUNGS
from gatepost_server.authn.errors import LevelChanged, NothingLent, NothingToLend
from gatepost_server.authn.facts import consent_of
from gatepost_server.authn.tables import VisitorConsentRow
from gatepost_server.authn.visits import Consent, lent_rung
from gatepost_server.authz import allowed_on, node_names, principal, reader_of, require_self
from gatepost_server.instance import policies
from gatepost_server.store import Tx

_GIVE: Final = "consent:give"
_LEVELS: Final = {rung: level for level, rung in RUNGS.items() if level is not None}


@dataclass(frozen=True)
class Lent:
    """What somebody lends an app: its id, its name (None: not theirs to see any more), how much, since when.

    `counts` is false once the app asks for more, or somebody else deployed it.
    """

    app_id: str
    name: str | None
    level: KeyScopeLevel
    agreed_at: datetime
    counts: bool


@dataclass(frozen=True)
class Asked:
    """What an app asks of the caller: its level, what it has until they agree, and who deployed it.

    `reach` are the projects and datasets on which it asks for it; None: all that the caller may.
    """

    level: KeyScopeLevel
    until_then: KeyScopeLevel
    has_agreed: bool
    deployer_id: str
    deployer_name: str
    reach: tuple[str, ...] | None = None


def asked_of(tx: Tx, ref: str) -> Asked | None:
    """Return what an app asks of the caller, or None where it asks nothing.

    Raises:
        Hidden, Forbidden: the caller may not open it.
    """
    node = require_app(tx, "app:open", ref)
    way = _way(tx, node.id)
    user_id = tx.actor.principal_id
    if way is None or user_id is None or not user_id.startswith("usr_"):
        return None
    policy = policies(tx).visitor_consent
    bare = lent_rung(way, None, policy)
    if bare == way.cap:
        return None
    consent = consent_of(reader_of(tx), user_id, node.id)
    agreed = consent is not None and consent.covers(way)
    by = principal(tx, way.deployer_id)
    name = way.deployer_id if by is None else by.label
    return Asked(_LEVELS[way.cap], _LEVELS[bare], agreed, way.deployer_id, name, way.visitor_reach)


def agree(
    tx: Tx, ref: str, level: KeyScopeLevel, deployer_id: str, reach: Sequence[str] | None = None
) -> None:
    """Let an app act in the caller's name up to *level*, as *deployer_id* deployed it; again renews it.

    *reach* are the projects and datasets that the caller has seen it ask for; None: all.

    Raises:
        Hidden, Forbidden: the caller may not open it.
        NothingToLend: nothing of it runs, or its level is none.
        LevelChanged: it asks for another level or other data, or somebody else deployed it; look
            again before agreeing.
        SessionRequired: a key is calling.
    """
    user_id = require_self(tx, _GIVE)
    node = require_app(tx, "app:open", ref)
    way = _way(tx, node.id)
    if way is None or not way.cap:
        raise NothingToLend
    seen = (level, deployer_id, None if reach is None else tuple(reach))
    if seen != (_LEVELS[way.cap], way.deployer_id, way.visitor_reach):
        raise LevelChanged(_LEVELS[way.cap].value)
    tx.session.merge(
        VisitorConsentRow(
            user_id=user_id, app_id=node.id, rung=way.cap, deployer_id=way.deployer_id, agreed_at=tx.now,
            reach=None if way.visitor_reach is None else list(way.visitor_reach),
        )
    )  # fmt: skip
    said = {} if way.visitor_reach is None else {"visitor_reach": list(way.visitor_reach)}
    tx.audit("visitor:agree", "app", node.id, node.name, after={"level": level.value, **said})


def take_back_consent(tx: Tx, app_id: str) -> None:
    """Agree no longer: from the next call on the app reaches in the caller's name what it did before.

    Works for an app that the caller may not see any more.

    Raises:
        NothingLent: the caller has not agreed.
        SessionRequired: a key is calling.
    """
    user_id = require_self(tx, _GIVE)
    row = tx.session.get(VisitorConsentRow, (user_id, app_id))
    if row is None:
        raise NothingLent
    tx.session.delete(row)
    tx.audit("visitor:take-back", "app", app_id, "")


def list_lent(tx: Tx) -> Sequence[Lent]:
    """Return what the caller lends which apps, by name."""
    user_id = require_self(tx, _GIVE)
    rows = tx.session.scalars(select(VisitorConsentRow).where(VisitorConsentRow.user_id == user_id)).all()
    named = node_names(tx, sorted(allowed_on(tx, "app:list", [row.app_id for row in rows])))
    found = [_lent(tx, row, named.get(row.app_id)) for row in rows]
    return sorted(found, key=lambda one: ((one.name or "").casefold(), one.app_id))


def _lent(tx: Tx, row: VisitorConsentRow, name: str | None) -> Lent:
    way = _way(tx, row.app_id)
    agreed = Consent(row.rung, row.deployer_id, None if row.reach is None else tuple(row.reach))
    counts = way is not None and agreed.covers(way)
    return Lent(row.app_id, name, _LEVELS[row.rung], row.agreed_at, counts)


def _way(tx: Tx, app_id: str) -> WayFacts | None:
    """Return what an app runs for whoever opens it now, or would once it runs."""
    reader = reader_of(tx)
    app = content_facts(reader, app_id)
    deployment_id = app and (app.live_deployment_id or app.wanted_deployment_id)
    return way_facts(reader, deployment_id) if deployment_id else None
