"""Who may do what, as declarations; the one place where rights are written down.

This page is permission-model §4.2, §4.3 and the table of §4.5. The bit numbers of atoms
are stored in grants: they are permanent and never used again.
"""

from enum import IntEnum, StrEnum
from typing import Final

from gatepost_server.authz.declare import Base, Need, Policy
from gatepost_server.kernel.actor import ActorKind


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
    RUN = 9
    READ_DATA = 10
    READ_METADATA = 11
    READ_SCHEMA = 12
    EXPORT_DATA = 13
    WRITE_DATA = 14
    WRITE_METADATA = 15
    WRITE_SCHEMA = 16
    READ_CONF = 17
    READ_DASHBOARDS = 18
    EXPORT_DATASETS_DATA = 19
    WRITE_CONF = 20
    WRITE_DASHBOARDS = 21
    RUN_SCENARIOS = 22
    MODERATE_DASHBOARDS = 23
    MANAGE_DASHBOARD_AUTHORIZATIONS = 24
    MANAGE_EXPOSED_ELEMENTS = 25
    ADMIN = 26


class NodeKind(StrEnum):
    """The kinds of nodes of the resource tree."""

    INSTANCE = "instance"
    ORGANIZATION = "organization"
    PROJECT = "project"
    DATASET = "dataset"
    SCENARIO = "scenario"
    DASHBOARD = "dashboard"
    API = "api"
    APP = "app"
    SOURCE = "source"
    USECASE = "usecase"
    CONNECTION = "connection"
    CREDENTIAL = "credential"
    GROUP = "group"
    CLIENT_GROUP = "client_group"


class Rung(IntEnum):
    """The ladder that caps are thresholds of."""

    NONE = 0
    READ = 1
    WRITE = 2
    DELETE = 3
    GRANT = 4
    ADMINISTER = 5


policy: Final = Policy(Atom, NodeKind)

ITEM: Final = "LIST READ USE EDIT RUN DELETE SHARE OWN"
DATASET: Final = "READ_DATA READ_METADATA READ_SCHEMA EXPORT_DATA WRITE_DATA WRITE_METADATA WRITE_SCHEMA"
PROJECT: Final = (
    "READ_CONF READ_DASHBOARDS EXPORT_DATASETS_DATA WRITE_CONF WRITE_DASHBOARDS RUN_SCENARIOS"
    " MODERATE_DASHBOARDS MANAGE_DASHBOARD_AUTHORIZATIONS MANAGE_EXPOSED_ELEMENTS ADMIN"
)

policy.rung(Rung.READ, "LIST READ USE READ_DATA READ_METADATA READ_SCHEMA EXPORT_DATA")
policy.rung(Rung.READ, "READ_CONF READ_DASHBOARDS EXPORT_DATASETS_DATA")
policy.rung(Rung.WRITE, "EDIT RUN CREATE WRITE_DATA WRITE_METADATA WRITE_SCHEMA")
policy.rung(Rung.WRITE, "WRITE_CONF WRITE_DASHBOARDS RUN_SCENARIOS")
policy.rung(Rung.DELETE, "DELETE MODERATE_DASHBOARDS")
policy.rung(Rung.GRANT, "SHARE OWN MANAGE_DASHBOARD_AUTHORIZATIONS MANAGE_EXPOSED_ELEMENTS ADMIN")
policy.rung(Rung.ADMINISTER, "GLOBAL_ADMIN")

