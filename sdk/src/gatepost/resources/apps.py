"""Hosted applications."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from gatepost.connection_models import AppConnection
from gatepost.key_models import AppKey
from gatepost.metric_models import Metrics, MetricsRange
from gatepost.models import App, Receipt
from gatepost.resources.external import ExternalCalls
from gatepost.resources.grants import GrantCalls
from gatepost.resources.logs import LogCalls
from gatepost.shape import read
from gatepost.source_models import Deployment, EnvVariable, RuntimeParameter
from gatepost.transport import Transport, segment
from gatepost.watched import Progress


class AppCalls:
    """Calls about applications; `grants` is who may do what, `logs` what they said."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.grants = GrantCalls(transport, "apps")
        self.logs = LogCalls(transport)
        self.external = ExternalCalls(transport)

    def list(self, *, q: str | None = None, sort: str | None = None) -> Iterator[App]:
        """Yield the applications one may see."""
        return self._transport.pages(App, "apps", {"q": q, "sort": sort})

    def get(self, app_id: str) -> App:
        """Return one application, by id or number."""
        return self._transport.get(App, _path(app_id))

    def metrics(self, app_id: str, span: MetricsRange = "day") -> Metrics:
        """Return what an application used in the last hour, day or month (30 days), and its limits.

        Raises:
            Denied: one may see the application, but not how it is set up.
        """
        return self._transport.get(Metrics, f"{_path(app_id)}/metrics", {"range": span})

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

    def create_from(
        self,
        source_id: str,
        version: int,
        name: str,
        *,
        confirmed_authors: Sequence[str] = (),
        client: str | None = None,
    ) -> App:
        """Make an application of a version of a source that is there; the server builds and starts it.

        With *client* (an id) a client application of one's own becomes hosted: it keeps its AppKey.

        Raises:
            NotFound: there is no such version that one may deploy.
            Conflict: `authors-unconfirmed`, as `deploy`.
        """
        body: dict[str, object] = {
            "source_id": source_id,
            "version": version,
            "name": name,
            "confirmed_authors": [*confirmed_authors],
        }
        body |= {} if client is None else {"client": client}
        return read(App, self._transport.call("POST", "apps", body=body))

    def deployments(self, app_id: str) -> Iterator[Deployment]:
        """Yield what was put to work for an application, latest first."""
        return self._transport.pages(Deployment, f"{_path(app_id)}/deployments")

    def deploy(
        self,
        app_id: str,
        source_version: int,
        *,
        source_id: str | None = None,
        confirmed_authors: Sequence[str] = (),
    ) -> App:
        """Let an application go over to a version of its source; an older one is a rollback.

        With *source_id* it is a version of that source, from which the application is made then.

        Raises:
            NotFound: there is no such version that one may deploy.
            Conflict: `authors-unconfirmed`: it holds work of others, whose ids are not among
                *confirmed_authors*; what one deploys acts with one's own rights.
        """
        said = {"source_version": source_version, "source_id": source_id}
        body = {name: value for name, value in said.items() if value is not None}
        return self._act(app_id, "deploy", {**body, "confirmed_authors": [*confirmed_authors]})

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

    def env(self, app_id: str) -> Iterator[EnvVariable]:
        """Yield the environment variables of an application: their names, never their values."""
        return self._transport.pages(EnvVariable, f"{_path(app_id)}/env")

    def change_env(self, app_id: str, changes: Mapping[str, str | None]) -> None:
        """Set variables, and remove those that are None; it sees them at its next start."""
        self._transport.call("PATCH", f"{_path(app_id)}/env", body=dict(changes))

    def runtime_parameters(self, app_id: str) -> Iterator[RuntimeParameter]:
        """Yield what the version of an application declares, with the values that are set."""
        return self._transport.pages(RuntimeParameter, f"{_path(app_id)}/runtime-parameters")

    def change_runtime_parameters(self, app_id: str, changes: Mapping[str, object]) -> None:
        """Set values, and take back those that are None; it finds them at its next start.

        Raises:
            Invalid: the version declares no such parameter, or the value does not fit it.
        """
        self._transport.call("PATCH", f"{_path(app_id)}/runtime-parameters", body=dict(changes))

    def connections(self, app_id: str) -> Iterator[AppConnection]:
        """Yield the data connections that the code of an application reaches by a name."""
        return self._transport.pages(AppConnection, f"{_path(app_id)}/connections")

    def connect(
        self,
        app_id: str,
        name: str,
        connection_id: str,
        *,
        credential_id: str | None = None,
        environment: bool = False,
    ) -> AppConnection:
        """Let the code of an application reach a data connection by *name*; it never sees a password.

        With *environment* it does: what you deploy finds it in its environment from its next start on. That
        takes a PostgreSQL, a stored credential of your own, and a session with a password confirmed lately.
        """
        body = {"connection_id": connection_id, "credential_id": credential_id, "environment": environment}
        path = f"{_path(app_id)}/connections/{segment(name)}"
        return read(AppConnection, self._transport.call("PUT", path, body=body))

    def disconnect(self, app_id: str, name: str) -> None:
        """Let the code of an application reach a data connection no more, from the next statement on."""
        self._transport.call("DELETE", f"{_path(app_id)}/connections/{segment(name)}")

    def delete(self, app_id: str) -> Receipt:
        """Delete an application with its keys, shares and deployments."""
        return read(Receipt, self._transport.call("DELETE", _path(app_id)))

    def keys(self, app_id: str) -> Iterator[AppKey]:
        """Yield the keys that an application has and had, latest first; never a text."""
        return self._transport.pages(AppKey, f"{_path(app_id)}/keys")

    def _act(self, app_id: str, verb: str, body: object = None) -> App:
        return read(App, self._transport.call("POST", f"{_path(app_id)}/{verb}", body=body))

    def _change(self, app_id: str, fields: dict[str, object]) -> App:
        return read(App, self._transport.call("PATCH", _path(app_id), body=fields))


def _path(app_id: str) -> str:
    return f"apps/{segment(app_id)}"
