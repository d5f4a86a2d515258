"""The static part: who this Envoy is, its admin socket, where the rest is read from."""

from gatepost_server.gateway.envoy.desired import Gate, Json
from gatepost_server.gateway.envoy.sources import file_source


def bootstrap(gate: Gate) -> Json:
    """Return what Envoy is started with; it holds nothing that changes while it runs."""
    return {
        "node": {"id": "gate", "cluster": "gatepost"},
        "admin": {"address": {"pipe": {"path": str(gate.admin_socket), "mode": 0o600}}},
        "dynamic_resources": {
            "lds_config": file_source(gate.folder, "listeners"),
            "cds_config": file_source(gate.folder, "clusters"),
        },
        "stats_config": {"stats_matcher": {"inclusion_list": {"patterns": _KEPT_STATS}}},
        "overload_manager": {
            "resource_monitors": [
                {
                    "name": "envoy.resource_monitors.global_downstream_max_connections",
                    "typed_config": {
                        "@type": "type.googleapis.com/envoy.extensions.resource_monitors."
                        "downstream_connections.v3.DownstreamConnectionsConfig",
                        "max_active_downstream_connections": 50_000,
                    },
                }
            ]
        },
        "layered_runtime": {"layers": [{"name": "strict", "static_layer": _STRICT}]},
    }


_STRICT = {
    "re2.max_program_size.error_level": 4000,
    # Bytes between a chunk and its end are refused instead of skipped.
    "envoy.reloadable_features.strict_chunk_parsing": True,
}

_KEPT_STATS = [
    {"prefix": "http.public.downstream_rq_"},
    {"prefix": "http.public.downstream_cx_active"},
    {"prefix": "cluster_manager.cds."},
    {"prefix": "listener_manager.lds."},
    {"prefix": "server."},
]
"""The few that the metrics page needs; the rest would cost every request."""
