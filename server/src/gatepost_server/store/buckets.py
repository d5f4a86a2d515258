"""Token buckets in the store: rate limits that hold across processes and restarts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from sqlalchemy import String, delete
from sqlalchemy.orm import Mapped, mapped_column

from gatepost_server.store.base import Base, bookkeeping
from gatepost_server.store.types import Moment
from gatepost_server.store.uow import Tx
from gatepost_server.store.upsert import insert_or


class RateBucketRow(Base):
    """How full a bucket was when somebody last took from it."""

    __tablename__ = "rate_buckets"
    __table_args__ = bookkeeping()

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    tokens: Mapped[float]
    at: Mapped[datetime] = mapped_column(Moment, index=True)


_SKEW: Final = timedelta(minutes=1)
"""Further back than that no call began that comes now: the clock was set back."""


@dataclass(frozen=True)
class Bucket:
    """A limit: *capacity* calls at once, refilled evenly over *period_s* seconds."""

    capacity: int
    period_s: int

    @property
    def per_second(self) -> float:
        """How many calls come back each second."""
        return self.capacity / self.period_s


def take(tx: Tx, name: str, bucket: Bucket) -> int | None:
    """Take one token; return None, or the seconds after which one will be there."""
    if _filled(tx, name, bucket):
        return None
    row = tx.session.get_one(RateBucketRow, name, with_for_update=True)
    waited = max(0.0, (tx.now - row.at).total_seconds())
    tokens = min(float(bucket.capacity), row.tokens + waited * bucket.per_second)
    if not timedelta(0) < row.at - tx.now < _SKEW:
        # Who began earlier and came later turns no time back: it would be counted twice.
        row.at = tx.now
    if tokens < 1:
        row.tokens = tokens
        return ceil((1 - tokens) / bucket.per_second)
    row.tokens = tokens - 1
    return None


def give_back(tx: Tx, name: str) -> None:
    """Forget a bucket, after a success that proves the caller honest."""
    tx.session.execute(delete(RateBucketRow).where(RateBucketRow.name == name))


def forget_full(tx: Tx) -> None:
    """Forget buckets that nobody took from for a day; they are full again."""
    tx.session.execute(delete(RateBucketRow).where(RateBucketRow.at < tx.now - timedelta(days=1)))


def _filled(tx: Tx, name: str, bucket: Bucket) -> bool:
    """Make the bucket with one token taken; False when there is one, whoever made it."""
    row = {"name": name, "tokens": float(bucket.capacity - 1), "at": tx.now}
    insert = insert_or(tx, RateBucketRow).values(row).on_conflict_do_nothing()
    made = tx.session.execute(insert.returning(RateBucketRow.name))
    return made.first() is not None
