"""The one listener: parser limits, the door's header rules, the filters in order."""

from gatepost_server.gateway.envoy.cookies import SET_COOKIE_FILTER
from gatepost_server.gateway.envoy.desired import Gate, Json
from gatepost_server.gateway.envoy.signed import SIGNED_FILTER
from gatepost_server.gateway.envoy.sources import OTHER_HOST, file_source
from gatepost_server.gateway.envoy.transport import secured
from gatepost_server.gateway.headers import ADDRESSES, CREDENTIALS, CSRF, EMAIL, USER, VISITOR, forged_pattern

BUFFER = 4 * 1024 * 1024
ASK_SECONDS = 75
"""Longer than a sleeping app may take to wake (60 s), shorter than for ever."""

TYPE = "type.googleapis.com/envoy.extensions.filters"


def listener(gate: Gate) -> Json:
    """Return the public listener: HTTP/1.1 and h2 on one port, by TLS where it has a certificate."""
    return {
        "@type": "type.googleapis.com/envoy.config.listener.v3.Listener",
        "name": "public",
        "address": {"socket_address": {"address": gate.host, "port_value": gate.port}},
        "per_connection_buffer_limit_bytes": BUFFER,
        "filter_chains": [{"filters": [_connection(gate)], **secured(gate)}],
    }


def _connection(gate: Gate) -> Json:
    return {
        "name": "envoy.filters.network.http_connection_manager",
        "typed_config": {
            "@type": f"{TYPE}.network.http_connection_manager.v3.HttpConnectionManager",
            "stat_prefix": "public",
            "codec_type": "AUTO",
            "generate_request_id": False,
            "use_remote_address": True,
            "skip_xff_append": True,
            "normalize_path": True,
            "merge_slashes": False,
            "path_with_escaped_slashes_action": "KEEP_UNCHANGED",
            "strip_trailing_host_dot": True,
            "server_header_transformation": "PASS_THROUGH",
            "request_headers_timeout": "15s",
            "stream_idle_timeout": "300s",
            "delayed_close_timeout": "1s",
            "max_request_headers_kb": 64,
            "common_http_protocol_options": {
                "headers_with_underscores_action": "REJECT_REQUEST",
                "max_headers_count": 100,
                "idle_timeout": "3600s",
            },
            "http_protocol_options": {"accept_http_10": True, "allow_chunked_length": False},
            "http2_protocol_options": {"max_concurrent_streams": 256},
            "upgrade_configs": [{"upgrade_type": "websocket"}],
            "early_header_mutation_extensions": [_door()],
            "rds": {"route_config_name": "public", "config_source": file_source(gate.folder, "routes")},
            "http_filters": [SIGNED_FILTER, _ask(), SET_COOKIE_FILTER, _router()],
            "local_reply_config": _own_refusals(),
        },
    }


def _door() -> Json:
    """Before anything reads them: drop what a client may not say, keep what it hides."""
    return {
        "name": "envoy.http.early_header_mutation.header_mutation",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.http.early_header_mutation.header_mutation.v3."
            "HeaderMutation",
            "mutations": [
                {"remove_on_match": {"key_matcher": {"safe_regex": {"regex": forged_pattern()}}}},
                _written("x-gp-connection", "%REQ(connection)%"),
                _written("x-gp-upgrade", "%REQ(upgrade)%"),
                _written("x-gp-length", "%REQ(content-length)%"),
                # Envoy's own appending writes the machine's address for a loopback peer.
                _written(
                    ADDRESSES,
                    "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%",
                    action="APPEND_IF_EXISTS_OR_ADD",
                ),
            ],
        },
    }


def _written(name: str, value: str, *, action: str = "OVERWRITE_IF_EXISTS_OR_ADD") -> Json:
    return {"append": {"header": {"key": name, "value": value}, "append_action": action}}


ASKED_WITH = (
    *CREDENTIALS, ADDRESSES, CSRF, "accept", "cookie", "origin", "user-agent", "sec-fetch-dest",
    "sec-fetch-mode", "sec-fetch-site", "x-gp-upgrade", "x-gp-length",
)  # fmt: skip
"""What the authorizer gets to see of a request, beside method, host and path."""

