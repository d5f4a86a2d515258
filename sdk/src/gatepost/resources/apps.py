"""Hosted applications."""

from collections.abc import Iterator
from pathlib import Path

from gatepost.models import App, Receipt
from gatepost.resources.grants import GrantCalls
from gatepost.resources.logs import LogCalls
from gatepost.shape import read
from gatepost.transport import Transport, segment
from gatepost.watched import Progress


class AppCalls:
    """Calls about applications; `grants` is who may do what, `logs` what they said."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.grants = GrantCalls(transport, "apps")
        self.logs = LogCalls(transport)

    def list(self, *, q: str | None = None, sort: str | None = None) -> Iterator[App]:
        """Yield the applications one may see."""
        return self._transport.pages(App, "apps", {"q": q, "sort": sort})

    def get(self, app_id: str) -> App:
        """Return one application, by id or number."""
        return self._transport.get(App, _path(app_id))

    def create(
        self, name: str | None, bundle: Path, *, kind: str | None = None, progress: Progress | None = None
    ) -> App:
        """Upload a bundle (.tar.gz or .zip) as a new application; the server builds and starts it.

        Without *name* the one in the bundle's gatepost.toml is taken.

        Use `gatepost.bundle.packed` to make a bundle of a folder, and
        `gatepost.deploying.Watch` to wait for the end.

        Raises:
            Invalid: the bundle is refused; the reason says what to change.
            Denied: one may not publish here.
        """
        said = {"name": name, "kind": kind}
        fields = {field: value for field, value in said.items() if value is not None}
        return read(App, self._transport.upload("apps", fields, bundle, progress))

    def deploy(self, app_id: str, source_version: int) -> App:
        """Let an application go over to a version of its source; an older one is a rollback."""
        return self._act(app_id, "deploy", {"source_version": source_version})

    def start(self, app_id: str) -> App:
        """Start a stopped application."""
        return self._act(app_id, "start")

    def stop(self, app_id: str) -> App:
        """Stop an application; nobody reaches it until it is started."""
        return self._act(app_id, "stop")

    def restart(self, app_id: str) -> App:
        """Start an application's process anew; requests go on being served meanwhile."""
        return self._act(app_id, "restart")

    def rename(self, app_id: str, name: str) -> App:
        """Give an application another name; its addresses stay as they are."""
        return self._change(app_id, {"name": name})

    def set_access(self, app_id: str, access: str) -> App:
        """Say who may open it: `grants`, `signed_in` or `anyone`."""
        return self._change(app_id, {"access": access})

    def delete(self, app_id: str) -> Receipt:
        """Delete an application with its keys, shares and deployments."""
        return read(Receipt, self._transport.call("DELETE", _path(app_id)))

    def _act(self, app_id: str, verb: str, body: object = None) -> App:
        return read(App, self._transport.call("POST", f"{_path(app_id)}/{verb}", body=body))

    def _change(self, app_id: str, fields: dict[str, object]) -> App:
        return read(App, self._transport.call("PATCH", _path(app_id), body=fields))


def _path(app_id: str) -> str:
    return f"apps/{segment(app_id)}"
