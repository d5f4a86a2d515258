"""Taking back all that somebody gave on a thing: all of it or nothing (permission-model §4.6)."""

from collections.abc import Sequence

from gatepost_server.authz import queries
from gatepost_server.authz.errors import LastOwner, OwnOwnerGrant, TooWide
from gatepost_server.authz.model import Grant, Node
from gatepost_server.authz.service.asking import require
from gatepost_server.authz.service.granting import (
    OWNING,
    end_grant,
    list_grants,
    require_takeable,
    share_action,
)
from gatepost_server.authz.service.ownership import UNGIVEN, lock_node, require_owner_left
from gatepost_server.kernel.errors import FieldFault, Invalid, NotFound
from gatepost_server.store import Tx


def take_back_given_by(tx: Tx, node_id: str, giver: str) -> list[Grant]:
    """Remove everything that *giver* gave on a thing: their username, a key's name, or the id.

    What *giver* holds there by others stays, and so does what those gave who hold it by *giver*.
    What nobody gave stays too: who created the thing goes on owning it.

    Raises:
        NotFound: they gave nothing there, or are unknown.
        Invalid: several who gave something are called so; their ids tell them apart.
        TooWide: some of it belongs to somebody above the caller; nothing is taken then.
        LastOwner: nobody would be left who owns the thing for good.
        OwnOwnerGrant: some of it is one's own ownership; another owner may take it.
    """
    node = require(tx, share_action(tx, node_id), node_id)
    lock_node(tx, node_id)
    given = given_by(tx, node, giver)
    _require_all_takeable(tx, node, given)
    for grant in given:
        end_grant(tx, node, grant)
    owning = [one for one in given if one.atoms & OWNING]
    if owning:
        try:
            require_owner_left(tx, node)
        except LastOwner as refused:
            refused.detail = f"{', '.join(map(_said, owning))}: {refused.detail}"
            raise
    return given


def given_by(tx: Tx, node: Node, giver: str) -> list[Grant]:
    """Return what *giver* gave (`is_given`) of what is listed on *node*, oldest first.

    Raises:
        NotFound: they gave nothing there, or are unknown.
        Invalid: several who gave something are called so.
    """
    listed = [one for one in list_grants(tx, node.id) if is_given(one)]
    ids = {one.by_id for one in listed}
    meant = {giver} & ids or {one for one in ids if giver.casefold() in _names(tx, one)}
    if not meant:
        raise NotFound(f"Nobody called {giver[:100]} gave anything on {node.name} that is still held.")
    if len(meant) > 1:
        fault = FieldFault("given_by", f"means one of {', '.join(sorted(meant))}")
        raise Invalid(f"Several called {giver[:100]} gave something; say the id.", faults=[fault])
    return [one for one in listed if one.by_id in meant]


def is_given(grant: Grant) -> bool:
    """Tell whether somebody gave it: ownership comes with creating, and passes on when an owner leaves."""
    return bool(grant.by_id) and grant.reason not in UNGIVEN


def _names(tx: Tx, giver_id: str) -> set[str]:
    """Return what a giver is called: people by username only, as others may have their full name."""
    found = queries.principal(tx.session, giver_id)
    if found is None:
        return set()
    names = {found.name} if found.kind == "user" else {found.name, found.label}
    return {name.casefold() for name in names}


def _require_all_takeable(tx: Tx, node: Node, given: Sequence[Grant]) -> None:
    """Refuse the whole for those that may not be taken back; all of them are named."""
    refusals: list[tuple[str, TooWide | LastOwner | OwnOwnerGrant]] = []
    for grant in given:
        try:
            require_takeable(tx, node, grant)
        except (TooWide, LastOwner, OwnOwnerGrant) as error:
            refusals.append((f"{_said(grant)}: {error.detail}", error))
    if refusals:
        first = refusals[0][1]
        first.detail = " ".join(words for words, _ in refusals)
        raise first


def _said(grant: Grant) -> str:
    return f"{grant.who_name} ({grant.role or 'single permissions'})"
