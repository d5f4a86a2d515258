"""Detection: finds out how a bundle is to be served, from its files and never by running them."""

from gatepost_server.apps.detection.deciding import NAMED, KindUnclear, detect, framework_of
from gatepost_server.apps.detection.declaring import ParametersInvalid
from gatepost_server.apps.detection.manifest import Manifest, ManifestInvalid, read_manifest

__all__ = [
    "NAMED",
    "KindUnclear",
    "Manifest",
    "ManifestInvalid",
    "ParametersInvalid",
    "detect",
    "framework_of",
    "read_manifest",
]
