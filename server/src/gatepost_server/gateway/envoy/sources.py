"""How Envoy is told where to read a part of its configuration, and whom to try again."""

from pathlib import Path

from gatepost_server.gateway.envoy.desired import Json

OTHER_HOST: Json = {
    "name": "envoy.retry_host_predicates.previous_hosts",
    "typed_config": {
        "@type": "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate"
    },
}
"""Where something is tried again: with another one than before, while there is another."""


def file_source(folder: Path, part: str) -> Json:
    """Return a source that re-reads `folder/part/part.json` whenever it is renamed into place.

    Each part has a folder of its own, so that a change of one wakes no other.
    """
    return {
        "resource_api_version": "V3",
        "path_config_source": {
            "path": str(folder / part / f"{part}.json"),
            "watched_directory": {"path": str(folder / part)},
        },
    }
