"""A project and those who may do something in it."""

import pytest
from calling import Api
from data_desk import DataDesk
from world import World


@pytest.fixture
def desk(api: Api, world: World) -> DataDesk:
    """Project P of ada's."""
    return DataDesk(api, world)
