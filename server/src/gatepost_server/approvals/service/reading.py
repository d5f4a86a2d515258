"""Reading requests: one's own, and those that one may decide."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sqlalchemy.sql.elements import ColumnElement

from gatepost_server.approvals import queries
from gatepost_server.approvals.model import Request
from gatepost_server.approvals.ports import Kinds
from gatepost_server.approvals.service.approvers import deciders_of, is_approver, open_kinds
from gatepost_server.approvals.tables import RequestRow
from gatepost_server.authz import (
    Hidden,
    load_node,
    may,
    policy,
    principals,
    reader_of,
    require_self,
)
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.store import Tx

_WHERE: Final[Mapping[str, Callable[[Tx, Kinds], ColumnElement[bool]]]] = {
    "to_decide": lambda tx, kinds: queries.to_decide(tx, open_kinds(tx, kinds)),
    "submitted": lambda tx, _kinds: queries.submitted(tx),
    "decided": lambda tx, kinds: queries.decided(tx, open_kinds(tx, kinds)),
}
BOXES: Final = tuple(_WHERE)
_ABOUT: Final = 20
_NAMED_MOST: Final = 5


def list_requests(tx: Tx, kinds: Kinds, box: str, page: PageRequest) -> Page[Request]:
    """Return a page of a box of the Task Hub, latest first.

    Raises:
        Invalid: there is no such box.
    """
    require_self(tx, "request:list")
    if box not in BOXES:
        raise Invalid("Unknown box.", faults=[FieldFault("box", f"one of {', '.join(BOXES)}")])
    return queries.page_of(tx, page, _WHERE[box](tx, kinds))


def count_to_decide(tx: Tx, kinds: Kinds) -> int:
    """Return how many requests wait for the caller; none for who decides nothing."""
    return queries.count(tx, queries.to_decide(tx, open_kinds(tx, kinds)))


def get_request(tx: Tx, kinds: Kinds, request_id: str) -> Request:
    """Return a request that the caller made or may decide on.

    Raises:
        Hidden: there is none that they may know of.
    """
    require_self(tx, "request:read")
    row = queries.row_by_id(tx, request_id)
    if row is None:
        raise Hidden("request:read", request_id)
    request = queries.present(tx, [row])[0]
    if row.asker_id != tx.actor.principal_id and not _keeps(tx, kinds, request):
        raise Hidden("request:read", request_id)
    return request


def may_decide(tx: Tx, kinds: Kinds, request: Request) -> bool:
    """Tell whether the caller may decide a request now, to show or leave out the buttons."""
    is_own = request.asker_id == tx.actor.principal_id
    return request.is_pending and not is_own and _keeps(tx, kinds, request)


def waits_for(tx: Tx, kinds: Kinds, request: Request) -> Sequence[str]:
    """Return who may decide a request that waits, by name; nobody is named of what one may not know of.

    Where no keeper is left, the administrators decide: a request has no dead end.
    """
    node = load_node(reader_of(tx), request.node_id or "")
    if not request.is_pending or node is None:
        return ()
    action = f"{node.kind}:list"
    if action in policy.actions and not may(tx, action, node.id):
        return ()
    people = deciders_of(tx, kinds[request.kind], node.id, request.asker_id).ids
    return sorted(one.label for one in principals(tx, people).values())[:_NAMED_MOST]


def pending_about(tx: Tx, kinds: Kinds, node_id: str) -> list[Request]:
    """Return the latest requests about a thing that wait for the caller."""
    about = (RequestRow.node_id == node_id) & queries.to_decide(tx, open_kinds(tx, kinds))
    return list(queries.page_of(tx, PageRequest(limit=_ABOUT), about).items)


def _keeps(tx: Tx, kinds: Kinds, request: Request) -> bool:
    is_about = request.node_id is not None and request.kind in kinds
    return (
        is_about
        and is_approver(tx, request.kind)
        and may(tx, kinds[request.kind].action, request.node_id or "")
    )
