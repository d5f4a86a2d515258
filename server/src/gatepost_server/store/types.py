# ruff: noqa: ARG002  (SQLAlchemy calls these methods with the dialect)
"""Column types: moments as microseconds, so that both engines store and compare alike."""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.types import TypeDecorator

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

FOREVER: Final = 2**62
"""What an end that never comes is stored as; later than any moment there is."""


def micros(moment: datetime) -> int:
    """Return *moment* (aware) as microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(stored: int) -> datetime:
    """Return the aware UTC moment stored as *stored*."""
    return _EPOCH + timedelta(microseconds=stored)


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime, stored as microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Write a moment."""
        return None if value is None else micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Read a moment."""
        return None if value is None else moment_of(value)


class Until(TypeDecorator[datetime]):
    """The end of a half-open window; None means it never ends, and compares as latest."""

    impl = BigInteger
    cache_ok = True
    coerce_to_is_types = ()

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int:
        """Write an end; never NULL."""
        return FOREVER if value is None else micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Read an end."""
        return None if value is None or value >= FOREVER else moment_of(value)
