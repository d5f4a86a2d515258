"""The keys that applications run with: whose they are, and how far they reach."""

from collections.abc import Mapping, Sequence

from gatepost_server import keys
from gatepost_server.apps.facts import deployed_for, shown_way
from gatepost_server.apps.model import KeyScopeLevel
from gatepost_server.apps.service.reading import require_app
from gatepost_server.apps.views import AppKey, WayFacts
from gatepost_server.authz import allowed_on, node_names, reader_of
from gatepost_server.keys import Key, KeyStatus
from gatepost_server.store import Tx


def list_app_keys(tx: Tx, ref: str) -> Sequence[AppKey]:
    """Return the keys that an app has and had, latest first; for who may read how it is set up."""
    node = require_app(tx, "app:read", ref)
    return presented(tx, keys.list_keys_of_app(tx, node.id))


def read_way(tx: Tx, ref: str) -> WayFacts | None:
    """Return how far the keys of an app reach as it is deployed now; for who may read how it is set up."""
    return shown_way(reader_of(tx), require_app(tx, "app:read", ref).id)


def app_keys_among(tx: Tx, found: Sequence[Key]) -> Mapping[str, AppKey]:
    """Return those of some keys that belong to apps, by id; whoever calls has decided who sees them."""
    return {one.key.id: one for one in presented(tx, [key for key in found if key.app_id is not None])}


def presented(tx: Tx, found: Sequence[Key]) -> list[AppKey]:
    """Return keys of apps with what only the apps know of them."""
    ids = [key.app_id for key in found if key.app_id is not None]
    named = node_names(tx, sorted(allowed_on(tx, "app:list", ids)))
    return [_presented(tx, key, named) for key in found]


def _presented(tx: Tx, key: Key, named: Mapping[str, str]) -> AppKey:
    reader = reader_of(tx)
    of_app = keys.creator_of(reader, key.id)
    way = None if of_app is None else deployed_for(reader, of_app.app_id, of_app.deployer_id)
    is_good = key.status(tx.now) is KeyStatus.ACTIVE
    if way is None:
        return AppKey(key, named.get(key.app_id or ""))
    level = way.level or KeyScopeLevel.VIEWER
    return AppKey(key, named.get(way.app_id), level, is_used=is_good and level is not KeyScopeLevel.NONE)
