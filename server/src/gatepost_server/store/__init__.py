"""The store: engine, mapped base, unit of work, prepared reads, rate buckets, migrations."""

from gatepost_server.store.base import Base, bookkeeping
from gatepost_server.store.buckets import Bucket, forget_full, give_back, take
from gatepost_server.store.engine import make_engine, sqlite_url
from gatepost_server.store.inserting import insert_rows
from gatepost_server.store.prepared import Prepared, RawReader, Rows, raw_reader
from gatepost_server.store.remembering import RememberingReader
from gatepost_server.store.types import FOREVER, Moment, Until, micros, moment_of
from gatepost_server.store.uow import Recorder, Tx, UnauditedWrite, UnitOfWork
from gatepost_server.store.upsert import insert_or
from gatepost_server.store.watch import ChangeWatch

__all__ = [
    "FOREVER",
    "Base",
    "Bucket",
    "ChangeWatch",
    "Moment",
    "Prepared",
    "RawReader",
    "Recorder",
    "RememberingReader",
    "Rows",
    "Tx",
    "UnauditedWrite",
    "UnitOfWork",
    "Until",
    "bookkeeping",
    "forget_full",
    "give_back",
    "insert_or",
    "insert_rows",
    "make_engine",
    "micros",
    "moment_of",
    "raw_reader",
    "sqlite_url",
    "take",
]
