"""What the tests of data APIs share."""

import pytest
from api_desk import ApiDesk, api_desk
from calling import Api
from fastapi import FastAPI
from world import World


@pytest.fixture
def desk(api: Api, world: World, control_app: FastAPI) -> ApiDesk:
    return api_desk(api, world, control_app)
