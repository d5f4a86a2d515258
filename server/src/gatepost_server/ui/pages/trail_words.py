"""How the entries of the trail are said: as sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gatepost_server.audit import Entry
from gatepost_server.authz import policy
from gatepost_server.ui.pages.action_words import asked, is_whole, kind_words, thing_of

DOORS: Final = {
    "ui": "Web",
    "web": "Web",
    "api": "API",
    "cli": "CLI",
    "gate": "Gate",
    "worker": "Gatepost",
    "runtime": "Gatepost",
    "up": "Start",
}
_OF_VERSIONS: Final = {
    "add-version": "uploaded",
    "draft": "began the draft",
    "resources": "changed the resources of",
    "build": "built",
    "discard": "discarded the draft",
    "write-file": "saved",
    "remove-file": "removed",
}
_VERBS: Final = {
    "create": "created",
    "delete": "deleted",
    "edit": "changed",
    "start": "started",
    "stop": "stopped",
    "restart": "restarted",
    "deploy": "deployed",
    "share": "shared",
    "unshare": "took back a role on",
    "end": "ended",
    "reset": "reset the password of",
    "deactivate": "deactivated",
    "activate": "activated",
    "role": "changed the role of",
    "change": "changed",
    "access": "changed who may open",
    "read": "read",
    "open": "opened",
    "hand-over": "became the owner of",
    "add-version": "uploaded a version of",
    "env": "changed the environment variables of",
    "parameters": "changed the runtime parameters of",
    "draft": "began a draft of",
    "resources": "changed the resources of a version of",
    "build": "built a version of",
    "discard": "discarded a draft of",
    "write-file": "saved a file of",
    "remove-file": "removed a file of",
    "external": "changed the external sharing of",
    "invite": "invited somebody from outside to",
    "enter": "entered by invitation",
    "end-guest": "ended the visit of a guest of",
    "sweep-guests": "removed what guests left of",
    "link": "linked something to",
    "unlink": "took something out of",
    "plant": "set up",
    "rename": "changed",
    "permissions": "changed who may do what in",
    "set-variables": "changed the variables of",
    "write": "wrote rows to",
    "describe": "described",
    "set-schema": "declared the columns of",
    "set-query": "changed the query of",
    "set-from": "filled from a connection",
    "end-from": "read from no connection any more",
    "refresh": "began to read the rows of",
    "refresh-failed": "stopped at a failure reading the rows of",
    "cancel-refresh": "stopped reading the rows of",
    "rules": "changed who sees which rows of",
    "expose": "exposed",
    "unexpose": "took back",
    "run": "started",
    "ran": "ended a run of",
    "cancel": "cancelled a run of",
    "move": "moved",
    "rotate": "rotated",
    "adopt": "became the sponsor of",
    "import": "imported",
    "export": "exported",
    "end-old": "ended the old secret of",
    "run-as": "changed the associated user of",
    "origins": "changed the origins of",
    "set": "set",
    "remove": "removed",
    "authorize": "changed what dashboards may show of",
    "erase": "erased the secrets of",
    "tell": "sent mail about",
    "approve": "approved",
    "reject": "refused",
    "withdraw": "took back",
}
_KINDS: Final = {
    "app": "the application",
    "source": "the source",
    "key": "the key",
    "user": "the user",
    "session": "the session",
    "grant": "a grant",
    "project": "the project",
    "dataset": "the dataset",
    "scenario": "the scenario",
    "dashboard": "the dashboard",
    "group": "the group",
    "client_group": "the application group",
    "organization": "the organization",
    "variable": "the global variable",
    "request": "the request",
    "credential": "the stored credential",
    "connection": "the data connection",
    "api": "the data API",
    "instance": "",
}


@dataclass(frozen=True)
class Said:
    """What was done, to what kind of thing, and whether its name belongs to the sentence."""

    did: str
    thing: str = ""
    has_name: bool = True


_REASONS: Final = {
    "denied": "a right is missing",
    "not-found": "nothing is there that they may see",
    "unauthenticated": "no good key or session",
    "revoked key": "deleted key",
    "confirm-required": "the password was not confirmed lately",
    "session-required": "a person has to do this, in a session",
}
_WHOLE: Final = {
    "request:create": Said("asked for something", has_name=False),
    "session:start": Said("signed in", has_name=False),
    "session:confirm": Said("confirmed their password", has_name=False),
    "session:end": Said("ended a session of"),
    "session:end-all": Said("ended all sessions of"),
    "session:hand-off": Said("opened an application in the browser", has_name=False),
    "session:sweep": Said("cleared away sessions that had ended", has_name=False),
    "password:change": Said("changed the password of"),
    "password:reset": Said("set a new password, with a reset code, for"),
    "profile:edit": Said("changed the profile of"),
    "user:reset": Said("reset the password of"),
    "user:email": Said("changed the mail address of"),
    "user:move": Said("moved to another organization:"),
    "visit:begin": Said("visited", "the application"),
    "scenario:mail": Said("sent the mail"),
    "job:cancel": Said("cancelled", "the job"),
    "dataset:export": Said("took away the rows of", "the dataset"),
    "credential:test": Said("tried", "the stored credential"),
    "credential:associate": Said("associated with a connection", "the stored credential"),
    "credential:separate": Said("took from a connection", "the stored credential"),
    "credential:check": Said("tried at its connections", "the stored credential"),
    "credential:detach": Said("detached from a connection that leads elsewhere now", "the stored credential"),
    "connection:test": Said("tested", "the data connection"),
    "app:connect": Said("added a data connection to", "the application"),
    "app:disconnect": Said("took a data connection from", "the application"),
    "connection:sign-in": Said("signed in at", "the data connection"),
    "assertions:renew": Said("renewed the key that tells applications who calls", has_name=False),
    "vault:rotate": Said("rotated the key of the vault", has_name=False),
    "vault:rewrap": Said("moved the vault to its present key", has_name=False),
    "key:reveal": Said("copied the text of", "the key"),
    "key:permissions": Said("changed what may be done with", "the key"),
    "group:add": Said("added somebody to", "the group"),
    "group:remove": Said("removed somebody from", "the group"),
    "client:create": Said("created a client of", "the application"),
    "client:edit": Said("changed the client settings of", "the application"),
    "client:delete": Said("deleted the AppKey of", "the application"),
    "client:ip-allowlist": Said("changed from where calls may come of", "the application"),
    "client:add-members": Said("added members to", "the application"),
    "client:change-member": Said("changed how long a member may use", "the application"),
    "client:remove-member": Said("removed a member of", "the application"),
    "client:make-secret": Said("created an AppSecret of", "the application"),
    "client:reveal-secret": Said("copied an AppSecret of", "the application"),
    "request:escalate": Said("escalated to the administrators", "the request"),
    "request:notice": Said("notified people of what ends soon", has_name=False),
    "client:compatible": Said("changed the compatible path of", "the application"),
    "client:debugging": Said("changed signature debugging of", "the application"),
    "client:sweep-secrets": Said("cleared ended AppSecrets away from", "the application"),
    "client:end-secret": Said("deleted an AppSecret of", "the application"),
    "api:write": Said("wrote rows through", "the data API"),
    "api:write-failed": Said("failed to write rows through", "the data API"),
    "api:publish": Said("published a version of", "the data API"),
    "dataset:authorize": Said("authorized an application to read", "the dataset"),
    "dataset:end-authorization": Said("ended what let an application read", "the dataset"),
    "api:authorize": Said("authorized an application to call", "the data API"),
    "api:end-authorization": Said("ended what let an application call", "the data API"),
    "project:fetch-export": Said("fetched an export of", "the project"),
    "visitor:agree": Said("agreed to be acted for by", "the application"),
    "visitor:take-back": Said("agrees no more to be acted for by", "the application"),
    "consent:give": Said("agreed to be the associated user of keys of", "the project"),
    "consent:withdraw": Said("agrees no more to be the associated user of keys of", "the project"),
    "log:level": Said("changed how much this server logs", has_name=False),
    "settings:test-mail": Said("sent a mail to try the mail server", has_name=False),
    "egress:add": Said("allowed connections to"),
    "egress:remove": Said("refused connections again to"),
    "settings:change": Said("changed the settings of this server", has_name=False),
}


def said_of(entry: Entry, *, is_refusal: bool) -> Said:
    """Return the words of *entry*."""
    verb = entry.action.rpartition(":")[2]
    if is_refusal:
        return _refused(entry)
    thing = _KINDS.get(entry.resource_kind, entry.resource_kind.replace("_", " "))
    if entry.action in _WHOLE:
        return _WHOLE[entry.action]
    changes = entry.changes or {}
    before, after = changes.get("before"), changes.get("after")
    told = _told(verb, before if isinstance(before, dict) else {}, after if isinstance(after, dict) else {})
    return Said(told or _VERBS.get(verb, _plain(verb)), "" if told else thing)


def because_words(reason: str) -> str:
    """Return why a call was refused, as it follows a colon."""
    atom = reason.removesuffix(" is not held")
    if atom != reason:
        return f"the right {atom} is missing"
    return _REASONS.get(reason, reason.replace("-", " "))


def _refused(entry: Entry) -> Said:
    if entry.action not in policy.actions:
        return Said(f"tried to call {entry.action}", has_name=False)
    words = f"tried to {asked(entry.action)}"
    if is_whole(entry.action):
        return Said(words, has_name=False)
    if not entry.resource_id or not entry.resource_kind:
        return Said(words, thing_of(entry.action), has_name=False)
    return Said(words, f"the {kind_words(entry.resource_kind)}")


def _told(verb: str, before: Mapping[str, object], after: Mapping[str, object]) -> str:
    """Say what the changes of an entry tell better than its verb; empty when they do not."""
    if verb == "share" and "to" in after:
        until = str(after.get("until") or "")[:10]
        return f"gave {after['to']} the role {after.get('role')}{f' until {until}' if until else ''} on"
    if verb == "unshare" and "to" in before:
        return f"took the role {before.get('role')} from {before['to']} on"
    if verb == "deploy" and "version" in after:
        return f"deployed v{after['version']} of"
    if verb in _OF_VERSIONS and "version" in (after or before):
        what = f"{after['path']} in " if "path" in after else ""
        return f"{_OF_VERSIONS[verb]} {what}v{(after or before)['version']} of the source"
    if verb == "role" and "role" in after:
        return f"gave the server role {after['role']} to"
    return ""


def _plain(verb: str) -> str:
    return verb.replace("-", " ").replace("_", " ")
