"""Find the thing a person means by what they typed: an id, a number or a name."""

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from gatepost.connected import Client
from gatepost.errors import Conflict, NotFound
from gatepost.models import App, Key, Source, User
from gatepost.resources.kept_keys import KeptKeys

T = TypeVar("T", bound=App | Key | Source | User)
K = TypeVar("K", bound=Key)
_ID = re.compile(r"[a-z]{2,5}_[0-9a-f]{24}")


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


def key_called(ring: KeptKeys[K], text: str) -> K:
    """Return the key with this id, name or prefix, of those that are kept together."""
    found = (key for key in ring.list() if key.status != "revoked")
    return _only("key", text, found, lambda key: (key.id, key.name, key.prefix))


def user_called(client: Client, text: str) -> User:
    """Return the person with this username or id."""
    found = client.users.list(q=None if _ID.fullmatch(text) else text)
    return _only("person", text, found, lambda user: (user.id, user.username))


def _only(kind: str, text: str, found: Iterable[T], names: Callable[[T], tuple[str | None, ...]]) -> T:
    fitting = [thing for thing in found if text in names(thing)]
    if not fitting:
        raise NotFound(f"There is no {kind} {text!r} that you may see.")
    if len(fitting) > 1:
        ids = ", ".join(_told_apart(thing) for thing in fitting)
        raise Conflict(f"Several have the name {text!r}; use one of the ids: {ids}.", code="ambiguous-name")
    return fitting[0]


def _told_apart(thing: App | Key | Source | User) -> str:
    """Name one of several of the same name: by its id, an application by its number and age too."""
    if not isinstance(thing, App) or thing.number is None:
        return thing.id
    made = f", made {thing.created_at:%Y-%m-%d %H:%M}" if thing.created_at is not None else ""
    return f"{thing.id} (number {thing.number}{made})"
