"""How the entries of the trail are said: as sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gatepost_server.audit import Entry

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
    "plant": "set up",
    "rename": "changed",
    "permissions": "changed who may do what in",
    "set-variables": "changed the variables of",
    "write": "wrote rows to",
    "export": "took away the rows of",
    "describe": "described",
    "set-schema": "declared the columns of",
    "set-query": "changed the query of",
    "rules": "changed who sees which rows of",
    "expose": "exposed",
    "unexpose": "took back",
    "run": "started",
    "ran": "ended a run of",
    "cancel": "cancelled a run of",
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
    "instance": "",
}


@dataclass(frozen=True)
class Said:
    """What was done, to what kind of thing, and whether its name belongs to the sentence."""

    did: str
    thing: str = ""
    has_name: bool = True


_WHOLE: Final = {
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
    "settings:change": Said("changed the settings of this server", has_name=False),
}


def said_of(entry: Entry, *, is_refusal: bool) -> Said:
    """Return the words of *entry*."""
    kind, _, verb = entry.action.rpartition(":")
    thing = _KINDS.get(entry.resource_kind, entry.resource_kind.replace("_", " "))
    if is_refusal:
        tried = f"tried to {_plain(verb)}" if kind else f"tried {verb}"
        return Said(tried, thing or (f"a {kind}" if kind and not entry.resource_id else ""))
    if entry.action in _WHOLE:
        return _WHOLE[entry.action]
    changes = entry.changes or {}
    before, after = changes.get("before"), changes.get("after")
    told = _told(verb, before if isinstance(before, dict) else {}, after if isinstance(after, dict) else {})
    return Said(told or _VERBS.get(verb, _plain(verb)), "" if told else thing)


def _told(verb: str, before: Mapping[str, object], after: Mapping[str, object]) -> str:
    """Say what the changes of an entry tell better than its verb; empty when they do not."""
    if verb == "share" and "to" in after:
        until = str(after.get("until") or "")[:10]
        return f"gave {after['to']} the role {after.get('role')}{f' until {until}' if until else ''} on"
    if verb == "unshare" and "to" in before:
        return f"took the role {before.get('role')} from {before['to']} on"
    if verb == "deploy" and "version" in after:
        return f"deployed v{after['version']} of"
    if verb == "add-version" and "version" in after:
        return f"uploaded v{after['version']} of the source"
    if verb == "role" and "role" in after:
        return f"gave the server role {after['role']} to"
    return ""


def _plain(verb: str) -> str:
    return verb.replace("-", " ").replace("_", " ")
