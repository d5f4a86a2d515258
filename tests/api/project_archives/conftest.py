"""A project with something of every kind in it."""

import pytest
from archive_desk import ArchiveDesk
from calling import Api
from world import World


@pytest.fixture
def desk(api: Api, world: World) -> ArchiveDesk:
    """Project P of ada's, furnished."""
    desk = ArchiveDesk(api, world)
    desk.furnish()
    return desk
