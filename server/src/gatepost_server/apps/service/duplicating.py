"""Duplicating: a new source from one version of another, with all whose work is in it."""

from gatepost_server.apps.errors import VersionIsDraft
from gatepost_server.apps.model import VersionState
from gatepost_server.apps.naming import checked_name
from gatepost_server.apps.resources import kept_resources
from gatepost_server.apps.service.drafts import Door, copied
from gatepost_server.apps.service.sources import get_source, plant_source
from gatepost_server.apps.service.uploads import require_confinement
from gatepost_server.apps.service.versions import (
    author_of,
    get_version,
    next_version,
    say_how_served,
    with_author,
)
from gatepost_server.apps.tables import BuildRow
from gatepost_server.apps.views import Source, SourceVersion
from gatepost_server.authz import require_organization
from gatepost_server.kernel.ids import new_id
from gatepost_server.settings import Folders
from gatepost_server.store import Tx


def duplicate_source(door: Door, folders: Folders, source_id: str, number: int, name: str) -> Source:
    """Make a source whose version 1 is a version of another one; the caller owns it.

    It has the files and the resources of that version, and its authors: whoever deploys it is
    asked about their work as before. What applications know beside their files, such as the values
    of variables, is theirs and is not copied.

    Raises:
        Invalid: the name cannot be used.
        UnknownVersion: the source has no such version.
        VersionIsDraft: it may still be changed.
        UploadsRefused: this machine cannot confine what was uploaded.
    """
    name = checked_name(name)
    with door.read() as tx:
        base = _copyable(tx, source_id, number)
        version_id = new_id("ver", tx.now)
    with copied(folders, base.folder, version_id) as folder, door.begin() as tx:
        base = _copyable(tx, source_id, number)
        parent = require_organization(tx, "source:create")
        made = plant_source(tx, name, parent.id, copied_from=f"{source_id} v{number}")
        row = next_version(tx, made, version_id, folder)
        if base.detected is not None:
            say_how_served(row, base.detected)
        row.sha256, row.size, row.files = base.sha256, base.size, base.files
        row.resources = kept_resources(base.resources)
        row.authors = with_author(base.authors, author_of(tx))
        tx.session.flush()
        tx.session.add(BuildRow(version_id=row.id, state=VersionState.QUEUED))
        return get_source(tx, made)


def _copyable(tx: Tx, source_id: str, number: int) -> SourceVersion:
    require_organization(tx, "source:create")
    require_confinement(tx)
    version = get_version(tx, source_id, number)
    if version.is_draft:
        raise VersionIsDraft(number)
    return version
