"""Taking in an upload: unpacked and judged before any row is written, gone if none is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from gatepost_server.apps.detection import detect, read_manifest
from gatepost_server.apps.errors import RuntimeSilent, UploadsRefused
from gatepost_server.apps.model import Detected, Kind
from gatepost_server.apps.service.status import runtime_status
from gatepost_server.authz import require, require_organization
from gatepost_server.bundles import BundleLimits, Unpacked, remove_tree, unpack
from gatepost_server.kernel.ids import new_id
from gatepost_server.store import Tx

_ADVICE: Final = (
    "Install bubblewrap (apt install bubblewrap) and restart, or accept it: gatepost up --isolation none."
)


@dataclass(frozen=True)
class Bundle:
    """An upload on disk under the id of the version it will be, and how it is served.

    `name` is what its gatepost.toml calls it, when it does.
    """

    version_id: str
    unpacked: Unpacked
    detected: Detected
    name: str | None


@contextmanager
def taken_in(
    archive: Path,
    sources: Path,
    now: datetime,
    *,
    kind: Kind | None = None,
    limits: BundleLimits | None = None,
) -> Iterator[Bundle]:
    """Unpack *archive* below *sources* and find out its kind; open the transaction inside.

    When the block raises, what was unpacked is removed again.

    Raises:
        BundleRefused, BundleTooLarge: the archive is not acceptable.
        ManifestInvalid, KindUnclear: it is not clear how to serve it.
    """
    version_id = new_id("ver", now)
    folder = sources / version_id
    try:
        unpacked = unpack(archive, folder, limits)
        yield Bundle(version_id, unpacked, detect(folder, kind=kind), read_manifest(folder).name)
    except BaseException:
        remove_tree(folder)
        raise


def may_upload(tx: Tx, source_id: str | None = None) -> None:
    """Refuse an upload before its bytes are read: a new app, or a version of *source_id*.

    Raises:
        Unauthenticated, Hidden, ActionDenied: the caller may not.
        RuntimeSilent: nobody knows yet what this machine can confine.
        UploadsRefused: this machine cannot confine what would be uploaded.
    """
    if source_id is None:
        require_organization(tx, "source:create")
    else:
        require(tx, "source:edit", source_id)
    require_confinement(tx)


def require_confinement(tx: Tx) -> None:
    """Refuse foreign code where nothing confines it and nobody has accepted that by name.

    Raises:
        RuntimeSilent: the first runtime of this instance has not reported what it offers.
        UploadsRefused: with the sentence how to mend or accept it.
    """
    status = runtime_status(tx)
    if status is None:
        raise RuntimeSilent
    if status.isolation == "none" and not status.is_accepted:
        raise UploadsRefused(status.advice or _ADVICE)
