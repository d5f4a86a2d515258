"""One call of a data API: found, judged, planned, counted; in the order of the Clients pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from gatepost_server import dataapis
from gatepost_server.authz import Hidden, reader_of, require
from gatepost_server.connections import Target
from gatepost_server.dataapis import (
    ApiFacts,
    Ask,
    DefinerLost,
    Definition,
    FoundApi,
    Operation,
    Planned,
    Stage,
)
from gatepost_server.http.gw.asking import Asked, Pairs, asked_of, many_of, operation_of, rows_of
from gatepost_server.http.gw.callers import GateCall
from gatepost_server.http.gw.course import Course
from gatepost_server.kernel.errors import Denied, FieldFault, Invalid
from gatepost_server.store import Tx
from gatepost_server.web.call import require_known

CALL: Final = "api:call"
STAGES: Final[Mapping[str, Stage]] = {
    "RELEASE": Stage.PRODUCTION,
    "PRE": Stage.DEVELOPMENT,
    "TEST": Stage.DEVELOPMENT,
}


class NotAuthorized(Denied):
    """The application may not call this API in this stage."""

    code = "api-not-authorized"

    def __init__(self, stage: Stage) -> None:
        super().__init__(f"This application is not authorized for this data API in {stage.value}.")


class SignatureNeeded(Denied):
    """An unsigned call of an API that does more than read."""

    code = "signature-needed"

    def __init__(self) -> None:
        super().__init__("This data API does more than read, so calls of it are signed.")


@dataclass(frozen=True)
class Ready:
    """A call that may run: what, where, as whom, how its rows are to be sent; `sent` are those to write."""

    facts: ApiFacts
    target: Target
    operation: Operation
    asked: Asked
    planned: Planned
    sent: int = 0


class Wants(Protocol):
    """What a call wants, in the words of one of the forms in which calls come.

    Each question is asked when its turn comes, so that a call is judged in one order in every form.
    """

    @property
    def ref(self) -> str:
        """The API by id, slug or number."""
        ...

    def stage(self, gate: GateCall) -> Stage:
        """Return which stage of the API is meant."""
        ...

    def operation(self, definition: Definition) -> Operation:
        """Return what is to be done."""
        ...

    def asked(self, definition: Definition) -> Asked:
        """Return the page, the order, the fields and the parameters."""
        ...

    def rows(self, body: bytes) -> list[Mapping[str, Any]]:
        """Return the rows to write."""
        ...


@dataclass(frozen=True)
class Wanted:
    """A call as it came: the API by id, slug or number, the one row or a list, and everything sent."""

    ref: str
    method: str
    is_row: bool
    pairs: Pairs
    accept: str

    def stage(self, gate: GateCall) -> Stage:
        """Return the stage that the address or a signed header names."""
        return _stage(gate, self.pairs)

    def operation(self, definition: Definition) -> Operation:
        """Return what the method means."""
        return operation_of(self.method, definition, is_row=self.is_row)

    def asked(self, definition: Definition) -> Asked:
        """Read the address."""
        return asked_of(self.pairs, self.accept, many_of(definition))

    def rows(self, body: bytes) -> list[Mapping[str, Any]]:
        """Read the body."""
        return rows_of(body)


def ready(course: Course, wanted: Wants) -> Ready:
    """Return what a call comes to, after asking everything that it takes.

    Raises:
        Hidden, ActionDenied, NotAuthorized: there is none that the caller may know of, or call.
        Unauthenticated: nobody is calling.
        Invalid, OperationClosed: what was sent does not fit the API.
        DefinerLost: nobody reads for it any more.
        TooMany: the caller called it too often within a minute.
        Unsigned, NotFromHere: it was signed well, and is too late, a copy, or not from a listed address.
    """
    gate = course.gate
    require_known(gate.call)
    if gate.refused is not None:
        with gate.call.read() as tx:
            course.api = dataapis.find_api(reader_of(tx), wanted.ref, Stage.PRODUCTION)
        raise gate.refused
    with gate.call.read() as tx:
        stage = wanted.stage(gate)
        api = course.api = _found(tx, wanted.ref, stage)
        course.operation = wanted.operation(api.definition)
        granted = _granted(tx, gate, api)
        made = _planned(tx, course, wanted, dataapis.api_facts(reader_of(tx), api, tx.now), granted)
    _count(gate, made.facts)
    return made


def _found(tx: Tx, ref: str, stage: Stage) -> FoundApi:
    """Return the API that is meant; what is not there is judged like what is, to take as long.

    Raises:
        Hidden: there is none, or nothing of it in that stage.
    """
    api = dataapis.find_api(reader_of(tx), ref, stage)
    if api is None:
        require(tx, CALL, ref[:60])
        raise Hidden(CALL, ref[:60])
    return api


def _stage(gate: GateCall, pairs: Pairs) -> Stage:
    """Return the stage that is meant: as the address says, or the header of a signed call.

    Raises:
        Invalid: the two disagree, or there is no such stage.
    """
    said = [value for name, value in pairs if name == "stage"]
    named = Stage(said[0]) if said and said[0] in set(Stage) else None
    if gate.signed is None:
        return named or Stage.PRODUCTION
    signed = STAGES.get(gate.signed.stage)
    if signed is None or (named is not None and gate.signed.stage != "RELEASE" and named is not signed):
        fault = FieldFault("stage", "X-Ca-Stage says RELEASE, PRE or TEST, and no other than the address")
        raise Invalid("The stage cannot be understood.", faults=[fault], code="call-invalid")
    return named or signed


def _granted(tx: Tx, gate: GateCall, api: FoundApi) -> frozenset[str] | None:
    """Require the right to call, and return the fields that it is for; None: all."""
    require(tx, CALL, api.node.id)
    if gate.signed is not None:
        client = gate.signed.application_id
        allowed = dataapis.authorization_of(reader_of(tx), api.node.id, client, api.stage, tx.now)
        if allowed is None:
            raise NotAuthorized(api.stage)
        if gate.signed.is_unsigned and any(one.is_writing for one in api.definition.operations):
            raise SignatureNeeded
        return allowed.fields
    if api.stage is Stage.DEVELOPMENT:
        require(tx, "api:versions", api.node.id)
    return None


def _planned(tx: Tx, course: Course, wanted: Wants, facts: ApiFacts, granted: frozenset[str] | None) -> Ready:
    gate, operation = course.gate, course.operation
    assert operation is not None, "a method means one"
    asked = wanted.asked(facts.definition)
    if facts.target is None or not facts.is_definer_able:
        raise DefinerLost
    rows = wanted.rows(gate.body) if operation.is_writing else None
    ask = Ask(
        operation, gate.facts(tx), asked.parameters, asked.fields, granted, asked.order, asked.offset,
        asked.limit, asked.with_total and operation is Operation.LIST, rows,
    )  # fmt: skip
    planned = dataapis.plan(facts.definition, facts.target.type, ask)
    return Ready(facts, facts.target, operation, asked, planned, len(rows or ()))


def _count(gate: GateCall, facts: ApiFacts) -> None:
    if facts.definition.limits.calls_per_minute:
        with gate.call.begin() as tx:
            wait = dataapis.take_call(tx, facts)
        dataapis.require_room(facts, wait)