# On the same node.
policy.implies("OWN", f"SHARE DELETE USE RUN {DATASET}")
policy.implies("SHARE", "EDIT")
policy.implies("EDIT", "READ")
policy.implies("READ USE RUN DELETE", "LIST")
policy.implies("EXPORT_DATA", "READ_DATA")
policy.implies("READ_DATA", "READ_SCHEMA")
policy.implies("WRITE_METADATA", "READ_METADATA")
policy.implies("WRITE_SCHEMA WRITE_DATA", "READ_SCHEMA")  # not READ_DATA: ingest-only keys exist
policy.implies("ADMIN", f"{PROJECT} {DATASET} USE")  # USE: who administers can give every preset
policy.implies("WRITE_CONF", "READ_CONF WRITE_DASHBOARDS RUN_SCENARIOS")
policy.implies("READ_CONF MANAGE_DASHBOARD_AUTHORIZATIONS WRITE_DASHBOARDS", "READ_DASHBOARDS")
policy.implies("MODERATE_DASHBOARDS", "WRITE_DASHBOARDS")
policy.implies("MANAGE_EXPOSED_ELEMENTS", "READ_CONF")
policy.implies(f"{DATASET} {PROJECT}", "LIST")

# From a node to what stands below it. Nothing but GLOBAL_ADMIN reaches connections and
# credentials, so no project right, however large, reaches a stored password.
IN_PROJECTS: Final = (
    NodeKind.DATASET, NodeKind.SCENARIO, NodeKind.DASHBOARD, NodeKind.API, NodeKind.APP, NodeKind.SOURCE,
    NodeKind.USECASE,
)  # fmt: skip
_P: Final = NodeKind.PROJECT
policy.flows("READ_CONF", "READ", at=_P, below=IN_PROJECTS)
policy.flows("READ_CONF", "READ_METADATA READ_SCHEMA", at=_P, below=(NodeKind.DATASET,))
policy.flows("WRITE_CONF", "EDIT", at=_P, below=IN_PROJECTS)
policy.flows("WRITE_CONF", "WRITE_METADATA WRITE_SCHEMA", at=_P, below=(NodeKind.DATASET,))
policy.flows("EXPORT_DATASETS_DATA", "EXPORT_DATA", at=_P, below=(NodeKind.DATASET,))
policy.flows("READ_DASHBOARDS", "USE", at=_P, below=(NodeKind.DASHBOARD,))
policy.flows("MODERATE_DASHBOARDS", "EDIT DELETE", at=_P, below=(NodeKind.DASHBOARD,))
policy.flows("RUN_SCENARIOS", "RUN", at=_P, below=(NodeKind.SCENARIO,))
policy.flows("ADMIN", "OWN", at=_P, below=IN_PROJECTS)
policy.passes_down(ITEM, at=_P, below=IN_PROJECTS)
policy.passes_down(DATASET, at=_P, below=(NodeKind.DATASET,))
_I: Final = NodeKind.INSTANCE
_OWNED: Final = (*IN_PROJECTS, NodeKind.CONNECTION, NodeKind.GROUP, NodeKind.CLIENT_GROUP)
policy.flows("GLOBAL_ADMIN", "CREATE", at=_I, below=(NodeKind.ORGANIZATION,))
policy.flows("GLOBAL_ADMIN", "ADMIN", at=_I, below=(NodeKind.PROJECT,))
policy.flows("GLOBAL_ADMIN", "OWN", at=_I, below=_OWNED)
policy.flows("GLOBAL_ADMIN", "LIST DELETE", at=_I, below=(NodeKind.CREDENTIAL,))

for kind in (NodeKind.APP, NodeKind.DASHBOARD, NodeKind.API, NodeKind.USECASE, NodeKind.CONNECTION):
    policy.preset(kind, consumer="USE", editor="SHARE USE", owner="OWN")
policy.preset(NodeKind.SOURCE, consumer="READ", editor="SHARE", owner="OWN")
policy.preset(NodeKind.SCENARIO, consumer="READ RUN", editor="SHARE RUN", owner="OWN")
policy.preset(
    NodeKind.DATASET,
    consumer="READ_DATA READ_METADATA",
    editor="SHARE READ_DATA EXPORT_DATA WRITE_DATA WRITE_METADATA WRITE_SCHEMA",
    owner="OWN",
)
policy.preset(NodeKind.CREDENTIAL, consumer="USE", owner="OWN")
policy.preset(NodeKind.GROUP, owner="OWN")
policy.preset(NodeKind.CLIENT_GROUP, approver="SHARE", owner="OWN")
policy.preset(
    NodeKind.PROJECT,
    viewer="READ_CONF READ_DASHBOARDS USE",
    contributor="USE WRITE_CONF WRITE_DATA EXPORT_DATASETS_DATA RUN_SCENARIOS"
    " READ_DASHBOARDS WRITE_DASHBOARDS",
    admin="ADMIN",
)

