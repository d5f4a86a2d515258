"""Keys as ways in from outside: which count from anywhere, for pages of others, or for good."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select

from gatepost_server.authz import may_on_instance, visible
from gatepost_server.keys import queries
from gatepost_server.keys.model import Key
from gatepost_server.keys.queries import Outside
from gatepost_server.keys.service.presenting import shown_all
from gatepost_server.store import Tx


def wide_keys(tx: Tx) -> Select[str, str, datetime]:
    """Return the active keys without a list of addresses or without an end: `id`, `name`, `since`."""
    return queries.wide_keys(_whose(tx), tx.now)


def keys_of_pages(tx: Tx) -> Select[str, str, datetime]:
    """Return the active keys besides those of `wide_keys` that pages of other origins may use."""
    return queries.keys_of_pages(_whose(tx), tx.now)


def keys_among(tx: Tx, key_ids: Sequence[str]) -> list[Key]:
    """Return several keys as values; whether the caller may know of them is not asked."""
    return shown_all(tx, queries.rows_among(tx.session, key_ids))


def _whose(tx: Tx) -> Outside:
    """Return whose keys the caller may delete: everybody's, or their projects' and, in a session, own."""
    if may_on_instance(tx, "key:revoke"):
        return Outside()
    own = tx.actor.principal_id if tx.actor.is_interactive else None
    return Outside(is_all=False, owner_id=own, projects=visible(tx, "project:revoke-key"))
