"""A real instance with its examples, for everybody who reads the guide."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator

import psutil
import pytest
from guide_desk import GATEPOST, Desk, Instance, free_port


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """`gatepost up` with its examples, as a newcomer gets it; stopped by Ctrl-C."""
    data, port = tmp_path_factory.mktemp("guide") / "data", free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GATEPOST_")}
    clean["GATEPOST_GATE_WORKERS"] = "2"  # what a machine with two cores or more does by itself
    command = [str(GATEPOST), "up", "--data-dir", str(data), "--port", str(port), "--json"]
    log = data.with_name("up.log")
    with log.open("w") as err:
        up = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=err, text=True, env=clean)
    try:
        assert up.stdout is not None
        told = up.stdout.readline()
        assert told, f"the instance did not start:\n{log.read_text()}"
        yield Instance(json.loads(told)["url"], port, data)
    finally:
        up.send_signal(signal.SIGINT)
        up.communicate(timeout=30)


@pytest.fixture(scope="module")
def desks(instance: Instance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Desk]]:
    """The desks of this run by page, each signed in as the administrator; left tidy."""
    made: dict[str, Desk] = {}
    yield made
    for desk in made.values():
        here = str(desk.folder)
        for process in psutil.process_iter():
            with_us = False
            try:
                with_us = process.uids().real == os.getuid() and process.cwd().startswith(here)
            except psutil.Error:
                continue
            if with_us:
                process.terminate()
