"""Each running app has a relay, so what a relay loads is paid once for each app."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("heavy", ["pydantic", "sqlalchemy", "starlette", "cryptography"])
def test_a_relay_loads_nothing_that_it_does_not_need(heavy: str) -> None:
    loaded = "import sys, gatepost_server.runtime.relay.__main__; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout
    assert "gatepost_server.runtime.relay.service" in said.split()
    assert heavy not in said.split()
