"""The embedded store's file: made for its owner alone, whatever the umask says."""

import os
from pathlib import Path

import pytest
from sqlalchemy import text

from gatepost_server.store import make_engine
from gatepost_server.store.engine import sqlite_url


@pytest.fixture
def generous_umask():
    """Files are readable by everybody unless somebody cares."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> set[int]:
    return {file.stat().st_mode & 0o777 for file in folder.iterdir()}


@pytest.mark.usefixtures("generous_umask")
@pytest.mark.parametrize("exists", [False, True])
def test_nobody_else_reads_the_store_or_its_journals(tmp_path: Path, exists: bool):
    file = tmp_path / "store.db"
    if exists:
        file.touch()
    engine = make_engine(sqlite_url(file))

    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE things (id INTEGER)"))
        assert len(list(tmp_path.iterdir())) == 3
        assert modes(tmp_path) == {0o600}

    engine.dispose()
