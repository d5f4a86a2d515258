"""What the tests of connections share."""

import pytest
from calling import Api
from connections_desk import ConnectionDesk, HeardBroker, connection_desk, with_broker
from fastapi import FastAPI
from world import World


@pytest.fixture
def desk(api: Api, world: World) -> ConnectionDesk:
    return connection_desk(api, world)


@pytest.fixture
def broker(desk: ConnectionDesk, control_app: FastAPI) -> HeardBroker:
    return with_broker(desk, control_app)
