"""Data APIs of a project: SELECTs and tables that programs call through the gate."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from gatepost.api_models import ApiAuthorization, DataApi, DataApiCall, DataApiVersion, TriedApi
from gatepost.models import Receipt
from gatepost.resources.grants import GrantCalls
from gatepost.shape import read
from gatepost.transport import Transport, segment


class DataApiCalls:
    """Calls about data APIs, named by their project's key and their name, id, slug or number."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.grants = GrantCalls(transport, "apis")

    def list(self, project: str, *, q: str | None = None) -> Iterator[DataApi]:
        """Yield the data APIs of a project that one may know of."""
        return self._transport.pages(DataApi, _all(project), {"q": q})

    def catalog(self, *, q: str | None = None) -> Iterator[DataApi]:
        """Yield the data APIs of all projects that one may know of, also those given alone."""
        return self._transport.pages(DataApi, "apis", {"q": q})

    def get(self, project: str, api: str) -> DataApi:
        """Return one data API."""
        return self._transport.get(DataApi, _path(project, api))

    def create(self, project: str, name: str, definition: Mapping[str, object], **more: str) -> DataApi:
        """Make a data API that reads as the caller.

        *definition* holds `connection_id` and `table` or `sql`, and what else a version has; *more*
        are `slug`, `description`, `stage` (production publishes at once) and `note`.

        Raises:
            Invalid: the definition does not fit itself or its source; each fault names a field.
            Conflict: the name or the slug is taken, or the source refuses the query.
        """
        body = {"name": name, **definition, **more}
        return read(DataApi, self._transport.call("POST", _all(project), body=body))

    def change(
        self, project: str, api: str, *, definition: Mapping[str, object] | None = None, **more: str
    ) -> DataApi:
        """Change `name`, `slug` or `description`; a *definition*, whole, is the next version."""
        body: dict[str, object] = {**more}
        body |= {} if definition is None else {"definition": dict(definition)}
        return read(DataApi, self._transport.call("PATCH", _path(project, api), body=body))

    def delete(self, project: str, api: str) -> Receipt:
        """Delete a data API; nobody calls it any more."""
        return read(Receipt, self._transport.call("DELETE", _path(project, api)))

    def calls(
        self,
        project: str,
        api: str,
        *,
        q: str | None = None,
        refused: bool | None = None,
        since: datetime | None = None,
    ) -> Iterator[DataApiCall]:
        """Yield the calls of an API that one may read, the latest first; those by callers named like *q*."""
        asked = {
            "q": q,
            "refused": None if refused is None else str(refused).lower(),
            "since": None if since is None else since.isoformat(),
        }
        return self._transport.pages(DataApiCall, f"{_path(project, api)}/calls", asked)

    def versions(self, project: str, api: str) -> Iterator[DataApiVersion]:
        """Yield the versions whole, the latest first; for who may edit the API."""
        return self._transport.pages(DataApiVersion, f"{_path(project, api)}/versions", {})

    def publish(self, project: str, api: str, version: int | None, stage: str = "production") -> DataApi:
        """Let *stage* mean a version, an earlier one as well; None: production is closed."""
        body = {"version": version, "stage": stage}
        return read(DataApi, self._transport.call("POST", f"{_path(project, api)}/publish", body=body))

    def test(
        self, project: str, api: str, parameters: Mapping[str, object] | None = None, **more: object
    ) -> TriedApi:
        """Try it as oneself; a hundred rows at most, and what the source was asked, for its editors.

        *more* are `stage` (development, if not said), `operation` (list or get), `fields`, `limit` and
        `client`, an application as which it is seen.
        """
        body = {"parameters": dict(parameters or {}), **more}
        return read(TriedApi, self._transport.call("POST", f"{_path(project, api)}/test", body=body))

    def openapi(self, project: str, api: str) -> Mapping[str, Any]:
        """Return how it is called, as OpenAPI 3.1."""
        found = self._transport.call("GET", f"{_path(project, api)}/openapi")
        return found if isinstance(found, dict) else {}

    def authorizations(self, project: str, api: str) -> Iterator[ApiAuthorization]:
        """Yield which client applications may call it."""
        return self._transport.pages(ApiAuthorization, f"{_path(project, api)}/authorizations", {})

    def end_authorization(self, project: str, api: str, authorization: str) -> Receipt:
        """Let an application call it no more."""
        path = f"{_path(project, api)}/authorizations/{segment(authorization)}"
        return read(Receipt, self._transport.call("DELETE", path))


class ClientApiCalls:
    """Calls about what a client application may call."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, client_id: str) -> Iterator[ApiAuthorization]:
        """Yield what a client application may call."""
        return self._transport.pages(ApiAuthorization, f"clients/{segment(client_id)}/apis", {})

    def authorize(
        self,
        client_id: str,
        api: str,
        *,
        stage: str = "production",
        fields: Sequence[str] | None = None,
        validity: Mapping[str, object] | str = "permanent",
    ) -> ApiAuthorization:
        """Let an application call a data API (id, slug or number) that one may share.

        Raises:
            Conflict: it may call it in that stage already.
        """
        body: dict[str, object] = {"api": api, "stage": stage, "validity": validity}
        body |= {} if fields is None else {"fields": [*fields]}
        path = f"clients/{segment(client_id)}/apis"
        return read(ApiAuthorization, self._transport.call("POST", path, body=body))

    def let_go(self, client_id: str, api: str) -> Receipt:
        """Let one's own application do without a data API."""
        path = f"clients/{segment(client_id)}/apis/{segment(api)}"
        return read(Receipt, self._transport.call("DELETE", path))


def _all(project: str) -> str:
    return f"projects/{segment(project)}/apis"


def _path(project: str, api: str) -> str:
    return f"{_all(project)}/{segment(api)}"
