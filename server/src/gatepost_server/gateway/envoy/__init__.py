"""Envoy's configuration, as a pure function of what should be served."""

from gatepost_server.gateway.envoy.desired import Gate, Json, Upstream
from gatepost_server.gateway.envoy.files import clusters_file, files_of, upstreams_in, write_files

__all__ = ["Gate", "Json", "Upstream", "clusters_file", "files_of", "upstreams_in", "write_files"]
