"""The declarative base that every `tables.py` maps its classes on."""

from typing import Any, Final

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of all mapped classes; constraint names are fixed for migrations."""

    metadata = MetaData(naming_convention=NAMES)


def bookkeeping() -> dict[str, Any]:
    """Mark a table as bookkeeping: its rows may change without an audit entry.

    For what machines note at high rates (last use, replica states, nonces), never for
    what somebody decides.
    """
    return {"info": {"bookkeeping": True}}
