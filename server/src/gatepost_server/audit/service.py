"""Writing the trail, and reading it with the reader's rights."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Select, select

from gatepost_server.audit import queries
from gatepost_server.audit.model import Entry, EntryFilter, Refusal
from gatepost_server.audit.tables import EntryRow
from gatepost_server.crypto import scrub
from gatepost_server.kernel.actor import Actor, Origin
from gatepost_server.kernel.ids import hex_of, is_id, new_id
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.kernel.secret import Secret
from gatepost_server.store import Tx, insert_or, insert_rows

_ACTION_LENGTH: Final = 60
_NAME_LENGTH: Final = 200
_REQUESTS_LISTED: Final = 100
"""Of so many refusals that one entry gathers, each keeps its id."""


class TrailRecorder:
    """The unit of work's recorder: one row of the trail in the change's transaction."""

    def record(
        self,
        tx: Tx,
        *,
        action: str,
        kind: str,
        resource_id: str,
        name: str,
        before: Mapping[str, object] | None,
        after: Mapping[str, object] | None,
        reason: str | None,
    ) -> None:
        """Add the entry of an allowed change."""
        changes = {side: _clean(values) for side, values in (("before", before), ("after", after)) if values}
        row = _row(tx, tx.actor, tx.origin, Refusal(action, kind, resource_id, reason or "", name), "allowed")
        row.changes = changes or None
        insert_rows(tx, row)


def record_refusal(tx: Tx, refusal: Refusal) -> None:
    """Add the entry of a refusal; of unknown callers one a minute, source and reason."""
    if not tx.actor.is_anonymous:
        row = _row(tx, tx.actor, tx.origin, refusal, "denied")
        row.changes = {"missing": refusal.missing} if refusal.missing else None
        insert_rows(tx, row)
        return
    row = _row(tx, tx.actor, tx.origin, refusal, "denied")
    row.gathered_key = f"{tx.origin.ip}|{refusal.reason[:60]}|{tx.now:%Y%m%d%H%M}"
    known = {column.key: getattr(row, column.key) for column in EntryRow.__table__.columns}
    first = insert_or(tx, EntryRow).values({name: one for name, one in known.items() if one is not None})
    tx.session.execute(
        first.on_conflict_do_update(
            index_elements=[EntryRow.gathered_key], set_={EntryRow.count: EntryRow.count + 1}
        )
    )
    _list_request(tx, str(row.gathered_key))


def _list_request(tx: Tx, gathered_key: str) -> None:
    """Keep the ids of the first requests that an entry gathers, so that each can be explained."""
    query = select(EntryRow).where(EntryRow.gathered_key == gathered_key).with_for_update()
    row = tx.session.scalars(query.execution_options(populate_existing=True)).one()
    listed = list((row.changes or {}).get("requests", ()))
    if len(listed) < _REQUESTS_LISTED:
        row.changes = {"requests": [*listed, tx.origin.request_id]}
        tx.session.flush()


def find_refusal(tx: Tx, request_id: str) -> Entry | None:
    """Return the refusal of a request, or None; whose it may be told to is the caller's to judge."""
    if not is_id(request_id, "req"):
        return None
    began = datetime.fromtimestamp(int(hex_of(request_id)[:8], 16), UTC)
    return queries.refusal_of(tx.session, request_id, began.replace(second=0))


def record_refusals(tx: Tx, refused: Iterable[tuple[Actor, Origin, Refusal]]) -> None:
    """Add a batch of refusals that the gate has gathered."""
    home = (tx.actor, tx.origin)
    for actor, origin, refusal in refused:
        tx.actor, tx.origin = actor, origin
        record_refusal(tx, refusal)
    tx.actor, tx.origin = home


def list_entries(tx: Tx, page: PageRequest, wanted: EntryFilter, *, is_for_all: bool) -> Page[Entry]:
    """Return a page of the trail: everybody's (the door has asked), or the caller's own."""
    own = None if is_for_all else tx.actor.principal_id or ""
    return queries.page_of_entries(tx.session, page, wanted, own)


def list_entries_about(tx: Tx, page: PageRequest, resources: Select[str]) -> Page[Entry]:
    """Return a page of what was done to any of *resources*, newest first; the caller's rights were asked."""
    return queries.page_about(tx.session, page, resources)


def _row(tx: Tx, actor: Actor, origin: Origin, what: Refusal, decision: str) -> EntryRow:
    return EntryRow(
        id=new_id("aud", tx.now),
        at=tx.now,
        actor_kind=actor.principal_kind,
        actor_id=actor.principal_id,
        actor_name=actor.name,
        via_key_id=actor.via_key_id,
        on_behalf_of=actor.on_behalf_of_id,
        run_as=actor.starter.run_as_id,
        app=what.app or actor.app_id,
        ip=origin.ip,
        request_id=origin.request_id,
        door=origin.door,
        action=scrub(what.action)[:_ACTION_LENGTH],
        resource_kind=what.kind,
        resource_id=scrub(what.resource_id)[:_NAME_LENGTH],
        resource_name=scrub(what.name)[:_NAME_LENGTH],
        decision=decision,
        reason=scrub(what.reason) or None,
        count=1,
    )


def _clean(values: Mapping[str, object]) -> dict[str, object]:
    """Drop secrets by type and scrub keys by form, whatever a caller handed in."""
    return {name: _scrubbed(value) for name, value in values.items() if not isinstance(value, Secret)}


def _scrubbed(value: object) -> object:
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, Mapping):
        return _clean(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_scrubbed(one) for one in value if not isinstance(one, Secret)]
    return value
