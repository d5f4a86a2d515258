"""One page among all keys of the server, however many there are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from gatepost_server.crypto import parse_key
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.keys.model import KeyKind, KeyStatus
from gatepost_server.keys.queries import turned_to, with_status
from gatepost_server.keys.tables import KeyRow, KeyWordRow
from gatepost_server.keys.wording import words_of

_MANY: Final = 20_000
"""Above so many hits of a word it is quicker to walk the list and look at each key."""
_PREFIX_LENGTH: Final = 4
_MOST_WORDS: Final = 8
_LAST: Final = "\U0010ffff"


@dataclass(frozen=True)
class Wanted:
    """Which keys are meant; None is any."""

    kind: KeyKind | None = None
    owner_id: str | None = None
    status: KeyStatus | None = None


def page_of_all(session: Session, page: PageRequest, wanted: Wanted, now: datetime) -> Page[KeyRow]:
    """Return keys of everybody, latest first; *q* means words by how they begin, or a key."""
    query = select(KeyRow).where(*with_status(wanted.status, now))
    if wanted.kind is not None:
        query = query.where(KeyRow.kind == wanted.kind)
    if wanted.owner_id is not None:
        query = query.where(KeyRow.owner_id == wanted.owner_id)
    if page.q.strip():
        query = _matching(session, query, page.q.strip())
    return turned_to(session, query, page)


def _matching(session: Session, query: Select[KeyRow], q: str) -> Select[KeyRow]:
    parsed = parse_key(q)
    if parsed is not None:
        return query.where(KeyRow.public_id == parsed.public_id)
    if q.startswith("key_"):
        return query.where(_begins(session, KeyRow.id, q))
    if q[:2] == "gp" and q[3:_PREFIX_LENGTH] == "_":
        by_id = _begins(session, KeyRow.public_id, q[_PREFIX_LENGTH:])
        return query.where(by_id, KeyRow.prefix.startswith(q[:_PREFIX_LENGTH], autoescape=True))
    words = sorted(words_of(q), key=len, reverse=True)[:_MOST_WORDS]
    if not words:
        return query.where(KeyRow.id.is_(None))
    for word in words:
        query = query.where(_has_word(session, word))
    return query


def _has_word(session: Session, word: str) -> ColumnElement[bool]:
    """Return what finds the keys with a word: from the words when few have it, else key by key."""
    hit = _begins(session, KeyWordRow.word, word)
    some = select(KeyWordRow.key_id).where(hit).limit(_MANY).subquery()
    if (session.scalar(select(func.count()).select_from(some)) or 0) < _MANY:
        return KeyRow.id.in_(select(KeyWordRow.key_id).where(hit))
    return exists().where(KeyWordRow.key_id == KeyRow.id, hit)


def _begins(session: Session, column: InstrumentedAttribute[str], start: str) -> ColumnElement[bool]:
    """Return a test for a beginning that both engines answer from an index.

    PostgreSQL's index is in the order of bytes, for LIKE; SQLite orders by bytes anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        return column.startswith(start, autoescape=True)
    return (column >= start) & (column < start + _LAST)
