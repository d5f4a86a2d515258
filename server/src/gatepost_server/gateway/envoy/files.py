"""From desired state to files, and from files to the folder that Envoy watches."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from gatepost_server.gateway.envoy.bootstrap import bootstrap
from gatepost_server.gateway.envoy.clusters import STICKY, clusters
from gatepost_server.gateway.envoy.desired import Gate, Json, KeyPair, Upstream
from gatepost_server.gateway.envoy.listener import listener
from gatepost_server.gateway.envoy.routes import routes
from gatepost_server.gateway.envoy.transport import secret

CLUSTERS = PurePosixPath("clusters/clusters.json")
SECRETS = PurePosixPath("secrets/secrets.json")


def files_of(gate: Gate) -> dict[PurePosixPath, str]:
    """Return every file of Envoy's configuration, by its path below the gate's folder."""
    return {
        PurePosixPath("bootstrap.json"): _text(bootstrap(gate)),
        PurePosixPath("listeners/listeners.json"): _discovery([listener(gate)]),
        PurePosixPath("routes/routes.json"): _discovery([routes(gate)]),
        CLUSTERS: clusters_file(gate),
    }


def clusters_file(gate: Gate) -> str:
    """Return the one file that changes while the gate runs."""
    return _discovery(clusters(gate))


def secrets_file(pair: KeyPair) -> str:
    """Return the file that names the certificate, which changes when that is renewed."""
    return _discovery([secret(pair)])


def upstreams_in(gate: Gate) -> list[Upstream]:
    """Return the apps' clusters of the file that is in place; none when there is none yet."""
    path = gate.folder / CLUSTERS
    if not path.exists():
        return []
    ours = {str(cluster["name"]) for cluster in clusters(replace(gate, upstreams=()))}
    found = []
    for cluster in json.loads(path.read_text())["resources"]:
        if cluster["name"] not in ours:
            first, *more = (
                Path(one["endpoint"]["address"]["pipe"]["path"])
                for one in cluster["load_assignment"]["endpoints"][0]["lb_endpoints"]
            )
            is_sticky = cluster.get("lb_policy") == STICKY
            found.append(Upstream(cluster["name"], first, tuple(more), is_sticky=is_sticky))
    return found


def write_files(folder: Path, files: Mapping[PurePosixPath, str]) -> list[PurePosixPath]:
    """Put changed files in place, each whole or not at all; return those that changed.

    A file is written aside and renamed, which is also what tells Envoy to read it again.
    """
    changed = []
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists() and path.read_text() == text:
            continue
        aside = path.with_suffix(".new")
        aside.write_text(text)
        aside.chmod(0o600)
        aside.replace(path)
        changed.append(name)
    return changed


def _discovery(resources: list[Json]) -> str:
    """Write a discovery answer; its version is the digest of what it says."""
    digest = hashlib.sha256(json.dumps(resources, sort_keys=True).encode()).hexdigest()[:16]
    return _text({"version_info": digest, "resources": resources})


def _text(value: Json) -> str:
    return json.dumps(value, indent=1) + "\n"
