"""Checking a credential at all its connections, as it is or as it is to be, before it is saved."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from gatepost_server import vault
from gatepost_server.authz import visible
from gatepost_server.connections import queries
from gatepost_server.connections.model import ConnectionType, Login, OneTimeLogin, StoredLogin, Target
from gatepost_server.connections.service.announcing import announce
from gatepost_server.connections.service.keeping import target_of
from gatepost_server.connections.service.noting import note_test
from gatepost_server.connections.service.trying import Means, is_refused, take_tries, take_try
from gatepost_server.connections.tested import Tested
from gatepost_server.kernel.actor import Actor
from gatepost_server.kernel.paging import MAX_LIMIT, PageRequest
from gatepost_server.kernel.secret import Secret
from gatepost_server.store import Tx

_AT_ONCE: Final = 8


@dataclass(frozen=True)
class Checked:
    """How a connection of a credential came out."""

    connection_id: str
    connection_name: str
    connection_type: ConnectionType
    tested: Tested


@dataclass(frozen=True)
class Checks:
    """How a credential came out; `untried` are connections that were too many for this minute."""

    done: Sequence[Checked]
    untried: Sequence[str] = ()

    @property
    def ok(self) -> bool:
        """True when it was tried everywhere and works there."""
        return not self.untried and all(one.tested.ok for one in self.done)


def check_credential(
    means: Means,
    credential_id: str,
    *,
    user: str | None = None,
    secret: Mapping[str, Secret] | None = None,
) -> Checks:
    """Try a credential at each connection that it signs in at, with another user or secret if given.

    Nothing is saved. Takes what editing it takes, and each connection counts as one test.

    Raises:
        TooManyTries: too many tests within a minute.
        Invalid: user or secret do not fit its type.
        BrokerSilent: nobody can try it now.
    """
    with means.begin() as tx:
        vault.require_editable(tx, credential_id)
    take_try(means, "credential:list", credential_id)
    with means.begin() as tx:
        credential = vault.require_editable(tx, credential_id)
        login: Login = StoredLogin(credential_id, user)
        wanted = credential.user if user is None else user
        if secret:
            login = OneTimeLogin(credential.type, wanted, secret)
        vault.checked_credential(credential.name, wanted, credential.type, secret or None)
        actor, targets = tx.actor, _targets(tx, credential_id)
        left = 1 + take_tries(tx, len(targets) - 1)
        for _, target in targets[:left]:
            announce(tx, target, login, "check")
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        done = list(pool.map(lambda one: _tried(means, actor, one, login), targets[:left]))
    found = Checks(done, [name for name, _ in targets[left:]])
    with means.begin() as tx:
        _note(tx, credential, found, is_as_stored=not secret and user is None)
    return found


def note_checks(tx: Tx, credential_id: str, done: Sequence[Checked]) -> None:
    """Note how a credential came out at each of its connections, once it is stored as it was tried."""
    for one in done:
        note_test(tx, one.connection_id, credential_id, one.tested)


def _targets(tx: Tx, credential_id: str) -> list[tuple[str, Target]]:
    usable = visible(tx, "connection:use")
    page = queries.connections_of(tx.session, credential_id, PageRequest(limit=MAX_LIMIT), usable)
    return [(row.name, target_of(row)) for row, one in page.items if one.generation == row.generation]


def _tried(means: Means, actor: Actor, of: tuple[str, Target], login: Login) -> Checked:
    name, target = of
    return Checked(target.connection_id, name, target.type, means.broker.test(actor, target, login))


def _note(tx: Tx, credential: vault.Credential, found: Checks, *, is_as_stored: bool) -> None:
    failing = [one.connection_name for one in found.done if not one.tested.ok]
    after = {"connections": len(found.done), "failing": failing, "as_stored": is_as_stored}
    if found.untried:
        after["untried"] = list(found.untried)
    tx.audit("credential:check", "credential", credential.id, credential.name, after=after)
    if is_as_stored:
        note_checks(tx, credential.id, found.done)
    is_bad = any(is_refused(one.tested) for one in found.done)
    if is_as_stored and (is_bad or any(one.tested.ok for one in found.done)):
        vault.note_health(tx, credential.id, is_good=not is_bad)
