"""Two virtual hosts: the control plane's, and every app's own origin."""

from gatepost_server.gateway.envoy.cookies import FILTER_NAME, NOT_HERE
from gatepost_server.gateway.envoy.desired import Gate, Json
from gatepost_server.gateway.envoy.signed import FILTER_NAME as SIGNED_NAME
from gatepost_server.gateway.envoy.signed import NOT_HERE as SIGNED_STAYS
from gatepost_server.gateway.envoy.sources import OTHER_HOST
from gatepost_server.gateway.headers import AFFINITY, CREDENTIALS, HOP_TOKENS, PREFIX, UNSENT

_HOST = r"[A-Za-z0-9.-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?"
_TOKENS = "|".join(HOP_TOKENS)
_CONNECTION = rf"(?i)\s*(({_TOKENS})?\s*,\s*)*({_TOKENS})?\s*"

UNASKED: Json = {
    "envoy.filters.http.ext_authz": {
        "@type": "type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute",
        "disabled": True,
    },
    FILTER_NAME: NOT_HERE,
}

NOT_FROM_APPS = ("clear-site-data", "strict-transport-security", "public-key-pins", "alt-svc", "nel",
                 "report-to", PREFIX)  # fmt: skip
"""Said by a server about its whole host, or its whole domain, which an app shares with others."""

_PATIENCE: Json = {
    "retry_on": "connect-failure,reset-before-request,retriable-headers",
    "retriable_headers": [{"name": UNSENT, "present_match": True}],
    "retry_host_predicate": [OTHER_HOST],
    "host_selection_retry_max_attempts": 3,
    "num_retries": 60,
    "retry_back_off": {"base_interval": "0.025s", "max_interval": "1s"},
}
"""Where nobody listens, nothing was sent: tried again for about half a minute, for a runtime to return.

Of several processes another one is tried first; a relay whose process is gone says so in a
header that reaches nobody.
"""

GATE_ONLY = ("x-gp-cluster", "x-gp-connection", "x-gp-upgrade", "x-gp-length", "x-gatepost-csrf",
             "x-envoy-internal", "x-envoy-external-address", "x-envoy-original-path",
             *CREDENTIALS)  # fmt: skip
"""Read by the gate, of no business to an app."""


def routes(gate: Gate) -> Json:
    """Return the route table: constant, however many apps run."""
    return {
        "@type": "type.googleapis.com/envoy.config.route.v3.RouteConfiguration",
        "name": "public",
        "ignore_port_in_host_matching": True,
        "response_headers_to_remove": ["server", "x-powered-by", "x-envoy-upstream-service-time", UNSENT],
        "virtual_hosts": [
            {
                "name": "apps",
                "domains": [f"*.{gate.apps_domain}"],
                "routes": [*_refusals(), _hand_off(), _origin(gate)],
            },
            {
                "name": "control",
                "domains": ["*"],
                "routes": [*_refusals(), _content(gate), *_calls(), _control()],
            },
        ],
    }


def _refusals() -> list[Json]:
    """Refuse a Host that is none, and a Connection header that names other headers."""
    bad_host = {"name": ":authority", "string_match": {"safe_regex": {"regex": _HOST}}, "invert_match": True}
    bad_hop = {
        "name": "x-gp-connection",
        "string_match": {"safe_regex": {"regex": _CONNECTION}},
        "invert_match": True,
    }
    return [
        _refusal([bad_host], "The Host header is not one host."),
        _refusal([{"name": "x-gp-connection", "present_match": True}, bad_hop],
                 "The Connection header names a header that it may not."),
    ]  # fmt: skip


def _refusal(headers: list[dict[str, object]], sentence: str) -> Json:
    return {
        "match": {"prefix": "/", "headers": headers},
        "direct_response": {"status": 400, "body": {"inline_string": sentence}},
        "typed_per_filter_config": UNASKED,
    }


def _governed(match: Json, **action: object) -> dict[str, object]:
    """A route whose cluster the authorizer names; streams may last as long as they like."""
    return {
        "match": match,
        "route": {
            "cluster_header": "x-gp-cluster",
            "timeout": "0s",
            "idle_timeout": "0s",
            "retry_policy": _PATIENCE,
            "hash_policy": [{"header": {"header_name": AFFINITY}}],
            **action,
        },
        "request_body_buffer_limit": 65536,
        "request_headers_to_remove": list(GATE_ONLY),
        "response_headers_to_remove": list(NOT_FROM_APPS),
    }


def _content(gate: Gate) -> Json:
    """`/content/{id}/…` on the control host: the prefix is stripped, the answer sandboxed.

    Where apps are trusted it is a page of this host like any other, which may be framed by it.
    """
    policy = "frame-ancestors 'self'" if gate.apps_are_trusted else "sandbox"
    rewrite = {"pattern": {"regex": "^/content/[^/]+/?"}, "substitution": "/"}
    return {
        **_governed({"prefix": "/content/"}, regex_rewrite=rewrite),
        "response_headers_to_remove": [*NOT_FROM_APPS, "service-worker-allowed"],
        "response_headers_to_add": [
            _added(PREFIX, "%REQ(x-forwarded-prefix)%", action="OVERWRITE_IF_EXISTS_OR_ADD"),
            _added("content-security-policy", policy),
            _added("x-content-type-options", "nosniff", action="OVERWRITE_IF_EXISTS_OR_ADD"),
            _added("cache-control", "private", action="ADD_IF_ABSENT"),
        ],
    }


def _origin(gate: Gate) -> Json:
    """An app on its own origin: only the control plane (and itself) may frame it."""
    return {
        **_governed({"prefix": "/"}),
        "response_headers_to_add": [
            _added("content-security-policy", f"frame-ancestors 'self' {gate.control_origin}"),
            _added("origin-agent-cluster", "?1", action="OVERWRITE_IF_EXISTS_OR_ADD"),
            _added("cache-control", "private", action="ADD_IF_ABSENT"),
        ],
    }


def _hand_off() -> Json:
    """What the gate keeps for itself on an app's host."""
    return {
        "match": {"prefix": "/_gatepost/"},
        "route": {"cluster": "authorizer", "timeout": "15s"},
        "typed_per_filter_config": UNASKED,
    }


def _calls() -> list[Json]:
    """Calls of data APIs, which the process behind identifies itself: a signature covers the body.

    Beside their own addresses those on which vendors' clients call.
    """
    vendors = {"regex": "/(list|get|create|update|delete)/[^/]+"}
    return [
        {
            "match": match,
            "route": {"cluster": "calls", "timeout": "0s", "idle_timeout": "0s"},
            "request_headers_to_remove": ["x-gp-connection", "x-gp-upgrade", "x-gp-length"],
            "typed_per_filter_config": {**UNASKED, SIGNED_NAME: SIGNED_STAYS},
        }
        for match in ({"prefix": "/gw/"}, {"safe_regex": vendors})
    ]


def _control() -> Json:
    """Everything else: pages and the API, which identify their caller themselves."""
    return {
        "match": {"prefix": "/"},
        "route": {"cluster": "control", "timeout": "0s"},
        "request_headers_to_remove": ["x-gp-connection", "x-gp-upgrade", "x-gp-length"],
        "typed_per_filter_config": UNASKED,
    }


def _added(name: str, value: str, *, action: str = "APPEND_IF_EXISTS_OR_ADD") -> Json:
    return {"header": {"key": name, "value": value}, "append_action": action}
