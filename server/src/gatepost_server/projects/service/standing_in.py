"""Whom a scenario may act for besides its definer."""

from collections.abc import Mapping, Sequence

from gatepost_server.authz import may_on_instance, principal, require_self
from gatepost_server.keys import ConsentRequired, has_consented
from gatepost_server.projects.service.people import Named, names_of, who_named
from gatepost_server.projects.tables import ScenarioRow
from gatepost_server.store import Tx


def name_run_as(tx: Tx, row: ScenarioRow, username: str | None) -> None:
    """Set the user that a scenario runs as: oneself, somebody who agreed, or by an administrator.

    What was named by consent counts while the consent does.

    Raises:
        Invalid: there is nobody of that name whom the caller may know of.
        ConsentRequired: they have not agreed, and the caller is no administrator above them.
    """
    row.run_as_id, row.is_run_as_consented = None, False
    if username is None:
        return
    caller = require_self(tx, "me:read")
    user_id = who_named(tx, Named("user", username), "run_as")
    is_agreed = user_id != caller and has_consented(tx, user_id, row.project_id)
    if user_id != caller and not is_agreed and not _administers(tx, user_id):
        raise ConsentRequired(username)
    row.run_as_id, row.is_run_as_consented = user_id, is_agreed


def still_agreed(tx: Tx, row: ScenarioRow) -> bool:
    """Tell whether the consent that a scenario rests on, if any, is still given."""
    if row.run_as_id is None or not row.is_run_as_consented:
        return True
    return has_consented(tx, row.run_as_id, row.project_id)


def run_as_names(tx: Tx, user_ids: Sequence[str]) -> Mapping[str, str]:
    """Return what people are called whom scenarios run as, for lists."""
    return {one: named.name for one, named in names_of(tx, user_ids).items()}


def _administers(tx: Tx, user_id: str) -> bool:
    target, own = principal(tx, user_id), principal(tx, tx.actor.principal_id or "")
    is_above = target is not None and own is not None and target.cap <= own.cap
    return is_above and may_on_instance(tx, "user:role")
