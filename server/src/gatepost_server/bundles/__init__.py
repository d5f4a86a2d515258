"""Bundles: uploaded archives, judged entry by entry and written as read-only folders.

No extraction library is trusted: both formats are read by our own strict readers, and an
archive with one doubtful entry is refused as a whole, with nothing left behind.
"""

from gatepost_server.bundles.limits import BundleLimits
from gatepost_server.bundles.refusals import BundleRefused, BundleTooLarge
from gatepost_server.bundles.trees import (
    TreeFile,
    change_tree,
    copy_tree,
    digest_of,
    digest_of_open,
    digest_tree,
    file_in,
    files_of,
    path_of,
)
from gatepost_server.bundles.unpacking import Unpacked, pack_folder, remove_tree, unpack

__all__ = [
    "BundleLimits",
    "BundleRefused",
    "BundleTooLarge",
    "TreeFile",
    "Unpacked",
    "change_tree",
    "copy_tree",
    "digest_of",
    "digest_of_open",
    "digest_tree",
    "file_in",
    "files_of",
    "pack_folder",
    "path_of",
    "remove_tree",
    "unpack",
]
