"""Laws are tried on hundreds of worlds: counting which lines they run would more than double their time."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave these tests out of coverage; others run the same lines."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("no_cover")
