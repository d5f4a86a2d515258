"""`gatepost apis`: data APIs of a project, their versions, and which applications may call them."""

import json
from pathlib import Path

import click

from gatepost.cli import terminal
from gatepost.cli.api_trials import test
from gatepost.cli.client_words import validity_options, validity_said
from gatepost.cli.find import client_called
from gatepost.cli.json_file import json_file, object_in
from gatepost.cli.verb import Call, Noun, list_options, yes_option

_project = click.argument("project")
_api = click.argument("api")
_stage = click.option(
    "--stage", type=click.Choice(["development", "production"]), default="production", show_default=True,
    help="Which stage is meant.",
)  # fmt: skip
_limit = click.option(
    "--limit", type=click.IntRange(1), default=50, show_default=True, help="How many at most."
)


@click.group(cls=Noun)
def apis() -> None:
    """Keep data APIs: tables and queries that programs call. API is a name, slug, number or id."""


apis.add_command(test)


@apis.command("list")
@click.argument("project", required=False)
@list_options
@click.pass_obj
def list_(call: Call, *, project: str | None, search: str | None, limit: int) -> None:
    """List the data APIs of a project that you may know of; without PROJECT, of all of them."""
    columns = [
        *([] if project else [("PROJECT", lambda one: one.project)]),
        ("NAME", lambda one: one.name),
        ("SLUG", lambda one: one.slug),
        ("OPERATIONS", lambda one: " ".join(one.operations)),
        ("DEVELOPMENT", lambda one: one.development_version),
        ("PRODUCTION", lambda one: one.production_version),
        ("ID", lambda one: one.id),
    ]
    make = f"gatepost apis create {project or 'PROJECT'} NAME --from FILE"
    empty = f"There are no data APIs yet. Make one with `{make}`."
    calls = call.client().apis
    found = calls.list(project, q=search) if project else calls.catalog(q=search)
    call.rows(found, columns, limit=limit, empty=empty)


@apis.command("show")
@_project
@_api
@click.pass_obj
def show(call: Call, *, project: str, api: str) -> None:
    """Show a data API: what it gives and takes; to its editors, where it reads."""
    one = call.client().apis.get(project, api)
    latest = one.latest or {}
    facts: list[tuple[str, object]] = [
        ("name", one.name), ("slug", one.slug), ("number", one.number), ("description", one.description),
        ("operations", " ".join(one.operations)),
        ("fields", " ".join(str(each["name"]) for each in one.fields)),
        ("parameters", " ".join(str(each["name"]) for each in one.parameters)),
        ("in development", one.development_version), ("in production", one.production_version),
        ("table", latest.get("table")), ("SQL", latest.get("sql")), ("id", one.id),
    ]  # fmt: skip
    call.one(one, facts)


@apis.command("create")
@_project
@click.argument("name")
@click.option("--from", "file", type=json_file, help="A JSON file with the definition.")
@click.option("--slug", help="Its address: /gw/SLUG; one is made up otherwise.")
@click.option("--description", help="What it is for.")
@click.option("--publish", is_flag=True, help="Publish it at once.")
@click.pass_obj
def create(
    call: Call, *, project: str, name: str, file: Path | None, slug: str | None, description: str | None,
    publish: bool,
) -> None:  # fmt: skip
    """Make a data API. It reads as you, with the rights that you have whenever it is called."""
    said = {"slug": slug, "description": description, "stage": "production" if publish else None}
    more = {field: value for field, value in said.items() if value is not None}
    made = call.client().apis.create(project, name, _definition(file), **more)
    call.done(made.raw, f"{made.name} is made; programs call it at /gw/{made.slug}.")


@apis.command("change")
@_project
@_api
@click.option("--from", "file", type=json_file, help="A JSON file with the whole next version.")
@click.option("--name", help="Another name.")
@click.option("--slug", help="Another address.")
@click.option("--description", help="What it is for.")
@click.option("--note", help="What is new in the version.")
@click.pass_obj
def change(
    call: Call, *, project: str, api: str, file: Path | None, name: str | None, slug: str | None,
    description: str | None, note: str | None,
) -> None:  # fmt: skip
    """Change a data API; a new version is in development until you publish it, and reads as you."""
    said = {"name": name, "slug": slug, "description": description, "note": note}
    more = {field: value for field, value in said.items() if value is not None}
    definition = None if file is None else object_in(file)
    changed = call.client().apis.change(project, api, definition=definition, **more)
    number = changed.development_version
    call.done(changed.raw, f"{changed.name} is changed; version {number} is in development.")


@apis.command("publish")
@_project
@_api
@click.argument("version", type=click.IntRange(1))
@_stage
@click.pass_obj
def publish(call: Call, *, project: str, api: str, version: int, stage: str) -> None:
    """Let a stage mean a version; an earlier one is a way back."""
    shown = call.client().apis.publish(project, api, version, stage)
    call.done(shown.raw, f"{shown.name} is in {stage} as version {version}.")


