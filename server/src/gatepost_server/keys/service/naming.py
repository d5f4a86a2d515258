"""Who is meant where a filter takes a name: people, and the keys that answer for what is done for them."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from gatepost_server.authz import may_on_instance
from gatepost_server.identity import user_named
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.ids import is_id
from gatepost_server.keys.model import KeyKind
from gatepost_server.keys.tables import KeyRow, KeyWordRow
from gatepost_server.keys.wording import words_of
from gatepost_server.store import Tx

_NAMED: Final = 5
"""So many ids are told of a name that means several."""


def person_meant(tx: Tx, text: str, field: str) -> str:
    """Return the id that *text* means: an id as it is, or a username.

    Raises:
        Invalid: nobody whom the caller may know of has this username.
    """
    return text if is_id(text) else _the_one(_person(tx, text), text, field)


def answerer_meant(tx: Tx, text: str, field: str) -> str:
    """Return the id that *text* means: an id as it is, a username, or the name of a project or global key.

    Keys are found by administrators, and by who answers for them; deleted ones too.

    Raises:
        Invalid: nobody and nothing is called so, or several are; it tells their ids.
    """
    if is_id(text):
        return text
    return _the_one([*_person(tx, text), *_keys(tx, text)], text, field)


def _the_one(found: Sequence[str], text: str, field: str) -> str:
    if not found:
        fault = FieldFault(field, f"nobody is called {text[:60]!r} here; send a name or an id")
        raise Invalid("Nobody of that name.", faults=[fault], code="unknown-principal")
    if len(found) > 1:
        ids = ", ".join(found[:_NAMED]) + (" and others" if len(found) > _NAMED else "")
        fault = FieldFault(field, f"several have the name {text[:60]!r}; send one of the ids: {ids}")
        raise Invalid("Several have that name.", faults=[fault], code="ambiguous-principal")
    return found[0]


def _person(tx: Tx, text: str) -> list[str]:
    user = user_named(tx, text)
    return [] if user is None else [user.id]


def _keys(tx: Tx, text: str) -> Sequence[str]:
    words = words_of(text)
    if not words:
        return []
    found = (
        select(KeyRow.id)
        .join(KeyWordRow, KeyWordRow.key_id == KeyRow.id)
        .where(
            KeyWordRow.word == max(words, key=len),
            KeyRow.name == text,
            KeyRow.kind.in_([KeyKind.PROJECT, KeyKind.GLOBAL]),
        )
        .order_by(KeyRow.id)
        .limit(_NAMED + 1)
    )
    if not may_on_instance(tx, "audit:all"):
        found = found.where(KeyRow.owner_id == tx.actor.principal_id)
    return tx.session.scalars(found).all()
