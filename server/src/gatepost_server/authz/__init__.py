"""Rights: the tree of things, grants, and the one answer to "may they?".

Owns nodes, principals, memberships and grants. Other domains register what they make
here, in their own transaction, and ask with `require`; lists come from `visible`.
"""

from gatepost_server.authz.errors import (
    ActionDenied,
    ConfirmRequired,
    Hidden,
    KeysCannotMakeKeys,
    LastOwner,
    SessionRequired,
    TooWide,
)
from gatepost_server.authz.facts import load_grants, load_name, load_node, load_subject
from gatepost_server.authz.model import (
    ANYONE,
    INSTANCE,
    ORGANIZATION,
    SIGNED_IN,
    Decision,
    Grant,
    Node,
    Principal,
    Subject,
)
from gatepost_server.authz.policy import NodeKind, policy
from gatepost_server.authz.service.access import ACCESS, access_of, accesses_of, set_access
from gatepost_server.authz.service.asking import (
    decide,
    may,
    may_create,
    may_on_instance,
    require,
    require_instance,
    require_organization,
    require_self,
    subject_of,
    visible,
)
from gatepost_server.authz.service.granting import (
    give_role,
    hand_over,
    list_grants,
    own_new_node,
    owners_of,
    take_back,
)
from gatepost_server.authz.service.people import administrators, find_principal, principal
from gatepost_server.authz.service.tree import (
    node_names,
    plant_roots,
    register_node,
    register_principal,
    remove_node,
    rename_node,
    rename_principal,
    role_names,
    set_active,
    set_role,
)

__all__ = [
    "ACCESS", "ANYONE", "INSTANCE", "ORGANIZATION", "SIGNED_IN",
    "ActionDenied", "ConfirmRequired", "Decision", "Grant", "Hidden", "KeysCannotMakeKeys", "LastOwner",
    "Node", "NodeKind", "Principal", "SessionRequired", "Subject", "TooWide",
    "access_of", "accesses_of", "administrators", "decide", "find_principal", "give_role", "hand_over",
    "list_grants", "load_grants", "load_name", "load_node", "load_subject", "may", "may_create", "may_on_instance",
    "node_names", "own_new_node", "owners_of", "plant_roots", "policy", "principal", "register_node",
    "register_principal", "remove_node", "rename_node", "rename_principal", "require", "require_instance",
    "require_organization", "require_self", "role_names", "set_access", "set_active", "set_role",
    "subject_of", "take_back", "visible",
]  # fmt: skip
