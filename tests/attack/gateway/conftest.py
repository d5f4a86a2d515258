"""One Envoy for all attacks of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from gate_rig import Rig, gate_rig


@pytest.fixture(scope="session")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with gate_rig(Path(tmp_path_factory.mktemp("g"))) as running:
        yield running
