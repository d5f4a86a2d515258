"""Who may sign: the client applications of the store, their secrets opened when a call comes."""

from sqlalchemy import Engine

from gatepost_server.authz import Node, NodeKind, has_owner
from gatepost_server.clients import signing_facts
from gatepost_server.crypto import Place, Seals
from gatepost_server.kernel.actor import Origin, system_actor
from gatepost_server.kernel.clock import Clock
from gatepost_server.kernel.secret import Secret
from gatepost_server.signing import Signatory, SigningSecret, StoredNonces, Verifier
from gatepost_server.store import FOREVER, UnitOfWork, micros, moment_of, raw_reader

_NOBODYS = Place("app_secrets", "text_sealed", "nobody", "nobody")
_NOTHING = Node("nobody", NodeKind.APP, "", None, None, is_there=False)


class StoredSignatories:
    """Finds applications by AppKey, read anew for each call: what was taken back counts at once."""

    def __init__(self, engine: Engine, clock: Clock, seals: Seals) -> None:
        self._engine = engine
        self._clock = clock
        self._seals = seals
        self._nobodys = seals.seal(Secret("nobody's"), _NOBODYS)

    def find(self, app_key: str) -> Signatory | None:
        """Return whose *app_key* is, with the secrets that count now; None when it is nobody's.

        None count of an application that nobody active owns. An unknown AppKey opens a seal too, so
        that it takes as long as others.

        Raises:
            Unavailable: the store does not answer, or a seal does not open.
        """
        now = micros(self._clock.now())
        with raw_reader(self._engine) as reader:
            facts = signing_facts(reader, app_key, now)
            is_owned = has_owner(reader, _NOTHING if facts is None else facts.node, now)
        if facts is None or not facts.secrets or not is_owned:
            self._seals.open(self._nobodys, _NOBODYS)
        if facts is None:
            return None
        secrets = [
            SigningSecret(
                one.id,
                self._seals.open(one.sealed, one.place),
                moment_of(one.begin),
                None if one.until >= FOREVER else moment_of(one.until),
                one.member_id,
            )
            for one in (facts.secrets if is_owned else ())
        ]
        return Signatory(
            facts.node.id, secrets, facts.is_debugging, facts.ip_allowlist, facts.is_compatible,
            facts.is_ip_trusted,
        )  # fmt: skip


def verifier_of(uow: UnitOfWork, seals: Seals, door: str) -> Verifier:
    """Return what verifies the signed calls that come in at *door*; *seals* open AppSecrets."""
    signatories = StoredSignatories(uow.engine, uow.clock, seals)
    who = (system_actor(door), Origin(request_id=door, door=door))
    return Verifier(signatories, StoredNonces(uow, who), uow.clock)
