"""Read a table into Parquet without any server: ingest_plain.py WAY PORT FILE DATABASE PASSWORD."""

import sys
from collections.abc import Iterator
from typing import Any

_QUERY = "SELECT * FROM sold"
_ROWS = 50_000


def main(way: str, port: str, file: str, database: str, password: str) -> None:
    """Read as *way* says."""
    if way.startswith("connectorx-"):
        _connectorx(way.removeprefix("connectorx-"), port, database, password)
        return
    import pyarrow.parquet as pq

    batches = (_postgresql if way == "postgresql" else _mariadb)(port, database, password)
    first = next(batches)
    with pq.ParquetWriter(file, first.schema, compression="zstd") as writer:
        writer.write(first)
        for batch in batches:
            writer.write(batch)


def _postgresql(port: str, database: str, password: str) -> Iterator[Any]:
    """Yield rows as ADBC reads them: by COPY, in binary."""
    import pyarrow as pa
    from adbc_driver_postgresql import dbapi

    where = f"postgresql://reader:{password}@localhost:{port}/{database}?sslmode=require"
    with dbapi.connect(where) as connection, connection.cursor() as cursor:
        cursor.execute(_QUERY)
        for batch in cursor.fetch_record_batch():
            yield pa.Table.from_batches([batch])


def _mariadb(port: str, database: str, password: str) -> Iterator[Any]:
    """Yield rows as an unbuffered cursor reads them."""
    import pyarrow as pa
    import pymysql
    from pymysql.cursors import SSCursor

    connection = pymysql.connect(
        host="127.0.0.1", port=int(port), user="reader", password=password, database=database,
        cursorclass=SSCursor, ssl={"check_hostname": False}, ssl_verify_cert=False,
    )  # fmt: skip
    with connection, connection.cursor() as cursor:
        cursor.execute(_QUERY)
        names, schema = [one[0] for one in cursor.description], None
        while rows := cursor.fetchmany(_ROWS):
            table = pa.table([pa.array(column) for column in zip(*rows, strict=True)], names=names)
            schema = schema or table.schema
            yield table.cast(schema)


def _connectorx(kind: str, port: str, database: str, password: str) -> None:
    import connectorx

    scheme = "postgresql" if kind == "postgresql" else "mysql"
    user, host, more = (
        ("reader", "localhost", "?sslmode=require") if scheme == "postgresql" else ("plain", "127.0.0.1", "")
    )
    where = f"{scheme}://{user}:{password}@{host}:{port}/{database}{more}"
    connectorx.read_sql(where, _QUERY, return_type="arrow")


if __name__ == "__main__" and sys.argv[1:]:
    main(*sys.argv[1:])