policy.server_role("viewer", cap=Rung.READ)
policy.server_role("publisher", cap=Rung.GRANT, at_organization="CREATE")
policy.server_role("administrator", cap=Rung.ADMINISTER, at_instance="GLOBAL_ADMIN")

# Each kind of credential: whose rights it carries, the highest rung it may reach (None:
# as its own row or its person says), and whether it opens restricted connections.
policy.credential(ActorKind.ANONYMOUS, Base.USER, cap=Rung.READ)
policy.credential(ActorKind.SESSION, Base.USER, cap=None, opens_restricted=True)
policy.credential(ActorKind.PERSONAL_KEY, Base.USER, cap=None, opens_restricted=True)
policy.credential(ActorKind.PROJECT_KEY, Base.OWN_WITHIN_SPONSOR, cap=Rung.GRANT)
policy.credential(ActorKind.GLOBAL_KEY, Base.OWN_WITHIN_SPONSOR, cap=None, admin_opens_restricted=True)
policy.credential(ActorKind.CREATOR_KEY, Base.USER, cap=Rung.DELETE)
policy.credential(ActorKind.VISITOR_KEY, Base.USER_WITHOUT_INSTANCE, cap=Rung.DELETE)
policy.credential(ActorKind.RUN_TOKEN, Base.USER, cap=Rung.DELETE)
policy.credential(ActorKind.APP_KEY, Base.OWN, cap=Rung.READ)
policy.credential(ActorKind.GUEST, Base.USE_ONLY, cap=Rung.READ)

# What concerns oneself: no right, but a session of that person (§4.4).
policy.needs(Need.SELF, "key:list key:edit key:delete session:list session:end session:confirm session:lend")
policy.needs(Need.SELF, "password:change profile:edit consent:give")
policy.needs(Need.SELF, "request:create request:withdraw")
policy.needs(Need.SELF, "key:create key:rotate key:reveal", is_recent=True)
policy.needs(Need.SELF, "credential:create credential:drop credential:separate")
# Where a stored password is sent is worth as much as the password: a session that was stolen says it not.
policy.needs(Need.SELF, "credential:change credential:associate", is_recent=True)

# What everybody who is known may do.
policy.needs(Need.KNOWN, "me:read audit:own decision:explain")
policy.needs(Need.KNOWN, "job:read job:cancel")

# What people may do in a session or by a personal key: the directory is not for other keys.
policy.needs(Need.PERSON, "user:find group:find organization:find client_group:find")
policy.needs(Need.PERSON, "request:list request:read request:decide")
policy.needs(Need.PERSON, "exposure:list")

# What is asked of the whole server.
_SERVER: Final = NodeKind.INSTANCE
policy.actions_on(
    _SERVER, GLOBAL_ADMIN="user:list user:edit user:sessions user:keys group:all organization:list"
)
policy.actions_on(_SERVER, GLOBAL_ADMIN="audit:all settings:read health:read log:list log:read log:level")
policy.actions_on(
    _SERVER, GLOBAL_ADMIN="variable:list variable:set key:all key:global key:edit-global key:revoke"
)
policy.actions_on(_SERVER, GLOBAL_ADMIN="decision:explain-any job:all")
policy.actions_on(_SERVER, is_recent=True, GLOBAL_ADMIN="user:create user:role user:move user:deactivate")
policy.actions_on(_SERVER, is_recent=True, GLOBAL_ADMIN="group:create organization:create organization:edit")
# Settings say among the rest what keys may, and where mail with links that let people in goes through.
policy.actions_on(
    _SERVER, is_recent=True, is_session_only=True,
    GLOBAL_ADMIN="settings:change user:reset key:make-global key:widen-global",
)  # fmt: skip

