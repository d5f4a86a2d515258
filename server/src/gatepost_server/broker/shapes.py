"""Calls and answers as plain facts, and back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from gatepost_server.connections import (
    Bounds,
    Code,
    ConnectionType,
    HeldLogin,
    Login,
    NoLogin,
    OneTimeLogin,
    Preview,
    SourceColumn,
    Sql,
    Statement,
    Step,
    StepName,
    StoredLogin,
    TableOf,
    Target,
    Tested,
    Write,
)
from gatepost_server.jobs import actor_of, facts_of
from gatepost_server.kernel.actor import Actor
from gatepost_server.kernel.secret import Secret
from gatepost_server.kernel.tagged import tagged, untagged
from gatepost_server.vault import CredentialType

HOLDS: Final = ("hold", "let-go")
CALLS: Final = ("test", "schemas", "tables", "columns", "preview", "stream", "write")


def call(do: str, actor: Actor, target: Target, login: Login, **more: Any) -> dict[str, Any]:
    """Return a call as it is sent."""
    return {
        "do": do,
        "for": actor.answerable_id,
        "actor": facts_of(_lasting(actor)),
        "target": {
            "org_id": target.org_id,
            "connection_id": target.connection_id,
            "type": target.type.value,
            "params": dict(target.params),
        },
        "login": _login_facts(login),
        **more,
    }


def actor_in(facts: Mapping[str, Any]) -> Actor:
    """Return who asks."""
    return actor_of(facts["actor"])


def target_in(facts: Mapping[str, Any]) -> Target:
    """Return where the call goes."""
    told = facts["target"]
    return Target(told["org_id"], told["connection_id"], ConnectionType(told["type"]), told["params"])


def login_in(facts: Mapping[str, Any]) -> Login:
    """Return what it signs in with."""
    told = facts["login"]
    if "credential_id" in told:
        return StoredLogin(told["credential_id"], told["user"])
    if "held" in told:
        return HeldLogin(told["held"])
    if "type" in told:
        secret = {field: Secret(text) for field, text in told["secret"].items()}
        return OneTimeLogin(CredentialType(told["type"]), told["user"], secret)
    return NoLogin()


def statement_facts(statement: Statement | Write) -> dict[str, Any]:
    """Return a statement as it is sent."""
    if isinstance(statement, (Sql, Write)):
        return {"text": statement.text, "values": tagged(statement.values)}
    columns = None if statement.columns is None else list(statement.columns)
    return {"schema": statement.schema, "table": statement.table, "columns": columns}


def statement_in(facts: Mapping[str, Any]) -> Statement:
    """Return the statement of a call."""
    told = facts["statement"]
    if "text" in told:
        return Sql(told["text"], untagged(told["values"]))
    return TableOf(told["schema"], told["table"], told["columns"])


def write_in(facts: Mapping[str, Any]) -> Write:
    """Return the statement of a call that writes."""
    told = facts["statement"]
    return Write(told["text"], untagged(told["values"]))


def bounds_facts(bounds: Bounds | None) -> list[float | None]:
    """Return what a statement is bounded by, as it is sent."""
    return [] if bounds is None else [bounds.rows, bounds.bytes, bounds.seconds]


def bounds_in(facts: Mapping[str, Any]) -> Bounds:
    """Return what the statement of a call is bounded by; of other calls, nothing."""
    return Bounds(*facts.get("bounds", ()))


def tested_facts(tested: Tested) -> list[list[Any]]:
    """Return the steps of a test as they are sent."""
    return [[step.name.value, step.code.value, step.ms] for step in tested.steps]


def tested(facts: list[list[Any]]) -> Tested:
    """Return the steps that *facts* tell of."""
    return Tested(tuple(Step(StepName(name), Code(code), int(ms)) for name, code, ms in facts))


def preview(facts: Mapping[str, Any]) -> Preview:
    """Return the rows that *facts* tell of."""
    return Preview([SourceColumn(*one) for one in facts["columns"]], facts["rows"], facts["truncated"])


def _lasting(actor: Actor) -> Actor:
    """Return *actor* without what is no plain fact, and decides over no right."""
    behind = None if actor.behind is None else _lasting(actor.behind)
    return replace(actor, secret_ends_at=None, behind=behind)


def _login_facts(login: Login) -> dict[str, Any]:
    if isinstance(login, StoredLogin):
        return {"credential_id": login.credential_id, "user": login.user}
    if isinstance(login, HeldLogin):
        return {"held": login.id}
    if isinstance(login, OneTimeLogin):
        secret = {field: text.reveal() for field, text in login.secret.items()}
        return {"type": login.type.value, "user": login.user, "secret": secret}
    return {}
