"""Reads of requests."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Select, and_, false, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from gatepost_server.approvals.model import Ref, Request, RequestState, Validity, parse_validity
from gatepost_server.approvals.ports import RequestKind
from gatepost_server.approvals.tables import RequestRow
from gatepost_server.authz import principals, visible
from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.store import Tx

_AT_ONCE: Final = 500


def row_by_id(tx: Tx, request_id: str, *, for_change: bool = False) -> RequestRow | None:
    """Return a request's row, or None; *for_change* waits for others who decide it."""
    query = select(RequestRow).where(RequestRow.id == request_id)
    return tx.session.scalar(query.with_for_update() if for_change else query)


def present(tx: Tx, rows: Sequence[RequestRow]) -> list[Request]:
    """Return rows as values, as they stand now."""
    people = principals(tx, {one for row in rows for one in (row.asker_id, row.decider_id) if one})
    return [
        Request(
            id=row.id,
            kind=row.kind,
            state=_standing(tx, row),
            asker_id=row.asker_id,
            asker_name=people[row.asker_id].label if row.asker_id in people else row.asker_id,
            node_id=row.node_id,
            content=row.content,
            reason=row.reason,
            validity=_validity(row),
            content_hash=row.content_hash,
            created_at=row.created_at,
            expires_at=row.expires_at,
            decided_at=row.decided_at,
            decider_name=people[row.decider_id].label if row.decider_id in people else row.decider_id,
            note=row.note,
            sealed=row.sealed or {},
            granted=row.granted or {},
            result=Ref(row.result_type, row.result_id) if row.result_type and row.result_id else None,
        )
        for row in rows
    ]


def page_of(tx: Tx, page: PageRequest, box: ColumnElement[bool]) -> Page[Request]:
    """Return a page of the requests in a box, latest first; *q* finds reasons."""
    query = select(RequestRow).where(box)
    if page.q:
        query = query.where(RequestRow.reason.icontains(page.q, autoescape=True))
    position = page.position()
    if position is not None:
        query = query.where(RequestRow.id < position[0])
    rows = tx.session.scalars(query.order_by(RequestRow.id.desc()).limit(page.limit + 1)).all()
    return page_from(present(tx, rows), page, lambda one: (one.id,))


def count(tx: Tx, box: ColumnElement[bool]) -> int:
    """Return how many requests are in a box."""
    return tx.session.scalar(select(func.count()).select_from(RequestRow).where(box)) or 0


def to_decide(tx: Tx, kinds: Sequence[RequestKind]) -> ColumnElement[bool]:
    """Return the condition of what the caller may decide now: never their own."""
    return and_(
        RequestRow.state == RequestState.PENDING,
        RequestRow.expires_at > tx.now,
        RequestRow.asker_id != tx.actor.principal_id,
        decidable(tx, kinds),
    )


def decided(tx: Tx, kinds: Sequence[RequestKind]) -> ColumnElement[bool]:
    """Return the condition of what the caller decided, or could have, and is over."""
    is_over = or_(RequestRow.state != RequestState.PENDING, RequestRow.expires_at <= tx.now)
    mine = RequestRow.decider_id == tx.actor.principal_id
    others = and_(RequestRow.asker_id != tx.actor.principal_id, decidable(tx, kinds))
    return and_(is_over, or_(mine, others))


def submitted(tx: Tx) -> ColumnElement[bool]:
    """Return the condition of what the caller asked for."""
    return RequestRow.asker_id == tx.actor.principal_id


def decidable(tx: Tx, kinds: Sequence[RequestKind]) -> ColumnElement[bool]:
    """Return the condition of requests about things that the caller may decide on."""
    ways = [
        and_(RequestRow.kind == kind.name, RequestRow.node_id.in_(visible(tx, kind.action))) for kind in kinds
    ]
    return or_(false(), *ways)


def is_untold(tx: Tx) -> ColumnElement[bool]:
    """Return the condition of requests of which those who may decide have not been told."""
    return and_(
        RequestRow.told_at.is_(None),
        RequestRow.state == RequestState.PENDING,
        RequestRow.expires_at > tx.now,
    )


def untold(tx: Tx, most: int) -> Select[RequestRow]:
    """Return requests that are to be told of, for nobody else to tell of them meanwhile."""
    found = select(RequestRow).where(is_untold(tx)).order_by(RequestRow.id).limit(most)
    return found.with_for_update(skip_locked=True)


def _standing(tx: Tx, row: RequestRow) -> RequestState:
    is_late = row.state == RequestState.PENDING and row.expires_at <= tx.now
    return RequestState.EXPIRED if is_late else RequestState(row.state)


def _validity(row: RequestRow) -> Validity:
    # It was checked when it was asked for: an end that has passed since is an end still.
    return parse_validity(row.validity, row.created_at)


def erase_sealed(tx: Tx) -> Sequence[str]:
    """Erase what is secret of requests whose time is over; return which those were."""
    over = select(RequestRow).where(
        RequestRow.sealed.is_not(None),
        or_(RequestRow.state != RequestState.PENDING, RequestRow.expires_at <= tx.now),
    )
    rows = tx.session.scalars(over.limit(_AT_ONCE)).all()
    for row in rows:
        row.sealed = None
    return [row.id for row in rows]
