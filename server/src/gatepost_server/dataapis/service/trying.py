"""Trying a data API from its console: the first rows of a call, and what of it the source was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final

from gatepost_server.authz import Node, may, reader_of, require
from gatepost_server.clients import get_client
from gatepost_server.connections import Bounds, Means, Sql
from gatepost_server.dataapis.compiling import Planned, plan
from gatepost_server.dataapis.errors import DefinerLost, NotTried, UnknownVersion
from gatepost_server.dataapis.facts import (
    ApiFacts,
    api_facts,
    authorization_of,
    caller_facts,
    find_api,
    may_define,
)
from gatepost_server.dataapis.model import Ask, CallerFacts, Field, Operation, Stage
from gatepost_server.dataapis.service.calls import ApiCall, note_calls
from gatepost_server.dataapis.service.finding import require_api
from gatepost_server.dataapis.service.limiting import require_room, take_call
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.projects import token_of
from gatepost_server.store import Tx
from gatepost_server.tabular.plain import plain

MOST_TRIED: Final = 100
"""So many rows are shown at most."""


@dataclass(frozen=True)
class Trial:
    """What is tried: a reading operation of the version that a stage means, as a call would send it.

    With `client_id` it is seen as that client application sees it: its fields, the row rules about it.
    """

    stage: Stage = Stage.DEVELOPMENT
    operation: Operation = Operation.LIST
    parameters: Mapping[str, Any] = field(default_factory=dict)
    fields: Sequence[str] | None = None
    limit: int | None = None
    client_id: str | None = None


@dataclass(frozen=True)
class TriedApi:
    """How a trial went: rows as JSON has them, how long the source took, what was left out of what there is.

    `sql` is what the source was asked, for who may edit the API; values stand in it as placeholders.
    """

    version: int
    columns: tuple[Field, ...]
    rows: Sequence[Sequence[Any]]
    truncated: bool
    ms: int
    left_out: tuple[str, ...]
    sql: str | None


@dataclass(frozen=True)
class _Ready:
    facts: ApiFacts
    planned: Planned
    is_editor: bool


def try_api(means: Means, project_key: str, ref: str, trial: Trial) -> TriedApi:
    """Run a call of an API as the caller, without the gate; at most a hundred rows come back.

    It stands in the log of calls as the gate's calls do, and counts among them.

    Raises:
        Hidden, ActionDenied: the caller may not call it, not see what is in development, or not look as
            that application.
        NotTried: the operation writes; consoles only read.
        UnknownVersion: there is nothing of the API in that stage.
        AskRefused, OperationClosed: what is sent does not fit the API.
        DefinerLost, StatementFailed, BrokerSilent: its source cannot be read.
        TooMany: the caller called it too often within a minute, here or through the gate.
    """
    if trial.operation.is_writing:
        raise NotTried(
            f"Here data APIs are only read, and {trial.operation.value} writes. Call it to do that."
        )
    with means.begin() as tx:
        ready = _ready(tx, project_key, ref, trial)
        caller, wait = (tx.actor, tx.origin), take_call(tx, ready.facts)
    require_room(ready.facts, wait)
    facts, planned, began = ready.facts, ready.planned, monotonic()
    statement, target = planned.statement, facts.target
    assert isinstance(statement, Sql) and target is not None, "what reads a source that is there"  # noqa: PT018

    bounds, rows = Bounds(rows=planned.limit + 1, seconds=facts.definition.limits.seconds), []
    with means.broker.stream(facts.definer, target, facts.login, statement, bounds) as batches:
        for batch in batches:
            rows += [[plain(one) for one in row.values()] for row in batch.to_pylist()]
    ms = int((monotonic() - began) * 1000)
    shown = rows[: planned.limit]
    actor, origin = caller
    with means.begin() as tx:
        call = ApiCall(
            facts.node.id, tx.now, facts.version, facts.stage, trial.operation.value, actor.principal_kind,
            actor.principal_id, actor.name[:200], origin.ip, 200, None, len(shown), ms, origin.request_id,
        )  # fmt: skip
        note_calls(tx, [call])
    given = {one.name for one in planned.fields}
    left_out = tuple(one.name for one in facts.definition.fields if one.name not in given)
    sql = statement.text if ready.is_editor else None
    return TriedApi(facts.version, planned.fields, shown, len(rows) > planned.limit, ms, left_out, sql)


def _ready(tx: Tx, project_key: str, ref: str, trial: Trial) -> _Ready:
    node = require_api(tx, "api:call", project_key, ref)
    if trial.stage is Stage.DEVELOPMENT:
        require(tx, "api:versions", node.id)
    found = find_api(reader_of(tx), node.id, trial.stage)
    if found is None:
        raise UnknownVersion(0)
    facts = api_facts(reader_of(tx), found, tx.now)
    caller, granted = _seen_as(tx, node, facts, trial)
    if facts.target is None or not facts.is_definer_able:
        raise DefinerLost
    limit = min(trial.limit or MOST_TRIED, MOST_TRIED, facts.definition.limits.page_rows)
    ask = Ask(trial.operation, caller, trial.parameters, trial.fields, granted, limit=limit)
    planned = plan(facts.definition, facts.target.type, ask)
    return _Ready(facts, planned, is_editor=may(tx, "api:versions", node.id))


def _seen_as(tx: Tx, node: Node, facts: ApiFacts, trial: Trial) -> tuple[CallerFacts, frozenset[str] | None]:
    """Return whom row rules compare with, and the fields that are open to them; None: all.

    Who looks as an application may let it call the API, and, where row rules decide what it sees, may
    read the source by themselves: a console gives nobody rows that are not theirs.
    """
    if trial.client_id is None:
        return caller_facts(reader_of(tx), tx.actor), None
    require(tx, "api:authorize", node.id)
    allowed = authorization_of(reader_of(tx), node.id, trial.client_id, facts.stage, tx.now)
    if allowed is None:
        raise NotTried(f"This application may not call the data API in {facts.stage.value}.")
    if facts.definition.row_rules:
        require(tx, "api:edit", node.id)
        target, login = facts.target, facts.login
        credential_id = getattr(login, "credential_id", None)
        able = target is not None and may_define(
            reader_of(tx), token_of(tx.actor), target.connection_id, credential_id, tx.now
        )
        if not able:
            raise NotTried("Row rules decide what it sees; look as it if you may read the source yourself.")
    return _client_facts(tx, trial.client_id), allowed.fields


def _client_facts(tx: Tx, client_id: str) -> CallerFacts:
    client = get_client(tx, client_id)
    actor = Actor(ActorKind.APP_KEY, client.id, client.name)
    return caller_facts(reader_of(tx), actor, client_id=client.id, app_key=client.app_key)
