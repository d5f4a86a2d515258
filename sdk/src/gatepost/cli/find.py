"""Find the thing a person means by what they typed: an id, a number or a name."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

import click

from gatepost.client_models import ClientApplication
from gatepost.connected import Client
from gatepost.connection_models import Connection
from gatepost.credential_models import StoredCredential
from gatepost.errors import Conflict, NotFound
from gatepost.models import App, Key, Source, User
from gatepost.resources.apis import DataApiCalls
from gatepost.resources.dashboards import DashboardCalls
from gatepost.resources.datasets import DatasetCalls
from gatepost.resources.grants import GrantCalls
from gatepost.resources.kept_keys import KeptKeys
from gatepost.resources.scenarios import ScenarioCalls
from gatepost.usecase_models import Usecase

T = TypeVar(
    "T", bound=App | ClientApplication | Connection | Key | Source | StoredCredential | Usecase | User
)
K = TypeVar("K", bound=Key)
_WHOLES: Final = ("source", "group", "project", "connection", "credential", "client")
_PARTS: Final = ("dataset", "scenario", "dashboard", "api")
_ID = re.compile(r"[a-z]{2,5}_[0-9a-f]{24}")
_HELD = re.compile(r"lgn_[0-9a-f]{24}")


def app_called(client: Client, text: str) -> App:
    """Return the application with this id, number, slug or name.

    Raises:
        NotFound: there is none that the caller may see.
        Conflict: several have this name.
    """
    if _ID.fullmatch(text) or text.isdecimal():
        return client.apps.get(text)
    return _only("application", text, client.apps.list(q=text), lambda app: (app.name, app.slug))


def source_called(client: Client, text: str) -> Source:
    """Return the source with this id or name."""
    if _ID.fullmatch(text):
        return client.sources.get(text)
    return _only("source", text, client.sources.list(q=text), lambda source: (source.name,))


def credential_called(client: Client, text: str) -> StoredCredential:
    """Return the stored credential with this id or name."""
    if _ID.fullmatch(text):
        return client.credentials.get(text)
    return _only("stored credential", text, client.credentials.list(q=text), lambda one: (one.name,))


def login_called(client: Client, text: str) -> str:
    """Return the id of a stored credential with this id or name, or of a login that is held."""
    return text if _HELD.fullmatch(text) else credential_called(client, text).id


def connection_called(client: Client, text: str) -> Connection:
    """Return the data connection with this id or name."""
    if _ID.fullmatch(text):
        return client.connections.get(text)
    return _only("data connection", text, client.connections.list(q=text), lambda one: (one.name,))


def usecase_called(client: Client, text: str) -> Usecase:
    """Return the use case with this id or name."""
    if _ID.fullmatch(text):
        return client.usecases.get(text)
    return _only("use case", text, client.usecases.list(q=text), lambda one: (one.name,))


def client_called(client: Client, text: str) -> ClientApplication:
    """Return the client application with this id, AppKey or name."""
    if _ID.fullmatch(text):
        return client.clients.get(text)
    found = client.clients.list(scope="all", q=text)
    return _only("client application", text, found, lambda one: (one.name, one.app_key))


def key_called(ring: KeptKeys[K], text: str) -> K:
    """Return the key with this id, name or prefix, of those that are kept together."""
    found = (key for key in ring.list() if key.status != "revoked")
    return _only("key", text, found, lambda key: (key.id, key.name, key.prefix))


def user_called(client: Client, text: str) -> User:
    """Return the person with this username or id."""
    found = client.users.list(q=None if _ID.fullmatch(text) else text)
    return _only("person", text, found, lambda user: (user.id, user.username))


class _Called(Protocol):
    """What has an id and a name."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class Thing:
    """Something that is shared: the calls about its grants, its id, what people call it and its kind."""

    grants: GrantCalls
    ref: str
    name: str
    kind: str


def thing_called(client: Client, text: str) -> Thing:
    """Return what is shared by that name.

    An application by its id, number, slug or name; anything else with its kind before it:
    `source:report`, `group:Desk`, `connection:Sales`, `credential:Warehouse`, `client:Loader`,
    `project:SALES`, `dataset:SALES/orders`, `scenario:SALES/nightly`, `dashboard:SALES/overview`,
    `api:SALES/prices`.

    Raises:
        NotFound: there is none that the caller may see.
        click.UsageError: the kind is none, or a thing of a project is named without it.
    """
    kind, colon, name = text.partition(":")
    if not colon:
        app = app_called(client, text)
        return Thing(client.apps.grants, app.id, app.name, "app")
    if kind == "app":
        return thing_called(client, name)
    if kind in _WHOLES:
        return _whole_called(client, kind, name)
    return _part_called(client, text)


def _whole_called(client: Client, kind: str, name: str) -> Thing:
    """Return something that stands by itself."""
    finding: dict[str, tuple[GrantCalls, Callable[[], _Called]]] = {
        "source": (client.sources.grants, lambda: source_called(client, name)),
        "group": (client.groups.grants, lambda: client.groups.get(name)),
        "project": (client.projects.grants, lambda: client.projects.get(name)),
        "connection": (client.connections.grants, lambda: connection_called(client, name)),
        "credential": (client.credentials.grants, lambda: credential_called(client, name)),
        "client": (client.clients.grants, lambda: client_called(client, name)),
    }
    grants, find = finding[kind]
    found = find()
    return Thing(grants, found.id, found.name, kind)


def _part_called(client: Client, text: str) -> Thing:
    """Return a dataset, scenario or dashboard of a project."""
    kind, _, place = text.partition(":")
    project, slash, name = place.partition("/")
    if kind not in _PARTS or not (project and slash and name):
        raise click.UsageError(
            f"{text!r} is not an application, source:NAME, group:NAME, connection:NAME, credential:NAME, "
            f"client:NAME, project:KEY or one of "
            f"{', '.join(f'{one}:KEY/NAME' for one in _PARTS)}."
        )
    calls: dict[str, DatasetCalls | ScenarioCalls | DashboardCalls | DataApiCalls] = {
        "dataset": client.datasets, "scenario": client.scenarios, "dashboard": client.dashboards,
        "api": client.apis,
    }  # fmt: skip
    found = calls[kind].get(project, name)
    return Thing(calls[kind].grants, found.id, found.name, kind)


def _only(kind: str, text: str, found: Iterable[T], names: Callable[[T], tuple[str | None, ...]]) -> T:
    fitting = [thing for thing in found if text in names(thing)]
    if not fitting:
        raise NotFound(f"There is no {kind} {text!r} that you may see.")
    if len(fitting) > 1:
        ids = ", ".join(_told_apart(thing) for thing in fitting)
        raise Conflict(f"Several have the name {text!r}; use one of the ids: {ids}.", code="ambiguous-name")
    return fitting[0]


def _told_apart(
    thing: App | ClientApplication | Connection | Key | Source | StoredCredential | Usecase | User,
) -> str:
    """Name one of several of the same name: by its id, an application by its number and age too."""
    if not isinstance(thing, App) or thing.number is None:
        return thing.id
    made = f", made {thing.created_at:%Y-%m-%d %H:%M}" if thing.created_at is not None else ""
    return f"{thing.id} (number {thing.number}{made})"
