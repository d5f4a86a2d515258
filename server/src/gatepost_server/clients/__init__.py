"""Client applications: programs that call with an AppKey, their secrets, members and groups (seed 003)."""

from gatepost_server.clients.errors import (
    AllowlistOff,
    AlreadyClient,
    AlreadyHosted,
    AlreadyMember,
    AppKeyTaken,
    ClientNameTaken,
    GroupInUse,
    GroupNameTaken,
    TooManySecrets,
    UnknownMember,
    UnknownSecret,
)
from gatepost_server.clients.facts import SigningFacts, SigningSecret, signing_facts
from gatepost_server.clients.model import (
    LONGEST_SCENARIO,
    Client,
    ClientGroup,
    ClientSecret,
    IpAllowlist,
    Member,
    Owner,
)
from gatepost_server.clients.service.allowlists import set_allowlist
from gatepost_server.clients.service.compatible import set_compatible
from gatepost_server.clients.service.debugging import set_debugging
from gatepost_server.clients.service.ending import endings
from gatepost_server.clients.service.groups import (
    change_group,
    create_group,
    delete_group,
    get_group,
    list_groups,
)
from gatepost_server.clients.service.keeping import (
    SCOPES,
    become_hosted,
    change_client,
    delete_client,
    forget_client,
    get_client,
    list_clients,
    require_client,
    shared_node,
)
from gatepost_server.clients.service.making import ClientMade, NewClient, create_client
from gatepost_server.clients.service.members import (
    add_members,
    change_member,
    follow_grant,
    is_client,
    list_members,
    remove_member,
)
from gatepost_server.clients.service.requests import CreateClient, JoinClient, Renew
from gatepost_server.clients.service.secrets import end_secret, list_secrets, make_secret, reveal_secret
from gatepost_server.clients.service.sweeping import sweep_secrets

__all__ = [
    "LONGEST_SCENARIO", "SCOPES", "AllowlistOff", "AlreadyClient", "AlreadyHosted", "AlreadyMember",
    "AppKeyTaken", "Client", "ClientGroup", "ClientMade", "ClientNameTaken", "ClientSecret", "CreateClient",
    "GroupInUse", "GroupNameTaken", "IpAllowlist", "JoinClient", "Member", "NewClient", "Owner", "Renew",
    "SigningFacts", "SigningSecret", "TooManySecrets", "UnknownMember", "UnknownSecret", "add_members",
    "become_hosted", "change_client", "change_group", "change_member", "create_client", "create_group",
    "delete_client", "delete_group", "end_secret", "endings", "follow_grant", "forget_client", "get_client",
    "get_group", "is_client", "list_clients", "list_groups", "list_members", "list_secrets", "make_secret",
    "remove_member", "require_client", "reveal_secret", "set_allowlist", "set_compatible", "set_debugging",
    "shared_node", "signing_facts", "sweep_secrets",
]  # fmt: skip
