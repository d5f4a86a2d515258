"""One page among all keys of the server, however many there are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import CTE, ColumnElement, Select, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from gatepost_server.crypto import KeyLetter, parse_key
from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.keys.model import KeyKind, KeyStatus
from gatepost_server.keys.queries import ended_first, turned_to, with_status
from gatepost_server.keys.tables import KeyRow, KeyWordRow
from gatepost_server.keys.wording import words_of

_LATEST: Final = 2_000
"""So many of the latest keys are looked at before the hits of a word are gathered."""
_MANY: Final = 20_000
"""Above so many hits of a word it is quicker to walk the list and look at each key."""
_AT_ONCE: Final = 250
_MOST_WORDS: Final = 8
_LAST: Final = "\U0010ffff"
_KINDS: Final = {KeyLetter[kind.name].value: kind for kind in KeyKind}
_ID: Final = re.compile(r"key_[0-9a-f]{0,24}")
_PREFIX: Final = re.compile(r"gp([a-z])_([0-9A-Za-z]{0,10})[0-9A-Za-z]*")


@dataclass(frozen=True)
class Wanted:
    """Which keys are meant; None is any."""

    kind: KeyKind | None = None
    owner_id: str | None = None
    status: KeyStatus | None = None


@dataclass(frozen=True)
class _List:
    """The keys that are wanted, in their order: expired ones by their end, all others by age.

    Of expired ones there is a query for each kind, since the index has them so.
    """

    session: Session
    queries: Sequence[Select[KeyRow]]
    page: PageRequest
    is_by_end: bool

    def turned(self, *more: ColumnElement[bool]) -> Page[KeyRow]:
        """Return a page of those for which *more* holds."""
        if self.is_by_end:
            return ended_first(self.session, [one.where(*more) for one in self.queries], self.page)
        return turned_to(self.session, self.latest.where(*more), self.page)

    @property
    def latest(self) -> Select[KeyRow]:
        """The one query of a list by age."""
        [query] = self.queries
        return query


def page_of_all(session: Session, page: PageRequest, wanted: Wanted, now: datetime) -> Page[KeyRow]:
    """Return keys of everybody, latest first; *q* means words by how they begin, or a key.

    Expired ones go by their end, the last that ended first.
    """
    keys = _List(session, _queries(wanted, now), page, wanted.status is KeyStatus.EXPIRED)
    q = page.q.strip()
    if not q:
        return keys.turned()
    if (parsed := parse_key(q)) is not None:
        return keys.turned(KeyRow.public_id == parsed.public_id)
    if _ID.fullmatch(q):
        return keys.turned(KeyRow.id >= q, KeyRow.id < q + "g")
    if (prefix := _PREFIX.fullmatch(q)) is not None:
        return _with_prefix(keys, *prefix.groups())
    return _with_words(keys, sorted(words_of(q))[:_MOST_WORDS])


def _queries(wanted: Wanted, now: datetime) -> list[Select[KeyRow]]:
    query = select(KeyRow).where(*with_status(wanted.status, now))
    if wanted.owner_id is not None:
        query = query.where(KeyRow.owner_id == wanted.owner_id)
        # Nobody has so many that another index than that of owners would do: none is offered.
        return [query if wanted.kind is None else query.where(KeyRow.kind.concat("") == wanted.kind)]
    if wanted.kind is not None:
        return [query.where(KeyRow.kind == wanted.kind)]
    if wanted.status is KeyStatus.EXPIRED:
        return [query.where(KeyRow.kind == kind) for kind in KeyKind]
    return [query]


def _with_prefix(keys: _List, letter: str, start: str) -> Page[KeyRow]:
    """Return a page of the keys that begin with the letter of a kind and *start*."""
    kind = _KINDS.get(letter)
    if kind is None:
        return Page([])
    if not start:
        return keys.turned(KeyRow.kind == kind)
    hits = select(KeyRow.id.label("key_id")).where(_begins(KeyRow.public_id, start))
    return _among(keys, hits, KeyRow.kind == kind)


def _with_words(keys: _List, words: Sequence[str]) -> Page[KeyRow]:
    """Return a page of the keys that have every word.

    Looks at the latest ones first, since a frequent word is found among them; then at the
    hits of the rarest word, or through the whole list when every word is frequent.
    """
    if not words:
        return Page([])
    hits = [_begins(KeyWordRow.word, word) for word in words]
    each = [exists().where(KeyWordRow.key_id == KeyRow.id, hit) for hit in hits]
    latest = None if keys.is_by_end else _among_latest(keys, each)
    if latest is not None:
        return latest
    counts = [_count(keys.session, hit) for hit in hits]
    rarest = counts.index(min(counts))
    if counts[rarest] >= _MANY:
        return keys.turned(*each)
    others = each[:rarest] + each[rarest + 1 :]
    return _among(keys, select(KeyWordRow.key_id).where(hits[rarest]), *others)


def _among_latest(keys: _List, each: Sequence[ColumnElement[bool]]) -> Page[KeyRow] | None:
    """Return the page if the latest keys fill it or there are no more; None when it takes others."""
    ids = keys.latest.with_only_columns(KeyRow.id).order_by(KeyRow.id.desc())
    position = keys.page.position()
    if position is not None:
        ids = ids.where(KeyRow.id < position[0])
    floor = keys.session.scalar(ids.offset(_LATEST).limit(1))
    if floor is None:
        return keys.turned(*each)
    found = keys.turned(KeyRow.id > floor, *each)
    return found if found.next is not None else None


def _count(session: Session, hit: ColumnElement[bool]) -> int:
    """Return how many words are hit, up to the number that counts as many.

    Taken in order, so that PostgreSQL reads its index rather than the table.
    """
    some = select(KeyWordRow.key_id).where(hit).order_by(KeyWordRow.word).limit(_MANY).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _among(keys: _List, hits: Select[str], *more: ColumnElement[bool]) -> Page[KeyRow]:
    """Return a page of the keys among *hits*, which name no more than many.

    The hits are gathered first: PostgreSQL would rather walk all keys backwards for the first
    few, which takes long when only old ones are hit.
    """
    gathered = hits.cte("hits").prefix_with("MATERIALIZED")
    if keys.is_by_end:
        return keys.turned(KeyRow.id.in_(select(gathered.c.key_id)), *more)
    position = keys.page.position()
    before = position[0] if position else _LAST
    found: list[KeyRow] = []
    while len(found) <= keys.page.limit and (ids := _next_ids(keys.session, gathered, before)):
        query = keys.latest.where(KeyRow.id.in_(ids), *more).order_by(KeyRow.id.desc())
        found.extend(keys.session.scalars(query.limit(keys.page.limit + 1 - len(found))))
        before = ids[-1]
    return page_from(found, keys.page, lambda row: (row.id,))


def _next_ids(session: Session, gathered: CTE, before: str) -> Sequence[str]:
    """Return the ids of some keys that are hit and older than *before*, latest first."""
    older = select(gathered.c.key_id).where(gathered.c.key_id < before)
    return session.scalars(older.distinct().order_by(gathered.c.key_id.desc()).limit(_AT_ONCE)).all()


def _begins(column: InstrumentedAttribute[str], start: str) -> ColumnElement[bool]:
    """Return a test for a beginning; the columns it is put to are ordered by their bytes."""
    return (column >= start) & (column < start + _LAST)
