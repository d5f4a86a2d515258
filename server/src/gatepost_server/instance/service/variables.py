"""Global variables: configuration that every scenario and application can read; no secrets."""

import json
import re
from typing import Any, Final

from sqlalchemy import select

from gatepost_server.authz import principal, require_instance
from gatepost_server.instance.errors import UnknownVariable
from gatepost_server.instance.model import Variable
from gatepost_server.instance.tables import VariableRow
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.store import Tx

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_MOST: Final = 64 * 1024
"""All together, as JSON: they go into one variable of an application's environment."""


def variables(tx: Tx) -> dict[str, Any]:
    """Return every global variable by name, for scenarios and applications; asks for no right."""
    rows = tx.session.execute(select(VariableRow.name, VariableRow.value).order_by(VariableRow.name))
    return {name: value for name, value in rows}  # noqa: C416  # rows are no tuples to the checker


def list_variables(tx: Tx, page: PageRequest) -> Page[Variable]:
    """Return a page of the global variables by name, with who set each and when; for administrators.

    Raises:
        Invalid: the cursor is not of this list.
    """
    require_instance(tx, "variable:list")
    query = select(VariableRow)
    for word in page.q.split()[:8]:
        query = query.where(VariableRow.name.icontains(word, autoescape=True))
    position = page.position()
    if position is not None:
        query = query.where(VariableRow.name > position[0])
    rows = tx.session.scalars(query.order_by(VariableRow.name).limit(page.limit + 1))
    return page_from([_present(tx, row) for row in rows], page, lambda one: (one.name,))


def get_variable(tx: Tx, name: str) -> Variable:
    """Return one global variable, for administrators.

    Raises:
        UnknownVariable: there is none of that name.
    """
    require_instance(tx, "variable:list")
    return _present(tx, _existing(tx, name))


def set_variable(tx: Tx, name: str, value: Any) -> Variable:
    """Give a global variable a JSON value; scenarios read it at their next run.

    Applications see it when they start the next time.

    Raises:
        Invalid: the name is none, or all values together would be too long.
    """
    require_instance(tx, "variable:set")
    if not _NAME.fullmatch(name):
        fault = FieldFault("name", "1 to 64 letters, digits and underscores, no digit first")
        raise Invalid("The name cannot be used.", faults=[fault])
    known = variables(tx)
    if len(json.dumps({**known, name: value})) > _MOST:
        fault = FieldFault("value", f"all variables together hold at most {_MOST} characters of JSON")
        raise Invalid("The value is too long.", faults=[fault])
    row = VariableRow(name=name, value=value, updated_at=tx.now, by_id=tx.actor.principal_id or "")
    tx.session.merge(row)
    tx.session.flush()
    before = {"value": known[name]} if name in known else None
    tx.audit("variable:set", "variable", name, name, before=before, after={"value": value})
    return _present(tx, _existing(tx, name))


def remove_variable(tx: Tx, name: str) -> None:
    """Take a global variable away.

    Raises:
        UnknownVariable: there is none of that name.
    """
    require_instance(tx, "variable:set")
    row = _existing(tx, name)
    tx.session.delete(row)
    tx.audit("variable:remove", "variable", name, name, before={"value": row.value})


def _existing(tx: Tx, name: str) -> VariableRow:
    row = tx.session.get(VariableRow, name) if _NAME.fullmatch(name) else None
    if row is None:
        raise UnknownVariable
    return row


def _present(tx: Tx, row: VariableRow) -> Variable:
    setter = principal(tx, row.by_id)
    return Variable(row.name, row.value, row.updated_at, setter.label if setter else row.by_id)