# An AppKey is asked for and approved; who may approve everything makes one directly.
policy.actions_on(
    _SERVER, is_recent=True, is_session_only=True, GLOBAL_ADMIN="client:create client_group:create"
)

# Keys make no keys, but these where the policy keys_may_create_keys is `own`; delegated kinds never.
policy.made_by_keys("key:create", ActorKind.PERSONAL_KEY)
policy.made_by_keys("key:make-global", ActorKind.PERSONAL_KEY, ActorKind.GLOBAL_KEY)

policy.actions_on(
    NodeKind.ORGANIZATION, CREATE="source:create app:create project:create usecase:create connection:create"
)

for kind in (NodeKind.SOURCE, NodeKind.APP, NodeKind.DATASET, NodeKind.SCENARIO, NodeKind.DASHBOARD,
             NodeKind.GROUP, NodeKind.CONNECTION, NodeKind.USECASE, NodeKind.API):  # fmt: skip
    policy.actions_on(kind, LIST="list", READ="read", EDIT="edit", SHARE="share", DELETE="delete")
# A link never changes anybody's rights: it needs EDIT on both ends, else linking would be sharing.
for kind in (NodeKind.USECASE, NodeKind.APP, NodeKind.SOURCE, NodeKind.DATASET, NodeKind.SCENARIO,
             NodeKind.DASHBOARD):  # fmt: skip
    policy.actions_on(kind, EDIT="link")
policy.actions_on(NodeKind.USECASE, USE="open")
policy.actions_on(NodeKind.APP, USE="open", READ="logs", EDIT="deploy start stop restart", OWN="raise-level")

# The client facet of an application: its owners keep it, members have a secret of their own.
policy.actions_on(NodeKind.APP, OWN="edit-client members end-secret", READ="calls", USE="secrets")
# Whoever is let in signs with a secret of their own, so no key lets anybody in: keys mint no keys.
policy.actions_on(
    NodeKind.APP, is_recent=True, is_session_only=True, OWN="make-secret admit owners", USE="reveal-secret"
)
policy.actions_on(NodeKind.CLIENT_GROUP, SHARE="share", OWN="edit delete")
policy.actions_on(NodeKind.CLIENT_GROUP, is_recent=True, is_session_only=True, SHARE="approve")

policy.actions_on(
    NodeKind.PROJECT,
    LIST="list",
    READ_CONF="read timeline variables grants",
    READ_DASHBOARDS="dashboards",
    WRITE_CONF="add edit set-variables",
    WRITE_DASHBOARDS="add-dashboard",
    MANAGE_DASHBOARD_AUTHORIZATIONS="authorize",
    MANAGE_EXPOSED_ELEMENTS="expose",
    ADMIN="rename share keys edit-key revoke-key export delete",
)
policy.actions_on(NodeKind.PROJECT, is_recent=True, is_session_only=True, ADMIN="make-key adopt-key")
policy.actions_on(
    NodeKind.DATASET,
    READ_DATA="rows",
    READ_SCHEMA="schema",
    READ_METADATA="metadata",
    EXPORT_DATA="export",
    WRITE_DATA="write refresh",
    WRITE_SCHEMA="set-schema",
    WRITE_METADATA="describe",
)
policy.actions_on(NodeKind.SCENARIO, RUN="run", READ="runs")
policy.actions_on(NodeKind.DASHBOARD, USE="view")
# SQL and connection of a data API are for who may edit it: reading its configuration is not enough.
policy.actions_on(NodeKind.API, USE="call", READ="calls", EDIT="versions publish", SHARE="authorize")
policy.actions_on(NodeKind.GROUP, READ="members", SHARE="add remove")
policy.actions_on(NodeKind.CONNECTION, USE="use")
policy.actions_on(NodeKind.CREDENTIAL, LIST="list", USE="use", SHARE="share", DELETE="delete")
policy.actions_on(NodeKind.CREDENTIAL, is_recent=True, is_session_only=True, EDIT="edit")

policy.close()
