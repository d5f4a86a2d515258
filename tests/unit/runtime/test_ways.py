"""What an application reads in its environment about the server and itself."""

import pytest

from gatepost_server.apps.model import DesiredApp, Kind, Resources
from gatepost_server.kernel.secret import Secret
from gatepost_server.runtime.ways import WayIn

APP = DesiredApp(
    "app_" + "a1" * 12,
    1,
    "One",
    "dep_1",
    "ver_1",
    Kind.ASGI,
    "app:app",
    "/code",
    None,
    "/log",
    1,
    Resources(),
)


@pytest.mark.parametrize("way", [WayIn.own(), WayIn.shared(9000)], ids=["own", "shared"])
def test_an_app_finds_itself_and_the_server_under_every_name(way: WayIn) -> None:
    told = way.env_of(APP, None)
    assert (told["GATEPOST_APP_ID"], told["APPLICATION_ID"]) == (APP.app_id, "a1" * 12)
    assert told["DATAROBOT_ENDPOINT"] == f"{told['GATEPOST_SERVER']}/api/v2"
    assert told["CONNECT_SERVER"] == told["GATEPOST_SERVER"]


def test_without_a_key_no_name_of_one_is_set() -> None:
    names = {"GATEPOST_API_KEY", "DATAROBOT_API_TOKEN", "CONNECT_API_KEY"}
    assert not names & set(WayIn.own().env_of(APP, None))
    told = WayIn.own().env_of(APP, Secret("gpc_x"))
    assert {told[name] for name in names} == {"gpc_x"}