ANSWERED_WITH = (
    "cache-control", "content-type", "location", "referrer-policy", "retry-after", "set-cookie",
    "www-authenticate",
)  # fmt: skip
"""What of a refusal reaches the caller; how long it took to decide does not."""


RETRY = "type.googleapis.com/envoy.extensions.retry"
ASKED_AGAIN: Json = {
    "retry_on": "connect-failure,refused-stream,reset",
    "num_retries": 5,
    # The longest pause is to Envoy also the longest time that one of them may take to answer,
    # which it needs while an app wakes up; five pauses from one millisecond on stay short.
    "retry_back_off": {"base_interval": "0.001s", "max_interval": f"{ASK_SECONDS}s"},
    "retry_priority": {
        "name": "envoy.retry_priorities.previous_priorities",
        "typed_config": {
            "@type": f"{RETRY}.priority.previous_priorities.v3.PreviousPrioritiesConfig",
            "update_frequency": 1,
        },
    },
    "retry_host_predicate": [OTHER_HOST],
    "host_selection_retry_max_attempts": 5,
}
"""Asking changes nothing: a question that one could not answer goes to another, even one that stands by."""


def _ask() -> Json:
    """Ask the authorizer; a silent or broken one means a refusal, never a pass."""
    return {
        "name": "envoy.filters.http.ext_authz",
        "typed_config": {
            "@type": f"{TYPE}.http.ext_authz.v3.ExtAuthz",
            "transport_api_version": "V3",
            "failure_mode_allow": False,
            "status_on_error": {"code": "ServiceUnavailable"},
            "clear_route_cache": True,
            "allowed_headers": {"patterns": [{"exact": name} for name in ASKED_WITH]},
            "http_service": {
                "server_uri": {
                    "uri": "http://authorizer",
                    "cluster": "authorizer",
                    "timeout": f"{ASK_SECONDS}s",
                },
                "path_prefix": "/check",
                "retry_policy": ASKED_AGAIN,
                "authorization_response": {
                    "allowed_client_headers": {"patterns": [{"exact": name} for name in ANSWERED_WITH]},
                    "allowed_client_headers_on_success": {"patterns": [{"exact": "set-cookie"}]},
                    "allowed_upstream_headers": {
                        "patterns": [
                            {"prefix": "x-gp-"},
                            {"prefix": "x-gatepost-"},
                            {"prefix": "x-forwarded-"},
                            *({"exact": name} for name in (*VISITOR[1:], EMAIL, USER)),
                            {"exact": "cookie"},
                        ]
                    },
                },
            },
        },
    }


def _router() -> Json:
    return {
        "name": "envoy.filters.http.router",
        "typed_config": {
            "@type": f"{TYPE}.http.router.v3.Router",
            "dynamic_stats": False,
            "suppress_envoy_headers": True,
        },
    }


def _own_refusals() -> Json:
    """What Envoy itself refuses becomes a problem; the authorizer's answers stay as they are."""
    away = "What should answer does not answer now. Try again in a moment."
    malformed = (
        "The gate does not pass a request of this form on (%LOCAL_REPLY_BODY%). Header names have letters, "
        "digits and hyphens, no underscore."
    )
    return {
        "mappers": [
            _problem("response.code >= 500", "unavailable", away),
            _problem("true", "gate-refused", malformed),
        ]
    }


def _problem(when: str, code: str, detail: str) -> Json:
    """Map local replies that fit *when*, but never a refusal that the authorizer worded."""
    authorizers = 'has(response.code_details) && response.code_details == "ext_authz_denied"'
    cel = "type.googleapis.com/envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter"
    body = {
        "type": f"/docs/problems#{code}",
        "title": "The gate did not pass this request on",
        "status": "%RESPONSE_CODE%",
        "detail": detail,
        "code": code,
    }
    return {
        "filter": {
            "extension_filter": {
                "name": "envoy.access_loggers.extension_filters.cel",
                "typed_config": {"@type": cel, "expression": f"{when} && !({authorizers})"},
            }
        },
        "body_format_override": {"json_format": body, "content_type": "application/problem+json"},
    }
