"""Datasets that client applications may read at `/gw/datasets/{id}`."""

from collections.abc import Iterator, Mapping, Sequence

from gatepost.api_models import DataSource
from gatepost.models import Receipt
from gatepost.shape import read
from gatepost.transport import Transport, segment


class ClientDatasetCalls:
    """Calls about the datasets that a client application may read."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, client_id: str) -> Iterator[DataSource]:
        """Yield what a client application may read; for its owners and members."""
        return self._transport.pages(DataSource, f"clients/{segment(client_id)}/datasets", {})

    def authorize(
        self,
        client_id: str,
        dataset: str,
        *,
        columns: Sequence[str] | None = None,
        validity: Mapping[str, object] | str = "permanent",
    ) -> DataSource:
        """Let an application read a dataset (its id, or PROJECT/name) that one may share.

        Raises:
            Conflict: it may read it already.
        """
        body: dict[str, object] = {"dataset": dataset, "validity": validity}
        body |= {} if columns is None else {"columns": [*columns]}
        path = f"clients/{segment(client_id)}/datasets"
        return read(DataSource, self._transport.call("POST", path, body=body))

    def let_go(self, client_id: str, dataset_id: str) -> Receipt:
        """Let one's own application do without a dataset."""
        path = f"clients/{segment(client_id)}/datasets/{segment(dataset_id)}"
        return read(Receipt, self._transport.call("DELETE", path))

    def readers(self, project: str, dataset: str) -> Iterator[DataSource]:
        """Yield the applications that may read a dataset; for who may share it."""
        return self._transport.pages(DataSource, _readers(project, dataset), {})

    def end(self, project: str, dataset: str, authorization: str) -> Receipt:
        """Let an application read a dataset no more, by the id of what lets it."""
        path = f"{_readers(project, dataset)}/{segment(authorization)}"
        return read(Receipt, self._transport.call("DELETE", path))


def _readers(project: str, dataset: str) -> str:
    return f"projects/{segment(project)}/datasets/{segment(dataset)}/applications"
