"""Rows written by the driver: as a session writes them, in its transaction, and audited like them."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import inspect, select, text
from stores import ORIGIN, SYSTEM, Store

from gatepost_server.audit.tables import EntryRow
from gatepost_server.authz.model import ORGANIZATION
from gatepost_server.authz.tables import CounterRow, GrantRow, NodeRow, PrincipalRow
from gatepost_server.kernel.errors import Conflict, Invalid
from gatepost_server.keys.tables import KeyRow, VerifierRow
from gatepost_server.store import Base, Tx, UnauditedWrite, insert_rows


def _person(_tx: Tx, name: str) -> PrincipalRow:
    return PrincipalRow(id=name, kind="user", name=name, label="ä", org_id=None, is_active=True, cap=4)


def _key(tx: Tx, name: str, *, reach: list[str] | None) -> KeyRow:
    return KeyRow(
        id=name, kind="global", public_id=name, name="n", description="", prefix="p", last_four="0000",
        owner_id="ann", created_by="ann", project_id=None, reach=reach, run_as_id=None,
        is_run_as_consented=False, cap=None, ip_allowlist=None, is_enabled=True, created_at=tx.now,
        expires_at=tx.now if reach else None, revoked_at=None, revoked_by=None,
    )  # fmt: skip


def _verifier(_tx: Tx, name: str) -> VerifierRow:
    return VerifierRow(
        id=name, key_id="key", last_four="0000", mac=b"\0\xff" * 16, pepper_version=1, until_at=None
    )


def _grant(tx: Tx, name: str) -> GrantRow:
    return GrantRow(
        id=name, who_id="ann", node_id=ORGANIZATION, atoms=2**40, role=None, from_at=tx.now, until_at=None,
        by_id="", reason="",
    )  # fmt: skip


def _entry(tx: Tx, name: str) -> EntryRow:
    return EntryRow(
        id=name, at=tx.now, actor_kind="system", actor_name="", request_id="r", door="api", action="a:b",
        resource_kind="key", resource_id="key", resource_name="n", decision="allowed",
        changes={"after": {"name": "ä"}},
    )  # fmt: skip


def _entry_without_changes(tx: Tx, name: str) -> EntryRow:
    row = _entry(tx, name)
    row.changes = None
    return row


def _node(tx: Tx, name: str) -> NodeRow:
    return NodeRow(id=name, kind="project", name="P", parent_id=ORGANIZATION, created_at=tx.now)


MAKERS: dict[str, Callable[[Tx, str], Base]] = {
    "a person": _person,
    "a key that counts everywhere": lambda tx, name: _key(tx, name, reach=None),
    "a key with a list and an end": lambda tx, name: _key(tx, name, reach=["a", "b"]),
    "bytes, and no end": _verifier,
    "a large number": _grant,
    "a document, and a default": _entry,
    "no document": _entry_without_changes,
    "a default that is false": _node,
}


@pytest.fixture
def _laid(store: Store) -> None:
    with store.arranged() as tx:
        insert_rows(tx, _person(tx, "ann"))
        insert_rows(tx, _key(tx, "key", reach=None))


def _stored(tx: Tx, made: Base, name: str) -> dict[str, Any]:
    """Return what the store holds of a row, as it lies there, apart from what is unique."""
    table = inspect(type(made)).local_table
    query = select(text("*")).select_from(table).where(text("id = :name"))
    found = dict(tx.session.execute(query, {"name": name}).mappings().one())
    return {column: value for column, value in found.items() if value != name}


@pytest.mark.usefixtures("_laid")
@pytest.mark.parametrize("sort", MAKERS)
def test_a_row_is_stored_as_a_session_stores_it(store: Store, sort: str) -> None:
    with store.arranged() as tx:
        made = MAKERS[sort](tx, "by-driver")
        tx.session.add(MAKERS[sort](tx, "by-session"))
        insert_rows(tx, made)
        assert _stored(tx, made, "by-driver") == _stored(tx, made, "by-session")


def _names(store: Store) -> list[str]:
    with store.uow.read(SYSTEM, ORIGIN) as tx:
        found = select(PrincipalRow.name).where(PrincipalRow.kind == "user").order_by(PrincipalRow.id)
        return list(tx.session.scalars(found))


def test_several_rows_are_written_at_once_and_none_is_nothing_to_do(store: Store) -> None:
    with store.arranged() as tx:
        insert_rows(tx, *(_person(tx, name) for name in ("ann", "ben", "cleo")))
        insert_rows(tx)
    assert _names(store) == ["ann", "ben", "cleo"]


def test_what_the_session_holds_back_is_written_before(store: Store) -> None:
    with store.arranged() as tx:
        tx.session.add(_person(tx, "ann"))
        insert_rows(tx, _grant(tx, "grant"))
        assert tx.session.get_one(GrantRow, "grant").who_id == "ann"


def test_an_unaudited_row_is_refused_and_gone(store: Store) -> None:
    with pytest.raises(UnauditedWrite, match="principals"), store.uow.begin(SYSTEM, ORIGIN) as tx:
        insert_rows(tx, _person(tx, "ann"))
    assert _names(store) == []


def test_a_row_of_bookkeeping_needs_no_audit(store: Store) -> None:
    with store.uow.begin(SYSTEM, ORIGIN) as tx:
        insert_rows(tx, CounterRow(name="c", value=7))
    with store.uow.read(SYSTEM, ORIGIN) as tx:
        assert tx.session.get_one(CounterRow, "c").value == 7


def test_what_fails_afterwards_takes_the_rows_back(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.uow.begin(SYSTEM, ORIGIN) as tx:
        insert_rows(tx, _person(tx, "ann"))
        tx.audit("settings:change", "instance", "ins", "settings")
        raise ZeroDivisionError
    assert _names(store) == []


def test_a_broken_uniqueness_is_a_conflict(store: Store) -> None:
    with store.arranged() as tx:
        insert_rows(tx, _person(tx, "ann"))
    with pytest.raises(Conflict), store.arranged() as tx:
        insert_rows(tx, _person(tx, "ann"))
    assert _names(store) == ["ann"]


@pytest.mark.parametrize("name", ["a\0b", "a\ud800"])
def test_a_text_that_no_store_can_hold_is_refused_as_input(store: Store, name: str) -> None:
    if not store.is_postgres and "\0" in name:
        pytest.skip("SQLite holds NUL in texts")
    with pytest.raises(Invalid), store.arranged() as tx:
        insert_rows(tx, _person(tx, name))


@pytest.mark.parametrize("name", ["'; DROP TABLE grants; --", "%(id)s", ":id", "a%b"])
def test_a_value_is_never_read_as_sql(store: Store, name: str) -> None:
    with store.arranged() as tx:
        insert_rows(tx, _person(tx, name), _person(tx, f"{name}2"))
    assert _names(store) == [name, f"{name}2"]
