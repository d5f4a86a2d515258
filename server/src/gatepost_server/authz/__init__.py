"""Rights: the tree of things, grants, and the one answer to "may they?".

Owns nodes, principals, memberships and grants. Other domains register what they make
here, in their own transaction, and ask with `require`; lists come from `visible`.
"""

from gatepost_server.authz.declare import KeyMaking
from gatepost_server.authz.errors import (
    ActionDenied,
    ConfirmRequired,
    HandsOn,
    Hidden,
    KeysCannotMakeKeys,
    LastOwner,
    MembershipCycle,
    MembershipOverlap,
    NotAMember,
    OutsideOrganization,
    SessionRequired,
    TooWide,
)
from gatepost_server.authz.explaining import Step
from gatepost_server.authz.facts import (
    NODE_CELLS,
    grant_counts,
    is_living,
    load_facts,
    load_node,
    load_subject,
    node_of,
    person_of,
    with_grant,
    with_node,
    with_person,
)
from gatepost_server.authz.model import (
    ANYONE,
    HIGHEST,
    INSTANCE,
    NOBODY,
    ORGANIZATION,
    SIGNED_IN,
    Decision,
    Grant,
    Node,
    Principal,
    Subject,
    WantedGrant,
)
from gatepost_server.authz.policy import NodeKind, policy
from gatepost_server.authz.rules import Rule
from gatepost_server.authz.service.access import (
    ACCESS,
    access_of,
    accesses_of,
    narrow_access,
    require_opening,
    set_access,
)
from gatepost_server.authz.service.asking import (
    decide,
    decide_on,
    is_confirmed,
    may,
    may_create,
    may_on_instance,
    reader_of,
    require,
    require_instance,
    require_organization,
    require_self,
    subject_of,
    visible,
)
from gatepost_server.authz.service.below import below, kinds_below
from gatepost_server.authz.service.ending import EndingGrant, grants_ending
from gatepost_server.authz.service.endowing import (
    Holding,
    count_holdings,
    endow,
    holdings,
    is_held_by,
    named_below,
    register_holder,
    rename_holder,
    require_held,
    retire_holders,
)
from gatepost_server.authz.service.explaining import Narrowed, Why, hidden, why
from gatepost_server.authz.service.exposing import (
    Exposure,
    expose,
    exposed_to,
    exposures_of,
    page_of_exposures,
    unexpose,
)
from gatepost_server.authz.service.founding import First, found_node, set_listed
from gatepost_server.authz.service.granting import (
    end_given,
    give_role,
    list_grants,
    page_of_grants,
    share_action,
    take_back,
)
from gatepost_server.authz.service.helping import CanHelp, SmallestGrant
from gatepost_server.authz.service.holding import end_holdings, give_application
from gatepost_server.authz.service.keeping import keepers_of
from gatepost_server.authz.service.leaving import Ended, close_border, move_principal
from gatepost_server.authz.service.membership import (
    Membership,
    add_member,
    dissolve,
    members_of,
    remove_member,
)
from gatepost_server.authz.service.mine import (
    Held,
    count_people_on,
    grant_called,
    held_by_grant,
    living_grants,
    own_holdings,
    people_on,
    recorded_grants,
    who_may_own,
)
from gatepost_server.authz.service.on_behalf import decide_for, ids_for
from gatepost_server.authz.service.organizations import (
    Organization,
    alter_organization,
    known_organizations,
    organizations,
    own_organization,
    page_of_organizations,
    plant_organization,
    require_inside,
)
from gatepost_server.authz.service.outward import named, open_to_anyone, who_opened
from gatepost_server.authz.service.owned import has_owner
from gatepost_server.authz.service.ownership import hand_over, lock_node, own_new_node, owners_of
from gatepost_server.authz.service.people import (
    administers,
    administrators,
    find_principal,
    principal,
    principals,
    principals_with,
    stands_above,
)
from gatepost_server.authz.service.reaching import people_among
from gatepost_server.authz.service.rehearsing import Effect, rehearse
from gatepost_server.authz.service.replacing import set_grants
from gatepost_server.authz.service.retracting import given_by, is_given, take_back_given_by
from gatepost_server.authz.service.sharing import (
    allowed_on,
    change_role,
    count_sharers,
    count_visible,
    held_back_by,
)
from gatepost_server.authz.service.tree import (
    node_names,
    number_node,
    plant_roots,
    register_node,
    register_principal,
    register_set,
    relabel_principal,
    remove_node,
    rename_node,
    rename_set,
    restrict_node,
    role_names,
    set_active,
    set_role,
)
from gatepost_server.authz.subjects import subject_for

__all__ = [
    "ACCESS", "ANYONE", "HIGHEST", "INSTANCE", "NOBODY", "NODE_CELLS", "ORGANIZATION", "SIGNED_IN",
    "ActionDenied", "CanHelp", "ConfirmRequired", "Decision", "Effect", "Ended", "EndingGrant", "Exposure",
    "First", "Grant", "HandsOn", "Held", "Hidden", "Holding", "KeyMaking", "KeysCannotMakeKeys", "LastOwner",
    "Membership", "MembershipCycle", "MembershipOverlap", "Narrowed", "Node", "NodeKind", "NotAMember",
    "Organization", "OutsideOrganization", "Principal", "Rule", "SessionRequired", "SmallestGrant", "Step",
    "Subject", "TooWide", "WantedGrant", "Why", "access_of", "accesses_of", "add_member", "administers",
    "administrators", "allowed_on", "alter_organization", "below", "change_role", "close_border",
    "count_holdings", "count_people_on", "count_sharers", "count_visible", "decide", "decide_for",
    "decide_on", "dissolve", "end_given", "end_holdings", "endow", "expose", "exposed_to", "exposures_of",
    "find_principal", "found_node", "give_application", "give_role", "given_by", "grant_called",
    "grant_counts", "grants_ending", "hand_over", "has_owner", "held_back_by", "held_by_grant", "hidden",
    "holdings", "ids_for", "is_confirmed", "is_given", "is_held_by", "is_living", "keepers_of",
    "kinds_below", "known_organizations", "list_grants", "living_grants", "load_facts", "load_node",
    "load_subject", "lock_node", "may", "may_create", "may_on_instance", "members_of", "move_principal",
    "named", "named_below", "narrow_access", "node_names", "node_of", "number_node", "open_to_anyone",
    "organizations", "own_holdings", "own_new_node", "own_organization", "owners_of", "page_of_exposures",
    "page_of_grants", "page_of_organizations", "people_among", "people_on", "person_of",
    "plant_organization", "plant_roots", "policy", "principal", "principals", "principals_with", "reader_of",
    "recorded_grants", "register_holder", "register_node", "register_principal", "register_set", "rehearse",
    "relabel_principal", "remove_member", "remove_node", "rename_holder", "rename_node", "rename_set",
    "require", "require_held", "require_inside", "require_instance", "require_opening",
    "require_organization", "require_self", "restrict_node", "retire_holders", "role_names", "set_access",
    "set_active", "set_grants", "set_listed", "set_role", "share_action", "stands_above", "subject_for",
    "subject_of", "take_back", "take_back_given_by", "unexpose", "visible", "who_may_own", "who_opened",
    "why", "with_grant", "with_node", "with_person",
]  # fmt: skip
