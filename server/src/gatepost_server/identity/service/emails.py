"""Mail addresses of people: what administrators say of them counts as proved (data-plane.md §5)."""

from gatepost_server.authz import SessionRequired, require_instance
from gatepost_server.identity import queries
from gatepost_server.identity.errors import UnknownUser
from gatepost_server.identity.model import User, checked_email
from gatepost_server.identity.tables import UserRow
from gatepost_server.kernel.actor import ActorKind
from gatepost_server.store import Tx


def give_email(tx: Tx, user_id: str, email: str) -> User:
    """Say which mail address is a person's: from then on applications are told it as theirs.

    That is so also where they wrote the same one before: it is confirmed by that. A person says it,
    no key: who could give addresses could be anybody in the eyes of applications.

    Raises:
        UnknownUser: no such user.
        Invalid: it is no mail address.
        SessionRequired: a key tried it.
    """
    require_instance(tx, "user:edit")
    if not tx.actor.is_interactive and tx.actor.kind is not ActorKind.SYSTEM:
        raise SessionRequired("user:edit")
    row = tx.session.get(UserRow, user_id)
    if row is None:
        raise UnknownUser
    before = {"email": row.email, "confirmed": not row.is_email_own}
    row.email, row.is_email_own = checked_email(email), False
    tx.session.flush()
    after = {"email": row.email, "confirmed": True}
    tx.audit("user:email", "user", user_id, row.username, before=before, after=after)
    return queries.present_user(tx, row)
