"""Making client applications: directly, or as the effect of an approved request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gatepost_server.authz import (
    First,
    Node,
    NodeKind,
    decide_for,
    found_node,
    load_node,
    may,
    principal,
    reader_of,
    register_holder,
    register_node,
    rename_holder,
    require,
    require_instance,
    set_active,
    set_listed,
)
from gatepost_server.clients import queries
from gatepost_server.clients.errors import (
    AlreadyClient,
    AppKeyTaken,
    ClientNameTaken,
    NotOwnerNow,
    RequestNeeded,
)
from gatepost_server.clients.model import (
    Client,
    IpAllowlist,
    checked_app_key,
    checked_app_secret,
    checked_name,
    checked_scenario,
    new_app_key,
    new_app_secret,
)
from gatepost_server.clients.service.allowlists import checked_ip
from gatepost_server.clients.service.groups import group_for
from gatepost_server.clients.service.members import let_sign
from gatepost_server.clients.service.people import owners_named
from gatepost_server.clients.service.presenting import present
from gatepost_server.clients.service.writing import add_secret
from gatepost_server.clients.tables import AppKeyRow, ClientGroupRow, ClientRow
from gatepost_server.crypto import Seals
from gatepost_server.identity import User
from gatepost_server.instance import policies
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.secret import Secret
from gatepost_server.store import Tx


@dataclass(frozen=True)
class NewClient:
    """What is said of a client application to be made; `app_id` names a hosted one that gets an AppKey.

    One that is listed may be known of by everybody of the organization; unsaid, hosted ones are not.
    """

    name: str
    group: str
    owners: Sequence[str] = ()
    scenario: str = ""
    app_key: str | None = None
    app_secret: Secret | None = None
    ip: IpAllowlist = IpAllowlist()  # noqa: RUF009  # frozen
    is_listed: bool | None = None
    app_id: str | None = None


@dataclass(frozen=True)
class Checked:
    """The same, checked: it can be made as it is."""

    name: str
    group_id: str
    org_id: str
    owners: Sequence[User]
    scenario: str
    app_key: str | None
    app_secret: Secret | None
    ip: IpAllowlist
    is_listed: bool


@dataclass(frozen=True)
class ClientMade:
    """A new client application, and its first secret, which is not shown by itself again."""

    client: Client
    app_secret: Secret


def create_client(tx: Tx, seals: Seals, wanted: NewClient, until: datetime | None = None) -> ClientMade:
    """Make a client application without asking anybody, or give a hosted one an AppKey.

    Its first secret ends *until* (None: never).

    Raises:
        Invalid: a field cannot be used; an owner is a server viewer.
        ClientNameTaken, AppKeyTaken: in use.
        AllowlistOff: it is to have an allowlist, and the instance offers none.
        AlreadyClient: the hosted application has an AppKey.
        RequestNeeded: the policy of the server is that everybody asks.
    """
    require_instance(tx, "client:create")
    if policies(tx).administrators_create_directly != "on":
        raise RequestNeeded
    checked = check(tx, wanted)
    if wanted.app_id is not None:
        node = require(tx, "app:edit-client", wanted.app_id)
        if tx.session.get(ClientRow, node.id) is not None:
            raise AlreadyClient(node.name)
        set_listed(tx, "app:edit-client", node.id, is_listed=checked.is_listed)
        return _with_facet(tx, seals, checked, node, until, is_hosted=True)
    return make(tx, seals, checked, until=until)


def own_hosted(tx: Tx, app_id: str) -> Node:
    """Return the hosted application of the caller's that is to get an AppKey.

    Raises:
        Invalid: it is none that they own.
        AlreadyClient: it has one.
    """
    node = load_node(reader_of(tx), app_id)
    if node is None or node.kind is not NodeKind.APP or not may(tx, "app:edit-client", node.id):
        fault = FieldFault("app", "the id of an application that you own")
        raise Invalid("The request cannot be used.", faults=[fault])
    if tx.session.get(ClientRow, node.id) is not None:
        raise AlreadyClient(node.name)
    return node


def make_of_hosted(
    tx: Tx, seals: Seals, wanted: Checked, app_id: str, asker_id: str, *, until: datetime | None
) -> ClientMade:
    """Give a hosted application an AppKey as its owner asked; whoever calls decides about that.

    Raises:
        NotOwnerNow: who asked does not own it any more, or it is gone.
        AlreadyClient: it has one by now.
    """
    node = load_node(reader_of(tx), app_id)
    if node is None or not decide_for(tx, asker_id, "app:edit-client", node).allowed:
        raise NotOwnerNow
    if tx.session.get(ClientRow, node.id) is not None:
        raise AlreadyClient(node.name)
    return _with_facet(tx, seals, wanted, node, until, is_hosted=True)


def check(tx: Tx, wanted: NewClient, group: ClientGroupRow | None = None) -> Checked:
    """Check what is to be made, so that `make` will do it; rights are not asked.

    It comes into *group*, if that is at hand, or else into the one that is named.

    Raises: as `create_client`.
    """
    if wanted.app_id is not None and wanted.owners:
        fault = FieldFault("owners", "a hosted application has owners; share it with further ones")
        raise Invalid("Owners are not set here.", faults=[fault])
    if (wanted.app_key is None) != (wanted.app_secret is None):
        missing = "app_secret" if wanted.app_secret is None else "app_key"
        raise Invalid("A custom key has two parts.", faults=[FieldFault(missing, "send both, or neither")])
    name, scenario = checked_name(wanted.name), checked_scenario(wanted.scenario)
    key = None if wanted.app_key is None else checked_app_key(wanted.app_key)
    secret = None if wanted.app_secret is None else checked_app_secret(wanted.app_secret.reveal())
    group = group or group_for(tx, wanted.group)
    owners = [] if wanted.app_id is not None else owners_named(tx, wanted.owners)
    if queries.is_name_taken(tx.session, group.id, name):
        raise ClientNameTaken(name)
    if key is not None and queries.is_app_key_taken(tx.session, key):
        raise AppKeyTaken
    ip = checked_ip(tx, wanted.ip)
    is_listed = wanted.app_id is None if wanted.is_listed is None else wanted.is_listed
    return Checked(name, group.id, group.org_id, owners, scenario, key, secret, ip, is_listed)


def make(
    tx: Tx, seals: Seals, wanted: Checked, *, members: Sequence[First] = (), until: datetime | None = None
) -> ClientMade:
    """Make what was checked; whoever calls has asked for the right to it."""
    node = register_node(tx, new_id("app", tx.now), NodeKind.APP, wanted.name, parent_id=wanted.org_id)
    owners = [First(one.id, "owner") for one in wanted.owners]
    given = found_node(tx, node, [*owners, *members], "asked for it", is_listed=wanted.is_listed)
    made = _with_facet(tx, seals, wanted, node, until, is_hosted=False)
    joined = {one.who_id for one in members}
    for grant in given:
        if grant.who_id in joined:
            let_sign(tx, seals, node.id, grant)
    return made


def _with_facet(
    tx: Tx, seals: Seals, wanted: Checked, node: Node, until: datetime | None, *, is_hosted: bool
) -> ClientMade:
    app_key = wanted.app_key or new_app_key()
    row = ClientRow(
        id=node.id, group_id=wanted.group_id, name=wanted.name, name_key=wanted.name.casefold(),
        scenario=wanted.scenario, app_key=app_key, is_hosted=is_hosted, is_listed=wanted.is_listed,
        is_ip_checked=wanted.ip.is_enabled, ip_allowlist=wanted.ip.entries,
        is_ip_trusted=False, is_compatible=False,
        created_at=tx.now, updated_at=tx.now,
    )  # fmt: skip
    tx.session.add_all([AppKeyRow(app_key=app_key, client_id=node.id, at=tx.now), row])
    tx.session.flush()
    if principal(tx, node.id) is None:
        register_holder(tx, node.id, "application", wanted.name, node.org_id)
    else:  # it was a client before; the trail keeps who it was
        rename_holder(tx, node.id, wanted.name)
        set_active(tx, node.id, is_active=True)
    secret = wanted.app_secret or new_app_secret()
    add_secret(tx, seals, node.id, secret, is_custom=wanted.app_secret is not None, until=until)
    after = {
        "app_key": app_key, "group": wanted.group_id, "owners": [one.username for one in wanted.owners],
        "ip_allowlist": wanted.ip.entries, "hosted": is_hosted,
    }  # fmt: skip
    tx.audit("client:create", "app", node.id, wanted.name, after=after)
    return ClientMade(present(tx, [row])[0], secret)
