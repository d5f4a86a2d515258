"""Who may do what, as declarations; the one place where rights are written down.

This page is permission-model §4.2-§4.3 for the kinds of things that exist so far. The
bit numbers of atoms are stored in grants: they are permanent and never used again.
"""

from enum import IntEnum, StrEnum
from typing import Final

from gatepost_server.authz.declare import Need, Policy


class Atom(IntEnum):
    """A permission; the value is its bit number in stored grants."""

    LIST = 0
    READ = 1
    USE = 2
    EDIT = 3
    DELETE = 4
    SHARE = 5
    OWN = 6
    CREATE = 7
    GLOBAL_ADMIN = 8


class NodeKind(StrEnum):
    """The kinds of nodes of the resource tree."""

    INSTANCE = "instance"
    ORGANIZATION = "organization"
    APP = "app"
    SOURCE = "source"


class Rung(IntEnum):
    """The ladder that caps are thresholds of."""

    NONE = 0
    READ = 1
    WRITE = 2
    DELETE = 3
    GRANT = 4
    ADMINISTER = 5


policy: Final = Policy(Atom, NodeKind)

policy.rung(Rung.READ, "LIST READ USE")
policy.rung(Rung.WRITE, "EDIT CREATE")
policy.rung(Rung.DELETE, "DELETE")
policy.rung(Rung.GRANT, "SHARE OWN")
policy.rung(Rung.ADMINISTER, "GLOBAL_ADMIN")

policy.implies("OWN", "SHARE DELETE USE")
policy.implies("SHARE", "EDIT")
policy.implies("EDIT", "READ")
policy.implies("READ USE DELETE", "LIST")

ITEMS: Final = (NodeKind.APP, NodeKind.SOURCE)
policy.flows("GLOBAL_ADMIN", "CREATE", below=(NodeKind.ORGANIZATION,))
policy.flows("GLOBAL_ADMIN", "OWN", below=ITEMS)

policy.preset(NodeKind.APP, "consumer", "USE")
policy.preset(NodeKind.APP, "editor", "SHARE USE")
policy.preset(NodeKind.APP, "owner", "OWN")
policy.preset(NodeKind.SOURCE, "consumer", "READ")
policy.preset(NodeKind.SOURCE, "editor", "SHARE")
policy.preset(NodeKind.SOURCE, "owner", "OWN")

policy.server_role("viewer", cap=Rung.READ)
policy.server_role("publisher", cap=Rung.GRANT, at_organization="CREATE")
policy.server_role("administrator", cap=Rung.ADMINISTER, at_instance="GLOBAL_ADMIN")

# What concerns oneself: no right, but a session of that person (§4.4).
policy.action("key:list", Need.SELF)
policy.action("key:create", Need.SELF, is_recent=True)
policy.action("key:delete", Need.SELF)
policy.action("session:list", Need.SELF)
policy.action("session:end", Need.SELF)
policy.action("session:confirm", Need.SELF)
policy.action("session:lend", Need.SELF)
policy.action("password:change", Need.SELF)
policy.action("profile:edit", Need.SELF)

# What everybody who is known may do.
policy.action("me:read", Need.KNOWN)
policy.action("user:find", Need.KNOWN)
policy.action("audit:own", Need.KNOWN)

policy.action("user:list", "GLOBAL_ADMIN", on=NodeKind.INSTANCE)
policy.action("user:create", "GLOBAL_ADMIN", on=NodeKind.INSTANCE, is_recent=True)
policy.action("user:edit", "GLOBAL_ADMIN", on=NodeKind.INSTANCE)
policy.action("user:role", "GLOBAL_ADMIN", on=NodeKind.INSTANCE, is_recent=True)
policy.action("user:deactivate", "GLOBAL_ADMIN", on=NodeKind.INSTANCE, is_recent=True)
policy.action("user:reset", "GLOBAL_ADMIN", on=NodeKind.INSTANCE, is_recent=True)
policy.action("user:sessions", "GLOBAL_ADMIN", on=NodeKind.INSTANCE)
policy.action("user:keys", "GLOBAL_ADMIN", on=NodeKind.INSTANCE)
policy.action("audit:all", "GLOBAL_ADMIN", on=NodeKind.INSTANCE)
policy.action("settings:read", "GLOBAL_ADMIN", on=NodeKind.INSTANCE)
policy.action("settings:change", "GLOBAL_ADMIN", on=NodeKind.INSTANCE, is_recent=True)
policy.action("health:read", "GLOBAL_ADMIN", on=NodeKind.INSTANCE)

policy.action("source:create", "CREATE", on=NodeKind.ORGANIZATION)
policy.action("source:list", "LIST", on=NodeKind.SOURCE)
policy.action("source:read", "READ", on=NodeKind.SOURCE)
policy.action("source:edit", "EDIT", on=NodeKind.SOURCE)
policy.action("source:share", "SHARE", on=NodeKind.SOURCE)
policy.action("source:delete", "DELETE", on=NodeKind.SOURCE)

policy.action("app:create", "CREATE", on=NodeKind.ORGANIZATION)
policy.action("app:list", "LIST", on=NodeKind.APP)
policy.action("app:open", "USE", on=NodeKind.APP)
policy.action("app:read", "READ", on=NodeKind.APP)
policy.action("app:logs", "READ", on=NodeKind.APP)
policy.action("app:deploy", "EDIT", on=NodeKind.APP)
policy.action("app:start", "EDIT", on=NodeKind.APP)
policy.action("app:stop", "EDIT", on=NodeKind.APP)
policy.action("app:restart", "EDIT", on=NodeKind.APP)
policy.action("app:edit", "EDIT", on=NodeKind.APP)
policy.action("app:share", "SHARE", on=NodeKind.APP)
policy.action("app:delete", "DELETE", on=NodeKind.APP)

policy.close()
