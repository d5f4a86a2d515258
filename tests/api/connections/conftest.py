"""What the tests of connections share."""

import pytest
from calling import Api
from connections_desk import ConnectionDesk, connection_desk
from world import World


@pytest.fixture
def desk(api: Api, world: World) -> ConnectionDesk:
    return connection_desk(api, world)
