"""The pages of the trail."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from starlette.responses import Response

from gatepost_server import audit, keys
from gatepost_server.audit import EntryFilter
from gatepost_server.authz import may_on_instance, require_self
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.store import Tx
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import trail as pages
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn

router = PageRouter()

_REQUEST: Final = re.compile(r"req_[0-9a-f]{24}")
_ASKED: Final = (
    "q", "cursor", "decision", "kind", "since", "actor", "on_behalf_of", "run_as", "resource", "action",
    "request_id",
)  # fmt: skip


@router.reads("/audit", action="audit:own")
def trail(visit: SignedIn) -> Response:
    """Show the trail: everybody's to administrators, one's own to everybody."""
    state = ListState("/audit", visit.query(*_ASKED))
    q = state.value("q").strip()
    is_request = _REQUEST.fullmatch(q) is not None
    page = PageRequest(q="" if is_request else q, cursor=state.value("cursor") or None)
    with visit.call.read() as tx:
        require_self(tx, "audit:own")
        wanted = _wanted(tx, state)
        if is_request:
            wanted = replace(wanted, request_id=q)
        sees_all = may_on_instance(tx, "audit:all")
        found = audit.list_entries(tx, page, wanted, is_for_all=sees_all)
        content = pages.trail(
            found.items, state, tx.now.date(), visit.url, sees_all=sees_all, next_cursor=found.next
        )
    return visit.page("Audit" if sees_all else "My activity", content, "administration" if sees_all else "")


def _wanted(tx: Tx, state: ListState) -> EntryFilter:
    """Return which entries the address asks for; people and keys may be named there."""
    behalf, run_as = state.value("on_behalf_of"), state.value("run_as")
    return EntryFilter(
        actor=state.value("actor") or None,
        action=state.value("action") or None,
        kind=state.value("kind") or None,
        resource=state.value("resource") or None,
        decision=state.value("decision") or None,
        request_id=state.value("request_id") or None,
        on_behalf_of=keys.answerer_meant(tx, behalf, "on_behalf_of") if behalf else None,
        run_as=keys.person_meant(tx, run_as, "run_as") if run_as else None,
        since=_since(state.value("since"), tx.now),
    )


def _since(chosen: str, now: datetime) -> datetime | None:
    if chosen == "today":
        return now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = {"7d": 7, "30d": 30}.get(chosen)
    return now - timedelta(days=days) if days else None
