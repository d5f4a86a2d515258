"""Code of others: whoever deploys it says that they know (permission-model §4.5, Definer rule)."""

from collections.abc import Sequence

from gatepost_server.apps.errors import AuthorsUnconfirmed, UnknownVersion
from gatepost_server.apps.queries import sources as queries
from gatepost_server.apps.service.reading import require_app
from gatepost_server.apps.tables import AppRow
from gatepost_server.apps.views import SourceVersion
from gatepost_server.authz import require
from gatepost_server.kernel.actor import ActorKind
from gatepost_server.store import Tx


def other_authors(tx: Tx, version: SourceVersion) -> Sequence[tuple[str, str]]:
    """Return whose work a version holds besides the caller's own, as (id, name).

    Nobody, where the caller deployed this very version before: versions never change.
    """
    starter = tx.actor.starter
    mine = {tx.actor.principal_id, tx.actor.on_behalf_of_id, starter.principal_id, starter.on_behalf_of_id}
    if queries.was_deployed_by(tx.session, version.id, [one for one in mine if one is not None]):
        return []
    return [(who, name) for who, name in version.authors if who not in mine]


def authors_to_confirm(
    tx: Tx, ref: str, number: int, *, source_id: str | None = None
) -> Sequence[tuple[str, str]]:
    """Return whom the caller has to confirm to let an app go over to a version.

    Without *source_id* it is one of the source that the app is made from now.

    Raises:
        UnknownVersion: the source has no such version.
        Hidden, ActionDenied: the app never ran it, and the source may not be read.
    """
    node = require_app(tx, "app:deploy", ref)
    source_id = source_id or tx.session.get_one(AppRow, node.id).source_id
    return other_authors(tx, version_for(tx, node.id, source_id, number))


def version_for(tx: Tx, app_id: str, source_id: str, number: int) -> SourceVersion:
    """Return a version for an app to go over to; one that it ran before needs no right on its source.

    Raises:
        UnknownVersion, Hidden, ActionDenied: as `authors_to_confirm`.
    """
    chosen = queries.version_by_number(tx.session, source_id, number)
    if chosen is None or not queries.was_deployed(tx.session, app_id, chosen.id):
        require(tx, "source:read", source_id)
    if chosen is None:
        raise UnknownVersion(number)
    return chosen


def require_confirmed(tx: Tx, version: SourceVersion, confirmed: Sequence[str]) -> None:
    """Refuse to let code of others act for the caller unawares.

    Raises:
        AuthorsUnconfirmed: somebody's work is in it whose id is not among *confirmed*.
    """
    if tx.actor.kind is ActorKind.SYSTEM:
        return
    missing = [(who, name) for who, name in other_authors(tx, version) if who not in confirmed]
    if missing:
        raise AuthorsUnconfirmed(version.number, missing)
