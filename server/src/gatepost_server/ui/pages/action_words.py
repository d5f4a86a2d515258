"""How actions are said after "tried to", on every page that says so."""

from typing import Final

from gatepost_server.authz import policy

_KINDS: Final = {
    "app": "application",
    "client_group": "application group",
    "usecase": "use case",
    "credential": "stored credential",
    "connection": "data connection",
    "api": "data API",
}
_SAID: Final = {
    "app:open": "open",
    "app:logs": "read the logs of",
    "app:deploy": "put another version to work for",
    "app:raise-level": "raise the key scope level of",
    "app:create": "publish an application in",
    "source:create": "upload a source to",
    "project:create": "make a project in",
    "usecase:create": "make a use case in",
    "usecase:link": "link something to",
    "usecase:open": "open",
    "connection:create": "make a data connection in",
    "connection:use": "use",
    "api:call": "call",
    "api:calls": "see the calls of",
    "api:versions": "see the versions of",
    "api:publish": "publish a version of",
    "api:authorize": "authorize applications to call",
    "project:read": "read the settings of",
    "project:timeline": "see the timeline of",
    "project:variables": "read the variables of",
    "project:grants": "see who may do what in",
    "project:dashboards": "see the dashboards of",
    "project:add": "add something to",
    "project:set-variables": "change the variables of",
    "project:add-dashboard": "add a dashboard to",
    "project:authorize": "authorize things for the dashboards of",
    "project:expose": "expose something of",
    "project:keys": "see the API keys of",
    "project:make-key": "make an API key of",
    "project:edit-key": "change an API key of",
    "project:revoke-key": "delete an API key of",
    "project:adopt-key": "adopt an API key of",
    "dataset:rows": "read the rows of",
    "dataset:schema": "read the columns of",
    "dataset:metadata": "read the description of",
    "dataset:export": "take away the rows of",
    "dataset:write": "write rows to",
    "dataset:refresh": "read again the rows of",
    "dataset:set-schema": "declare the columns of",
    "scenario:runs": "see the runs of",
    "group:members": "see the members of",
    "app:calls": "see the calls made by",
    "app:edit-client": "change the client settings of",
    "app:admit": "add members to",
    "app:members": "list or remove the members of",
    "app:owners": "change the owners of",
    "app:secrets": "see the AppSecrets of",
    "app:make-secret": "make an AppSecret of",
    "app:reveal-secret": "see an AppSecret again of",
    "app:end-secret": "delete an AppSecret of",
    "client_group:approve": "decide about applications in",
    "group:add": "add somebody to",
    "group:remove": "remove somebody from",
}
_WHOLE: Final = {
    "request:create": "ask for something",
    "request:withdraw": "take back what they asked for",
    "exposure:list": "list what is open to people outside",
    "request:list": "list requests",
    "request:read": "read a request",
    "request:decide": "decide a request",
    "credential:create": "add a stored credential",
    "credential:change": "change a stored credential of their own",
    "credential:drop": "delete a stored credential of their own",
    "credential:associate": "associate a stored credential of their own with a connection",
    "credential:separate": "take a stored credential of their own from a connection",
    "client:create": "make a client application without a request",
    "client_group:create": "make an application group",
    "client_group:find": "look for client applications and their groups",
    "key:list": "list their API keys",
    "key:create": "make an API key",
    "key:edit": "change an API key of their own",
    "key:delete": "delete an API key of their own",
    "key:rotate": "rotate an API key of their own",
    "key:reveal": "see the API key of an application again",
    "key:all": "list the API keys of everybody",
    "key:global": "list the global API keys",
    "key:make-global": "make a global API key",
    "key:widen-global": "change the rights or the secret of a global API key",
    "key:edit-global": "change a global API key",
    "key:revoke": "delete somebody's API key",
    "session:list": "list their sessions",
    "session:end": "end a session of their own",
    "session:confirm": "confirm their password",
    "session:lend": "go on in the browser of an application",
    "password:change": "change their password",
    "profile:edit": "change their profile",
    "consent:give": "agree that a project's keys act with their data rules",
    "me:read": "read who they are",
    "audit:own": "read what they did",
    "audit:all": "read the audit of everybody",
    "decision:explain": "ask why a call was refused",
    "decision:explain-any": "ask why somebody else's call was refused",
    "job:read": "see a job",
    "job:cancel": "cancel a job",
    "job:all": "see the jobs of everybody",
    "user:find": "look for a user",
    "group:find": "look for a group",
    "organization:find": "look for an organization",
    "user:list": "list the users",
    "user:create": "create a user",
    "user:edit": "change a user",
    "user:role": "change the server role of a user",
    "user:move": "move a user to another organization",
    "user:deactivate": "deactivate a user",
    "user:reset": "reset the password of a user",
    "user:sessions": "see the sessions of a user",
    "user:keys": "see the API keys of a user",
    "group:all": "list all groups",
    "group:create": "create a group",
    "organization:list": "list the organizations",
    "organization:create": "create an organization",
    "organization:edit": "change an organization",
    "settings:read": "read the settings of this server",
    "settings:change": "change the settings of this server",
    "health:read": "see the health of this server",
    "log:list": "list the logs of this server",
    "log:read": "read a log of this server",
    "log:level": "change how much this server logs",
    "variable:list": "list the global variables",
    "variable:set": "change a global variable",
}
_PLAIN: Final = {"list": "see", "read": "read", "edit": "change"}


def kind_words(kind: str) -> str:
    """Return what a kind of thing is called."""
    return _KINDS.get(kind, kind.replace("_", " "))


def is_whole(action: str) -> bool:
    """Tell whether the words of *action* say all, and no thing follows them."""
    return action in _WHOLE


def asked(action: str) -> str:
    """Return what was tried, as it follows "tried to"; unless it is whole, the thing follows."""
    if action in _WHOLE:
        return _WHOLE[action]
    verb = action.rpartition(":")[2].replace("-", " ")
    return _SAID.get(action) or _PLAIN.get(verb, verb)


def thing_of(action: str) -> str:
    """Return what kind of thing *action* is asked of, when no thing is known: "an application"."""
    kind = policy.actions[action].on
    words = kind_words(kind.value) if kind is not None else "thing"
    return f"{'an' if words[0] in 'aeio' else 'a'} {words}"
