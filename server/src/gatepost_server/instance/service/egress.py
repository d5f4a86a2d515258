"""Which private places connections may lead to: the administrators' list."""

import re
from collections.abc import Sequence
from typing import Final

from sqlalchemy import func, or_, select

from gatepost_server.authz import INSTANCE, principal, reader_of, require_instance
from gatepost_server.egress import LONGEST_LIST, Allowlist, Dialer, Judged, Own, normalized
from gatepost_server.instance.errors import AlreadyListed, UnknownEgressEntry
from gatepost_server.instance.model import EgressEntry
from gatepost_server.instance.tables import EgressRow
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.ids import is_id, new_id
from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.store import Prepared, Tx

_LONGEST_NOTE: Final = 200
_HOST: Final = re.compile(r"[A-Za-z0-9_.:\-\[\]]{1,255}")
_HIGHEST_PORT: Final = 65535
_LIST: Final = Prepared(select(EgressRow.entry).order_by(EgressRow.id))


def allowlist(tx: Tx) -> Allowlist:
    """Return the list in force, for what dials; asks for no right."""
    return Allowlist.of([entry for (entry,) in reader_of(tx).all(_LIST)])


def asking_dialer(tx: Tx, own: Own) -> Dialer:
    """Return what says of places whether they may be dialed now, for administrators."""
    require_instance(tx, "settings:read")
    return Dialer(allowlist(tx), own)


def judge_place(dialer: Dialer, host: str, port: int) -> list[Judged]:
    """Return each address of *host* with the rule that decides of it; none if nobody knows the name.

    Nothing is connected; the name is asked for, so no transaction should be open.

    Raises:
        Invalid: no host name, or no port.
    """
    name = host.strip()
    faults = []
    if not _HOST.fullmatch(name):
        faults.append(FieldFault("host", "a host name or an address, without scheme, port or path"))
    if not 0 < port <= _HIGHEST_PORT:
        faults.append(FieldFault("port", "the port is 1 to 65535"))
    if faults:
        raise Invalid("Say which place is meant.", faults=faults, code="egress-invalid")
    return dialer.explained(name.strip("[]"), port)


def read_egress(tx: Tx) -> Sequence[str]:
    """Return the entries as they are kept, oldest first, for administrators."""
    require_instance(tx, "settings:read")
    return _entries(tx)


def list_egress(tx: Tx, page: PageRequest) -> Page[EgressEntry]:
    """Return a page of the entries, oldest first, with who added each and when; for administrators.

    Raises:
        Invalid: the cursor is not of this list.
    """
    require_instance(tx, "settings:read")
    query = select(EgressRow)
    for word in page.q.split()[:8]:
        query = query.where(
            or_(*(one.icontains(word, autoescape=True) for one in (EgressRow.entry, EgressRow.note)))
        )
    position = page.position()
    if position is not None:
        query = query.where(EgressRow.id > position[0])
    rows = tx.session.scalars(query.order_by(EgressRow.id).limit(page.limit + 1))
    return page_from([_present(tx, row) for row in rows], page, lambda one: (one.id,))


def egress_entry(tx: Tx, entry_id: str) -> EgressEntry:
    """Return one entry, for administrators.

    Raises:
        UnknownEgressEntry: there is none of that id.
    """
    require_instance(tx, "settings:read")
    return _present(tx, _existing(tx, entry_id))


def add_egress(tx: Tx, entry: str, note: str = "") -> EgressEntry:
    """Let connections lead to a private place; what is dialed from now on is judged by it.

    Raises:
        Invalid: it is no `address:port`, network or host name, or the list is full.
        AlreadyListed: it is on the list.
    """
    require_instance(tx, "settings:change")
    said = " ".join(note.split())
    if len(said) > _LONGEST_NOTE:
        fault = FieldFault("note", f"at most {_LONGEST_NOTE} characters")
        raise Invalid("The note is too long.", faults=[fault])
    try:
        [text] = normalized([entry])
    except Invalid as error:
        faults = [FieldFault("entry", fault.detail) for fault in error.faults]
        raise Invalid("This entry cannot be used.", faults=faults, code=error.error_code) from None
    if tx.session.scalar(select(EgressRow.id).where(EgressRow.entry == text)) is not None:
        raise AlreadyListed(text)
    if tx.session.scalar(select(func.count()).select_from(EgressRow)) == LONGEST_LIST:
        fault = FieldFault("entry", f"at most {LONGEST_LIST} entries")
        raise Invalid("The list is full.", faults=[fault], code="egress-invalid")
    row = _added(tx, text, said)
    tx.audit("egress:add", "instance", INSTANCE, text, after={"entry": text, "note": said})
    return _present(tx, row)


def remove_egress(tx: Tx, entry_id: str) -> EgressEntry:
    """Take an entry away; what is dialed from now on is judged without it.

    Raises:
        UnknownEgressEntry: there is none of that id.
    """
    require_instance(tx, "settings:change")
    row = _existing(tx, entry_id)
    before = _present(tx, row)
    tx.session.delete(row)
    tx.audit("egress:remove", "instance", INSTANCE, row.entry, before={"entry": row.entry, "note": row.note})
    return before


def change_egress(tx: Tx, entries: Sequence[str]) -> Sequence[str]:
    """Replace the list; entries that stay keep their notes.

    Raises:
        Invalid: an entry is no `address:port`, network or host name, or there are too many.
    """
    require_instance(tx, "settings:change")
    before, after = _entries(tx), normalized(entries)
    for row in tx.session.scalars(select(EgressRow)):
        if row.entry not in after:
            tx.session.delete(row)
    for text in after:
        if text not in before:
            _added(tx, text, "")
    tx.audit(
        "settings:change", "instance", INSTANCE, "egress", before={"allow": before}, after={"allow": after}
    )
    return _entries(tx)


def _added(tx: Tx, text: str, note: str) -> EgressRow:
    row = EgressRow(
        id=new_id("egr", tx.now), entry=text, note=note, added_at=tx.now, by_id=tx.actor.principal_id or ""
    )
    tx.session.add(row)
    tx.session.flush()
    return row


def _entries(tx: Tx) -> list[str]:
    return list(tx.session.scalars(select(EgressRow.entry).order_by(EgressRow.id)))


def _existing(tx: Tx, entry_id: str) -> EgressRow:
    row = tx.session.get(EgressRow, entry_id) if is_id(entry_id, "egr") else None
    if row is None:
        raise UnknownEgressEntry
    return row


def _present(tx: Tx, row: EgressRow) -> EgressEntry:
    adder = principal(tx, row.by_id)
    return EgressEntry(row.id, row.entry, row.note, row.added_at, adder.label if adder else row.by_id)
