"""API keys of every kind: made, shown once, listed, changed, rotated, deleted (seeds 002, 004).

A key is looked up by its public id and compared by keyed hash. A personal key carries its
owner's rights; keys of projects and global keys hold rights of their own, within those of
their sponsor (permission-model §4.5). A `Ring` says which bunch of keys is meant.
"""

from gatepost_server.keys.allowlist import checked_allowlist, is_listed
from gatepost_server.keys.errors import (
    BoundToApp,
    ConsentRequired,
    KeyExceedsMaker,
    NoOldSecret,
    NotKept,
    SponsorTooWeak,
    UnknownConsent,
    UnknownKey,
)
from gatepost_server.keys.facts import (
    KEY_SECRET,
    CreatorFact,
    KeyFact,
    VerifierFact,
    creator_of,
    is_origin_of_some_key,
    key_by_id,
    key_by_public_id,
    key_by_verifier,
    key_of_creator,
    lists_origin,
)
from gatepost_server.keys.model import (
    GLOBAL,
    MOST_CALLERS,
    OWN,
    Change,
    Draft,
    ExpiryChoice,
    IssuedKey,
    Key,
    KeyKind,
    KeyRight,
    KeyRisk,
    KeyRules,
    KeyStatus,
    KeyUse,
    OldCaller,
    OldSecret,
    OldUse,
    Ring,
    Uses,
    ring_of,
)
from gatepost_server.keys.service.consent import (
    agree,
    give_consent,
    has_consented,
    list_consents,
    set_run_as,
    withdraw_consent,
)
from gatepost_server.keys.service.creators import (
    Safe,
    end_creator_keys,
    launch_key,
    list_keys_of_app,
    reveal_key,
)
from gatepost_server.keys.service.everywhere import (
    GlobalKeyWish,
    GlobalRights,
    get_any_key,
    issue_global_key,
    list_all_keys,
    revoke_any_key,
    set_global_rights,
)
from gatepost_server.keys.service.keeping import (
    change_key,
    count_keys,
    count_risks,
    get_key,
    list_keys,
    list_keys_of,
    revoke_key,
    revoke_key_of,
)
from gatepost_server.keys.service.naming import answerer_meant, person_meant
from gatepost_server.keys.service.outward import keys_among, keys_of_pages, wide_keys
from gatepost_server.keys.service.personal import issue_personal_key
from gatepost_server.keys.service.project import (
    KeyDefinition,
    ProjectKeyWish,
    ProjectRights,
    adopt_key,
    issue_project_key,
    key_ids_of,
    plant_project_key,
    project_key_definitions,
    remove_keys_of,
    set_origins,
    set_project_rights,
)
from gatepost_server.keys.service.rotating import LONGEST_OVERLAP, end_old_secret, rotate_key
from gatepost_server.keys.service.using import AGENT_LENGTH, forget_old_callers, note_old_uses, note_uses
from gatepost_server.keys.wording import ON_DATASETS, ON_PROJECTS

__all__ = [
    "AGENT_LENGTH", "GLOBAL", "KEY_SECRET", "LONGEST_OVERLAP", "MOST_CALLERS", "ON_DATASETS", "ON_PROJECTS",
    "OWN", "BoundToApp", "Change", "ConsentRequired", "CreatorFact", "Draft", "ExpiryChoice",
    "GlobalKeyWish", "GlobalRights", "IssuedKey", "Key", "KeyDefinition", "KeyExceedsMaker", "KeyFact",
    "KeyKind", "KeyRight", "KeyRisk", "KeyRules", "KeyStatus", "KeyUse", "NoOldSecret", "NotKept",
    "OldCaller", "OldSecret", "OldUse", "ProjectKeyWish", "ProjectRights", "Ring", "Safe", "SponsorTooWeak",
    "UnknownConsent", "UnknownKey", "Uses", "VerifierFact", "adopt_key", "agree", "answerer_meant",
    "change_key", "checked_allowlist", "count_keys", "count_risks", "creator_of", "end_creator_keys",
    "end_old_secret", "forget_old_callers", "get_any_key", "get_key", "give_consent", "has_consented",
    "is_listed", "is_origin_of_some_key", "issue_global_key", "issue_personal_key", "issue_project_key",
    "key_by_id", "key_by_public_id", "key_by_verifier", "key_ids_of", "key_of_creator", "keys_among",
    "keys_of_pages", "launch_key", "list_all_keys", "list_consents", "list_keys", "list_keys_of",
    "list_keys_of_app", "lists_origin", "note_old_uses", "note_uses", "person_meant", "plant_project_key",
    "project_key_definitions", "remove_keys_of", "reveal_key", "revoke_any_key", "revoke_key",
    "revoke_key_of", "ring_of", "rotate_key", "set_global_rights", "set_origins", "set_project_rights",
    "set_run_as", "wide_keys", "withdraw_consent",
]  # fmt: skip
