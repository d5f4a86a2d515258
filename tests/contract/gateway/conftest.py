"""Gates for these tests: a bare Envoy per test, and one whole gate for the folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from gate_house import House, gate_house
from gate_rig import Rig, gate_rig


@pytest.fixture
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with gate_rig(Path(tmp_path_factory.mktemp("g"))) as running:
        yield running


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with gate_house(Path(tmp_path_factory.mktemp("h"))) as running:
        yield running
