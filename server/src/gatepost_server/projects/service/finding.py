"""Finding what an address names, with the right to do something about it."""

from gatepost_server.authz import Node, require
from gatepost_server.projects.queries import datasets, projects
from gatepost_server.store import Tx


def require_project(tx: Tx, action: str, key: str) -> Node:
    """Find the project of that key and require *action* on it.

    Raises:
        Unauthenticated, Hidden, ActionDenied: as `authz.require`; an unknown key is as
            hidden as a project that may not be seen.
    """
    return require(tx, action, projects.project_id_of(tx.session, key) or "")


def require_dataset(tx: Tx, action: str, key: str, ref: str) -> Node:
    """Find a dataset by its project's key and its name or id, and require *action* on it.

    No right on the project itself is asked: who was given a dataset alone may use it.

    Raises:
        Unauthenticated, Hidden, ActionDenied: as `authz.require`.
    """
    return require(tx, action, datasets.dataset_id_of(tx.session, key, ref) or "")
