"""A project with dashboards."""

import pytest
from calling import Api
from dashboard_desk import DashboardDesk
from world import World


@pytest.fixture
def desk(api: Api, world: World) -> DashboardDesk:
    """Project P of ada's, with the dataset `orders`."""
    desk = DashboardDesk(api, world)
    desk.filled()
    return desk
