"""What tests of client applications share."""

import pytest
from calling import Api
from client_desk import ClientDesk
from world import World


@pytest.fixture
def desk(api: Api, world: World) -> ClientDesk:
    return ClientDesk(api, world)
