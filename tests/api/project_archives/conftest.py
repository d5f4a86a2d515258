"""A project with something of every kind in it."""

from collections.abc import Iterator

import pytest
from archive_desk import ArchiveDesk
from calling import Api
from world import World


@pytest.fixture
def desk(api: Api, world: World) -> Iterator[ArchiveDesk]:
    """Project P of ada's, furnished; the worker's connection is given up afterwards."""
    desk = ArchiveDesk(api, world)
    desk.furnish()
    yield desk
    desk.runner.close()
