"""Keys that keys make: never for longer, from more addresses or in more names than their maker.

What they may do is judged with the rights of the maker, as for everybody who makes a key.
A person in a session makes keys without these bounds.
"""

from datetime import datetime

from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.keys.allowlist import is_covered
from gatepost_server.keys.errors import KeyExceedsMaker
from gatepost_server.keys.model import ExpiryChoice, KeyKind
from gatepost_server.keys.tables import KeyRow
from gatepost_server.store import Tx


def answerer_of(actor: Actor) -> str:
    """Return who answers for the keys that *actor* makes: a person, or the sponsor of a key of its own."""
    return actor.sponsor_id or actor.principal_id or ""


def maker_of(tx: Tx) -> KeyRow | None:
    """Return the key that is calling, None for a person in a session."""
    if tx.actor.kind not in (ActorKind.PERSONAL_KEY, ActorKind.GLOBAL_KEY):
        return None
    return tx.session.get_one(KeyRow, tx.actor.via_key_id)


def keep_within(tx: Tx, maker: KeyRow | None, row: KeyRow, wanted: ExpiryChoice) -> None:
    """Hold a drafted key within the key that makes it; what nobody chose becomes the maker's own.

    Raises:
        KeyExceedsMaker: a later end, or more addresses, were chosen.
    """
    if maker is None:
        return
    last = _last_moment(tx, maker)
    if last is not None and (row.expires_at is None or row.expires_at > last):
        if wanted.is_given:
            raise KeyExceedsMaker(f"this one ends at {last.isoformat()}")
        row.expires_at = last
    if maker.ip_allowlist is not None:
        row.ip_allowlist = row.ip_allowlist or maker.ip_allowlist
        if not is_covered(row.ip_allowlist, maker.ip_allowlist):
            raise KeyExceedsMaker(f"this one counts from {maker.ip_allowlist} only")


def _last_moment(tx: Tx, maker: KeyRow) -> datetime | None:
    """Return until when the maker counts, by the secret that was sent: a replaced one ends earlier."""
    ends = [end for end in (maker.expires_at, tx.actor.secret_ends_at) if end is not None]
    return min(ends, default=None)


def said_of_maker(maker: KeyRow | None) -> dict[str, object]:
    """Return what the audit of a new key says of the key that made it."""
    return {} if maker is None else {"made_by_key": {"id": maker.id, "name": maker.name}}


def name_run_as_of(maker: KeyRow, row: KeyRow, person_id: str | None) -> None:
    """Give a global key that a key makes its associated user: the maker's, or the maker's own person.

    Another would let it act on behalf of somebody that the maker cannot act for.

    Raises:
        KeyExceedsMaker: another was chosen.
    """
    is_personal = maker.kind == KeyKind.PERSONAL
    known = maker.owner_id if is_personal else maker.run_as_id
    if person_id is not None and person_id != known:
        raise KeyExceedsMaker("it acts for nobody else than this one does")
    row.run_as_id = person_id if is_personal else maker.run_as_id
    row.is_run_as_consented = False
