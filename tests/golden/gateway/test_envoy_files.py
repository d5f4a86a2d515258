"""Desired state → Envoy's files, compared word for word with what was agreed."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from gatepost_server.gateway.envoy import Gate, Upstream, files_of, upstreams_in, write_files

FOLDER = Path(__file__).parent / "two_apps"
GATE = Gate(
    host="0.0.0.0",
    port=8080,
    control_origin="https://gatepost.example.com",
    apps_suffix="apps.example.net",
    control_socket=Path("/run/gp/control.sock"),
    calls_socket=Path("/run/gp/calls.sock"),
    authorizer_sockets=(Path("/run/gp/authz.sock"), Path("/run/gp/authz-2.sock")),
    admin_socket=Path("/run/gp/envoy-admin.sock"),
    folder=Path("/data/envoy"),
    upstreams=(
        Upstream("dep_" + "b" * 24, Path("/run/gp/relays/b.sock")),
        Upstream("dep_" + "a" * 24, Path("/run/gp/relays/a.sock")),
        Upstream("dep_" + "c" * 24, Path("/run/gp/relays/c.sock"), (Path("/run/gp/relays/c-2.sock"),)),
        Upstream(
            "dep_" + "d" * 24,
            Path("/run/gp/relays/d.sock"),
            (Path("/run/gp/relays/d-2.sock"), Path("/run/gp/relays/d-3.sock")),
            is_sticky=True,
        ),
    ),
)
FILES = files_of(GATE)


@pytest.mark.parametrize("name", sorted(map(str, FILES)))
def test_the_file_is_as_agreed(name: str) -> None:
    """Run with GATEPOST_GOLDEN=write to agree to a change; review the difference."""
    text = next(text for path, text in FILES.items() if str(path) == name)
    if os.environ.get("GATEPOST_GOLDEN") == "write":
        (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / name).write_text(text)
    assert (FOLDER / name).read_text() == text


def test_the_order_of_apps_does_not_matter() -> None:
    turned = replace(GATE, upstreams=GATE.upstreams[::-1])
    assert files_of(turned) == FILES


def test_only_the_clusters_file_knows_the_apps() -> None:
    named = [str(path) for path, text in FILES.items() if "dep_" in text]
    assert named == ["clusters/clusters.json"]


def test_an_unchanged_file_is_not_touched(tmp_path: Path) -> None:
    assert len(write_files(tmp_path, FILES)) == len(FILES)
    assert write_files(tmp_path, FILES) == []


def test_files_are_for_the_owner_alone(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*.json")} == {0o600}


def test_a_failing_authorizer_never_lets_pass() -> None:
    listener = json.loads(FILES[next(path for path in FILES if path.name == "listeners.json")])
    filters = listener["resources"][0]["filter_chains"][0]["filters"][0]["typed_config"]["http_filters"]
    [asks] = [one for one in filters if one["name"] == "envoy.filters.http.ext_authz"]
    assert asks["typed_config"]["failure_mode_allow"] is False


def test_the_apps_that_a_file_names_are_read_again(tmp_path: Path) -> None:
    gate = replace(GATE, folder=tmp_path)
    assert upstreams_in(gate) == []
    write_files(tmp_path, files_of(gate))
    assert {*upstreams_in(gate)} == {*GATE.upstreams}
