"""Asking, and taking back what one asked."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from gatepost_server.approvals import queries
from gatepost_server.approvals.errors import AlreadyAsked, NotPending, TooManyRequests
from gatepost_server.approvals.model import (
    LIFETIME,
    Request,
    RequestState,
    checked_reason,
    parse_validity,
)
from gatepost_server.approvals.model import content_hash as hash_of
from gatepost_server.approvals.ports import Kinds
from gatepost_server.approvals.tables import RequestRow
from gatepost_server.authz import Hidden, require_self
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.ids import new_id
from gatepost_server.store import Bucket, Tx, take

_A_DAY: Final = Bucket(capacity=10, period_s=86_400)


def ask(tx: Tx, kinds: Kinds, kind: str, raw: Mapping[str, Any], reason: str, validity: object) -> Request:
    """Ask for something; those who may decide are told.

    The answer is the same whether there is such a thing or not, and whoever may not know of
    it learns nothing.

    Raises:
        Invalid: no such kind, or the request is not well formed.
        AlreadyAsked: the same waits for a decision.
        TooManyRequests: more than ten in a day.
    """
    asker = require_self(tx, "request:create")
    if kind not in kinds:
        raise Invalid("Unknown kind of request.", faults=[FieldFault("kind", f"one of {', '.join(kinds)}")])
    checked, window = checked_reason(reason), parse_validity(validity, tx.now)
    wanted = kinds[kind].parse(tx, raw)
    _require_first(tx, asker, kind, wanted.content)
    wait = take(tx, f"requests:{asker}", _A_DAY)
    if wait is not None:
        raise TooManyRequests(wait)

    request_id = new_id("rqt", tx.now)
    content, sealed = dict(wanted.content), dict(wanted.seal(request_id)) if wanted.seal else None
    row = RequestRow(
        id=request_id, kind=kind, state=RequestState.PENDING, asker_id=asker, node_id=wanted.node_id,
        content=content, sealed=sealed, reason=checked, validity=window.raw(),
        content_hash=hash_of(request_id, kind, asker, {**content, **(sealed or {})}, checked, window),
        created_at=tx.now, expires_at=tx.now + LIFETIME, note="",
    )  # fmt: skip
    tx.session.add(row)
    tx.session.flush()
    tx.audit("request:create", "request", row.id, kind, after={**content, "validity": row.validity})
    return queries.present(tx, [row])[0]


def withdraw(tx: Tx, request_id: str) -> Request:
    """Take back what one asked for, before it is decided.

    Raises:
        Hidden: one did not ask for it.
        NotPending: it is decided, or over.
    """
    asker = require_self(tx, "request:withdraw")
    row = queries.row_by_id(tx, request_id, for_change=True)
    if row is None or row.asker_id != asker:
        raise Hidden("request:withdraw", request_id)
    request = queries.present(tx, [row])[0]
    if not request.is_pending:
        raise NotPending(request.state)
    row.state, row.decided_at, row.sealed = RequestState.WITHDRAWN, tx.now, None
    tx.audit("request:withdraw", "request", row.id, row.kind)
    return queries.present(tx, [row])[0]


def _require_first(tx: Tx, asker: str, kind: str, content: Mapping[str, Any]) -> None:
    waiting = tx.session.scalars(
        select(RequestRow).where(
            RequestRow.asker_id == asker,
            RequestRow.kind == kind,
            RequestRow.state == RequestState.PENDING,
            RequestRow.expires_at > tx.now,
        )
    )
    if any(row.content == content for row in waiting):
        raise AlreadyAsked


def erase_over(tx: Tx) -> int:
    """Erase what lay sealed in requests that nobody decided in time; for the worker."""
    erased = queries.erase_sealed(tx)
    if erased:
        tx.audit("request:erase", "request", erased[-1], "requests", after={"requests": len(erased)})
    return len(erased)
