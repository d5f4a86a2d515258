"""A project, its administrator, and keys."""

import pytest
from calling import Api
from key_desk import KeyDesk
from world import World


@pytest.fixture
def desk(api: Api, world: World) -> KeyDesk:
    """Project P of ada's, and ways to make keys."""
    return KeyDesk(api, world)
