"""What the tests of the gate's calls share."""

from collections.abc import Iterator

import pytest
from api_desk import api_desk
from calling import Api
from fastapi import FastAPI
from gate_desk import GateDesk
from world import World


@pytest.fixture
def desk(api: Api, world: World, control_app: FastAPI) -> Iterator[GateDesk]:
    made = GateDesk(api_desk(api, world, control_app))
    yield made
    made.gate.close()
