"""An application, its owner, and somebody who may not open it."""

import pytest
from calling import Api
from request_desk import RequestDesk
from world import World


@pytest.fixture
def desk(api: Api, world: World) -> RequestDesk:
    return RequestDesk(api, world)
