"""Whom a scenario may act for besides its definer."""

from collections.abc import Mapping, Sequence

from gatepost_server.authz import require_self, stands_above
from gatepost_server.keys import ConsentRequired, agree, has_consented
from gatepost_server.projects.service.people import Named, names_of, who_named
from gatepost_server.projects.tables import ScenarioRow
from gatepost_server.store import Tx


def name_run_as(tx: Tx, row: ScenarioRow, username: str | None) -> None:
    """Set the user that a scenario runs as: oneself, somebody who agreed, or by an administrator.

    Naming oneself in a session is agreeing; by a personal key one is named, and agrees by oneself.
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
    is_oneself = user_id == caller
    if is_oneself and tx.actor.is_interactive:
        agree(tx, user_id, row.project_id)
    is_agreed = is_oneself or has_consented(tx, user_id, row.project_id)
    if not is_agreed and not stands_above(tx, user_id):
        raise ConsentRequired(username)
    row.run_as_id, row.is_run_as_consented = user_id, is_agreed


def still_agreed(tx: Tx, row: ScenarioRow, user_id: str) -> bool:
    """Tell whether a run of a scenario may go on as somebody else than its definer.

    Whom an administrator named stays named without; everybody else agrees, as long as they do.
    """
    if row.run_as_id == user_id and not row.is_run_as_consented:
        return True
    return has_consented(tx, user_id, row.project_id)


def run_as_names(tx: Tx, user_ids: Sequence[str]) -> Mapping[str, str]:
    """Return what people are called whom scenarios run as, for lists."""
    return {one: named.name for one, named in names_of(tx, user_ids).items()}
