"""Deciding: once, by somebody else, with the effect in the same transaction."""

from collections.abc import Mapping
from typing import Any, Final

from gatepost_server.approvals import queries
from gatepost_server.approvals.errors import NotAsRead, NotPending, OwnRequest
from gatepost_server.approvals.model import Ref, Request, RequestState
from gatepost_server.approvals.ports import Kinds
from gatepost_server.approvals.service.approvers import require_approver
from gatepost_server.approvals.service.narrowing import narrowed
from gatepost_server.approvals.service.telling import tell_asker
from gatepost_server.approvals.tables import RequestRow
from gatepost_server.authz import Hidden, principal, require, require_self
from gatepost_server.kernel.errors import Conflict, FieldFault, Invalid
from gatepost_server.store import Tx

_NOTE_LENGTH: Final = 500


def approve(
    tx: Tx,
    kinds: Kinds,
    request_id: str,
    content_hash: str | None,
    note: str = "",
    *,
    home: str,
    narrower: Mapping[str, Any] | None = None,
) -> Request:
    """Approve a request: what it asks for is done now, by the caller's own rights.

    *content_hash* is what the caller read; *home* is the server's address, for the mail to
    the asker. With *narrower* less than was asked for is done.

    Raises:
        Hidden: no such request, or none that the caller may decide or know of.
        OwnRequest: the caller asked for it.
        NotAsRead: the hash is missing or another.
        NotPending: it is decided, withdrawn or expired.
        Invalid: *narrower* is not less than was asked for.
        GatepostError: what the caller could not do by themselves is refused likewise.
    """
    row, request = _open_request(tx, kinds, request_id, content_hash)
    asker = principal(tx, row.asker_id)
    if asker is None or not asker.is_active:
        raise Conflict("Whoever asked has no active account any more.", code="asker-gone")
    given, less = narrowed(tx, kinds, request, narrower or {})
    row.granted = less or None
    result = kinds[row.kind].apply(tx, given, given.validity.ends_at(tx.now))
    return _decide(tx, kinds, row, RequestState.APPROVED, note=note, home=home, result=result)


def reject(
    tx: Tx, kinds: Kinds, request_id: str, content_hash: str | None, note: str = "", *, home: str
) -> Request:
    """Refuse a request; the asker reads *note*.

    Raises:
        Hidden, OwnRequest, NotAsRead, NotPending: as for `approve`.
    """
    row, _ = _open_request(tx, kinds, request_id, content_hash)
    return _decide(tx, kinds, row, RequestState.REJECTED, note=note, home=home, result=None)


def _open_request(
    tx: Tx, kinds: Kinds, request_id: str, content_hash: str | None
) -> tuple[RequestRow, Request]:
    """Return a request that the caller may decide now, kept from all others until they have."""
    caller = require_self(tx, "request:decide")
    row = queries.row_by_id(tx, request_id, for_change=True)
    if row is not None and row.asker_id == caller:
        raise OwnRequest
    if row is None or row.node_id is None or row.kind not in kinds:
        raise Hidden("request:decide", request_id)
    require(tx, kinds[row.kind].action, row.node_id)
    require_approver(tx, row.kind)
    request = queries.present(tx, [row])[0]
    if not request.is_pending:
        raise NotPending(request.state)
    if content_hash != row.content_hash:
        raise NotAsRead
    return row, request


def _decide(
    tx: Tx, kinds: Kinds, row: RequestRow, state: RequestState, *, note: str, home: str, result: Ref | None
) -> Request:
    note = note.strip()
    if len(note) > _NOTE_LENGTH:
        fault = FieldFault("note", f"at most {_NOTE_LENGTH} characters")
        raise Invalid("The note is too long.", faults=[fault])
    row.state, row.decided_at, row.decider_id, row.note = state, tx.now, tx.actor.principal_id, note
    row.sealed = None
    if result is not None:
        row.result_type, row.result_id = result.type, result.id
    tx.session.flush()
    decided = queries.present(tx, [row])[0]
    verb = "approve" if state is RequestState.APPROVED else "reject"
    after = {
        "asked_by": decided.asker_name,
        **decided.content,
        "narrower": row.granted,
        "result": result.id if result else None,
    }
    tx.audit(f"request:{verb}", "request", row.id, row.kind, after=after)
    tell_asker(tx, kinds[row.kind], decided, home)
    return decided
