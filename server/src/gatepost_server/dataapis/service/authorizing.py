"""Authorizing: which client application may call which API, in which stage, with which fields, until when."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from gatepost_server.approvals import Validity
from gatepost_server.authz import (
    Node,
    end_holdings,
    give_application,
    grant_called,
    living_grants,
    node_names,
    policy,
    principals,
)
from gatepost_server.clients import require_client
from gatepost_server.dataapis import queries
from gatepost_server.dataapis.definitions import definition_of
from gatepost_server.dataapis.errors import AlreadyAuthorized, UnknownAuthorization
from gatepost_server.dataapis.model import Authorization, Stage
from gatepost_server.dataapis.service.finding import require_api, require_api_meant, row_of
from gatepost_server.dataapis.tables import ApiAuthorizationRow, ApiVersionRow, DataApiRow
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.store import Tx

_USE: Final = policy.mask("USE")
_MANY: Final = 200


def authorize_client(
    tx: Tx,
    api_ref: str,
    client_id: str,
    stage: Stage,
    validity: Validity,
    *,
    fields: Sequence[str] | None = None,
    reason: str = "",
) -> Authorization:
    """Let a client application call an API (id, slug or number) in *stage*; *fields* None are all.

    Fields that a later version has besides are not among those that were named; of all, they are.

    Raises:
        Hidden, ActionDenied: the caller may not share the API, or not know of the application.
        Invalid: there is nothing of the API in that stage, it has no such field, or the end has passed.
        AlreadyAuthorized: the application may call it in this stage now.
        TooWide: beyond what the caller holds on the API.
    """
    require_api_meant(tx, "api:authorize", api_ref)
    require_client(tx, "app:list", client_id)
    return authorize_asked(tx, api_ref, client_id, stage, validity, fields=fields, reason=reason)


def authorize_asked(
    tx: Tx,
    api_ref: str,
    client_id: str,
    stage: Stage,
    validity: Validity,
    *,
    fields: Sequence[str] | None = None,
    reason: str = "",
    is_anew: bool = False,
) -> Authorization:
    """Do the same for an application whose owner asked: the caller need not know of it otherwise.

    With *is_anew* what it has in that stage is replaced, unless it has all of that for good.

    Raises:
        Hidden, ActionDenied, Invalid, AlreadyAuthorized, TooWide: as `authorize_client`.
    """
    node = require_api_meant(tx, "api:authorize", api_ref)
    wanted = _checked_fields(tx, node, stage, fields)
    name = node_names(tx, [client_id]).get(client_id, "The application")
    earlier = authorized_now(tx, node.id, client_id, stage)
    if earlier is not None and not (is_anew and _is_more(earlier, wanted)):
        raise AlreadyAuthorized(name)
    until = validity.ends_at(tx.now)
    if earlier is not None:
        _end(tx, (node.id, node.name), [tx.session.get_one(ApiAuthorizationRow, earlier.grant_id)])
    grant = give_application(tx, "api:authorize", node.id, client_id, _USE, until=until, reason=reason)
    row = ApiAuthorizationRow(
        grant_id=grant.id, api_id=node.id, client_id=client_id, stage=stage.value, fields=wanted
    )
    tx.session.add(row)
    tx.session.flush()
    after = {
        "client": name, "client_id": client_id, "stage": stage.value, "fields": wanted,
        "until": None if until is None else until.isoformat(),
    }  # fmt: skip
    tx.audit("api:authorize", "api", node.id, node.name, after=after)
    return _presented(tx, [(row, node.name)])[0]


def authorized_now(tx: Tx, api_ref: str, client_id: str, stage: Stage) -> Authorization | None:
    """Return what lets an application call an API in a stage now; rights are the caller's matter."""
    api_id = queries.api_id_of(tx.session, None, api_ref) or ""
    found = queries.authorizations(tx.session, api_id=api_id, client_id=client_id, limit=_MANY)
    here = [(row, name) for row, name in found if row.stage == stage]
    living = living_grants(tx, [row.grant_id for row, _ in here])
    return next(iter(_presented(tx, [one for one in here if one[0].grant_id in living])), None)


def list_authorizations(tx: Tx, project_key: str, ref: str, page: PageRequest) -> Page[Authorization]:
    """Return a page of who may call an API now, the first given first; for who may share it."""
    node = require_api(tx, "api:authorize", project_key, ref)
    return _page(tx, page, api_id=node.id)


def list_client_apis(tx: Tx, client_id: str, page: PageRequest) -> Page[Authorization]:
    """Return a page of what a client application may call now; for its owners and members."""
    client = require_client(tx, "app:open", client_id)
    return _page(tx, page, client_id=client.id)


