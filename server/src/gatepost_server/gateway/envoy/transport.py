"""TLS at the listener: which certificate it shows, read anew when that is renewed."""

from typing import Final

from gatepost_server.gateway.envoy.desired import Gate, Json, KeyPair
from gatepost_server.gateway.envoy.sources import file_source

_TYPE: Final = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3"
_NAME: Final = "public"


def secured(gate: Gate) -> dict[str, object]:
    """Return what a filter chain needs to speak TLS; nothing where the gate does not."""
    if gate.key_pair is None:
        return {}
    source = {"name": _NAME, "sds_config": file_source(gate.folder, "secrets")}
    context = {
        "alpn_protocols": ["h2", "http/1.1"],
        "tls_params": {"tls_minimum_protocol_version": "TLSv1_2"},
        "tls_certificate_sds_secret_configs": [source],
    }
    config = {"@type": f"{_TYPE}.DownstreamTlsContext", "common_tls_context": context}
    return {"transport_socket": {"name": "envoy.transport_sockets.tls", "typed_config": config}}


def secret(pair: KeyPair) -> Json:
    """Return the certificate as Envoy is told of it: by the names of its files."""
    said = {"certificate_chain": {"filename": str(pair.chain)}, "private_key": {"filename": str(pair.key)}}
    return {"@type": f"{_TYPE}.Secret", "name": _NAME, "tls_certificate": said}
