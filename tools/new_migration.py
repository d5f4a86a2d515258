"""Write an Alembic revision from what the tables have and the revisions have not.

python tools/new_migration.py "add datasets"
"""

import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from gatepost_server.bootstrap import metadata
from gatepost_server.store import make_engine, migrate, sqlite_url


def main(message: str) -> None:
    """Migrate an empty store to the newest revision and write down what is missing."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(sqlite_url(Path(folder) / "store.db"))
        if migrate.head() is not None:
            migrate.upgrade(engine, metadata())
        migrate.revise(engine, metadata(), message, f"{datetime.now(UTC):%Y_%m_%d_%H%M}")
        engine.dispose()
    versions = str(Path(migrate.__file__).parent / "migrations" / "versions")
    subprocess.run(["ruff", "format", "--quiet", versions], check=True)


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]) or "change")