def end_authorization(tx: Tx, project_key: str, ref: str, grant_id: str) -> Authorization:
    """Let an application call an API no more, at its next call; for who may share the API.

    Raises:
        UnknownAuthorization: there is none of that id on this API.
    """
    node = require_api(tx, "api:authorize", project_key, ref)
    row = tx.session.get(ApiAuthorizationRow, grant_id)
    if row is None or row.api_id != node.id:
        raise UnknownAuthorization
    return _end(tx, (node.id, node.name), [row])[0]


def let_go_of_api(tx: Tx, client_id: str, api_ref: str, stage: Stage | None = None) -> list[Authorization]:
    """Let a client application do without an API, in one stage or all; for who owns the application.

    Raises:
        UnknownAuthorization: it may not call that API now.
    """
    client = require_client(tx, "app:edit-client", client_id)
    found = [
        one
        for one, _ in queries.authorizations(tx.session, client_id=client.id, limit=_MANY)
        if stage is None or one.stage == stage
    ]
    api_id = queries.api_id_of(tx.session, None, api_ref)
    rows = [one for one in found if one.api_id == api_id]
    if not rows:
        raise UnknownAuthorization
    return _end(tx, (rows[0].api_id, row_of(tx, rows[0].api_id).name), rows)


def _end(tx: Tx, api: tuple[str, str], rows: Sequence[ApiAuthorizationRow]) -> list[Authorization]:
    api_id, name = api
    ended = _presented(tx, [(row, name) for row in rows])
    for one, row in zip(ended, rows, strict=True):
        before = {"client": one.client_name, "client_id": one.client_id, "stage": one.stage.value}
        tx.session.delete(row)
        tx.session.flush()
        end_holdings(tx, [one.grant_id])
        tx.audit("api:end-authorization", "api", api_id, name, before=before)
    return ended


def _checked_fields(tx: Tx, node: Node, stage: Stage, fields: Sequence[str] | None) -> list[str] | None:
    row = row_of(tx, node.id)
    number = row.production_version if stage is Stage.PRODUCTION else row.development_version
    if number is None:
        fault = FieldFault("stage", f"nothing is published in {stage.value} yet")
        raise Invalid("There is nothing to call.", faults=[fault], code="nothing-published")
    if fields is None:
        return None
    version = tx.session.get_one(ApiVersionRow, (node.id, number))
    known = [one.name for one in definition_of(version.definition).fields]
    unknown = [one for one in fields if one not in known]
    if unknown or not fields:
        fault = FieldFault(
            "fields", f"no such field: {unknown[0][:100]}" if unknown else "at least one, or none said"
        )
        named = f"the data API has no {', '.join(unknown)[:200]}" if unknown else "there is none"
        raise Invalid(f"These fields cannot be granted: {named}.", faults=[fault])
    return [one for one in known if one in set(fields)]


def _is_more(earlier: Authorization, wanted: Sequence[str] | None) -> bool:
    """Tell whether there is anything to gain: it ends, or lacks a field that is wanted."""
    if earlier.until is not None:
        return True
    return earlier.fields is not None and (wanted is None or bool(set(wanted) - set(earlier.fields)))


def _page(
    tx: Tx, page: PageRequest, *, api_id: str | None = None, client_id: str | None = None
) -> Page[Authorization]:
    after = page.position()
    rows = queries.authorizations(
        tx.session, api_id=api_id, client_id=client_id, after=after[0] if after else "", limit=page.limit + 1
    )
    cut = page_from(rows, page, lambda one: (one[0].grant_id,))
    living = living_grants(tx, [one.grant_id for one, _ in cut.items])
    return Page(_presented(tx, [(one, name) for one, name in cut.items if one.grant_id in living]), cut.next)


def _presented(tx: Tx, rows: Sequence[tuple[ApiAuthorizationRow, str]]) -> list[Authorization]:
    grants = {row.grant_id: grant_called(tx, row.grant_id) for row, _ in rows}
    givers = [grant.by_id for grant in grants.values() if grant is not None and grant.by_id is not None]
    names = principals(tx, [*(row.client_id for row, _ in rows), *givers])
    is_meant = DataApiRow.id.in_({row.api_id for row, _ in rows})
    slugs = {
        one.id: one.slug for one in tx.session.execute(select(DataApiRow.id, DataApiRow.slug).where(is_meant))
    }
    found = []
    for row, api_name in rows:
        grant = grants[row.grant_id]
        assert grant is not None, "the row goes with its grant"
        giver = names.get(grant.by_id or "")
        found.append(
            Authorization(
                row.grant_id, row.api_id, api_name, row.client_id, names[row.client_id].label,
                Stage(row.stage), None if row.fields is None else tuple(row.fields), grant.from_at,
                grant.until_at, grant.by_name if giver is None else giver.label,
                slugs[row.api_id],
            )
        )  # fmt: skip
    return found
