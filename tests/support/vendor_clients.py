"""Clients that vendors publish, as they are: each in an environment of its own, with nothing of ours."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

PYTHON_CLIENTS = ("alibabacloud-apigateway-util==0.0.2", "restful-client-lite==0.0.5", "requests")
NODE_CLIENT = "aliyun-api-gateway@1.1.6"


def python_clients(folder: Path) -> Path:
    """Return an interpreter that has the vendors' Python clients."""
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, folder / "venv"], check=True)
    found = folder / "venv" / "bin" / "python"
    subprocess.run([uv, "pip", "install", "-q", "--python", found, *PYTHON_CLIENTS], check=True)
    return found


def node_client(folder: Path) -> Path:
    """Return *folder* with the vendor's Node client in it."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("Node is not on this machine: apt-get install nodejs npm")
    install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), NODE_CLIENT]
    subprocess.run(install, check=True)
    return folder


def told(command: Sequence[str | Path]) -> dict[str, tuple[int, dict[str, Any]]]:
    """Run a client and return the status and the answer of each of its calls."""
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout.strip().split("\n")[-1])  # a header may hold other breaks
    return {name: (status, answer) for name, (status, answer) in answers.items()}
