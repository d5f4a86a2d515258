"""Project P with rows, and a worker that runs its scenarios."""

from collections.abc import Iterator

import pytest
from calling import Api
from scenario_desk import ScenarioDesk
from world import World


@pytest.fixture
def desk(api: Api, world: World) -> Iterator[ScenarioDesk]:
    """Project P of ada's with the dataset orders."""
    made = ScenarioDesk(api, world)
    made.filled()
    yield made
    made.runner.close()
