"""Where requests may go: the control plane, the authorizer, one cluster per running app."""

from collections.abc import Sequence
from pathlib import Path

from gatepost_server.gateway.envoy.desired import Gate, Json, Upstream

BUFFER = 4 * 1024 * 1024
MANY = 100_000
STICKY = "RING_HASH"


def clusters(gate: Gate) -> list[Json]:
    """Return every cluster, apps last and in the order of their names."""
    ours = [
        _cluster("control", [gate.control_socket]),
        _cluster("calls", [gate.calls_socket]),
        _authorizers(gate),
    ]
    apps = sorted(gate.upstreams, key=lambda upstream: upstream.cluster)
    return [*ours, *(_app(app) for app in apps)]


def _app(app: Upstream) -> Json:
    """Whoever has the least to do gets the next request, unless people keep to one of them."""
    cluster = _cluster(app.cluster, app.sockets)
    if not app.more:
        return cluster
    return {**cluster, "lb_policy": STICKY if app.is_sticky else "LEAST_REQUEST"}


def _authorizers(gate: Gate) -> Json:
    """Whoever of them has the least to do is asked; those that stand by when it does not answer.

    None rests after a failure: a socket that nobody serves refuses at once, the listener then
    asks another, and one that is back is asked again at once.
    """
    sockets, count = gate.authorizer_sockets, gate.asked_at_once
    return {**_cluster("authorizer", sockets[:count], sockets[count:]), "lb_policy": "LEAST_REQUEST"}


def _cluster(name: str, *ranks: Sequence[Path]) -> Json:
    """Unix sockets, the best rank first, kept alive for less long than the other side keeps them."""
    endpoints = [
        {
            **({"priority": rank} if rank else {}),
            "lb_endpoints": [
                {"endpoint": {"address": {"pipe": {"path": str(socket)}}}} for socket in sockets
            ],
        }
        for rank, sockets in enumerate(ranks)
        if sockets
    ]
    return {
        "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster",
        "name": name,
        "type": "STATIC",
        "connect_timeout": "2s",
        "per_connection_buffer_limit_bytes": BUFFER,
        "circuit_breakers": {
            "thresholds": [
                {
                    "max_connections": MANY,
                    "max_pending_requests": MANY,
                    "max_requests": MANY,
                    "max_retries": MANY,
                }
            ]
        },
        "typed_extension_protocol_options": {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                "common_http_protocol_options": {"idle_timeout": "15s"},
                "explicit_http_config": {"http_protocol_options": {}},
            }
        },
        "load_assignment": {"cluster_name": name, "endpoints": endpoints},
    }
