"""The request to read a dataset: `{"client", "dataset", "columns"}`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from gatepost_server.approvals import Change, Less, Ref, Request, Validity, Wanted
from gatepost_server.authz import Effect, known_organizations, load_node, may, node_names, reader_of
from gatepost_server.clients import is_client
from gatepost_server.dataapis.service.data_sources import authorize_source_asked
from gatepost_server.dataapis.service.requests import are_names
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.projects import dataset_meant, present_dataset
from gatepost_server.store import Tx

_FIELDS: Final = {"client", "dataset", "columns"}
_LONGEST: Final = 200


class UseDataset:
    """`use_dataset`: an owner asks that their application may read a dataset, whose keepers decide.

    Whether there is such a dataset, or one that they may ask for, changes nothing about the answer.
    """

    name = "use_dataset"
    action = "dataset:share"

    def parse(self, tx: Tx, raw: Mapping[str, Any]) -> Wanted:
        """Return the application, the dataset as it was named, and the columns (None: all).

        Raises:
            Invalid: a field is missing, unknown or wrong, or the application is not the asker's.
        """
        faults = [FieldFault(one, "there is no such field") for one in sorted(set(raw) - _FIELDS)]
        if faults:
            raise Invalid("The request has fields of no meaning.", faults=faults, code="unknown-field")
        client, dataset, columns = raw.get("client"), raw.get("dataset"), raw.get("columns")
        if not isinstance(client, str) or not is_client(tx, client) or not may(tx, "app:edit-client", client):
            faults.append(FieldFault("client", "the id of an application that you own"))
        if not isinstance(dataset, str) or not 1 <= len(dataset.strip()) <= _LONGEST:
            faults.append(FieldFault("dataset", "the id of a dataset, or PROJECT/name"))
        if columns is not None and not are_names(columns):
            faults.append(FieldFault("columns", "a list of column names; absent for all"))
        if faults or not isinstance(dataset, str):
            raise Invalid("The request cannot be used.", faults=faults)
        dataset_id = dataset_meant(tx, dataset)
        node = load_node(reader_of(tx), dataset_id or "")
        is_near = node is not None and node.org_id in known_organizations(tx)
        content = {"client": client, "dataset": dataset.strip(), "columns": columns}
        return Wanted(content, dataset_id if is_near else None)

    def sentence(self, tx: Tx, request: Request) -> str:
        """Say which application is to read what; the dataset by its name only to who may know of it."""
        return f"that {_client(tx, request)} may read {_dataset(tx, request)}"

    def diff(self, tx: Tx, request: Request) -> Sequence[Change]:
        """Return that the application may read it, with which columns."""
        columns = request.content["columns"]
        after = "all columns" if columns is None else f"the columns {', '.join(columns)}"
        return [Change(f"{_client(tx, request)} on {_dataset(tx, request)}", "may not read it", after)]

    def preview(self, tx: Tx, request: Request) -> Effect | None:
        """Return nothing: no person is let in."""
        del tx, request
        return None

    def less(self, tx: Tx, request: Request) -> Sequence[Less]:
        """Return the columns of which some can be approved."""
        asked: list[str] | None = request.content["columns"]
        if asked is None and request.node_id is not None and may(tx, "dataset:schema", request.node_id):
            asked = [one.name for one in present_dataset(tx, request.node_id).columns]
        return [Less("columns", "Columns", asked, is_many=True)] if asked else []

    def page(self, request: Request) -> str:
        """Return the path of the application's page."""
        return f"/clients/{request.content['client']}"

    def apply(self, tx: Tx, request: Request, until: datetime | None) -> Ref:
        """Authorize the application, as the decider, who need not know of it otherwise.

        Raises:
            Invalid: there is no such column.
            SourceGiven: it may read it by now.
            TooWide: beyond what the decider holds.
        """
        content = request.content
        given = authorize_source_asked(
            tx, request.node_id or "", content["client"], Validity(until=until), columns=content["columns"],
            reason=request.reason,
        )  # fmt: skip
        return Ref("grant", given.grant_id)


def _client(tx: Tx, request: Request) -> str:
    client: str = request.content["client"]
    return node_names(tx, [client]).get(client, "an application of theirs")


def _dataset(tx: Tx, request: Request) -> str:
    dataset = request.node_id
    if dataset is not None and may(tx, "dataset:list", dataset):
        return node_names(tx, [dataset]).get(dataset, "a dataset")
    return f"the dataset {request.content['dataset']}"