@apis.command("withdraw")
@_project
@_api
@yes_option
@click.pass_obj
def withdraw(call: Call, *, project: str, api: str, is_agreed: bool) -> None:
    """Take a data API out of production; its versions stay."""
    terminal.agree(f"Let nobody call {api!r} in production any more?", is_agreed=is_agreed)
    shown = call.client().apis.publish(project, api, None)
    call.done(shown.raw, f"{shown.name} is not in production any more.")


@apis.command("versions")
@_project
@_api
@_limit
@click.pass_obj
def versions(call: Call, *, project: str, api: str, limit: int) -> None:
    """List the versions of a data API that you may edit, the latest first."""
    columns = [
        ("VERSION", lambda one: one.version),
        ("STAGES", lambda one: " ".join(one.stages)),
        ("READS AS", lambda one: one.author and one.author.name),
        ("AT", lambda one: one.at),
        ("NOTE", lambda one: one.note),
    ]
    call.rows(call.client().apis.versions(project, api), columns, limit=limit, empty="There are none.")


@apis.command("calls")
@_project
@_api
@_limit
@click.option("--refused/--answered", default=None, help="Only those that were refused, or only the others.")
@click.option("--by", "q", help="Only of callers named like this.")
@click.pass_obj
def calls(call: Call, *, project: str, api: str, limit: int, refused: bool | None, q: str | None) -> None:
    """List the calls of a data API, the latest first."""
    columns = [
        ("AT", lambda one: one.at),
        ("CALLER", lambda one: one.caller and one.caller.name),
        ("CALL", lambda one: f"{one.operation} v{one.version}"),
        ("STATUS", lambda one: f"{one.status} {one.code or ''}".strip()),
        ("ROWS", lambda one: one.rows),
        ("MS", lambda one: one.ms),
    ]
    found = call.client().apis.calls(project, api, q=q, refused=refused)
    call.rows(found, columns, limit=limit, empty="Nobody has called it yet.")


@apis.command("openapi")
@_project
@_api
@click.pass_obj
def openapi(call: Call, *, project: str, api: str) -> None:
    """Write how a data API is called, as OpenAPI 3.1."""
    found = call.client().apis.openapi(project, api)
    call.done(found, json.dumps(found, indent=2))


@apis.command("delete")
@_project
@_api
@yes_option
@click.pass_obj
def delete(call: Call, *, project: str, api: str, is_agreed: bool) -> None:
    """Delete a data API with its versions; nobody calls it any more."""
    terminal.agree(f"Delete the data API {api!r} with its versions?", is_agreed=is_agreed)
    receipt = call.client().apis.delete(project, api)
    call.done(receipt.raw, f"{api} is deleted.")


@apis.command("authorizations")
@_project
@_api
@_limit
@click.pass_obj
def authorizations(call: Call, *, project: str, api: str, limit: int) -> None:
    """List which client applications may call a data API."""
    columns = [
        ("APPLICATION", lambda one: one.client["name"]),
        ("STAGE", lambda one: one.stage),
        ("FIELDS", lambda one: "all" if one.fields is None else " ".join(one.fields)),
        ("UNTIL", lambda one: one.until),
        ("BY", lambda one: one.by),
        ("ID", lambda one: one.id),
    ]
    found = call.client().apis.authorizations(project, api)
    call.rows(found, columns, limit=limit, empty="No application may call it yet.")


@apis.command("authorize")
@_project
@_api
@click.argument("application")
@_stage
@click.option("--field", "fields", multiple=True, metavar="FIELD", help="Only this field; repeat it.")
@validity_options
@click.pass_obj
def authorize(
    call: Call, *, project: str, api: str, application: str, stage: str, fields: tuple[str, ...],
    days: int | None, until: str | None,
) -> None:  # fmt: skip
    """Let a client application call a data API that you may share."""
    client = call.client()
    given = client.clients.apis.authorize(
        client_called(client, application).id,
        client.apis.get(project, api).id,
        stage=stage,
        fields=list(fields) or None,
        validity=validity_said(days, until),
    )
    call.done(given.raw, f"{given.client['name']} may call {given.api['name']} in {stage}.")


@apis.command("end-authorization")
@_project
@_api
@click.argument("authorization")
@yes_option
@click.pass_obj
def end_authorization(call: Call, *, project: str, api: str, authorization: str, is_agreed: bool) -> None:
    """Let an application call a data API no more; its id is in `authorizations`."""
    terminal.agree(f"End the authorization {authorization} for {api!r}?", is_agreed=is_agreed)
    receipt = call.client().apis.end_authorization(project, api, authorization)
    call.done(receipt.raw, "The application may not call it any more.")


def _definition(file: Path | None) -> dict[str, object]:
    if file is None:
        raise click.UsageError("--from names the JSON file with the definition.")
    return object_in(file)
