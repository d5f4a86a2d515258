"""Reading applications: one, many, their history, and where their logs lie."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from gatepost_server.apps.naming import app_ref
from gatepost_server.apps.queries import apps as queries
from gatepost_server.apps.queries.sources import deployments_of
from gatepost_server.apps.views import App, AppFilter, Deployment
from gatepost_server.authz import Node, accesses_of, owners_of, require, visible
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.settings import Folders
from gatepost_server.store import Tx


class LogKind(StrEnum):
    """Which log of an app is asked for."""

    BUILD = "build"
    RUN = "run"


def list_apps(tx: Tx, page: PageRequest, wanted: AppFilter | None = None) -> Page[App]:
    """Return a page of the apps the caller may see.

    `page.sort` is one of updated, created, name, number, with a hyphen for downwards.
    """
    found = queries.page_of_apps(tx.session, page, visible(tx, "app:list"), wanted or AppFilter())
    ids = [app.id for app in found.items]
    owners, accesses = owners_of(tx, ids), accesses_of(tx, ids)
    return found.map(lambda app: _complete(app, owners, accesses))


def readable_apps(tx: Tx, app_ids: Sequence[str]) -> set[str]:
    """Return those of *app_ids* whose set-up the caller may read, asked in one go."""
    return queries.among(tx.session, app_ids, visible(tx, "app:read"))


def last_used(tx: Tx, app_ids: Sequence[str]) -> dict[str, datetime]:
    """Return when applications were last used; whether the caller may know of them is not asked."""
    return queries.last_used(tx.session, app_ids)


def get_app(tx: Tx, ref: str) -> App:
    """Return an app by id, hex digits or number, as people see it."""
    return present_app(tx, require_app(tx, "app:list", ref).id)


def list_deployments(tx: Tx, ref: str) -> Sequence[Deployment]:
    """Return what was put to work for an app, newest first."""
    return deployments_of(tx.session, require_app(tx, "app:read", ref).id)


def log_path(tx: Tx, ref: str, kind: LogKind, folders: Folders) -> Path:
    """Return where the log lies; the build's is that of the version wanted now."""
    node = require_app(tx, "app:logs", ref)
    if kind is LogKind.RUN:
        return run_log(folders, node.id)
    return build_log(folders, present_app(tx, node.id).version_id)


def run_log(folders: Folders, app_id: str) -> Path:
    """Return where an app's processes write what they say."""
    return folders.logs / "apps" / f"{app_id}.log"


def build_log(folders: Folders, version_id: str) -> Path:
    """Return where the build of a version writes what it does."""
    return folders.logs / "builds" / f"{version_id}.log"


def require_app(tx: Tx, action: str, ref: str) -> Node:
    """Find the app that *ref* names and require *action* on it.

    Raises:
        Unauthenticated, Hidden, ActionDenied: as `authz.require`; an unknown number is as
            hidden as an unknown id.
    """
    named = app_ref(ref)
    found = queries.app_by_ref(tx.session, named) if named is not None and named.number is not None else None
    app_id = found.id if found is not None else (named.app_id if named is not None else None)
    return require(tx, action, app_id or ref)


def present_app(tx: Tx, app_id: str) -> App:
    """Return an app as people see it, without asking for rights."""
    tx.session.flush()
    named = app_ref(app_id)
    app = queries.app_by_ref(tx.session, named) if named is not None else None
    assert app is not None, "its node is there, so it is"
    return _complete(app, owners_of(tx, [app_id]), accesses_of(tx, [app_id]))


def _complete(app: App, owners: dict[str, tuple[str, str]], accesses: dict[str, str]) -> App:
    owner_id, owner_name = owners.get(app.id, (None, None))
    return replace(app, owner_id=owner_id, owner_name=owner_name, access=accesses.get(app.id, "grants"))
