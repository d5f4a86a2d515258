"""The request to call a data API: `{"client", "api", "stage", "fields"}`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from gatepost_server.approvals import Change, Less, Ref, Request, Validity, Wanted
from gatepost_server.authz import (
    Effect,
    known_organizations,
    load_node,
    may,
    node_names,
    reader_of,
)
from gatepost_server.clients import is_client
from gatepost_server.dataapis import queries
from gatepost_server.dataapis.definitions import definition_of
from gatepost_server.dataapis.model import Stage
from gatepost_server.dataapis.service.authorizing import authorize_asked, authorized_now
from gatepost_server.dataapis.tables import ApiVersionRow, DataApiRow
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.store import Tx

_FIELDS: Final = {"client", "api", "stage", "fields"}
_LONGEST: Final = 100
_MOST_FIELDS: Final = 500


class UseApi:
    """`use_api`: an owner asks that their application may call a data API, whose keepers decide.

    For what it may call already, that is how more fields or a later end are asked for.

    Whether there is such an API, or one that they may ask for, changes nothing about the answer.
    """

    name = "use_api"
    action = "api:authorize"

    def parse(self, tx: Tx, raw: Mapping[str, Any]) -> Wanted:
        """Return the application, the API as it was named, the stage and the fields (None: all).

        Raises:
            Invalid: a field is missing, unknown or wrong, or the application is not the asker's.
        """
        faults = [FieldFault(one, "there is no such field") for one in sorted(set(raw) - _FIELDS)]
        if faults:
            raise Invalid("The request has fields of no meaning.", faults=faults, code="unknown-field")
        client, api = raw.get("client"), raw.get("api")
        stage, fields = raw.get("stage", Stage.PRODUCTION.value), raw.get("fields")
        if not isinstance(client, str) or not is_client(tx, client) or not may(tx, "app:edit-client", client):
            faults.append(FieldFault("client", "the id of an application that you own"))
        if not isinstance(api, str) or not 1 <= len(api.strip()) <= _LONGEST:
            faults.append(FieldFault("api", "the id, slug or number of a data API"))
        if stage not in {one.value for one in Stage}:
            faults.append(FieldFault("stage", f"one of {', '.join(one.value for one in Stage)}"))
        if fields is not None and not are_names(fields):
            faults.append(FieldFault("fields", "a list of field names; absent for all"))
        if faults or not isinstance(api, str):
            raise Invalid("The request cannot be used.", faults=faults)
        api_id = queries.api_id_of(tx.session, None, api.strip())
        node = load_node(reader_of(tx), api_id or "")
        is_near = node is not None and node.org_id in known_organizations(tx)
        content = {"client": client, "api": api.strip(), "stage": stage, "fields": fields}
        return Wanted(content, api_id if is_near else None)

    def sentence(self, tx: Tx, request: Request) -> str:
        """Say which application is to call what; the API by its name only to who may know of it."""
        stage = request.content["stage"]
        return f"that {_client(tx, request)} may call {_api(tx, request)} in {stage}"

    def diff(self, tx: Tx, request: Request) -> Sequence[Change]:
        """Return with which fields the application may call it, and what it may now."""
        about, after = f"{_client(tx, request)} on {_api(tx, request)}", _said(request.content["fields"])
        if not request.is_pending:
            return [Change(about, "what it had before", after)]
        content, now = request.content, None
        if request.node_id is not None:
            now = authorized_now(tx, request.node_id, content["client"], Stage(content["stage"]))
        if now is None:
            return [Change(about, "may not call it", after)]
        ends = "for good" if now.until is None else f"until {now.until:%d %b %Y}"
        return [Change(about, f"{_said(now.fields)}, {ends}", after)]

    def preview(self, tx: Tx, request: Request) -> Effect | None:
        """Return nothing: no person is let in."""
        del tx, request
        return None

    def less(self, tx: Tx, request: Request) -> Sequence[Less]:
        """Return the fields of which some can be approved."""
        asked: list[str] | None = request.content["fields"]
        fields = _fields_of(tx, request) if asked is None else asked
        return [Less("fields", "Fields", fields, is_many=True)] if fields else []

    def page(self, request: Request) -> str:
        """Return the path of the application's page."""
        return f"/clients/{request.content['client']}"

    def apply(self, tx: Tx, request: Request, until: datetime | None) -> Ref:
        """Authorize the application, as the decider, who need not know of it otherwise.

        Raises:
            Invalid: nothing is published in that stage, or there is no such field.
            AlreadyAuthorized: it may do all of that for good by now.
            TooWide: beyond what the decider holds.
        """
        content = request.content
        given = authorize_asked(
            tx, request.node_id or "", content["client"], Stage(content["stage"]), Validity(until=until),
            fields=content["fields"], reason=request.reason, is_anew=True,
        )  # fmt: skip
        return Ref("grant", given.grant_id)


def _said(fields: Sequence[str] | None) -> str:
    return "all fields" if fields is None else f"the fields {', '.join(fields)}"


def are_names(fields: object) -> bool:
    """Tell whether *fields* is a list of 1 to 500 names."""
    if not isinstance(fields, list) or not 1 <= len(fields) <= _MOST_FIELDS:
        return False
    return all(isinstance(one, str) and 1 <= len(one) <= _LONGEST for one in fields)


def _fields_of(tx: Tx, request: Request) -> list[str]:
    row = tx.session.get(DataApiRow, request.node_id or "")
    if row is None:
        return []
    is_live = request.content["stage"] == Stage.PRODUCTION.value
    number = row.production_version if is_live else row.development_version
    version = None if number is None else tx.session.get(ApiVersionRow, (row.id, number))
    return [] if version is None else [one.name for one in definition_of(version.definition).fields]


def _client(tx: Tx, request: Request) -> str:
    """Return the application's name: its owner asked, so who decides is told for what, listed or not."""
    client: str = request.content["client"]
    return node_names(tx, [client]).get(client, "an application of theirs")


def _api(tx: Tx, request: Request) -> str:
    api = request.node_id
    if api is not None and may(tx, "api:list", api):
        return node_names(tx, [api]).get(api, "a data API")
    return f"the data API {request.content['api']}"
