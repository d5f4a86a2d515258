"""A real Envoy per test: these change its configuration or kill its neighbours."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from gate_rig import Rig, gate_rig


@pytest.fixture
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with gate_rig(Path(tmp_path_factory.mktemp("g"))) as running:
        yield running
