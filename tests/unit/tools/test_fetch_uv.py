"""uv comes from PyPI as the lock names it, and the lock names plain PyPI."""

import hashlib
import io
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def fetch_uv(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    sys.modules.pop("fetch_uv", None)
    import fetch_uv

    return fetch_uv


def test_the_lock_names_plain_pypi_only():
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    sources = {str(package["source"]) for package in packages if "registry" in package["source"]}
    urls = {wheel["url"].split("/")[2] for package in packages for wheel in package.get("wheels", [])}
    assert sources == {"{'registry': 'https://pypi.org/simple'}"}
    assert urls == {"files.pythonhosted.org"}


@pytest.mark.parametrize(
    ("machine", "libc"), [("x86_64", "manylinux"), ("aarch64", "musllinux"), ("arm64", "macosx")]
)
def test_each_usual_machine_has_its_wheel(fetch_uv, machine, libc):
    _, wheels = fetch_uv.locked_uv(ROOT / "uv.lock")
    name = fetch_uv.wheel_for(machine, libc, wheels)["url"]
    assert libc in name
    assert machine in name


def test_an_unusual_machine_is_told_so(fetch_uv):
    _, wheels = fetch_uv.locked_uv(ROOT / "uv.lock")
    with pytest.raises(LookupError, match="PyPI has no uv"):
        fetch_uv.wheel_for("pdp11", "manylinux", wheels)


def test_the_program_is_taken_out_of_the_wheel_that_was_named(fetch_uv):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as wheel:
        wheel.writestr("uv-1.data/scripts/uv", b"program")
    digest = hashlib.sha256(packed.getvalue()).hexdigest()
    assert fetch_uv.program_in(packed.getvalue(), f"sha256:{digest}") == b"program"


def test_another_wheel_than_the_one_named_is_thrown_away(fetch_uv):
    with pytest.raises(ValueError, match="thrown away"):
        fetch_uv.program_in(b"something else", "sha256:" + "0" * 64)
