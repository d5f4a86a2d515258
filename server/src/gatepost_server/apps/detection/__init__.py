"""Detection: finds out how a bundle is to be served, from its files and never by running them."""

from gatepost_server.apps.detection.deciding import KindUnclear, detect, framework_of
from gatepost_server.apps.detection.manifest import Manifest, ManifestInvalid, read_manifest

__all__ = ["KindUnclear", "Manifest", "ManifestInvalid", "detect", "framework_of", "read_manifest"]
