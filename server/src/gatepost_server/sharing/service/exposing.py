"""External sharing as a way in from outside: which links are on, for who may turn them off."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Select

from gatepost_server.authz import named, principals
from gatepost_server.sharing import queries
from gatepost_server.sharing.outside import OpenLink
from gatepost_server.store import Tx


def open_links(tx: Tx) -> Select[str, str, datetime]:
    """Return the external links that are on, of applications that the caller may share.

    The columns are `id`, `name` (both of the application) and `since`, when it was last set.
    """
    return queries.open_links(named(tx, "app:share"))


def let_in_outside(tx: Tx, app_ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """Return the list of each application that lets people outside in; asks for no right."""
    return queries.lists_on(tx.session, app_ids)


def links_among(tx: Tx, app_ids: Sequence[str]) -> dict[str, OpenLink]:
    """Return more about several links; whether the caller may know of them is not asked."""
    links = queries.links_among(tx.session, app_ids, tx.now)
    people = principals(tx, {link.by_id for link in links.values()})
    return {
        app_id: replace(link, by_name=people[link.by_id].label) if link.by_id in people else link
        for app_id, link in links.items()
    }
