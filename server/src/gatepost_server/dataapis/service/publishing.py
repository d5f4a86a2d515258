"""Publishing: which version a stage means; an earlier one is a way back, and none closes the stage."""

from gatepost_server.dataapis import queries
from gatepost_server.dataapis.errors import UnknownVersion
from gatepost_server.dataapis.model import DataApi, Stage, Version
from gatepost_server.dataapis.service.finding import require_api, row_of
from gatepost_server.dataapis.service.presenting import present, present_version
from gatepost_server.dataapis.tables import ApiVersionRow
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.store import Tx


def publish_api(
    tx: Tx, project_key: str, ref: str, version: int | None, stage: Stage = Stage.PRODUCTION
) -> DataApi:
    """Let *stage* mean a version, of any age; None: nothing is called in production any more.

    A version goes on reading as whoever saved it, whoever publishes it.

    Raises:
        UnknownVersion: there is none of that number; in development there always is one.
    """
    node = require_api(tx, "api:publish", project_key, ref)
    row = row_of(tx, node.id, for_change=True)
    known = version is not None and tx.session.get(ApiVersionRow, (row.id, version)) is not None
    if not known and (version is not None or stage is Stage.DEVELOPMENT):
        raise UnknownVersion(version or 0)
    before: dict[str, object]
    if stage is Stage.PRODUCTION:
        before = {"stage": stage.value, "version": row.production_version}
        row.production_version = version
    else:
        before = {"stage": stage.value, "version": row.development_version}
        row.development_version = version
    row.updated_at = tx.now
    after: dict[str, object] = {"stage": stage.value, "version": version}
    tx.audit("api:publish", "api", row.id, row.name, before=before, after=after)
    return present(tx, [row])[0]


def list_versions(tx: Tx, project_key: str, ref: str, page: PageRequest) -> Page[Version]:
    """Return a page of an API's versions whole, the latest first; for who may edit it."""
    node = require_api(tx, "api:versions", project_key, ref)
    api = row_of(tx, node.id)
    return queries.page_of_versions(tx.session, page, node.id).map(lambda row: present_version(row, api))


def get_version(tx: Tx, project_key: str, ref: str, number: int) -> Version:
    """Return a version whole; for who may edit the API.

    Raises:
        UnknownVersion: there is none of that number.
    """
    node = require_api(tx, "api:versions", project_key, ref)
    row = tx.session.get(ApiVersionRow, (node.id, number))
    if row is None:
        raise UnknownVersion(number)
    return present_version(row, row_of(tx, node.id))
