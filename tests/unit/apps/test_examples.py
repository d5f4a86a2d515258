"""The bundled examples: each packs, unpacks and is detected as what it shows."""

from pathlib import Path

import pytest

from gatepost_server.apps.detection import detect, read_manifest
from gatepost_server.apps.model import Kind
from gatepost_server.bundles import pack_folder, unpack

EXAMPLES = Path(__file__).parents[3] / "examples"
SHOWN = {
    "mean-plumber": (Kind.PLUMBER, "plumber.R"),
    "mean-fastapi": (Kind.FASTAPI, "app:app"),
    "mean-wsgi": (Kind.WSGI, "app:app"),
    "streamlit": (Kind.STREAMLIT, "app.py"),
    "shiny": (Kind.SHINY, "app:app"),
    "static-report": (Kind.STATIC, "."),
    "echo": (Kind.ASGI, "echo:app"),
    "whose-data": (Kind.FASTAPI, "app:app"),
}
LEFT_TO_PEOPLE = {"whose-data"}
"""Not published with the others: it acts for whoever publishes it."""
SEED = """\
## plumber.R

#* @get /mean
normalMean <- function(samples=10){
  data <- rnorm(samples)
  mean(data)
}
"""


def test_every_example_is_shown_here() -> None:
    assert sorted(SHOWN) == sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())


@pytest.mark.parametrize("name", SHOWN)
def test_an_example_becomes_a_bundle_of_its_kind(tmp_path: Path, name: str) -> None:
    pack_folder(EXAMPLES / name, tmp_path / "bundle.tar.gz")
    folder = unpack(tmp_path / "bundle.tar.gz", tmp_path / "version").folder
    found = detect(folder)
    assert SHOWN[name] == (found.kind, found.entrypoint)
    assert (read_manifest(folder).name is None) == (name in LEFT_TO_PEOPLE)
    assert (folder / "README.md").is_file()


def test_the_plumber_file_is_the_seeds_own() -> None:
    assert (EXAMPLES / "mean-plumber" / "plumber.R").read_text() == SEED
