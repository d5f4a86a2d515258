"""One page among all keys of the server, however many there are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from gatepost_server.crypto import parse_key
from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.keys.model import KeyKind, KeyStatus
from gatepost_server.keys.queries import turned_to, with_status
from gatepost_server.keys.tables import KeyRow, KeyWordRow
from gatepost_server.keys.wording import words_of

_MANY: Final = 20_000
"""Above so many hits of a word it is quicker to walk the list and look at each key."""
_AT_ONCE: Final = 250
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
    q = page.q.strip()
    if not q:
        return turned_to(session, query, page)
    key = _named_key(session, q)
    if key is not None:
        return turned_to(session, query.where(*key), page)
    return _with_words(session, query, page, sorted(words_of(q))[:_MOST_WORDS])


def _named_key(session: Session, q: str) -> Sequence[ColumnElement[bool]] | None:
    """Return what finds the keys that *q* names by text, prefix or id; None when it is words."""
    parsed = parse_key(q)
    if parsed is not None:
        return (KeyRow.public_id == parsed.public_id,)
    if q.startswith("key_"):
        return (_begins(session, KeyRow.id, q),)
    if q[:2] == "gp" and q[3:_PREFIX_LENGTH] == "_":
        of_kind = KeyRow.prefix.startswith(q[:_PREFIX_LENGTH], autoescape=True)
        return _begins(session, KeyRow.public_id, q[_PREFIX_LENGTH:]), of_kind
    return None


def _with_words(
    session: Session, query: Select[KeyRow], page: PageRequest, words: Sequence[str]
) -> Page[KeyRow]:
    """Return a page of the keys that have every word.

    Starts from the hits of the rarest word, latest first; when every word is frequent, it
    walks the list and looks at each key, which finds a page soon.
    """
    if not words:
        return Page([])
    hits = [_begins(session, KeyWordRow.word, word) for word in words]
    counts = [_count(session, hit) for hit in hits]
    rarest = counts.index(min(counts))
    for at, hit in enumerate(hits):
        if at != rarest or counts[rarest] >= _MANY:
            query = query.where(exists().where(KeyWordRow.key_id == KeyRow.id, hit))
    if counts[rarest] >= _MANY:
        return turned_to(session, query, page)
    position = page.position()
    found: list[KeyRow] = []
    for ids in _in_turns(session, hits[rarest], position[0] if position else _LAST):
        rows = session.scalars(query.where(KeyRow.id.in_(ids)).order_by(KeyRow.id.desc()))
        found.extend(rows.fetchmany(page.limit + 1 - len(found)))
        if len(found) > page.limit:
            break
    return page_from(found, page, lambda row: (row.id,))


def _count(session: Session, hit: ColumnElement[bool]) -> int:
    """Return how many words are hit, up to the number that counts as many."""
    some = select(KeyWordRow.key_id).where(hit).limit(_MANY).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _in_turns(session: Session, hit: ColumnElement[bool], before: str) -> Iterator[Sequence[str]]:
    """Yield the ids of the keys with a word, latest first, some at a time.

    The hits are gathered first: PostgreSQL would rather walk all keys backwards for the first
    few, which takes long when only old ones have the word.
    """
    gathered = select(KeyWordRow.key_id).where(hit).cte("hits").prefix_with("MATERIALIZED")
    while True:
        ids = session.scalars(
            select(gathered.c.key_id)
            .where(gathered.c.key_id < before)
            .distinct()
            .order_by(gathered.c.key_id.desc())
            .limit(_AT_ONCE)
        ).all()
        if not ids:
            return
        yield ids
        before = ids[-1]


def _begins(session: Session, column: InstrumentedAttribute[str], start: str) -> ColumnElement[bool]:
    """Return a test for a beginning that both engines answer from an index.

    PostgreSQL's index is in the order of bytes, for LIKE; SQLite orders by bytes anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        return column.startswith(start, autoescape=True)
    return (column >= start) & (column < start + _LAST)
