"""Keeping data APIs: made, listed, read, changed, deleted."""

from dataclasses import dataclass

from sqlalchemy import delete

from gatepost_server.authz import (
    Node,
    NodeKind,
    own_new_node,
    register_node,
    remove_node,
    rename_node,
    require,
    visible,
)
from gatepost_server.authz import reader_of as reading
from gatepost_server.dataapis import queries
from gatepost_server.dataapis.checking import checked_slug, slug_from
from gatepost_server.dataapis.definitions import kept
from gatepost_server.dataapis.errors import ApiNameTaken, NotUsable, PersonNeeded, SlugTaken
from gatepost_server.dataapis.facts import may_define
from gatepost_server.dataapis.model import DataApi, Stage
from gatepost_server.dataapis.service.examining import Fitted
from gatepost_server.dataapis.service.finding import require_api, require_api_meant, row_of
from gatepost_server.dataapis.service.presenting import present
from gatepost_server.dataapis.tables import ApiAuthorizationRow, ApiVersionRow, DataApiRow
from gatepost_server.jobs import facts_of
from gatepost_server.kernel.actor import Actor
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.projects import require_project, token_of
from gatepost_server.store import Tx

PREFIX = "api"
_LONGEST_NAME, _LONGEST_DESCRIPTION, _LONGEST_NOTE = 100, 5000, 500


@dataclass(frozen=True)
class NewApi:
    """What is said of a data API to be made; without a slug one is made up. It begins in *stage*, too."""

    name: str
    slug: str | None = None
    description: str = ""
    stage: Stage = Stage.DEVELOPMENT
    note: str = ""


@dataclass(frozen=True)
class ApiChange:
    """What to change of a data API; None stays. A definition becomes the next version, in development."""

    name: str | None = None
    slug: str | None = None
    description: str | None = None
    fitted: Fitted | None = None
    note: str = ""


def may_save(tx: Tx, project_key: str, ref: str | None = None) -> None:
    """Refuse a definition before its source is asked anything; *ref* None: a new API is to be made.

    Raises:
        Unauthenticated, Hidden, ActionDenied: the caller may not.
        PersonNeeded: the caller is a key, or code that a key started.
    """
    if ref is None:
        require_project(tx, "project:add", project_key)
    else:
        require_api(tx, "api:edit", project_key, ref)
    _definer(tx)


def create_api(tx: Tx, project_key: str, wanted: NewApi, fitted: Fitted) -> DataApi:
    """Make a data API with its first version, which reads as the caller; the caller owns it.

    Raises:
        Hidden, ActionDenied: the caller may not add to the project, or not use connection and credential.
        PersonNeeded: the caller is a key.
        NotUsable: calls could not read there as the caller.
        Invalid, ApiNameTaken, SlugTaken: the name or the slug cannot be used.
    """
    project = require_project(tx, "project:add", project_key)
    definer = require_definer(tx, fitted)
    name = _checked_name(wanted.name)
    if queries.is_name_taken(tx.session, project.id, name):
        raise ApiNameTaken(name)

    api_id = new_id(PREFIX, tx.now)
    slug = _free_slug(tx, slug_from(name, api_id) if wanted.slug is None else wanted.slug)
    node = register_node(tx, api_id, NodeKind.API, name, parent_id=project.id, is_numbered=True)
    is_published = wanted.stage is Stage.PRODUCTION
    row = DataApiRow(
        id=api_id, project_id=project.id, project_key=project_key, slug=slug,
        number_text=str(node.number), name=name, folded=name.casefold(),
        description=_checked_text(wanted.description), development_version=1,
        production_version=1 if is_published else None, created_at=tx.now, updated_at=tx.now,
    )  # fmt: skip
    tx.session.add(row)
    tx.session.flush()
    add_version(tx, row, fitted, definer, wanted.note)
    own_new_node(tx, node)
    tx.audit("api:create", "api", api_id, name, after={**_told(row), **told_version(fitted)})
    return present(tx, [row])[0]


def list_apis(tx: Tx, project_key: str, page: PageRequest) -> Page[DataApi]:
    """Return a page of a project's data APIs that the caller may know of, by name."""
    project = require_project(tx, "project:list", project_key)
    found = queries.page_of_apis(tx.session, page, visible(tx, "api:list"), project.id)
    return Page(present(tx, found.items), found.next)


def list_all_apis(tx: Tx, page: PageRequest) -> Page[DataApi]:
    """Return a page of the data APIs of all projects that the caller may know of, by name.

    Who was given one alone, without any right on its project, finds it here.
    """
    found = queries.page_of_apis(tx.session, page, visible(tx, "api:list"))
    return Page(present(tx, found.items), found.next)


def get_api(tx: Tx, project_key: str, ref: str) -> DataApi:
    """Return a data API as far as the caller may see it."""
    node = require_api(tx, "api:list", project_key, ref)
    return present(tx, [row_of(tx, node.id)])[0]


def get_api_meant(tx: Tx, ref: str) -> DataApi:
    """Return a data API of any project by its id, slug or number, as far as the caller may see it."""
    node = require_api_meant(tx, "api:list", ref)
    return present(tx, [row_of(tx, node.id)])[0]


