"""Finding what an address names, with the right to do something about it."""

from gatepost_server.authz import Node, require
from gatepost_server.projects.queries import datasets, projects
from gatepost_server.projects.service.behalf import require_behalf
from gatepost_server.store import Tx


def require_project(tx: Tx, action: str, key: str) -> Node:
    """Find the project of that key and require *action* on it.

    Raises:
        Unauthenticated, Hidden, ActionDenied: as `authz.require`; an unknown key is as
            hidden as a project that may not be seen.
    """
    return require(tx, action, projects.project_id_of(tx.session, key) or "")


def require_project_meant(tx: Tx, action: str, ref: str) -> Node:
    """Find a project by its key or its id, and require *action* on it; refuses as `require_project`."""
    return require(tx, action, projects.project_id_of(tx.session, ref) or ref)


def require_dataset(tx: Tx, action: str, key: str, ref: str) -> Node:
    """Find a dataset by its project's key and its name or id, and require *action* on it.

    No right on the project itself is asked: who was given a dataset alone may use it.

    Raises:
        Unauthenticated, Hidden, ActionDenied: as `authz.require`.
        RunAsNeeded, RunAsDenied: it is used on behalf of a person, who is not named or may not.
    """
    return require_dataset_of(tx, action, datasets.dataset_id_of(tx.session, key, ref) or "")


def require_dataset_of(tx: Tx, action: str, dataset_id: str) -> Node:
    """Require *action* on the dataset of that id; refuses as `require_dataset`."""
    node = require(tx, action, dataset_id)
    require_behalf(tx, action, node)
    return node


def require_impersonating(tx: Tx, action: str, project: Node) -> list[Node]:
    """Require *action* on every dataset of a project that is used on behalf of persons; return them.

    For what is done to a project with its rows: none of that goes past whom a key stands for.
    Refuses as `require_dataset`.
    """
    return [require_dataset_of(tx, action, one) for one in datasets.impersonating(tx.session, project)]
