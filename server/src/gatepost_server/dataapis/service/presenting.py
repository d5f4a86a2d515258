"""Data APIs as their reader may see them: SQL, connection and rules are for who may edit."""

from collections.abc import Sequence
from dataclasses import replace

from gatepost_server.authz import allowed_on, owners_of
from gatepost_server.dataapis import queries
from gatepost_server.dataapis.compiling import parameters_of
from gatepost_server.dataapis.definitions import definition_of
from gatepost_server.dataapis.model import DataApi, Operation, Parameter, Stage, Version
from gatepost_server.dataapis.tables import ApiVersionRow, DataApiRow
from gatepost_server.store import Tx


def present(tx: Tx, rows: Sequence[DataApiRow]) -> list[DataApi]:
    """Return APIs; who may only know of them reads name, description and fields, no more.

    Parameters are for who may read or call them, the whole version in development for who may edit.
    """
    tx.session.flush()
    ids = [row.id for row in rows]
    owners = owners_of(tx, ids)
    shown = queries.shown_versions(tx.session, rows)
    edited = allowed_on(tx, "api:versions", ids)
    called = edited | allowed_on(tx, "api:call", ids) | allowed_on(tx, "api:read", ids)
    found = []
    for row in rows:
        definition = definition_of(shown[row.id].definition)
        owner_id, owner_name = owners.get(row.id, (None, None))
        one = DataApi(
            id=row.id, project_id=row.project_id, project_key=row.project_key,
            number=int(row.number_text), slug=row.slug, name=row.name, description=row.description,
            fields=definition.fields, operations=tuple(sorted(definition.operations)),
            parameters=_taken(parameters_of(definition, Operation.LIST)) if row.id in called else (),
            development_version=row.development_version, production_version=row.production_version,
            created_at=row.created_at, updated_at=row.updated_at, owner_id=owner_id, owner_name=owner_name,
        )  # fmt: skip
        if row.id in edited and row.development_version is not None:
            latest = tx.session.get_one(ApiVersionRow, (row.id, row.development_version))
            one = replace(one, latest=present_version(latest, row))
        found.append(one)
    return found


def present_version(row: ApiVersionRow, api: DataApiRow) -> Version:
    """Return a version whole; that the caller may edit the API was asked."""
    stages = []
    if api.development_version == row.number:
        stages.append(Stage.DEVELOPMENT)
    if api.production_version == row.number:
        stages.append(Stage.PRODUCTION)
    return Version(
        row.number, definition_of(row.definition), row.connection_id, row.credential_id,
        row.definer.get("principal_id"), str(row.definer.get("name", "")), row.at, row.note, tuple(stages),
    )  # fmt: skip


def _taken(parameters: Sequence[Parameter]) -> tuple[Parameter, ...]:
    return tuple(replace(one, column=None) for one in parameters)
