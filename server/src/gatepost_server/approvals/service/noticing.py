"""Notices of what ends: 14, 7 and 1 days before, once each, in the Task Hub and by mail."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, func, select

from gatepost_server import notify
from gatepost_server.approvals.model import NOTICES_KEPT, Ending, Notice
from gatepost_server.approvals.tables import NoticeRow
from gatepost_server.authz import require_self
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.store import Tx

_MAIL: Final = "ends-soon"


def is_notice_due(tx: Tx, endings: Sequence[Ending]) -> bool:
    """Tell whether `give_notice` would change something, by a read."""
    return bool(_missing(tx, endings) or _outdated(tx, endings))


def give_notice(tx: Tx, endings: Sequence[Ending], home: str) -> int:
    """Tell people what of theirs ends soon, if they have not been told; return how many notices that were.

    *endings* is all that ends in the time for which notice is given: what ends later by now, or
    not at all, is taken out of the inbox. For the worker, which asks for no right.
    """
    gone = _outdated(tx, endings)
    if gone:
        tx.session.execute(delete(NoticeRow).where(NoticeRow.id.in_(gone)))
    due = _missing(tx, endings)
    for days, one in due:
        row = NoticeRow(
            id=new_id("ntc", tx.now), who_id=one.who_id, about_id=one.about_id, ends_at=one.ends_at,
            days=days, what=one.what, page=one.page, at=tx.now,
        )  # fmt: skip
        tx.session.add(row)
        _mail(tx, one, home)
    if due or gone:
        tx.audit(
            "request:notice", "request", "notices", "what ends", after={"told": len(due), "over": len(gone)}
        )
    return len(due)


def list_notices(tx: Tx, page: PageRequest) -> Page[Notice]:
    """Return a page of the caller's notices, latest first."""
    who = require_self(tx, "request:list")
    query = select(NoticeRow).where(NoticeRow.who_id == who)
    if page.q:
        query = query.where(NoticeRow.what.icontains(page.q, autoescape=True))
    position = page.position()
    if position is not None:
        query = query.where(NoticeRow.id < position[0])
    rows = tx.session.scalars(query.order_by(NoticeRow.id.desc()).limit(page.limit + 1)).all()
    shown = [Notice(row.id, row.what, row.page, row.ends_at, row.days, row.at) for row in rows]
    return page_from(shown, page, lambda one: (one.id,))


def count_notices(tx: Tx) -> int:
    """Return how many of the caller's notices are about an end that is still to come."""
    mine = NoticeRow.who_id == (tx.actor.principal_id or "")
    about = select(func.count(NoticeRow.about_id.distinct())).where(mine, NoticeRow.ends_at > tx.now)
    return tx.session.scalar(about) or 0


def _missing(tx: Tx, endings: Sequence[Ending]) -> list[tuple[int, Ending]]:
    found = select(NoticeRow).where(NoticeRow.ends_at > tx.now)
    told = {(row.who_id, row.about_id, row.ends_at, row.days) for row in tx.session.scalars(found)}
    due = [(one.days_at(tx.now), one) for one in endings]
    return [
        (days, one)
        for days, one in due
        if days is not None and (one.who_id, one.about_id, one.ends_at, days) not in told
    ]


def _outdated(tx: Tx, endings: Sequence[Ending]) -> list[str]:
    true = {(one.who_id, one.about_id, one.ends_at) for one in endings}
    rows = tx.session.scalars(select(NoticeRow))
    return [
        row.id
        for row in rows
        if row.ends_at <= tx.now - NOTICES_KEPT
        or (row.ends_at > tx.now and (row.who_id, row.about_id, row.ends_at) not in true)
    ]


def _mail(tx: Tx, one: Ending, home: str) -> None:
    if not notify.is_configured(tx):
        return
    day = f"{one.ends_at.day} {one.ends_at:%b %Y, %H:%M} UTC"
    text = f"{one.what} ends on {day}.\n\nIf it is needed for longer, ask in time: {home}{one.page}\n"
    subject = "".join(letter for letter in f"{one.what} ends on {day}" if letter.isprintable())[:150]
    notify.send_to_people(tx, [one.who_id], subject, text, _MAIL, one.about_id)