def change_api(tx: Tx, project_key: str, ref: str, wanted: ApiChange) -> DataApi:
    """Change a data API; a new definition is its next version, in development, and reads as the caller.

    Raises:
        Hidden, ActionDenied, PersonNeeded, NotUsable, Invalid, ApiNameTaken, SlugTaken: as `create_api`.
    """
    node = require_api(tx, "api:edit", project_key, ref)
    row = row_of(tx, node.id, for_change=True)
    before = _told(row)
    if wanted.name is not None:
        _rename(tx, row, node, wanted.name)
    if wanted.slug is not None and wanted.slug != row.slug:
        row.slug = _free_slug(tx, wanted.slug)
    if wanted.description is not None:
        row.description = _checked_text(wanted.description)
    after = {}
    if wanted.fitted is not None:
        row.development_version = add_version(
            tx, row, wanted.fitted, require_definer(tx, wanted.fitted), wanted.note
        )
        after = told_version(wanted.fitted)
    row.updated_at = tx.now
    tx.audit("api:edit", "api", row.id, row.name, before=before, after={**_told(row), **after})
    return present(tx, [row])[0]


def delete_api(tx: Tx, project_key: str, ref: str) -> None:
    """Delete a data API with its versions and all that let others call it."""
    node = require_api(tx, "api:delete", project_key, ref)
    row = row_of(tx, node.id, for_change=True)
    before, name = _told(row), row.name
    for table in (ApiAuthorizationRow, ApiVersionRow):
        tx.session.execute(delete(table).where(table.api_id == node.id))
    tx.session.delete(row)
    tx.session.flush()
    remove_node(tx, node.id)
    tx.audit("api:delete", "api", node.id, name, before=before)


def require_definer(tx: Tx, fitted: Fitted) -> Actor:
    """Return as whom calls will read: the caller, who may use connection and credential by themselves.

    Raises:
        Hidden, ActionDenied: the caller may not use one of them.
        PersonNeeded: the caller is a key.
        NotUsable: they may, and code that runs for them may not: the connection is open to people only.
    """
    require(tx, "connection:use", fitted.connection_id)
    if fitted.credential_id is not None:
        require(tx, "credential:use", fitted.credential_id)
    definer = _definer(tx)
    if not may_define(reading(tx), definer, fitted.connection_id, fitted.credential_id, tx.now):
        raise NotUsable("This connection is open to people only, and a data API calls it by itself.")
    return definer


def add_version(tx: Tx, row: DataApiRow, fitted: Fitted, definer: Actor, note: str) -> int:
    """Write the next version of an API; return its number."""
    if len(note) > _LONGEST_NOTE or "\0" in note:
        raise Invalid(
            "The note is too long.", faults=[FieldFault("note", f"at most {_LONGEST_NOTE} characters")]
        )
    number = queries.last_number(tx.session, row.id) + 1
    tx.session.add(
        ApiVersionRow(
            api_id=row.id, number=number, connection_id=fitted.connection_id,
            credential_id=fitted.credential_id, definition=kept(fitted.definition),
            definer=facts_of(definer), at=tx.now, note=note.strip(),
        )
    )  # fmt: skip
    tx.session.flush()
    return number


def told_version(fitted: Fitted) -> dict[str, object]:
    """Return what the trail keeps of a version: what it gives and takes, never its SQL."""
    definition = fitted.definition
    return {
        "connection_id": fitted.connection_id, "credential_id": fitted.credential_id,
        "operations": sorted(definition.operations), "fields": [one.name for one in definition.fields],
        "parameters": [one.name for one in definition.parameters],
    }  # fmt: skip


def _definer(tx: Tx) -> Actor:
    token = token_of(tx.actor)
    if token.behind is not None or token.principal_id is None or not token.principal_id.startswith("usr_"):
        raise PersonNeeded
    return token


def _rename(tx: Tx, row: DataApiRow, node: Node, wanted: str) -> None:
    name = _checked_name(wanted)
    if queries.is_name_taken(tx.session, row.project_id, name, row.id):
        raise ApiNameTaken(name)
    row.name, row.folded = name, name.casefold()
    rename_node(tx, node.id, name)


def _free_slug(tx: Tx, text: str) -> str:
    slug = checked_slug(text)
    if queries.is_slug_taken(tx.session, slug):
        raise SlugTaken(slug)
    return slug


def _checked_name(text: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= _LONGEST_NAME or not name.isprintable():
        fault = FieldFault("name", f"1 to {_LONGEST_NAME} printable characters")
        raise Invalid("The data API cannot be called that.", faults=[fault], code="name-invalid")
    return name


def _checked_text(text: str) -> str:
    if len(text) > _LONGEST_DESCRIPTION or "\0" in text:
        fault = FieldFault("description", f"at most {_LONGEST_DESCRIPTION} characters")
        raise Invalid("The description cannot be used.", faults=[fault])
    return text.strip()


def _told(row: DataApiRow) -> dict[str, object]:
    return {
        "name": row.name, "slug": row.slug, "development": row.development_version,
        "production": row.production_version,
    }  # fmt: skip
